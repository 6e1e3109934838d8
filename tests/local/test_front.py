"""Who is answered: programs on this machine, and no web page in a browser on it."""

import urllib.error
import urllib.request

import pytest

from cdk_hpo.local import LocalCloud

FROM_PAGES = [
    {"Origin": "https://pages.example.com"},
    {"Origin": "null"},
    {"Host": "pages.example.com"},
    {"Host": "127.0.0.1.pages.example.com:80"},
    {"Host": "notlocalhost"},
    {"Sec-Fetch-Site": "cross-site"},
]
SIGNED = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def status(cloud: LocalCloud, path: str, headers: dict[str, str], body: bytes | None = None) -> int:
    request = urllib.request.Request(f"{cloud.url}{path}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize("headers", FROM_PAGES, ids=str)
def test_web_pages_are_refused(cloud: LocalCloud, headers: dict[str, str]) -> None:
    calls = len(cloud.calls())
    assert status(cloud, "/_hpo/info", headers) == 403
    assert status(cloud, "/_hpo/settings", {**headers, "Content-Type": "text/plain"}, b'{"job_seconds": 9}') == 403
    cloudformation = {**headers, "Authorization": SIGNED.format("cloudformation")}
    assert status(cloud, "/?Action=ListStacks&Version=2010-05-15", cloudformation) == 403
    sagemaker = {
        **headers,
        "Authorization": SIGNED.format("sagemaker"),
        "X-Amz-Target": "SageMaker.ListHyperParameterTuningJobs",
    }
    assert status(cloud, "/", sagemaker, b"{}") == 403
    assert len(cloud.calls()) == calls


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:1234", "[::1]:1234", "bucket.s3.localhost:1"])
def test_names_of_this_machine_are_answered(cloud: LocalCloud, host: str) -> None:
    assert status(cloud, "/_hpo/info", {"Host": host}) == 200
