"""The tuning job as a resource of a stack."""

import dataclasses
from typing import Any

import jsii
import pytest
from aws_cdk import Aws, CfnParameter, Duration, Fn, IStableStringProducer, Lazy, RemovalPolicy, Size, Tags
from aws_cdk import aws_iam as iam
from constructs import Construct

import cdk_hpo as hpo
from tests.cdk import (
    JOB,
    assert_matches_snapshot,
    launched,
    masked,
    new_stack,
    policy_of,
    readable,
    resources,
    template_of,
    the_job,
)
from tests.examples import minimal_definition
from tests.shared import accepted_requests


def training(**changes: Any) -> hpo.TuningJobDefinition:
    """Return the minimal definition with changes to its training job definition."""
    definition = minimal_definition()
    return dataclasses.replace(definition, training=dataclasses.replace(definition.training_jobs[0], **changes))


def test_snapshot_of_a_minimal_job() -> None:
    assert_matches_snapshot("minimal_job", masked(launched()))


def test_a_job_adds_two_resources_and_the_function_is_shared() -> None:
    stack = new_stack()
    for index in range(3):
        hpo.HyperParameterTuningJob(stack, f"Job{index}", minimal_definition())
    template = template_of(stack)
    assert len(resources(template, JOB)) == 3
    assert len(resources(template, "AWS::Lambda::Function")) == 1
    assert len(template["Resources"]) == 3 * 2 + 6
    names = policy_of(template, "AWS::IAM::Policy")["CreateTuningJobs"]["Resource"]
    assert [readable(each).rsplit("/", 1)[1] for each in names] == [f"stack-job{index}-*" for index in range(3)]


def test_the_request_is_the_definitions() -> None:
    properties = the_job(launched())
    expected = minimal_definition().to_request()
    (role,) = [name for name in launched()["Resources"] if name.startswith("JobRole")]
    expected["TrainingJobDefinition"]["RoleArn"] = {"Fn::GetAtt": [role, "Arn"]}
    assert properties["Request"] == expected


@pytest.mark.parametrize("stem", sorted(accepted_requests()))
def test_accepted_requests_raise_no_error(stem: str) -> None:
    request = accepted_requests()[stem]
    sent = the_job(launched(hpo.TuningJobDefinition.from_request(request)))
    assert sent.get("Name") == request["HyperParameterTuningJobName"]
    expected = {name: each for name, each in request.items() if name not in ("HyperParameterTuningJobName", "Tags")}
    assert sent["Request"] == expected


def test_a_wrong_definition_is_refused_with_everything_before_anything_exists() -> None:
    stack = new_stack()
    wrong = dataclasses.replace(
        training(resources=hpo.Instances("ml.m5.larg", volume=10), retry_attempts=99),
        random_seed=2**31,
    )
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.HyperParameterTuningJob(stack, "Wrong", wrong)
    assert {finding.rule for finding in caught.value.findings} >= {
        "instance-type-enum",
        "retry-attempts-range",
        "int32-range",
    }
    text = str(caught.value)
    assert "Stack/Wrong" in text
    assert "TrainingJobDefinition.ResourceConfig.InstanceType (written at tests/launch/test_job.py:" in text
    assert "ml.m5.large" in text
    assert "HyperParameterTuningJobConfig.RandomSeed (written at tests/launch/test_job.py:" in text
    assert stack.node.children == []


def test_warnings_are_annotations_with_the_rules_id() -> None:
    stack = new_stack()
    definition = dataclasses.replace(
        minimal_definition(), limits=hpo.ResourceLimits(max_training_jobs=1, max_parallel_training_jobs=2)
    )
    job = hpo.HyperParameterTuningJob(stack, "Job", definition)
    said = [str(each.data) for each in job.node.metadata if each.type == "aws:cdk:warning"]
    assert len(said) == 1
    assert "[ack: cdk-hpo:max-parallel-le-max-jobs]" in said[0]


def test_something_else_than_a_definition() -> None:
    with pytest.raises(TypeError, match="from_request"):
        hpo.HyperParameterTuningJob(new_stack(), "Job", {"a": 1})  # type: ignore[arg-type]


