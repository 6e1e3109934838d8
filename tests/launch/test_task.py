"""A tuning job as a state of a workflow."""

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Annotations, CfnParameter, Duration, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition
from tests.shared import accepted_requests

RUN_JOB = ":states:::sagemaker:createHyperParameterTuningJob.sync"


def from_input(count: Any, data: str) -> hpo.TuningJobDefinition:
    """Return a definition with a number and an address from the state's input."""
    base = minimal_definition()
    job = dataclasses.replace(base.training_jobs[0], inputs=[hpo.Channel.from_bucket("train", data)])
    limits = hpo.ResourceLimits(max_training_jobs=count, max_parallel_training_jobs=1)
    return dataclasses.replace(base, limits=limits, training=job)


def workflow(build: Callable[[Construct], sfn.IChainable], language: sfn.QueryLanguage | None = None) -> dict[str, Any]:
    stack = new_stack()
    body = sfn.DefinitionBody.from_chainable(build(stack))
    sfn.StateMachine(stack, "Machine", definition_body=body, query_language=language)
    return template_of(stack)


def machine(template: dict[str, Any]) -> dict[str, Any]:
    """Return the state machine; what CloudFormation fills in stands as ``<Name>``."""
    (resource,) = resources(template, "AWS::StepFunctions::StateMachine")
    text = resource["Properties"]["DefinitionString"]
    parts = text["Fn::Join"][1] if isinstance(text, dict) else [text]
    filled = (part if isinstance(part, str) else f"<{_known_later(part)}>" for part in parts)
    parsed: dict[str, Any] = json.loads("".join(filled))
    return parsed


def _known_later(part: dict[str, Any]) -> str:
    """Return the name in a call of CloudFormation."""
    named = part.get("Ref") or part.get("Fn::Sub") or part["Fn::GetAtt"][0]
    return str(named)


def task(definition: hpo.TuningJobDefinition | None = None, **options: Any) -> dict[str, Any]:
    """Return the template of a workflow with one state, ``Tune``."""
    return workflow(
        lambda scope: hpo.HyperParameterTuningTask(scope, "Tune", definition or minimal_definition(), **options)
    )


