"""SageMaker and CloudFormation's answer address in one server on this machine, which answer at once."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ACCOUNT, REGION = "111122223333", "eu-west-1"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for an answer, or the other side waits for the second
    server: "Loopback"

    def do_POST(self) -> None:
        """Answer a call of SageMaker."""
        request = json.loads(self._body() or b"{}")
        operation = self.headers["X-Amz-Target"].split(".")[1]
        self.server.calls.append(operation)
        status, answer = getattr(self, f"_{operation}")(request)
        self._send(status, json.dumps(answer).encode())

    def do_PUT(self) -> None:
        """Take the answer that CloudFormation waits for."""
        self.server.answer = json.loads(self._body())
        self.server.answered_at = time.perf_counter()
        self._send(200, b"")

    def _CreateHyperParameterTuningJob(self, request: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        self.server.job = request
        return 200, {"HyperParameterTuningJobArn": _arn(request)}

    def _DescribeHyperParameterTuningJob(self, request: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        job = self.server.job
        if job is None:
            return 400, {"__type": "ResourceNotFound", "message": "there is no such job"}
        return 200, {
            "HyperParameterTuningJobArn": _arn(job),
            "HyperParameterTuningJobStatus": "InProgress",
            "CreationTime": time.time(),
            **{key: each for key, each in job.items() if key != "Tags"},
        }

    def _ListTags(self, request: dict[str, Any]) -> tuple[int, Any]:  # noqa: N802
        return 200, {"Tags": (self.server.job or {}).get("Tags", [])}

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _arn(request: dict[str, Any]) -> str:
    name = request["HyperParameterTuningJobName"].lower()
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/{name}"


class Loopback(ThreadingHTTPServer):
    """The server; it runs while it is a context, and knows one job at most."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.calls: list[str] = []
        self.forget()

    def forget(self) -> None:
        """Begin anew, without a job."""
        self.job: dict[str, Any] | None = None
        self.answer: dict[str, Any] = {}
        self.answered_at = 0.0

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "Loopback":
        """Start."""
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.shutdown()
        self._thread.join()
        self.server_close()