def test_tags_of_the_definition_and_of_the_stack() -> None:
    stack = new_stack()
    tagged = dataclasses.replace(minimal_definition(), tags={"team": "ml", "stage": "definition"})
    hpo.HyperParameterTuningJob(stack, "Job", tagged)
    Tags.of(stack).add("stage", "stack")
    assert the_job(template_of(stack))["Tags"] == [
        {"Key": "stage", "Value": "stack"},
        {"Key": "team", "Value": "ml"},
    ]


def test_without_tags_there_is_no_property() -> None:
    assert "Tags" not in the_job(launched())


def test_options() -> None:
    properties = the_job(
        launched(
            wait_for=hpo.WaitFor.COMPLETED,
            timeout=Duration.minutes(30),
            on_delete=hpo.OnDelete.DELETE,
            tuning_job_name_prefix="nightly",
        )
    )
    assert properties["WaitFor"] == "completed"
    assert properties["ServiceTimeout"] == 1800
    assert properties["OnDelete"] == "delete"
    assert properties["NamePrefix"] == "nightly"


@pytest.mark.parametrize(
    "options",
    [{"wait_for": "never"}, {"on_delete": "perhaps"}, {"on_limit": "retry"}, {"on_missing_data": "later"}],
)
def test_options_outside_their_choices(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(options.values()))):
        launched(**options)


def test_a_timeout_over_an_hour() -> None:
    with pytest.raises(ValueError, match="at most an hour"):
        launched(timeout=Duration.hours(2))


@pytest.mark.parametrize("prefix", ["", "x" * 19, "a" + "-" * 20 + "b", "Nightly", "-a", "a_b"])
def test_a_prefix_that_names_cannot_have(prefix: str) -> None:
    with pytest.raises(hpo.ValidationError, match="tuning_job_name_prefix"):
        launched(tuning_job_name_prefix=prefix)


def test_a_fixed_name_is_used_and_warned_about() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), name="My-Job"))
    template = template_of(stack)
    properties = the_job(template)
    assert properties["Name"] == "My-Job"
    assert "NamePrefix" not in properties
    assert "/my-job'" in str(policy_of(template, "AWS::IAM::Policy")["CreateTuningJobs"]["Resource"])
    assert any("cdk-hpo:fixed-name" in str(each.data) for each in job.node.metadata)


@pytest.mark.parametrize(
    ("policy", "deletion"),
    [
        (RemovalPolicy.RETAIN, "Retain"),
        (RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, "RetainExceptOnCreate"),
        (RemovalPolicy.DESTROY, "Delete"),
    ],
    ids=["retain", "retain-on-update-or-delete", "destroy"],
)
def test_removal_policy(policy: RemovalPolicy, deletion: str) -> None:
    (job,) = resources(launched(removal_policy=policy), JOB)
    assert job["DeletionPolicy"] == deletion
    assert job["UpdateReplacePolicy"] == ("Delete" if policy is RemovalPolicy.DESTROY else "Retain")
    # The function must know: it is not told when CloudFormation forgets the job.
    assert job["Properties"].get("Retain") == (None if policy is RemovalPolicy.DESTROY else "true")


def test_removal_policy_applied_later() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition())
    job.apply_removal_policy(RemovalPolicy.RETAIN)
    properties = the_job(template_of(stack))
    assert properties["Retain"] == "true"
    job.apply_removal_policy(RemovalPolicy.DESTROY)
    assert "Retain" not in the_job(template_of(stack))


def test_the_job_waits_for_the_functions_permissions() -> None:
    template = launched()
    (job,) = resources(template, JOB)
    (policy,) = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::IAM::Policy"]
    assert policy in job["DependsOn"]


def test_the_definition_with_its_role_makes_a_variant() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), wait_for=hpo.WaitFor.COMPLETED)
    child = dataclasses.replace(
        job.definition,
        warm_start=hpo.WarmStart([job], type=hpo.WarmStartType.IDENTICAL_DATA_AND_ALGORITHM),
    )
    hpo.HyperParameterTuningJob(stack, "Child", child)
    template = template_of(stack)
    assert len(resources(template, "AWS::IAM::Role")) == 2
    parents = template["Resources"][stack.get_logical_id(stack.node.find_child("Child").node.default_child)]  # type: ignore[arg-type]
    (parent,) = parents["Properties"]["Request"]["WarmStartConfig"]["ParentHyperParameterTuningJobs"]
    assert parent["HyperParameterTuningJobName"]["Ref"].startswith("Job")