def state(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = machine(template)["States"]["Tune"]
    return found


def statements(template: dict[str, Any]) -> list[dict[str, Any]]:
    (policy,) = resources(template, "AWS::IAM::Policy")
    found: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def actions(template: dict[str, Any]) -> set[str]:
    given = [each["Action"] for each in statements(template)]
    return {action for each in given for action in ([each] if isinstance(each, str) else each)}


def test_it_waits_for_the_end_and_gives_each_run_a_name() -> None:
    found = state(task())
    assert found["Resource"] == f"arn:<AWS::Partition>{RUN_JOB}"
    assert found["Parameters"]["HyperParameterTuningJobName.$"].startswith("States.Format('stack-tune-{}-{}', ")


def test_the_longest_prefix_leaves_room_for_what_makes_a_name_unique() -> None:
    given = state(task(tuning_job_name_prefix="x" * 18))["Parameters"]["HyperParameterTuningJobName.$"]
    parts = re.fullmatch(r"States\.Format\('(?P<form>[^']*)', (?P<first>.*\), 0\)), (?P<second>.*\), 1\))\)", given)
    assert parts is not None
    assert {parts["first"][:-3], parts["second"][:-3]} == {
        "States.ArrayGetItem(States.StringSplit(States.UUID(), '-'), "[:-1]
    }
    # A UUID begins with 8 and 4 digits.
    assert len(parts["form"].format("a" * 8, "b" * 4)) == 32


def test_the_same_with_jsonata() -> None:
    found = state(task(query_language=sfn.QueryLanguage.JSONATA))
    assert found["QueryLanguage"] == "JSONata" and "Parameters" not in found
    assert found["Arguments"]["HyperParameterTuningJobName"] == (
        "{% 'stack-tune-' & $substring($uuid(), 0, 8) & '-' & $substring($uuid(), 9, 4) %}"
    )
    assert found["Resource"].endswith(RUN_JOB)


def test_in_a_state_machine_of_jsonata() -> None:
    template = workflow(
        lambda scope: hpo.HyperParameterTuningTask(
            scope, "Tune", minimal_definition(), query_language=sfn.QueryLanguage.JSONATA
        ),
        sfn.QueryLanguage.JSONATA,
    )
    assert machine(template)["QueryLanguage"] == "JSONata"
    assert "HyperParameterTuningJobName" in state(template)["Arguments"]


def test_request_and_response() -> None:
    template = task(integration_pattern=sfn.IntegrationPattern.REQUEST_RESPONSE)
    assert state(template)["Resource"].endswith("sagemaker:createHyperParameterTuningJob")
    assert actions(template) == {"sagemaker:CreateHyperParameterTuningJob", "iam:PassRole", "sagemaker:AddTags"}
    (tagging,) = [each for each in statements(template) if each["Action"] == "sagemaker:AddTags"]
    assert tagging["Condition"] == {"Null": {"sagemaker:TaggingAction": "false"}}
    assert "hyper-parameter-tuning-job/stack-tune-*" in json.dumps(tagging["Resource"])


def test_a_task_token_is_refused() -> None:
    with pytest.raises(ValueError, match="RUN_JOB or REQUEST_RESPONSE"):
        task(integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN)


@pytest.mark.parametrize("language", [sfn.QueryLanguage.JSON_PATH, sfn.QueryLanguage.JSONATA])
@pytest.mark.parametrize("stem", sorted(accepted_requests()))
def test_the_request_is_the_definitions(stem: str, language: sfn.QueryLanguage) -> None:
    request = accepted_requests()[stem]
    found = state(task(hpo.TuningJobDefinition.from_request(request), query_language=language))
    assert found["Parameters" if language is sfn.QueryLanguage.JSON_PATH else "Arguments"] == request


def test_what_it_may_do() -> None:
    template = task()
    assert actions(template) == {
        "events:DescribeRule",
        "events:PutRule",
        "events:PutTargets",
        "iam:PassRole",
        "sagemaker:AddTags",
        "sagemaker:CreateHyperParameterTuningJob",
        "sagemaker:DescribeHyperParameterTuningJob",
        "sagemaker:ListTags",
        "sagemaker:StopHyperParameterTuningJob",
    }
    for each in statements(template):
        resource = json.dumps(each["Resource"])
        assert resource != '"*"'
        if "sagemaker:" in json.dumps(each["Action"]):
            assert "hyper-parameter-tuning-job/stack-tune-*" in resource
    (role,) = [name for name in template["Resources"] if name.startswith("TuneRole")]
    (passed,) = [each for each in statements(template) if each["Action"] == "iam:PassRole"]
    assert passed["Resource"] == {"Fn::GetAtt": [role, "Arn"]}


def test_several_tasks_make_a_policy_without_findings() -> None:
    def build(scope: Construct) -> sfn.IChainable:
        first = hpo.HyperParameterTuningTask(scope, "One", minimal_definition())
        return first.next(hpo.HyperParameterTuningTask(scope, "Two", minimal_definition()))

    assert not [each for each in statements(workflow(build)) if "Sid" in each]


@pytest.mark.parametrize(
    ("language", "count", "data", "member"),
    [
        (sfn.QueryLanguage.JSON_PATH, sfn.JsonPath.number_at("$.n"), sfn.JsonPath.string_at("$.data"), "Parameters"),
        (
            sfn.QueryLanguage.JSONATA,
            Token.as_number("{% $states.input.n %}"),
            "{% $states.input.data %}",
            "Arguments",
        ),
    ],
    ids=["jsonpath", "jsonata"],
)
def test_fields_from_the_input(language: sfn.QueryLanguage, count: Any, data: str, member: str) -> None:
    template = task(from_input(count, data), query_language=language)
    sent = state(template)[member]
    limits = sent["HyperParameterTuningJobConfig"]["ResourceLimits"]
    source = sent["TrainingJobDefinition"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    if member == "Parameters":
        assert limits["MaxNumberOfTrainingJobs.$"] == "$.n" and source["S3Uri.$"] == "$.data"
    else:
        assert limits["MaxNumberOfTrainingJobs"] == "{% $states.input.n %}"
        assert source["S3Uri"] == "{% $states.input.data %}"
    # No policy can name what comes later, and none is made up.
    (role,) = [each for name, each in template["Resources"].items() if name.startswith("TuneRole")]
    policy = json.dumps(role["Properties"]["Policies"])
    assert "$." not in policy and "{%" not in policy and "model-bucket" in policy


def test_what_the_role_then_lacks_is_said() -> None:
    stack = new_stack()
    late = from_input(4, sfn.JsonPath.string_at("$.data"))
    sfn.StateMachine(
        stack,
        "Machine",
        definition_body=sfn.DefinitionBody.from_chainable(hpo.HyperParameterTuningTask(stack, "Tune", late)),
    )
    app = stack.node.root
    messages = [str(each.entry.data) for each in app.synth().get_stack_by_name("Stack").messages]  # type: ignore[attr-defined]
    assert any("lacks permissions (ReadInputs, ListBucket)" in each for each in messages)


@pytest.mark.parametrize(
    ("count", "data", "path"),
    [
        (
            4,
            "{% $states.input.data %}",
            "TrainingJobDefinition.InputDataConfig[0].DataSource.S3DataSource.S3Uri",
        ),
        (
            Token.as_number("{% $states.input.n %}"),
            "s3://data-bucket/train/",
            "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs",
        ),
    ],
    ids=["text", "number"],
)
def test_an_expression_of_jsonata_with_jsonpath(count: Any, data: str, path: str) -> None:
    stack = new_stack()
    message = f"Stack/Tune: {path} is an expression of JSONata.* give query_language=sfn.QueryLanguage.JSONATA"
    with pytest.raises(ValueError, match=message.replace("[0]", r"\[0\]")):
        hpo.HyperParameterTuningTask(stack, "Tune", from_input(count, data))
    assert stack.node.try_find_child("Tune") is None


def warned(stack: Stack) -> list[str]:
    """Return the warnings of a stack's synthesis."""
    app: Any = stack.node.root
    messages = app.synth(force=True).get_stack_by_name("Stack").messages
    return [str(each.entry.data) for each in messages if "WARNING" in str(each.level)]


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        ("sdk-multi-algo-autotune", "Autotune and TrainingJobDefinitions"),
        ("tf-multi-definitions-everything", "TrainingJobDefinitions"),
        ("tf-basic", None),
        ("ex-imageclass-warmstart-transfer-2parents", None),
    ],
)
def test_what_the_integration_may_not_take(stem: str, names: str | None) -> None:
    stack = new_stack()
    definition = hpo.TuningJobDefinition.from_request(accepted_requests()[stem])
    task = hpo.HyperParameterTuningTask(stack, "Tune", definition)
    told = [each for each in warned(stack) if "cdk-hpo:step-functions-parameters" in each]
    assert len(told) == (names is not None)
    assert all(f"takes {names}:" in each for each in told)
    Annotations.of(task).acknowledge_warning("cdk-hpo:step-functions-parameters", "it ran")
    assert not [each for each in warned(stack) if "step-functions-parameters" in each]


