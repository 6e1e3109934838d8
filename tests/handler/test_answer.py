"""Answers: within the limits, valid JSON, no content type, delivered in spite of trouble."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tuning_job.answer import Answer, UnansweredError, deliver

from tests.handler.world import FakeClock

EVENT = {
    "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/S/1",
    "RequestId": "r",
    "LogicalResourceId": "L",
}


class Server(HTTPServer):
    statuses: list[int]
    seen: list[tuple[str, dict[str, str], bytes]]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, {key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), _Handler)
    server.statuses, server.seen = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/arn%3Aaws%3A/x?X-Amz-Signature=a%2Bb&X-Amz-Expires=7200"


def test_put_as_signed_and_without_content_type(server: Server) -> None:
    assert deliver(address(server), b"{}", FakeClock()) == 200
    path, headers, body = server.seen[0]
    assert path == "/arn%3Aaws%3A/x?X-Amz-Signature=a%2Bb&X-Amz-Expires=7200"
    assert "content-type" not in headers
    assert body == b"{}"


def test_server_errors_are_tried_again(server: Server) -> None:
    server.statuses = [500, 503, 200]
    assert deliver(address(server), b"{}", FakeClock()) == 200
    assert len(server.seen) == 3


def test_refusal_is_final(server: Server) -> None:
    server.statuses = [403]
    assert deliver(address(server), b"{}", FakeClock()) == 403
    assert len(server.seen) == 1


def test_unreachable_address_is_an_error_so_that_lambda_tries_again() -> None:
    with pytest.raises(UnansweredError):
        deliver("http://127.0.0.1:1/x", b"{}", FakeClock())


@given(
    reason=st.text(max_size=9000),
    attributes=st.dictionaries(
        st.sampled_from(["Name", "ModelArtifact", "Status"]), st.text(max_size=5000), max_size=3
    ),
    tuned=st.dictionaries(st.text(max_size=40), st.text(max_size=300), max_size=40),
    success=st.booleans(),
)
def test_any_answer_fits(reason: str, attributes: dict[str, str], tuned: dict[str, str], success: bool) -> None:
    attributes = {**attributes, "HyperParameters": json.dumps(tuned, ensure_ascii=False)}
    body = Answer(success=success, physical_id="job", reason=reason, attributes=attributes).body(EVENT)
    assert len(body) <= 4096
    content = json.loads(body)
    assert content["Status"] == ("SUCCESS" if success else "FAILED")
    assert success or content["Reason"]
    left = content["Data"]["HyperParameters"]
    assert left == "" or json.loads(left).items() <= tuned.items()


def test_long_hyperparameters_are_shortened_before_anything_else() -> None:
    tuned = {f"parameter_{number:03}": "0.123456789" for number in range(200)}
    data = {"Name": "n", "ModelArtifact": "s3://b/" + "p" * 900, "HyperParameters": json.dumps(tuned)}
    content = json.loads(Answer(success=True, physical_id="n", attributes=data).body(EVENT))["Data"]
    assert content["ModelArtifact"] == data["ModelArtifact"]
    assert 50 < len(json.loads(content["HyperParameters"])) < 200
