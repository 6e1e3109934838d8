"""The fixture gives each test a cloud of its own, in a test suite as a user has it."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT

CONFTEST = 'pytest_plugins = ["cdk_hpo.testing.pytest_plugin"]\n'
TESTS = """
from cdk_hpo.local import LocalCloud
from tests.testing.stacks import penguins


def test_deploy(local_cloud: LocalCloud) -> None:
    print("cloud at", local_cloud.url)
    local_cloud.client("s3").create_bucket(Bucket="data-bucket")
    local_cloud.deploy(penguins().node.root.synth().directory, "Penguins")
    (job,) = local_cloud.client("sagemaker").list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    assert job["HyperParameterTuningJobName"].startswith("penguins-tuning-")


def test_nothing_is_left(local_cloud: LocalCloud) -> None:
    print("cloud at", local_cloud.url)
    assert local_cloud.stack("Penguins") is None
    assert local_cloud.calls() == []


def test_that_fails(local_cloud: LocalCloud) -> None:
    print("cloud at", local_cloud.url)
    raise RuntimeError("as it should")
"""


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *words, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "CDK_VALIDATION": "false"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_each_test_has_a_cloud_of_its_own_and_none_stays(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_stack.py").write_text(TESTS, encoding="utf-8")
    done = run(tmp_path)
    assert "1 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    assert "RuntimeError: as it should" in done.stdout
    ports = [int(port) for port in re.findall(r"cloud at http://127\.0\.0\.1:(\d+)", done.stdout)]
    assert len(ports) == len(set(ports)) == 3
    for port in ports:
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0


def test_a_suite_that_does_not_ask_has_no_such_fixture(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test_own(local_cloud): ...\n", encoding="utf-8")
    done = run(tmp_path)
    assert "fixture 'local_cloud' not found" in done.stdout


def test_the_plugin_starts_neither_the_cdk_nor_boto3() -> None:
    code = (
        "import sys, cdk_hpo.testing, cdk_hpo.testing.pytest_plugin\n"
        "assert not {'jsii', 'aws_cdk', 'constructs', 'boto3', 'botocore', 'ministack', 'yaml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_template_in_a_file_needs_no_node(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"Resources": {}}', encoding="utf-8")
    code = (
        "import sys; from cdk_hpo.testing import *\n"
        f"assert requests_of({str(file)!r}) == {{}} and snapshot_of({str(file)!r}) == '{{}}\\n'\n"
        "assert not {'jsii', 'aws_cdk'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
