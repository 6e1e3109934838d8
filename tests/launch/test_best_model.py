"""What becomes of a tuning job's best model."""

import dataclasses
import json
import subprocess
import sys
from typing import Any

import pytest
from aws_cdk import Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

import cdk_hpo as hpo
from tests.cdk import assert_matches_snapshot, new_stack, resources, template_of
from tests.examples import minimal_definition
from tests.launch.expressions import followers
from tests.launch.promotion import (
    COMPARE,
    CREATE,
    LOOK,
    NO,
    PRODUCTION,
    REGISTER,
    WINNER,
    WRITE,
    YES,
    arn_of,
    on_completion,
)
from tests.launch.test_task import machine
from tests.shared import ROOT

EVERYTHING: dict[str, Any] = {
    "threshold": 0.5,
    "parameter_name": "/churn/best",
    "create_model": True,
    "tags": {"team": "risk"},
    "model_package_group": "Churn",
    "approval_status": hpo.ApprovalStatus.APPROVED,
    "content_types": ["text/csv"],
    "response_types": ["application/json"],
    "environment": {"SAID": 'a "word"'},
}
CHOICES: dict[str, dict[str, Any]] = {
    "model": {},
    "registry": {"model_package_group": "churn"},
    "parameter": {"create_model": False, "parameter_name": "best"},
    "tagged": {"tags": {"team": "risk"}},
    "everything": EVERYTHING,
}


def after_task(definition: hpo.TuningJobDefinition | None = None, **options: Any) -> dict[str, Any]:
    """Return the template of a workflow: the task, and what becomes of the winner."""
    stack = new_stack()
    tune = hpo.HyperParameterTuningTask(stack, "Tune", definition or minimal_definition())
    best = hpo.BestModel(stack, "P", tune, **options)
    sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(tune.next(best)))
    return template_of(stack)


def allowed(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of the state machine's policy, with lists of actions and resources."""
    (policy,) = [
        each
        for each in resources(template, "AWS::IAM::Policy")
        if "WorkflowRole" in json.dumps(each["Properties"]["Roles"])
    ]
    found: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return [each | {name: listed(each[name]) for name in ("Action", "Resource")} for each in found]


def listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


# -- the states ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "between"),
    [
        ("model", [COMPARE, WINNER, CREATE]),
        ("registry", [COMPARE, WINNER, REGISTER]),
        ("parameter", [PRODUCTION, COMPARE, WINNER, WRITE]),
        ("everything", [PRODUCTION, COMPARE, WINNER, CREATE, REGISTER, WRITE]),
    ],
)
def test_the_way_of_a_winner(choice: str, between: list[str]) -> None:
    states = machine(after_task(**CHOICES[choice]))["States"]
    way = ["Tune"]
    while "End" not in states[way[-1]]:
        way.append(states[way[-1]].get("Default") or states[way[-1]]["Next"])
    assert way == ["Tune", LOOK, *between, YES]
    assert set(states) == {*way, NO}


@pytest.mark.parametrize("choice", CHOICES)
def test_the_states_hold_together(choice: str) -> None:
    for template in (after_task(**CHOICES[choice]), on_completion(**CHOICES[choice])):
        definition = machine(template)
        states = definition["States"]
        reached = {definition["StartAt"], *(name for each in states.values() for name in followers(each))}
        assert reached == set(states)
        for name, state in states.items():
            assert bool(list(followers(state))) != state.get("End", False), name
            # In a state machine of JSONata it goes without saying.
            assert {state.get("QueryLanguage"), definition.get("QueryLanguage")} & {"JSONata"} or name == "Tune"


def test_all_that_it_can_do() -> None:
    states = machine(after_task(**EVERYTHING))["States"]
    assert_matches_snapshot("best_model", {name: each for name, each in states.items() if name != "Tune"})


def test_both_ends_go_on() -> None:
    stack = new_stack()
    tune = hpo.HyperParameterTuningTask(stack, "Tune", minimal_definition())
    first = hpo.BestModel(stack, "First", tune)
    second = hpo.BestModel(stack, "Second", tune, create_model=False, parameter_name="best")
    chain = tune.next(first).next(second).next(sfn.Succeed(stack, "Done"))
    sfn.StateMachine(stack, "Machine", definition_body=sfn.DefinitionBody.from_chainable(chain))
    states = machine(template_of(stack))["States"]
    assert {states[f"First: {end}"]["Next"] for end in ("Promoted", "Not promoted")} == {
        "Second: Describe the tuning job"
    }
    assert {states[f"Second: {end}"]["Next"] for end in ("Promoted", "Not promoted")} == {"Done"}


