"""The trimmed service model: not stale, complete enough for boto3, and every constraint has a rule."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.stub import Stubber

from cdk_hpo._files import handler_directory
from cdk_hpo.checks.patterns import ANYTHING, ONE_LINE
from cdk_hpo.checks.rule_catalogue import catalogue
from cdk_hpo.checks.service_model import reachable, shapes
from cdk_hpo.checks.shape_rules import ENUMS, PATTERNS, RANGES, SIZES
from tests.shared import ROOT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "scripts" / "make_service_model.py"
    spec = importlib.util.spec_from_file_location("make_service_model", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_model_is_that_of_the_installed_botocore(script: ModuleType) -> None:
    assert script.stale() == [], "run: python scripts/make_service_model.py"


def test_it_holds_no_documentation() -> None:
    text = Path(handler_directory(), "models/sagemaker/2017-07-24/service-2.json").read_text(encoding="utf-8")
    assert '"documentation":' not in text
    assert json.loads(text)["metadata"]["serviceId"] == "SageMaker"


@pytest.fixture(scope="module")
def client() -> Any:
    session = botocore.session.Session()
    session.get_component("data_loader").search_paths.insert(0, f"{handler_directory()}/models")
    keys: dict[str, Any] = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.Session(botocore_session=session).client("sagemaker", region_name="us-east-1", **keys)


def test_boto3_finds_the_operations_and_nothing_else(client: Any, script: ModuleType) -> None:
    assert sorted(client.meta.service_model.operation_names) == sorted(script.OPERATIONS)
    assert client.meta.endpoint_url == "https://api.sagemaker.us-east-1.amazonaws.com"


def test_boto3_sends_requests_and_reads_answers_and_errors(client: Any) -> None:
    name = {"HyperParameterTuningJobName": "a"}
    with Stubber(client) as stub:
        stub.add_response("stop_hyper_parameter_tuning_job", {}, name)
        stub.add_client_error("describe_hyper_parameter_tuning_job", "ResourceNotFound", "gone", 400)
        client.stop_hyper_parameter_tuning_job(**name)
        with pytest.raises(client.exceptions.ResourceNotFound):
            client.describe_hyper_parameter_tuning_job(**name)
    assert client.get_paginator("list_hyper_parameter_tuning_jobs")


def test_pagination_and_time_stamps_come_from_the_model(client: Any, tmp_path: Path) -> None:
    summary = client.meta.service_model.shape_for("HyperParameterTuningJobSummary")
    assert summary.members["CreationTime"].type_name == "timestamp"


def constraints() -> list[tuple[str, str, str | None]]:
    found: list[tuple[str, str, str | None]] = []
    for name in sorted(reachable()):
        shape = shapes()[name]
        if "enum" in shape:
            found.append((name, "enum", ENUMS.get(name)))
            continue
        if {"min", "max"} & shape.keys():
            table = RANGES if shape["type"] in ("integer", "long", "float") else SIZES
            found.append((name, "bounds", table.get(name)))
        pattern = shape.get("pattern")
        if pattern is not None and pattern not in ANYTHING | ONE_LINE:
            found.append((name, "pattern", PATTERNS.get(name)))
    return found


@pytest.mark.parametrize(("name", "kind", "rule_id"), constraints())
def test_every_constraint_of_the_model_has_a_rule(name: str, kind: str, rule_id: str | None) -> None:
    assert rule_id in catalogue(), f"{kind} of {name}: add a line to shape_rules.py and an entry to the catalogue"


def test_no_line_of_the_tables_is_for_a_shape_that_is_gone() -> None:
    assert {*ENUMS, *SIZES, *PATTERNS, *RANGES} <= reachable()
