"""The client is made from the model beside the handler, whatever botocore brings along."""

import json
import sys
from pathlib import Path

from tests.handler.world import FakeClock, SageMaker
from tests.shared import ROOT

MODEL = ROOT / "lambda" / "models" / "sagemaker" / "2017-07-24" / "service-2.json"


def test_the_client_knows_exactly_the_operations_of_the_trimmed_model() -> None:
    operations = SageMaker(FakeClock()).client().meta.service_model.operation_names
    assert set(operations) == set(json.loads(MODEL.read_text(encoding="utf-8"))["operations"])
    assert len(operations) < 20


def test_the_handler_imports_only_what_a_lambda_runtime_has() -> None:
    allowed = {"botocore", "boto3"} | set(sys.stdlib_module_names)
    for file in (ROOT / "lambda" / "tuning_job").glob("*.py"):
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]) and not words[1].startswith("."):
                assert words[1].split(".")[0] in allowed, f"{file.name}: {line}"
