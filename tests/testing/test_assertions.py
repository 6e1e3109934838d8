"""What ``assert_tuning_job`` accepts, and what it says."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest

from cdk_hpo.launch.job import RESOURCE_TYPE
from cdk_hpo.testing import assert_tuning_job, requests_of
from tests.shared import ROOT
from tests.testing.stacks import penguins

REQUEST = {
    "HyperParameterTuningJobConfig": {
        "Strategy": "Random",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 20, "MaxParallelTrainingJobs": 2},
    },
    "TrainingJobDefinition": {
        "StaticHyperParameters": {"num_round": "50"},
        "EnableNetworkIsolation": True,
        "InputDataConfig": [{"ChannelName": "train", "ContentType": "text/csv"}, {"ChannelName": "validation"}],
    },
}
LIMITS = {"MaxNumberOfTrainingJobs": 20}


def template(**requests: Any) -> dict[str, Any]:
    return {
        "Resources": {
            name: {"Type": RESOURCE_TYPE, "Properties": {"NamePrefix": name.lower(), "Request": request}}
            for name, request in requests.items()
        }
    }


def config(limits: dict[str, Any]) -> dict[str, Any]:
    return {"HyperParameterTuningJobConfig": {"ResourceLimits": limits}}


def message(*arguments: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        assert_tuning_job(*arguments, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "part",
    [
        {},
        config(LIMITS),
        {"TrainingJobDefinition": {"InputDataConfig": [{"ChannelName": "train"}, {}]}},
        {"TrainingJobDefinition": {"InputDataConfig": ({"ChannelName": "train"}, {"ChannelName": ANY})}},
        {"TrainingJobDefinition": {"VpcConfig": None}, "WarmStartConfig": None},
        {"HyperParameterTuningJobName": "job-${digest}"},
        REQUEST,
    ],
)
def test_parts_that_fit(part: dict[str, Any]) -> None:
    found = assert_tuning_job(template(Job=REQUEST), part)
    assert found == requests_of(template(Job=REQUEST))["Job"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            config({"MaxNumberOfTrainingJobs": 30}),
            "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs\n  expected  30\n  got       20",
        ),
        (
            config({"MaxNumberOfTrainingJobs": "20"}),
            'HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs\n  expected  "20"\n  got       20',
        ),
        (
            config({"MaxTrainingJobs": 20}),
            "HyperParameterTuningJobConfig.ResourceLimits.MaxTrainingJobs\n  expected  20\n"
            "  got       nothing; there is MaxParallelTrainingJobs",
        ),
        (
            {"TrainingJobDefinition": {"StaticHyperParameters": {"eta": "1"}}},
            'TrainingJobDefinition.StaticHyperParameters.eta\n  expected  "1"\n'
            "  got       nothing; there are num_round",
        ),
        (
            {"TrainingJobDefinition": {"EnableNetworkIsolation": 1}},
            "TrainingJobDefinition.EnableNetworkIsolation\n  expected  1\n  got       true",
        ),
        (
            {"TrainingJobDefinition": {"EnableNetworkIsolation": None}},
            "TrainingJobDefinition.EnableNetworkIsolation\n  expected  nothing\n  got       true",
        ),
        (
            {"TrainingJobDefinition": {"InputDataConfig": [{"ChannelName": "train"}]}},
            'TrainingJobDefinition.InputDataConfig\n  expected  1 item: [{"ChannelName": "train"}]\n'
            '  got       2 items: [{"ChannelName": "train", "ContentType": "text/csv"}, {"ChannelName": "validation"}]',
        ),
        (
            {"TrainingJobDefinition": {"InputDataConfig": [{"ChannelName": "test"}, {}]}},
            'TrainingJobDefinition.InputDataConfig[0].ChannelName\n  expected  "test"\n  got       "train"',
        ),
        (
            {"TrainingJobDefinition": [1]},
            "TrainingJobDefinition\n  expected  [1]\n  got       {",
        ),
    ],
)
def test_parts_that_do_not_fit(part: dict[str, Any], said: str) -> None:
    text = message(template(Job=REQUEST), part)
    indented = "\n".join(f"  {line}" for line in said.splitlines())
    assert text.startswith("no tuning job is sent this request:\n\nJob:\n" + indented)


def test_all_differences_are_told() -> None:
    text = message(template(Job=REQUEST), {"WarmStartConfig": {}, **config({"MaxParallelTrainingJobs": 1})})
    assert "WarmStartConfig\n" in text and "MaxParallelTrainingJobs\n" in text


def test_one_of_several_jobs_is_enough_and_the_nearest_is_told_first() -> None:
    one, two = config({"A": 1, "B": 1, "C": 1}), config({"A": 1, "B": 2, "C": 3})
    both = template(First=one, Second=two)
    assert assert_tuning_job(both, two)["HyperParameterTuningJobName"] == "second-${digest}"
    text = message(both, config({"A": 1, "B": 2, "C": 4}))
    assert text.startswith("no tuning job is sent this request, the nearest first:\n\nSecond:\n")
    assert text.index("First:") > text.index("Second:")


def test_a_job_by_its_logical_id() -> None:
    both = template(First=config({"A": 1}), Second=config({"A": 2}))
    assert_tuning_job(both, config({"A": 2}), logical_id="Second")
    assert "Second" not in message(both, config({"A": 2}), logical_id="First")
    assert message(both, {}, logical_id="Third") == "no tuning job has the logical id 'Third'; there are: First, Second"
    assert message(template(), {}, logical_id="A") == "no tuning job has the logical id 'A'; the template has none"


def test_a_template_without_jobs() -> None:
    assert message(template(), {}) == "the template has no tuning job"


def test_long_values_are_cut() -> None:
    text = message(template(Job={"TrainingJobDefinition": {"Environment": {"a": "x" * 2000}}}),
                   {"TrainingJobDefinition": {"Environment": {"a": "y"}}})  # fmt: skip
    assert "x" * 200 in text and len(text) < 600


def test_objects_that_are_not_json_are_shown() -> None:
    assert "expected  <object" in message(template(Job=REQUEST), {"TrainingJobDefinition": object()})


def test_a_stack() -> None:
    assert_tuning_job(penguins(), config(LIMITS))
    assert "expected  21\n    got       20" in message(penguins(), config({"MaxNumberOfTrainingJobs": 21}))


def test_pytest_shows_the_line_of_the_test(tmp_path: Path) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(
        "from cdk_hpo.testing import assert_tuning_job\n\n\n"
        f"def test_it() -> None:\n    assert_tuning_job({template(Job=REQUEST)!r}, {{'Tags': [1]}})\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(test)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "test_it.py:5: AssertionError" in done.stdout
    assert "assertions.py" not in done.stdout
