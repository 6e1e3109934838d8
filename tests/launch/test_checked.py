"""Checks of a launcher: acknowledged rules, late values, parents of the same app."""

import dataclasses
from typing import Any

import jsii
import pytest
from aws_cdk import Annotations, App, Fn, IStableNumberProducer, IStableStringProducer, Lazy
from aws_cdk.assertions import Annotations as Found
from aws_cdk.assertions import Match

import cdk_hpo as hpo
from cdk_hpo.launch.acknowledged import DOUBTS
from tests.cdk import JOB, new_stack, resources, template_of
from tests.examples import minimal_definition


def with_training(**changes: Any) -> hpo.TuningJobDefinition:
    definition = minimal_definition()
    return dataclasses.replace(definition, training=dataclasses.replace(definition.training_jobs[0], **changes))


NEW_TYPE = with_training(resources=hpo.Instances("ml.x9.large", volume=10))
REASON = "the type is newer than the list"


def test_an_acknowledged_error_does_not_stand_in_the_way_and_stays_visible() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningJob(stack, "Job", NEW_TYPE, acknowledged_rules={"instance-type-enum": REASON})
    (job,) = resources(template_of(stack), JOB)
    assert job["Metadata"]["cdk-hpo:acknowledged"] == {"instance-type-enum": REASON}


