"""What is said of arguments that a value does not take."""

import dataclasses
import inspect
from typing import Any

import pytest

import cdk_hpo as hpo
from tests.examples import minimal_definition

#: A constructor's call and all that is said about it.
CALLS = [
    (
        "hpo.StoppingCondition(max_runtime_seconds=3)",
        "StoppingCondition() got an unexpected keyword argument 'max_runtime_seconds': did you mean 'max_runtime'?",
    ),
    (
        "hpo.ResourceLimits(MaxNumberOfTrainingJobs=3, max_parallel_training_jobs=1)",
        "ResourceLimits() got an unexpected keyword argument 'MaxNumberOfTrainingJobs': "
        "did you mean 'max_training_jobs'?",
    ),
    (
        "hpo.ResourceLimits(max_number_of_training_jobs=3, MaxParallelTrainingJobs=1)",
        "ResourceLimits() got an unexpected keyword argument 'max_number_of_training_jobs': "
        "did you mean 'max_training_jobs'?, "
        "an unexpected keyword argument 'MaxParallelTrainingJobs': did you mean 'max_parallel_training_jobs'?",
    ),
    (
        "hpo.Output('s3://b', s3_output_path='s3://b')",
        "Output() got an unexpected keyword argument 's3_output_path': did you mean 'bucket'?",
    ),
    (
        "hpo.Hyperband(zzz=1)",
        "Hyperband() got an unexpected keyword argument 'zzz': its arguments are min_resource, max_resource",
    ),
    ("hpo.Bayesian(zzz=1)", "Bayesian() got an unexpected keyword argument 'zzz': it takes no arguments"),
    (
        "hpo.Instances('ml.m5.large', 2)",
        "Instances() takes by position only instance_type, but 2 were given: name the others: count=…, placement=…, "
        "volume=…, volume_encryption_key=…, keep_alive=…, training_plan_arn=…, selected_instance_type=…, "
        "selected_instance_count=…",
    ),
    (
        "hpo.StoppingCondition(3600)",
        "StoppingCondition() takes no argument by position, but 1 was given: "
        "name them: max_runtime=…, max_wait=…, max_pending=…",
    ),
    ("hpo.Tag('a', 'b', 'c')", "Tag() takes by position only key, value, but 3 were given: remove the rest"),
    (
        "hpo.CategoricalParameter('x', 'a', 'b')",
        "CategoricalParameter() takes by position only name, values, but 3 were given: give values as a list",
    ),
    (
        "hpo.WarmStart(['a'])",
        "WarmStart() missing 1 required keyword-only argument: 'type': write WarmStart(parents, type=…)",
    ),
    (
        "hpo.Objective('loss')",
        "Objective() missing 1 required positional argument: 'metric_name': write Objective.maximize("
        '"validation:auc") or Objective.minimize("loss"), with the name of your metric',
    ),
    (
        "hpo.VpcConfig('vpc-1')",
        "VpcConfig() takes no argument by position, but 1 was given: name them: security_groups=…, subnets=…; "
        "of a whole VPC, VpcConfig.from_vpc(vpc, security_groups=[…]) makes one",
    ),
    (
        "hpo.VpcConfig(vpc='vpc-1')",
        "VpcConfig() got an unexpected keyword argument 'vpc': its arguments are security_groups, subnets; "
        "of a whole VPC, VpcConfig.from_vpc(vpc, security_groups=[…]) makes one",
    ),
]


@pytest.mark.parametrize(("code", "said"), CALLS, ids=[code for code, _ in CALLS])
def test_arguments_that_a_value_does_not_take(code: str, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        eval(code, {"hpo": hpo})
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"instance_count": 2}, "did you mean resources=Instances(count=…)?"),
        ({"InstanceType": "ml.m5.large"}, "did you mean resources=Instances(instance_type=…)?"),
        ({"channel_name": "train"}, "did you mean inputs=[Channel(name=…)]?"),
        ({"max_runtime": 60}, "did you mean stopping=StoppingCondition(max_runtime=…)?"),
        ({"input_data_config": []}, "did you mean 'inputs'?"),
        ({"algorithm_specification": 1}, "did you mean 'algorithm'?"),
    ],
)
def test_an_argument_of_a_part(given: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError) as caught:
        dataclasses.replace(minimal_definition().training_jobs[0], **given)
    assert str(caught.value).endswith(said)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_training_jobs": 3}, "did you mean limits=ResourceLimits(max_training_jobs=…)?"),
        ({"output": 1}, "did you mean training=TrainingJobDefinition(output=…)?"),
        ({"hyper_parameter_tuning_job_objective": 1}, "did you mean 'objective'?"),
        ({"training_job_definitions": []}, "did you mean 'training'?"),
        ({"parameter_range": []}, "did you mean 'parameter_ranges'?"),
    ],
)
def test_an_argument_of_the_whole(given: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError) as caught:
        dataclasses.replace(minimal_definition(), **given)
    assert str(caught.value).endswith(said)


def test_an_error_further_in_stays_as_it_is() -> None:
    class Broken(str):
        def __eq__(self, other: object) -> bool:
            raise TypeError("from further in")

        __hash__ = str.__hash__

    with pytest.raises(TypeError, match=r"^from further in$"):
        hpo.Objective.maximize(Broken("x"))


def test_tools_see_the_arguments() -> None:
    assert list(inspect.signature(hpo.WarmStart).parameters) == ["parents", "type"]