def test_the_name_from_elsewhere() -> None:
    place = "{% $states.input.tuning.HyperParameterTuningJobName %}"
    states = machine(after_task(tuning_job_name=place))["States"]
    assert states[LOOK]["Arguments"] == {"HyperParameterTuningJobName": place}


# -- permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", CHOICES)
def test_what_is_called_is_allowed_and_nothing_more(choice: str) -> None:
    template = on_completion(**CHOICES[choice])
    services = [
        state["Resource"].split(":")[-2:] for state in machine(template)["States"].values() if state["Type"] == "Task"
    ]
    called = {f"{service}:{action[0].upper()}{action[1:]}" for service, action in services}
    if "sagemaker:CreateModel" in called:
        called.add("iam:PassRole")
    if "tags" in CHOICES[choice]:
        called.add("sagemaker:AddTags")
    assert {action for each in allowed(template) for action in each["Action"]} == called


def test_for_the_jobs_of_the_launcher_alone() -> None:
    here = "<Region>:<AccountId>"
    found = {
        action: sorted(arn_of(each) for each in statement["Resource"])
        for statement in allowed(on_completion(**EVERYTHING))
        for action in statement["Action"]
    }
    (role,) = found.pop("iam:PassRole")
    assert role.startswith('{"Fn::GetAtt": ["PRole')
    assert found == {
        "sagemaker:DescribeHyperParameterTuningJob": [
            f"arn:<Partition>:sagemaker:{here}:hyper-parameter-tuning-job/stack-job-*"
        ],
        "sagemaker:DescribeTrainingJob": [f"arn:<Partition>:sagemaker:{here}:training-job/stack-job-*"],
        "sagemaker:CreateModel": [f"arn:<Partition>:sagemaker:{here}:model/stack-job-*"],
        "sagemaker:AddTags": [f"arn:<Partition>:sagemaker:{here}:model/stack-job-*"],
        "sagemaker:CreateModelPackage": [
            f"arn:<Partition>:sagemaker:{here}:model-package-group/churn",
            f"arn:<Partition>:sagemaker:{here}:model-package/churn/*",
        ],
        "ssm:GetParameter": [f"arn:<Partition>:ssm:{here}:parameter/churn/best"],
        "ssm:PutParameter": [f"arn:<Partition>:ssm:{here}:parameter/churn/best"],
    }


def test_the_role_is_handed_to_sagemaker_only() -> None:
    conditions = {each["Action"][0]: each.get("Condition") for each in allowed(on_completion(tags={"a": "b"}))}
    assert conditions["iam:PassRole"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}
    assert conditions["sagemaker:AddTags"] == {"Null": {"sagemaker:TaggingAction": "false"}}


def the_model_role(template: dict[str, Any]) -> dict[str, Any]:
    (role,) = [each for name, each in template["Resources"].items() if name.startswith("PRole")]
    properties: dict[str, Any] = role["Properties"]
    return properties


def test_what_the_model_may_do() -> None:
    role = the_model_role(on_completion(image="111122223333.dkr.ecr.eu-west-1.amazonaws.com/serve:2"))
    assert "Description" in role and len(role["Policies"]) == 1
    statements = {each["Sid"]: each for each in role["Policies"][0]["PolicyDocument"]["Statement"]}
    assert arn_of(statements["ReadOutput"]["Resource"]).endswith(":s3:::model-bucket/models/*")
    assert arn_of(statements["PullImage"]["Resource"]).endswith(":ecr:eu-west-1:111122223333:repository/serve")
    writes = [action for each in statements.values() for action in each["Action"] if "Put" in str(action)]
    assert writes == ["logs:PutLogEvents"] and statements["WriteMetrics"]["Action"] == "cloudwatch:PutMetricData"
    assert "data-bucket" not in json.dumps(role)


