"""What launchers say of arguments of another kind, before anything is made."""

from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Duration, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler

import cdk_hpo as hpo
from cdk_hpo.definition._shown import shown
from cdk_hpo.launch.options import Concurrency, choice, refuse_other_times, refuse_text
from tests.cdk import new_stack
from tests.examples import minimal_definition

ROLE = "arn:aws:iam::111122223333:role/training"
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:eu-west-1:111122223333:key/{KEY_ID}"
KEY_ARN = f'Stack.of(self).format_arn(service="kms", resource="key", resource_name="{KEY_ID}")'


def job(stack: Stack, **options: Any) -> None:
    hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition(), **options)


def task(stack: Stack, **options: Any) -> None:
    hpo.HyperParameterTuningTask(stack, "Tuning", minimal_definition(), **options)


def schedule(stack: Stack, **options: Any) -> None:
    each_day = scheduler.ScheduleExpression.rate(Duration.days(1))
    hpo.TuningSchedule(stack, "Tuning", minimal_definition(), schedule=each_day, **options)


def fleet(stack: Stack, **options: Any) -> None:
    results = s3.Bucket.from_bucket_name(stack, "Results", "results")
    given: dict[str, Any] = {"variants": [{"data": "s3://data/1/"}], "max_concurrency": 1, "results_bucket": results}
    hpo.TuningFleet(stack, "Tuning", minimal_definition(), **given, **options)


@pytest.mark.parametrize("launch", [job, task, schedule, fleet])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"role": ROLE},
            f'role: expected a role, got text: write iam.Role.from_role_arn(self, "Imported", "{ROLE}")',
        ),
        (
            {"encryption_key": KEY},
            f'encryption_key: expected a key, got text: write kms.Key.from_key_arn(self, "Imported", "{KEY}")',
        ),
        (
            {"max_cost": 5},
            "max_cost: expected a MaxCost, got 5: write MaxCost(amount, prices), with what an hour of each instance "
            "type costs",
        ),
        ({"role": True}, "role: expected a role, got True (bool)"),
        ({"encryption_key": {"Ref": "Key"}}, "encryption_key: expected a key, got {'Ref': …} (dict)"),
    ],
    ids=["role", "key", "cost", "no role", "no key"],
)
def test_another_kind_is_told_what_to_write(launch: Any, options: dict[str, Any], words: str) -> None:
    stack = new_stack()
    with pytest.raises(TypeError) as error:
        launch(stack, **options)
    assert str(error.value) == f"Stack/Tuning: {words}"
    assert stack.node.try_find_child("Tuning") is None


@pytest.mark.parametrize(
    ("launch", "argument"),
    [(job, "timeout"), (schedule, "run_timeout"), (fleet, "run_timeout")],
    ids=["job", "schedule", "fleet"],
)
@pytest.mark.parametrize(
    ("given", "write"),
    [
        (3600, "Duration.seconds(3600), if seconds are meant"),
        (timedelta(hours=1), "Duration.seconds(3600)"),
        (timedelta(milliseconds=1500), "Duration.millis(1500)"),
        ("2h", "Duration.hours(2), for example"),
    ],
    ids=["number", "timedelta", "fraction", "text"],
)
def test_times_are_durations(launch: Any, argument: str, given: object, write: str) -> None:
    stack = new_stack()
    with pytest.raises(TypeError) as error:
        launch(stack, **{argument: given})
    assert str(error.value) == f"Stack/Tuning: {argument}: expected a Duration, got {shown(given)}: write {write}"
    assert stack.node.try_find_child("Tuning") is None


def test_the_time_to_wait_is_known_at_synthesis() -> None:
    with pytest.raises(TypeError, match="Stack/Tuning: timeout: expected a Duration that is known at synthesis"):
        job(new_stack(), timeout=Duration.seconds(Token.as_number({"Ref": "Time"})))