def test_imported_by_name() -> None:
    stack = new_stack(region="eu-west-1")
    job = hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Job", "My-Job")
    assert job.tuning_job_name == "My-Job"
    assert stack.resolve(job.tuning_job_arn) == (
        "arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/my-job"
    )


def test_imported_by_arn() -> None:
    arn = "arn:aws:sagemaker:eu-west-1:111122223333:hyper-parameter-tuning-job/my-job"
    job = hpo.HyperParameterTuningJob.from_tuning_job_arn(new_stack(), "Job", arn)
    assert (job.tuning_job_name, job.tuning_job_arn) == ("my-job", arn)
    with pytest.raises(ValueError, match="ARN of a tuning job"):
        hpo.HyperParameterTuningJob.from_tuning_job_arn(new_stack(), "Job", "arn:aws:s3:::bucket")


def test_grants_are_for_this_job_only() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    user = iam.User(stack, "User")
    job.grant_stop(user)
    job.grant_describe(user)
    statements = [
        statement
        for policy in resources(template_of(stack), "AWS::IAM::Policy")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "Sid" not in statement
    ]
    assert {str(each["Resource"]) for each in statements} == {str(stack.resolve(job.tuning_job_arn))}
    actions = {
        action
        for each in statements
        for action in [*([each["Action"]] if isinstance(each["Action"], str) else each["Action"])]
    }
    assert actions == {
        "sagemaker:DescribeHyperParameterTuningJob",
        "sagemaker:ListTrainingJobsForHyperParameterTuningJob",
        "sagemaker:StopHyperParameterTuningJob",
    }