def test_a_role_of_ones_own() -> None:
    stack = new_stack()
    own = iam.Role.from_role_arn(stack, "Own", "arn:aws:iam::111122223333:role/hosting")
    job = hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Job", "Their-Job")
    best = hpo.BestModel(stack, "P", job, role=own)
    best.run_on_completion()
    template = template_of(stack)
    assert best.role is own
    assert (
        machine(template)["States"][CREATE]["Arguments"]["ExecutionRoleArn"] == "arn:aws:iam::111122223333:role/hosting"
    )
    resources_of = {action: each["Resource"] for each in allowed(template) for action in each["Action"]}
    assert arn_of(resources_of["sagemaker:DescribeTrainingJob"][0]).endswith(":training-job/their-job-*")
    assert arn_of(resources_of["sagemaker:DescribeHyperParameterTuningJob"][0]).endswith("-job/their-job")


# -- the event -------------------------------------------------------------------------------------------------------


def test_it_starts_when_a_job_has_completed() -> None:
    stack = new_stack()
    schedule = hpo.TuningSchedule(
        stack, "Weekly", minimal_definition(), schedule=scheduler.ScheduleExpression.cron(hour="3", minute="0")
    )
    queue = sqs.Queue(stack, "Dead")
    best = hpo.BestModel(stack, "P", schedule)
    workflow = best.run_on_completion(dead_letter_queue=queue)
    (rule,) = resources(template_of(stack), "AWS::Events::Rule")
    detail = rule["Properties"]["EventPattern"]["detail"]
    assert detail == {
        "HyperParameterTuningJobName": [{"prefix": "stack-weekly-"}],
        "HyperParameterTuningJobStatus": ["Completed"],
    }
    (target,) = rule["Properties"]["Targets"]
    assert target["Arn"] == stack.resolve(workflow.state_machine_arn)
    assert target["InputPath"] == "$.detail"
    assert target["DeadLetterConfig"] == {"Arn": stack.resolve(queue.queue_arn)}


def test_two_with_one_id_hear_of_one_launcher() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    for parent in ("One", "Two"):
        hpo.BestModel(Construct(stack, parent), "P", job).run_on_completion()
    rules = resources(template_of(stack), "AWS::Events::Rule")
    targets = {json.dumps(target["Arn"]) for each in rules for target in each["Properties"]["Targets"]}
    assert len(rules) == len(targets) == 2


def test_a_name_from_the_input_has_no_event() -> None:
    stack = new_stack()
    named = dataclasses.replace(minimal_definition(), name=sfn.JsonPath.string_at("$.name"))
    tune = hpo.HyperParameterTuningTask(stack, "Tune", named)
    with pytest.raises(ValueError, match="Stack/Tune: the job's name comes from the input"):
        hpo.BestModel(stack, "P", tune).run_on_completion()


# -- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"create_model": False}, "nothing is to be done"),
        ({"threshold": float("nan")}, "threshold: expected a number that is known at synthesis, got nan"),
        ({"threshold": True}, "threshold: expected a number"),
        ({"threshold": "0.5"}, "threshold: expected a number"),
        ({"parameter_name": ""}, "parameter_name: expected a name"),
        ({"parameter_name": "{% $x %}"}, "parameter_name: expected a name"),
        ({"parameter_name": "churn/best"}, "parameter_name: expected 1 to 1011 letters"),
        ({"parameter_name": "/"}, "parameter_name: expected 1 to 1011 letters"),
        ({"parameter_name": "the best"}, "parameter_name: expected 1 to 1011 letters"),
        ({"parameter_name": "/churn/bäst"}, "parameter_name: expected 1 to 1011 letters"),
        ({"parameter_name": "/aws/best"}, "parameter_name: expected 1 to 1011 letters"),
        ({"parameter_name": "SSMbest"}, "parameter_name: expected 1 to 1011 letters"),
        ({"parameter_name": "best\n"}, "parameter_name: expected 1 to 1011 letters"),
        ({"model_package_group": "-churn"}, "model_package_group: expected 1 to 63 letters"),
        ({"model_package_group": "churn_models"}, "model_package_group: expected 1 to 63 letters"),
        ({"model_package_group": "c" * 64}, "model_package_group: expected 1 to 63 letters"),
        (
            {"model_package_group": "arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/churn"},
            "model_package_group: expected a name, got an ARN: give 'churn'",
        ),
        ({"model_package_group": "g", "tags": {"a": "b"}}, "tags: is for a model, but none is created"),
        ({"content_types": ["text/csv"]}, "content_types: needs a model_package_group"),
        ({"approval_status": "Rejected"}, r"approval_status: expected ApprovalStatus\.PENDING_MANUAL_APPROVAL or"),
    ],
    ids=str,
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    with pytest.raises(ValueError, match=message):
        hpo.BestModel(stack, "P", job, **options)
    assert stack.node.try_find_child("P") is None


