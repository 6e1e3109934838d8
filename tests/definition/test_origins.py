"""Values know the line that wrote them, also when the library makes variants of them."""

import dataclasses
import inspect
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler

import cdk_hpo as hpo
from tests.cdk import new_stack
from tests.examples import minimal_definition
from tests.shared import ROOT

HERE = str(Path(__file__).relative_to(ROOT))


def origins(definition: hpo.TuningJobDefinition) -> dict[str, str]:
    """Return the files that wrote the parts of a definition, by the path of each."""
    return {path: origin.rpartition(":")[0] for path, origin in definition.origins()}


def line() -> int:
    """Return the number of the line that calls."""
    return inspect.stack()[1].lineno


def test_a_key_for_everything_leaves_each_origin() -> None:
    with_key = minimal_definition().with_encryption_key("alias/models").with_role("arn:aws:iam::111122223333:role/r")
    assert with_key.to_request()["TrainingJobDefinition"]["OutputDataConfig"]["KmsKeyId"] == "alias/models"
    assert dict(with_key.origins()) == dict(minimal_definition().origins())


def test_parents_are_written_where_they_are_named() -> None:
    warm = minimal_definition().warm_started_from("first")
    assert origins(warm) == origins(minimal_definition()) | {"WarmStartConfig": HERE}


def test_a_problem_that_a_launcher_finds_names_the_line_of_the_instances() -> None:
    stack = new_stack()
    instances, written = hpo.Instances("ml.g5.xlarge"), line()
    training = dataclasses.replace(minimal_definition().training_jobs[0], resources=instances)
    wrong = dataclasses.replace(minimal_definition(), training=training)
    with pytest.raises(hpo.ValidationError, match="volume-kms-local-storage") as caught:
        hpo.HyperParameterTuningJob(stack, "Job", wrong, encryption_key=kms.Key(stack, "Key"))
    assert f"(written at {HERE}:{written})" in str(caught.value)
    assert "jsii" not in str(caught.value)


def test_what_a_construct_makes_was_written_where_the_construct_was() -> None:
    tune = hpo.TuningSchedule(
        new_stack(),
        "Weekly",
        minimal_definition(),
        schedule=scheduler.ScheduleExpression.rate(Duration.days(7)),
        warm_start=hpo.WarmStartType.IDENTICAL_DATA_AND_ALGORITHM,
    )
    (warm,) = [each for each in tune.node.children if each.node.id == "Tune from the last"]
    assert isinstance(warm, hpo.HyperParameterTuningTask)
    assert origins(warm.definition)["WarmStartConfig"] == HERE


def test_defaults_were_written_by_nobody() -> None:
    training: Any = dataclasses.replace(minimal_definition().training_jobs[0], enable_managed_spot_training=True)
    without = {field.name: getattr(training, field.name) for field in dataclasses.fields(training)}
    del without["stopping"]
    by_default, written = hpo.TrainingJobDefinition(**without), line()
    with pytest.raises(hpo.ValidationError, match="spot-needs-max-wait") as caught:
        hpo.HyperParameterTuningJob(new_stack(), "Job", dataclasses.replace(minimal_definition(), training=by_default))
    assert f"TrainingJobDefinition.StoppingCondition (written at {HERE}:{written})" in str(caught.value)