def test_built_in_images_by_region() -> None:
    definition = training(algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"))
    definition = dataclasses.replace(definition, objective=hpo.Objective.minimize("validation:rmse"))
    agnostic = launched(definition)
    (mapping,) = agnostic["Mappings"].values()
    assert mapping["us-west-2"] == {"Account": "246618743249"}
    stack = new_stack(region="us-west-2")
    hpo.HyperParameterTuningJob(stack, "Job", definition)
    template = template_of(stack)
    assert "Mappings" not in template
    specification = the_job(template)["Request"]["TrainingJobDefinition"]["AlgorithmSpecification"]
    assert specification["TrainingImage"] == "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"


def test_tokens_stand_wherever_they_make_sense() -> None:
    stack = new_stack()
    number = CfnParameter(stack, "Number", type="Number")
    text = CfnParameter(stack, "Text")
    list_ = CfnParameter(stack, "List", type="List<AWS::EC2::Subnet::Id>")
    definition = hpo.TuningJobDefinition(
        objective=hpo.Objective(text.value_as_string, text.value_as_string),
        parameter_ranges=[
            hpo.ContinuousParameter(text.value_as_string, number.value_as_number, text.value_as_string),
            hpo.IntegerParameter("n", number.value_as_number, Lazy.string(_Late("9"))),
            hpo.CategoricalParameter("c", list_.value_as_list),
        ],
        limits=hpo.ResourceLimits(
            max_training_jobs=number.value_as_number,  # type: ignore[arg-type]
            max_parallel_training_jobs=number.value_as_number,  # type: ignore[arg-type]
            max_runtime=Duration.seconds(number.value_as_number),
        ),
        training=hpo.TrainingJobDefinition(
            algorithm=hpo.Algorithm.from_image(text.value_as_string),
            output=hpo.Output(text.value_as_string),
            inputs=[hpo.Channel.from_bucket("train", f"s3://{text.value_as_string}/p")],
            resources=hpo.Instances(
                text.value_as_string,
                count=number.value_as_number,  # type: ignore[arg-type]
                volume=Size.gibibytes(number.value_as_number),
                volume_encryption_key=text.value_as_string,
            ),
            vpc=hpo.VpcConfig(security_groups=[text.value_as_string], subnets=list_.value_as_list),
            environment={"A": text.value_as_string},
            static_hyper_parameters={"m": text.value_as_string},
            enable_network_isolation=Fn.condition_equals("a", "b"),  # type: ignore[arg-type]
        ),
        tags={"region": Aws.REGION},
    )
    hpo.HyperParameterTuningJob(stack, "Job", definition)
    request = the_job(template_of(stack))["Request"]
    ref = {"Ref": "Number"}
    config = request["HyperParameterTuningJobConfig"]
    assert config["ResourceLimits"] == {
        "MaxNumberOfTrainingJobs": ref,
        "MaxParallelTrainingJobs": ref,
        "MaxRuntimeInSeconds": ref,
    }
    ranges = config["ParameterRanges"]
    assert ranges["ContinuousParameterRanges"] == [
        {"Name": {"Ref": "Text"}, "MinValue": ref, "MaxValue": {"Ref": "Text"}}
    ]
    assert ranges["IntegerParameterRanges"] == [{"Name": "n", "MinValue": ref, "MaxValue": "9"}]
    assert ranges["CategoricalParameterRanges"] == [{"Name": "c", "Values": {"Ref": "List"}}]
    job = request["TrainingJobDefinition"]
    assert job["ResourceConfig"] == {
        "VolumeSizeInGB": ref,
        "VolumeKmsKeyId": {"Ref": "Text"},
        "InstanceType": {"Ref": "Text"},
        "InstanceCount": ref,
    }
    assert job["VpcConfig"] == {"SecurityGroupIds": [{"Ref": "Text"}], "Subnets": {"Ref": "List"}}
    assert job["EnableNetworkIsolation"] == {"Fn::Equals": ["a", "b"]}


@jsii.implements(IStableStringProducer)
class _Late:
    def __init__(self, value: str) -> None:
        self._value = value

    def produce(self) -> str:
        return self._value


def test_tags_that_do_not_fit_beside_ours() -> None:
    many = dataclasses.replace(minimal_definition(), tags={f"k{index}": "v" for index in range(45)})
    with pytest.raises(hpo.ValidationError, match="at most 44"):
        launched(many)
    with pytest.raises(hpo.ValidationError, match="marks this library's own tags"):
        launched(dataclasses.replace(minimal_definition(), tags={"cdk-hpo:released": "true"}))


def test_tags_of_the_stack_that_do_not_fit_beside_ours() -> None:
    stack = new_stack()
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    for index in range(45):
        Tags.of(stack).add(f"k{index}", "v")
    with pytest.raises(RuntimeError, match="Stack/Job: 45 tags; at most 44"):
        template_of(stack)


def test_an_id_that_somebody_else_has() -> None:
    stack = new_stack()
    Construct(stack, "TuningJobFunction")
    with pytest.raises(ValueError, match="choose another one"):
        hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"removal_policy": RemovalPolicy.SNAPSHOT}, "RETAIN or DESTROY"),
        ({"removal_policy": "RETAIN"}, r"got 'RETAIN': write RemovalPolicy\.RETAIN"),
        ({"timeout": Duration.millis(1500)}, "expected whole seconds, got 1.5"),
        ({"timeout": 5}, "expected a Duration"),
        ({"timeout": Duration.seconds(0)}, "from a second"),
        ({"wait_for": "done"}, r"WaitFor\.CREATED or WaitFor\.COMPLETED, got 'done'"),
    ],
)
def test_options_that_make_no_sense_leave_nothing_behind(options: dict[str, Any], said: str) -> None:
    stack = new_stack()
    with pytest.raises((TypeError, ValueError), match=said):
        hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), **options)
    assert stack.node.children == []


def test_a_built_in_algorithm_that_the_region_does_not_have() -> None:
    stack = new_stack(region="mars-north-1")
    with pytest.raises(ValueError, match=r"Stack/Job: sagemaker-xgboost:1\.7-1 is not known in 'mars-north-1'"):
        hpo.HyperParameterTuningJob(stack, "Job", training(algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1")))


def test_what_is_waited_out_is_asked_for() -> None:
    assert not {"OnLimit", "OnMissingData"} & the_job(launched()).keys()
    asked = the_job(launched(on_limit=hpo.OnLimit.WAIT, on_missing_data=hpo.OnMissingData.WAIT))
    assert (asked["OnLimit"], asked["OnMissingData"]) == ("wait", "wait")
