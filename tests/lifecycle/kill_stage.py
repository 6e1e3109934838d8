"""The processes and the server that take part: calls of the handler, and the loopback server of all its traffic."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from tests.lifecycle.kill_clock import SharedClock

ROOT = Path(__file__).resolve().parent.parent.parent
START = 1_780_000_000.0
KILLED = -signal.SIGKILL


class Client(Protocol):
    """Answers the traffic of a call."""

    def answer(self, method: str, path: str, target: str, body: bytes) -> tuple[int, bytes] | None:
        """Return status and body; none when the caller was killed."""


class Stage:
    """Everything that runs outside this thread. `open_stage` ends it."""

    def __init__(self, folder: Path, *, fresh: bool, python: str, handler: Path) -> None:
        self.clock = SharedClock.made(folder / "clock", START)
        self.log = folder / "log"
        self.client: Client | None = None
        self.errors: list[BaseException] = []
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self._process = self._start(folder, "fresh" if fresh else "forked", python, handler)
        self._number, self._known = 0, threading.Event()

    def call(self, event: dict[str, Any], seconds: float) -> int:
        """Let a process make one call of the handler, and return how it ended."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        self._known.clear()
        process.stdin.write(json.dumps({"event": event, "seconds": seconds}) + "\n")
        process.stdin.flush()
        self._number = int(process.stdout.readline())
        self._known.set()
        ending = int(process.stdout.readline())
        if self.errors:
            raise self.errors.pop()
        return ending

    def kill(self) -> None:
        """Kill the process of the call that is being made."""
        assert self._known.wait(10)
        os.kill(self._number, signal.SIGKILL)

    def last_lines(self) -> str:
        """Return the end of what the calls have printed."""
        return self.log.read_text(encoding="utf-8")[-3000:] if self.log.exists() else ""

    def usages(self) -> list[dict[str, float]]:
        """Return what each call so far has used: CPU seconds at three moments, and its peak memory."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line)["usage"] for line in lines if line.startswith('{"usage"')]

    def end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()  # at the end of its input the process ends
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _start(self, folder: Path, mode: str, python: str, handler: Path) -> "subprocess.Popen[str]":
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{handler}{os.pathsep}{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }
        return subprocess.Popen(
            [python, "-m", "tests.lifecycle.kill_child", str(folder / "clock"), str(self.log), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=folder,
        )


@contextlib.contextmanager
def open_stage(
    *, fresh: bool = False, python: str = sys.executable, handler: Path = ROOT / "lambda"
) -> Iterator[Stage]:
    """Start all; end all.

    Parameters
    ----------
    fresh
        Whether each call starts a new interpreter, as a cold start does; by default calls are forked from one process
        that has imported the handler.
    python
        The interpreter of the handler's processes.
    handler
        The folder with the handler's code.
    """
    with tempfile.TemporaryDirectory(prefix="cdk-hpo-kill-") as folder:
        stage = Stage(Path(folder), fresh=fresh, python=python, handler=handler)
        try:
            yield stage
        finally:
            stage.end()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        super().__init__(("127.0.0.1", 0), _Request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):  # connections of the killed break
            self.stage.errors.append(error)


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        client = self.server.stage.client
        assert client is not None
        answer = client.answer(self.command, self.path, self.headers.get("X-Amz-Target", ""), body)
        if answer is None:
            self.close_connection = True
            return
        status, content = answer
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = _handle  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Print nothing."""
