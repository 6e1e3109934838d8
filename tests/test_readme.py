"""The README's examples run, and its main one gives the template that the text promises."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
TYPE = "Custom::SageMakerHyperParameterTuningJob"


@pytest.fixture(scope="module")
def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def example(blocks: list[str]) -> dict[str, Any]:
    """The names that the main example leaves behind, and the template that it wrote."""
    names: dict[str, Any] = {"__name__": "readme"}
    exec(compile(blocks[0], "README.md", "exec"), names)
    names["template"] = names["app"].synth().get_stack_by_name("Penguins").template
    return names


def resources(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in template["Resources"].values() if each["Type"] == kind]


def test_the_example_fits_a_screen(blocks: list[str]) -> None:
    assert len(blocks[0].splitlines()) <= 50


def test_the_example_gives_a_tuning_job(example: dict[str, Any]) -> None:
    (job,) = resources(example["template"], TYPE)
    config = job["Properties"]["Request"]["HyperParameterTuningJobConfig"]
    assert config["Strategy"] == "Bayesian"
    assert config["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 20


def test_the_example_gives_one_function_and_an_execution_role(example: dict[str, Any]) -> None:
    assert len(resources(example["template"], "AWS::Lambda::Function")) == 1
    trusted = json.dumps(resources(example["template"], "AWS::IAM::Role"))
    assert "sagemaker.amazonaws.com" in trusted


def test_the_other_examples_go_on_from_the_main_one(blocks: list[str]) -> None:
    together = "\n".join([blocks[0].removesuffix("app.synth()\n"), *blocks[1:]])
    names: dict[str, Any] = {"__name__": "readme"}
    exec(compile(together, "README.md", "exec"), names)
    template = names["cdk"].assertions.Template.from_stack(names["stack"]).to_json()
    assert len(resources(template, TYPE)) == 5
    assert len(resources(template, "AWS::Lambda::Function")) == 1
    assert len(resources(template, "AWS::SageMaker::Model")) == 1


def test_lines_are_not_too_long() -> None:
    assert [line for line in README.read_text(encoding="utf-8").splitlines() if len(line) > 120] == []


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?:)([^)#]+)", README.read_text(encoding="utf-8")))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