def test_a_parameter_name_that_is_too_long() -> None:
    assert PRODUCTION in machine(after_task(create_model=False, parameter_name="/" + "b" * 1010))["States"]
    with pytest.raises(ValueError, match="parameter_name: expected 1 to 1011 letters"):
        after_task(create_model=False, parameter_name="/" + "b" * 1011)


@pytest.mark.parametrize("name", ["best", "a.b_c-D9", "/best", "/churn/eu/best", "claws", "/churn/aws"])
def test_parameter_names(name: str) -> None:
    states = machine(after_task(create_model=False, parameter_name=name))["States"]
    assert states[PRODUCTION]["Arguments"]["Name"] == states[WRITE]["Arguments"]["Name"] == name


@pytest.mark.parametrize("name", ["c", "Churn-2-models", "c" * 63])
def test_names_of_groups(name: str) -> None:
    states = machine(after_task(model_package_group=name))["States"]
    assert states[REGISTER]["Arguments"]["ModelPackageGroupName"] == name


def test_a_group_whose_name_the_deployment_knows() -> None:
    name = Token.as_string({"Ref": "AWS::StackName"})
    states = machine(after_task(model_package_group=name))["States"]
    assert states[REGISTER]["Arguments"]["ModelPackageGroupName"] == "<AWS::StackName>"


def test_the_names_of_the_states_have_room_for_the_id() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.BestModel(stack, "p" * 55, job, **EVERYTHING).run_on_completion()
    assert max(len(name) for name in machine(template_of(stack))["States"]) == 80
    with pytest.raises(ValueError, match="id: the names of the states begin with it: at most 55 characters, got 56"):
        hpo.BestModel(stack, "p" * 56, job)


def test_a_threshold_that_the_deployment_knows() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    with pytest.raises(ValueError, match="threshold: expected a number that is known at synthesis"):
        hpo.BestModel(stack, "P", job, threshold=Token.as_number({"Ref": "Threshold"}))


def test_what_nobody_knows() -> None:
    stack = new_stack()
    theirs = hpo.HyperParameterTuningJob.from_tuning_job_name(stack, "Theirs", "their-job")
    with pytest.raises(ValueError, match="role: this app does not know what the model has to read: give a role"):
        hpo.BestModel(stack, "P", theirs)
    output = dataclasses.replace(
        minimal_definition().training_jobs[0], output=hpo.Output(sfn.JsonPath.string_at("$.output"))
    )
    tune = hpo.HyperParameterTuningTask(stack, "Tune", dataclasses.replace(minimal_definition(), training=output))
    with pytest.raises(ValueError, match="role: this app does not know"):
        hpo.BestModel(stack, "P", tune)
    bought = dataclasses.replace(
        minimal_definition().training_jobs[0], algorithm=hpo.Algorithm.from_algorithm("bought-algorithm")
    )
    job = hpo.HyperParameterTuningJob(stack, "Job", dataclasses.replace(minimal_definition(), training=bought))
    with pytest.raises(ValueError, match="image: not all training jobs have an image of which this app knows"):
        hpo.BestModel(stack, "P", job)
    hpo.BestModel(stack, "P", job, image="111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:1")


def test_a_group_of_this_app() -> None:
    stack = new_stack()
    group = sagemaker.CfnModelPackageGroup(stack, "Group", model_package_group_name="churn")
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    hpo.BestModel(stack, "P", job, model_package_group=group).run_on_completion()
    template = template_of(stack)
    assert machine(template)["States"][REGISTER]["Arguments"]["ModelPackageGroupName"] == "churn"


def test_who_does_not_use_it_does_not_load_it() -> None:
    code = (
        "import sys, cdk_hpo as hpo\n"
        "hpo.HyperParameterTuningJob, hpo.TuningSchedule\n"
        "late = ('best_model', 'best_model_resource', 'best_model_states', 'alarms', 'dashboard')\n"
        "assert not {f'cdk_hpo.launch.{name}' for name in late} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)