def test_other_errors_still_do() -> None:
    wrong = dataclasses.replace(NEW_TYPE, random_seed=2**31)
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.HyperParameterTuningJob(new_stack(), "Job", wrong, acknowledged_rules={"instance-type-enum": REASON})
    assert {finding.rule for finding in caught.value.findings} == {"int32-range"}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"instance-type-enumm": REASON}, "did you mean 'instance-type-enum'"),
        ({"zzz": REASON}, "cdk-hpo rules"),
        ({"cdk-hpo:instance-type-enum": REASON}, "did you mean 'instance-type-enum'"),
        (
            {"cdk-hpo:role-not-changed": REASON},
            r"Annotations\.of\(construct\)\.acknowledge_warning\('cdk-hpo:role-not-changed', …\)",
        ),
        ({"instance-type-enum": " "}, "needs a reason"),
        ({"instance-type-enum": None}, "needs a reason"),
    ],
)
def test_acknowledging_what_there_is_not_or_without_a_reason(rules: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        hpo.HyperParameterTuningJob(new_stack(), "Job", NEW_TYPE, acknowledged_rules=rules)


DOUBTFUL = {
    "training-image-not-in-ecr": hpo.Algorithm.from_image(
        "docker.io/library/train:1", metric_definitions=[hpo.MetricDefinition("loss", "loss=([0-9.]+)")]
    ),
    "metric-definitions-unknown-image": hpo.Algorithm.from_image(Fn.import_value("image")),
}


@pytest.mark.parametrize("doubt", sorted(DOUBTS))
def test_what_is_doubted_is_acknowledged_like_a_rule(doubt: str) -> None:
    definition = dataclasses.replace(with_training(algorithm=DOUBTFUL[doubt]), objective=hpo.Objective.minimize("loss"))
    told = []
    for reasons in (None, {doubt: REASON}):
        stack = new_stack()
        hpo.HyperParameterTuningJob(stack, "Job", definition, acknowledged_rules=reasons)
        told.append(len(Found.from_stack(stack).find_warning("*", Match.string_like_regexp(f"cdk-hpo:{doubt}"))))
    assert told == [1, 0]


def test_a_warning_is_acknowledged_as_any_other_of_the_cdk() -> None:
    stack = new_stack()
    definition = dataclasses.replace(
        minimal_definition(), limits=hpo.ResourceLimits(max_training_jobs=1, max_parallel_training_jobs=2)
    )
    job = hpo.HyperParameterTuningJob(stack, "Job", definition)
    Annotations.of(job).acknowledge_warning("cdk-hpo:max-parallel-le-max-jobs", "for later")
    assert not [each for each in job.node.metadata if each.type == "aws:cdk:warning"]


@jsii.implements(IStableStringProducer)
class Late:
    """Text that is known when the template is written."""

    def __init__(self, value: str) -> None:
        self._value = value

    def produce(self) -> str:
        return self._value


@jsii.implements(IStableNumberProducer)
class LateNumber:
    """A number that is known when the template is written."""

    def __init__(self, value: int) -> None:
        self._value = value

    def produce(self) -> int:
        return self._value


def test_a_late_value_is_checked_when_the_template_is_complete() -> None:
    stack = new_stack()
    late = hpo.Instances(
        Lazy.string(Late("ml.m5.larg")),
        volume=10,
        count=Lazy.number(LateNumber(0)),  # type: ignore[arg-type]
    )
    hpo.HyperParameterTuningJob(stack, "Job", with_training(resources=late))
    with pytest.raises(RuntimeError) as caught:
        template_of(stack)
    text = str(caught.value)
    assert "instance-type-enum" in text
    assert "instance-count-positive" in text
    assert "Stack/Job" in text
    assert "tests/launch/test_checked.py" in text


def test_a_late_value_that_is_right_passes() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningJob(
        stack, "Job", with_training(resources=hpo.Instances(Lazy.string(Late("ml.m5.large")), volume=10))
    )
    (job,) = resources(template_of(stack), JOB)
    config = job["Properties"]["Request"]["TrainingJobDefinition"]["ResourceConfig"]
    assert config["InstanceType"] == "ml.m5.large"


def test_a_late_problem_can_be_acknowledged() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningJob(
        stack,
        "Job",
        with_training(resources=hpo.Instances(Lazy.string(Late("ml.x9.large")), volume=10)),
        acknowledged_rules={"instance-type-enum": REASON},
    )
    assert resources(template_of(stack), JOB)


def warm_started(parent: Any, **changes: Any) -> hpo.TuningJobDefinition:
    start = hpo.WarmStart([parent], type=hpo.WarmStartType.TRANSFER_LEARNING)
    return dataclasses.replace(minimal_definition(), warm_start=start, **changes)


def rules_broken_with(child: Any, parent_definition: hpo.TuningJobDefinition | None = None, **options: Any) -> set[str]:
    stack = new_stack()
    options = {"wait_for": hpo.WaitFor.COMPLETED} | options
    parent = hpo.HyperParameterTuningJob(stack, "Parent", parent_definition or minimal_definition(), **options)
    try:
        hpo.HyperParameterTuningJob(stack, "Child", child(parent))
    except hpo.ValidationError as error:
        return {finding.rule for finding in error.findings}
    return set()


def test_a_parent_of_the_same_app_that_fits() -> None:
    assert rules_broken_with(warm_started) == set()


def test_a_parent_that_nobody_waits_for() -> None:
    assert rules_broken_with(warm_started, wait_for=hpo.WaitFor.CREATED) == {"warm-parent-terminal"}


def test_another_objective_than_the_parents() -> None:
    parent = dataclasses.replace(
        with_training(
            algorithm=hpo.Algorithm.from_image("i", metric_definitions=[hpo.MetricDefinition("acc", "acc=(.*)")])
        ),
        objective=hpo.Objective.maximize("acc"),
    )
    assert rules_broken_with(warm_started, parent) == {"warm-same-objective"}


def test_other_hyperparameters_than_the_parents() -> None:
    ranges = [hpo.ContinuousParameter("alpha", 0.01, 0.3)]
    assert rules_broken_with(lambda parent: warm_started(parent, parameter_ranges=ranges)) == {
        "warm-same-hyperparameter-set"
    }


def test_another_type_than_the_parents() -> None:
    ranges = [hpo.IntegerParameter("eta", 1, 9)]
    assert rules_broken_with(lambda parent: warm_started(parent, parameter_ranges=ranges)) == {"warm-same-types"}


@pytest.mark.parametrize(("changed", "broken"), [(10, set()), (11, {"warm-max-10-changes"})])
def test_static_values_other_than_the_parents(changed: int, broken: set[str]) -> None:
    names = [f"p{index}" for index in range(12)]
    parent = with_training(static_hyper_parameters=dict.fromkeys(names, "0"))
    child = with_training(
        static_hyper_parameters={name: "1" if index < changed else "0" for index, name in enumerate(names)}
    )
    assert (
        rules_broken_with(lambda job: dataclasses.replace(child, warm_start=warm_started(job).warm_start), parent)
        == broken
    )


def test_an_imported_parent_is_taken_as_it_is() -> None:
    stack = new_stack()
    parent = hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Parent", "earlier")
    hpo.HyperParameterTuningJob(stack, "Child", warm_started(parent))
    assert resources(template_of(stack), JOB)


def test_a_late_warning_is_told_once() -> None:
    stack = new_stack()
    late = with_training(output=hpo.Output(Lazy.string(Late("https://s3.amazonaws.com/model-bucket/models/"))))
    hpo.HyperParameterTuningJob(stack, "Job", late)
    app = stack.node.root
    assert isinstance(app, App)
    messages = [str(each.entry.data) for each in app.synth().get_stack_by_name("Stack").messages]
    assert len([each for each in messages if "cdk-hpo:output-path-s3-scheme" in each]) == 1


def test_late_values_are_compared_with_the_parents_too() -> None:
    stack = new_stack()
    parent = hpo.HyperParameterTuningJob(stack, "Parent", minimal_definition(), wait_for=hpo.WaitFor.COMPLETED)
    other = dataclasses.replace(warm_started(parent), objective=hpo.Objective.minimize(Lazy.string(Late("loss2"))))
    metrics = [hpo.MetricDefinition("loss2", "loss2=(.*)")]
    training = dataclasses.replace(
        other.training_jobs[0], algorithm=hpo.Algorithm.from_image("i", metric_definitions=metrics)
    )
    hpo.HyperParameterTuningJob(stack, "Child", dataclasses.replace(other, training=training))
    with pytest.raises(RuntimeError, match="warm-same-objective"):
        template_of(stack)


@pytest.mark.parametrize("by", ["name", "import"])
def test_a_parent_given_by_its_name_that_nobody_waits_for(by: str) -> None:
    stack = new_stack()
    parent = hpo.HyperParameterTuningJob(stack, "Parent", minimal_definition())
    name = parent.tuning_job_name
    given = name if by == "name" else hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Known", name)
    hpo.HyperParameterTuningJob(stack, "Child", minimal_definition().warm_started_from(given))
    with pytest.raises(RuntimeError, match="warm-parent-terminal"):
        template_of(stack)


def test_a_parent_given_by_its_name_that_is_waited_for() -> None:
    stack = new_stack()
    parent = hpo.HyperParameterTuningJob(stack, "Parent", minimal_definition(), wait_for=hpo.WaitFor.COMPLETED)
    hpo.HyperParameterTuningJob(stack, "Child", minimal_definition().warm_started_from(parent.tuning_job_name, "other"))
    assert template_of(stack)