@pytest.mark.parametrize(
    ("argument", "text", "advice"),
    [
        ("role", "training", 'iam.Role.from_role_name(self, "Imported", "training")'),
        ("role", ROLE, f'iam.Role.from_role_arn(self, "Imported", "{ROLE}")'),
        ("encryption_key", KEY, f'kms.Key.from_key_arn(self, "Imported", "{KEY}")'),
        ("encryption_key", KEY_ID, f'kms.Key.from_key_arn(self, "Imported", {KEY_ARN})'),
    ],
)
def test_what_is_advised_can_be_pasted(argument: str, text: str, advice: str) -> None:
    stack = new_stack()
    with pytest.raises(TypeError) as error:
        job(stack, **{argument: text})
    assert str(error.value).endswith(f", got text: write {advice}")
    job(stack, **{argument: eval(advice, {"iam": iam, "kms": kms, "Stack": Stack, "self": stack})})


@pytest.mark.parametrize("text", ["alias/mine", "arn:aws:kms:eu-west-1:111122223333:alias/mine"], ids=["name", "arn"])
def test_a_key_by_its_alias(text: str) -> None:
    stack = new_stack(region="eu-west-1")
    with pytest.raises(TypeError) as error:
        job(stack, encryption_key=text)
    found, other = str(error.value).partition(", got text: write ")[2].split(", or ")
    assert found == 'kms.Key.from_lookup(self, "Imported", alias_name="alias/mine")'
    assert other == "kms.Key.from_key_arn(…) of its key"
    # A key and no alias, which the checks refuse for a volume.
    job(stack, encryption_key=eval(found, {"kms": kms, "self": stack}))


def test_an_arn_that_only_the_deployment_knows() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    with pytest.raises(TypeError) as error:
        job(stack, role=role.role_arn)
    assert str(error.value).endswith(
        'got text: write iam.Role.from_role_arn(self, "Imported", …) around its ARN where that is made, '
        "or give the role itself"
    )


def test_constructs_that_can_be_a_role_or_a_key() -> None:
    stack = new_stack()
    service = iam.ServicePrincipal("sagemaker.amazonaws.com")
    made = iam.Role(stack, "Role", assumed_by=service)
    for role in (
        None,
        made,
        made.without_policy_updates(),
        iam.LazyRole(stack, "Lazy", assumed_by=service),
        iam.CfnRole(stack, "Low", assume_role_policy_document={}),
    ):
        refuse_text("Stack/Tuning", role=role)
    key = kms.Key(stack, "Key")
    for each in (None, key, key.add_alias("one"), kms.CfnKey(stack, "LowKey")):
        refuse_text("Stack/Tuning", encryption_key=each)


class Sullen:
    """Answers nothing that it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (iam.ServicePrincipal("sagemaker.amazonaws.com"), "an object of the class ServicePrincipal"),
        (iam.Role, "the class Role itself"),
        (5, "5 (int)"),
        (Sullen(), "an object of the class Sullen"),
    ],
    ids=["principal", "class", "number", "one that fails"],
)
def test_no_role(given: object, said: str) -> None:
    with pytest.raises(TypeError) as error:
        refuse_text("Stack/Tuning", role=given)
    assert str(error.value) == f"Stack/Tuning: role: expected a role, got {said}"


def test_no_key() -> None:
    with pytest.raises(TypeError, match=r"^Stack/Tuning: encryption_key: expected a key, got an object of the class B"):
        refuse_text("Stack/Tuning", encryption_key=s3.Bucket(new_stack(), "Bucket"))


@pytest.mark.parametrize(
    "given",
    [timedelta(microseconds=3), timedelta(seconds=-3), 10**5000, -1, True, Sullen()],
    ids=["short", "negative", "large", "negative number", "flag", "one that fails"],
)
def test_a_time_that_no_duration_holds(given: object) -> None:
    with pytest.raises(TypeError, match=r": write Duration\.hours\(2\), for example$"):
        refuse_other_times("Stack/Tuning", timeout=given)


def test_a_long_text_is_shortened() -> None:
    with pytest.raises(ValueError, match=r"got 'x{56}… \(str\)$"):
        choice(Concurrency, "concurrency", "x" * 1000)