def test_a_quota_that_is_used_up_is_waited_for_about_a_day() -> None:
    (retry,) = [
        each for each in state(task())["Retry"] if each["ErrorEquals"] == ["SageMaker.ResourceLimitExceededException"]
    ]
    pause, waited = float(retry["IntervalSeconds"]), 0.0
    for _ in range(retry["MaxAttempts"]):
        # Full jitter is half of the pause on average.
        waited += min(pause, retry["MaxDelaySeconds"]) / (2 if retry["JitterStrategy"] == "FULL" else 1)
        pause *= retry["BackoffRate"]
    assert 23 <= waited / 3600 <= 26


def test_what_is_known_is_checked() -> None:
    late = from_input(sfn.JsonPath.number_at("$.n"), sfn.JsonPath.string_at("$.data"))
    wrong = dataclasses.replace(late, random_seed=2**31)
    with pytest.raises(hpo.ValidationError) as caught:
        task(wrong)
    assert {each.rule for each in caught.value.findings} == {"int32-range"}


def test_what_is_known_late_is_checked_too() -> None:
    stack = new_stack()
    seed = Token.as_number(Token.as_any(2**31))
    hpo.HyperParameterTuningTask(stack, "Late", dataclasses.replace(minimal_definition(), random_seed=seed))
    with pytest.raises(RuntimeError, match="2147483648"):
        template_of(stack)


