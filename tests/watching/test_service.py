"""What is asked of whom, and what is said when there is no answer."""

import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from cdk_hpo.command.unusable import Unusable
from cdk_hpo.watching.service import DEFAULT_URL, account_client, local_client, read, read_all
from tests.watching.answers import START, client_with, description

ARN = "arn:aws:sagemaker:us-east-1:111122223333:hyper-parameter-tuning-job/"
DESCRIBE = "describe_hyper_parameter_tuning_job"


def listed(*names: str) -> dict[str, Any]:
    return {
        "HyperParameterTuningJobSummaries": [
            {
                "HyperParameterTuningJobName": name,
                "HyperParameterTuningJobArn": f"{ARN}{name}",
                "HyperParameterTuningJobStatus": "Completed",
                "Strategy": "Random",
                "CreationTime": START,
                "TrainingJobStatusCounters": {},
                "ObjectiveStatusCounters": {},
            }
            for name in names
        ]
    }


def missing(*names: str) -> Any:
    client, stubber = client_with()
    stubber.add_client_error(DESCRIBE, "ResourceNotFound", "there is none")
    stubber.add_response("list_hyper_parameter_tuning_jobs", listed(*names))
    stubber.activate()
    return client


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("churn-tuning-0123", "other"), "did you mean churn-tuning-0123\\?$"),
        (("churn-1", "churn-2", "churn-3", "churn-4"), "did you mean churn-1 or churn-2 or churn-3\\?$"),
        (("CHURN",), "did you mean CHURN\\?$"),
        (("other", "older"), "of this name; the latest is other$"),
        ((), "of this name; there are no tuning jobs at all$"),
    ],
)
def test_near_names_are_told(names: tuple[str, ...], said: str) -> None:
    with pytest.raises(Unusable, match=f"^churn: there is no tuning job .*{said}"):
        read(missing(*names), "churn")


def test_a_list_that_is_refused_hides_nothing() -> None:
    client, stubber = client_with()
    stubber.add_client_error(DESCRIBE, "ResourceNotFound", "there is none")
    stubber.add_client_error("list_hyper_parameter_tuning_jobs", "AccessDeniedException", "no")
    with stubber, pytest.raises(Unusable, match=r"^churn: there is no tuning job of this name$"):
        read(client, "churn")


def test_a_refusal_is_told_in_the_services_words() -> None:
    client, stubber = client_with()
    stubber.add_client_error(DESCRIBE, "AccessDeniedException", "You may\nnot")
    with stubber, pytest.raises(Unusable, match=r"^churn: cannot be read: .*\(AccessDeniedException\).*You may not$"):
        read(client, "churn")


def test_all_jobs_are_read_oldest_first() -> None:
    client, stubber = client_with()
    asked = {"SortBy": "CreationTime", "SortOrder": "Ascending", "MaxResults": 100}
    stubber.add_response("list_hyper_parameter_tuning_jobs", listed("a", "b"), asked)
    for name in ("a", "b"):
        answer = description([], HyperParameterTuningJobName=name)
        stubber.add_response(DESCRIBE, answer, {"HyperParameterTuningJobName": name})
    with stubber:
        assert [each.name for each in read_all(client)] == ["a", "b"]


@pytest.fixture
def stranger() -> Iterator[tuple[str, list[str]]]:
    """A server that is no local cloud, and what it was sent."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(f"{self.requestline} {self.headers.get('Authorization')}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"account": "111122223333"}')

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_that_is_no_local_cloud_gets_nothing(stranger: tuple[str, list[str]]) -> None:
    url, seen = stranger
    with pytest.raises(Unusable, match=r"no local cloud answers here\. Start one .* python -m cdk_hpo\.local"):
        local_client(url)
    assert seen == ["GET /_hpo/info HTTP/1.1 None"]


def test_an_address_needs_no_scheme(stranger: tuple[str, list[str]]) -> None:
    url, seen = stranger
    with pytest.raises(Unusable, match="no local cloud answers here"):
        local_client(url.removeprefix("http://"))
    assert seen == ["GET /_hpo/info HTTP/1.1 None"]


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1:1", "http://[", "file:///etc"])
def test_addresses_where_nothing_is(url: str) -> None:
    with pytest.raises(Unusable, match="no local cloud answers here"):
        local_client(url)


def test_the_variable_of_the_environment_counts(
    monkeypatch: pytest.MonkeyPatch, stranger: tuple[str, list[str]]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", stranger[0])
    with pytest.raises(Unusable, match=stranger[0]):
        local_client(None)
    assert len(stranger[1]) == 1


def test_the_default_is_where_the_local_cloud_listens() -> None:
    from cdk_hpo.local.options import DEFAULT_PORT

    assert f"http://127.0.0.1:{DEFAULT_PORT}" == DEFAULT_URL


def test_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Unusable, match=r"^boto3: is not installed: pip install 'cdk-hpo\[local\]'$"):
        local_client(None)
    with pytest.raises(Unusable, match=r"^boto3: is not installed: pip install 'cdk-hpo\[report\]'$"):
        account_client(None)


def test_an_account_without_a_region(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(Unusable, match=r"^AWS: You must specify a region"):
        account_client(None)