def test_a_key_that_jsonpath_would_misread() -> None:
    job = dataclasses.replace(minimal_definition().training_jobs[0], static_hyper_parameters={"rate.$": "1"})
    definition = dataclasses.replace(minimal_definition(), training=job)
    with pytest.raises(ValueError, match=r"Stack/Tune: .*'rate\.\$'.* ends in '\.\$'"):
        task(definition)
    sent = state(task(definition, query_language=sfn.QueryLanguage.JSONATA))["Arguments"]
    assert sent["TrainingJobDefinition"]["StaticHyperParameters"] == {"rate.$": "1"}


def test_a_name_from_the_input_and_a_fixed_one() -> None:
    named = dataclasses.replace(minimal_definition(), name=sfn.JsonPath.string_at("$.name"))
    template = task(named)
    assert state(template)["Parameters"]["HyperParameterTuningJobName.$"] == "$.name"
    assert "hyper-parameter-tuning-job/*" in json.dumps(statements(template))
    fixed = task(dataclasses.replace(minimal_definition(), name="My-Job"))
    assert "hyper-parameter-tuning-job/my-job" in json.dumps(statements(fixed))


def test_a_name_that_the_deployment_knows() -> None:
    def build(scope: Construct) -> sfn.IChainable:
        name = CfnParameter(scope, "Name").value_as_string
        return hpo.HyperParameterTuningTask(scope, "Tune", dataclasses.replace(minimal_definition(), name=name))

    template = workflow(build)
    assert state(template)["Parameters"]["HyperParameterTuningJobName"] == "<Name>"


def test_retries_catches_and_other_options() -> None:
    def build(scope: Construct) -> sfn.IChainable:
        tune = hpo.HyperParameterTuningTask(
            scope,
            "Tune",
            minimal_definition(),
            comment="weekly",
            heartbeat_timeout=sfn.Timeout.duration(Duration.minutes(5)),
            task_timeout=sfn.Timeout.duration(Duration.hours(5)),
            result_selector={"best.$": "$.BestTrainingJob"},
            result_path="$.tuning",
        )
        tune.add_retry(errors=["States.TaskFailed"], max_attempts=1)
        tune.add_catch(sfn.Fail(scope, "Failed"))
        return tune.next(sfn.Succeed(scope, "Done"))

    found = state(workflow(build))
    names = [each["ErrorEquals"] for each in found["Retry"]]
    assert names == [
        ["SageMaker.ResourceLimitExceededException"],
        ["SageMaker.AmazonSageMakerException"],
        ["States.TaskFailed"],
    ]
    assert found["Catch"][0]["Next"] == "Failed" and found["Next"] == "Done"
    assert found["ResultSelector"] == {"best.$": "$.BestTrainingJob"} and found["ResultPath"] == "$.tuning"
    assert (found["TimeoutSeconds"], found["HeartbeatSeconds"], found["Comment"]) == (18000, 300, "weekly")
    assert "Retry" not in state(task(retry_on_service_exceptions=False))


def test_a_role_of_ones_own() -> None:
    def build(scope: Construct) -> sfn.IChainable:
        role = iam.Role.from_role_arn(scope, "Own", "arn:aws:iam::111122223333:role/training")
        return hpo.HyperParameterTuningTask(scope, "Tune", minimal_definition(), role=role)

    template = workflow(build)
    sent = state(template)["Parameters"]["TrainingJobDefinition"]["RoleArn"]
    assert re.fullmatch(r"arn:aws:iam::111122223333:role/training", sent)
    assert "role/training" in json.dumps(statements(template))


def test_connections_need_a_network() -> None:
    with pytest.raises(ValueError, match="Stack/Tune: connections need a network"):
        _ = hpo.HyperParameterTuningTask(new_stack(), "Tune", minimal_definition()).connections


def test_one_key_for_everything() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    from aws_cdk import aws_kms as kms

    def build(scope: Construct) -> sfn.IChainable:
        return hpo.HyperParameterTuningTask(
            scope, "Tune", minimal_definition(), encryption_key=kms.Key.from_key_arn(scope, "Key", key)
        )

    sent = state(workflow(build))["Parameters"]["TrainingJobDefinition"]
    assert sent["OutputDataConfig"]["KmsKeyId"] == sent["ResourceConfig"]["VolumeKmsKeyId"] == key
