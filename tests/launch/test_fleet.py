"""One definition for many data sets."""

import dataclasses
import json
import re
from typing import Any

import pytest
from aws_cdk import App, Duration, Fn, Stack, Token
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition
from tests.launch.test_task import machine

WRITER_FLAG = "@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2"
VARIANTS = [{"data": f"s3://customers/{number}/", "jobs": number + 1} for number in range(3)]


def by_customer() -> hpo.TuningJobDefinition:
    """Return a definition whose data and number of jobs differ by variant."""
    base = minimal_definition()
    job = dataclasses.replace(
        base.training_jobs[0], inputs=[hpo.Channel.from_bucket("train", "{% $states.input.data %}")]
    )
    count = Token.as_number("{% $states.input.jobs %}")
    limits = hpo.ResourceLimits(max_training_jobs=count, max_parallel_training_jobs=1)  # type: ignore[arg-type]
    return dataclasses.replace(base, training=job, limits=limits)


def fleet(
    stack: Stack | None = None, definition: hpo.TuningJobDefinition | None = None, **options: Any
) -> dict[str, Any]:
    stack = stack or new_stack()
    results = s3.Bucket(stack, "Results")
    given = {"max_concurrency": 5, "results_bucket": results, "variants": VARIANTS} | options
    hpo.TuningFleet(stack, "Fleet", definition or by_customer(), **given)
    return template_of(stack)


def each_variant(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = machine(template)["States"]["Each variant"]
    return found


def test_a_distributed_map_of_the_job() -> None:
    template = fleet(tolerated_failure_percentage=10)
    found = each_variant(template)
    assert found["ItemProcessor"]["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    assert (found["MaxConcurrency"], found["ToleratedFailurePercentage"]) == (5, 10)
    assert found["ItemReader"]["ReaderConfig"] == {"InputType": "JSON"}
    assert found["ResultWriter"]["Arguments"]["Prefix"] == "fleet/"
    sent = found["ItemProcessor"]["States"]["Tune"]["Arguments"]
    source = sent["TrainingJobDefinition"]["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    assert source["S3Uri"] == "{% $states.input.data %}"
    limits = sent["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits["MaxNumberOfTrainingJobs"] == "{% $states.input.jobs %}"


def test_an_address_inside_an_expression_is_known_only_when_the_workflow_runs() -> None:
    base = by_customer()
    address = "{% 's3://customers/' & $states.input.data & '/' %}"
    job = dataclasses.replace(base.training_jobs[0], inputs=[hpo.Channel.from_bucket("train", address)])
    stack = new_stack()
    template = fleet(stack, dataclasses.replace(base, training=job))
    policies = [
        each["Properties"]
        for kind in ("Role", "Policy", "ManagedPolicy")
        for each in resources(template, f"AWS::IAM::{kind}")
    ]
    assert "$states" not in json.dumps(policies)
    said = Match.string_like_regexp(r"lacks permissions \(ReadInputs, ListBucket\)")
    Annotations.from_stack(stack).has_warning("/Stack/Fleet/Tune", said)


def test_many_variants_do_not_grow_the_template() -> None:
    many = [{"data": f"s3://customers/{number}/", "jobs": 1} for number in range(10_000)]
    few, lots = (json.dumps(fleet(variants=variants)) for variants in (many[:1], many))
    assert abs(len(few) - len(lots)) < 100


def test_the_same_variants_make_the_same_template() -> None:
    assert fleet() == fleet()


@pytest.mark.parametrize(
    ("key", "config"),
    [
        ("list.json", {"InputType": "JSON"}),
        ("list.jsonl", {"InputType": "JSONL"}),
        ("list.csv", {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
    ],
)
def test_a_manifest(key: str, config: dict[str, str]) -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Lists", "lists")
    template = fleet(stack, variants=None, manifest=f"today/{key}", manifest_bucket=bucket)
    reader = each_variant(template)["ItemReader"]
    assert reader["Arguments"] == {"Bucket": "lists", "Key": f"today/{key}"}
    assert reader["ReaderConfig"].items() >= config.items()


def test_what_the_options_may_not_be() -> None:
    stack = new_stack()
    bucket = s3.Bucket.from_bucket_name(stack, "Lists", "lists")
    for options, words in (
        ({"variants": None}, "either variants, or manifest"),
        ({"manifest": "a.json", "manifest_bucket": bucket}, "either variants, or manifest"),
        ({"variants": None, "manifest": "a.json"}, "either variants, or manifest"),
        ({"variants": None, "manifest": "a.txt", "manifest_bucket": bucket}, r"ends in \.json, \.jsonl or \.csv"),
        ({"max_concurrency": 0}, "max_concurrency: expected a whole number from 1 to 10000, got 0"),
        ({"max_concurrency": True}, "max_concurrency"),
        ({"tolerated_failure_percentage": 101}, "from 0 to 100, got 101"),
        ({"definition": dataclasses.replace(by_customer(), name="one")}, "a name of its own"),
    ):
        with pytest.raises(ValueError, match=words):
            fleet(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("flags", [{}, {WRITER_FLAG: False}, {WRITER_FLAG: True}], ids=["bare", "off", "on"])
def test_results_are_written_whatever_the_app_asks_for(flags: dict[str, bool]) -> None:
    template = fleet(Stack(App(context=flags, analytics_reporting=False), "Stack"))
    writer = each_variant(template)["ResultWriter"]
    assert writer["Arguments"] == {"Bucket": "<Results25575328>", "Prefix": "fleet/"}
    assert "s3:PutObject" in json.dumps(resources(template, "AWS::IAM::Policy"))


def key_actions(template: dict[str, Any], key: Any) -> set[str]:
    """Return what the workflow may do with a key."""
    return {
        action
        for policy in resources(template, "AWS::IAM::Policy")
        if "Workflow" in json.dumps(policy["Properties"]["Roles"])
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Resource"] == key
        for action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
    }


def test_keys_of_the_buckets() -> None:
    stack = new_stack()
    keys = [kms.Key(stack, name) for name in ("ResultsKey", "ListsKey")]
    encrypted, lists = (s3.Bucket(stack, f"Of{each.node.id}", encryption_key=each) for each in keys)
    template = fleet(stack, results_bucket=encrypted, variants=None, manifest="a.json", manifest_bucket=lists)
    results_key, lists_key = (stack.resolve(each.key_arn) for each in keys)
    writes = {"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
    assert key_actions(template, results_key) == writes
    assert key_actions(template, lists_key) == {"kms:Decrypt"}


def test_buckets_without_keys_of_their_own() -> None:
    assert "kms:" not in json.dumps(resources(fleet(), "AWS::IAM::Policy"))


def unusable_variants(stack: Stack) -> dict[str, tuple[list[Any], str]]:
    bucket = s3.Bucket(stack, "Data")
    data = f"s3://{bucket.bucket_name}/a/"
    return {
        "a token": ([VARIANTS[0], {"data": data, "jobs": 1}], r"variants\[1\]\['data'\]: .*put it into the definition"),
        "inside": (
            [{**VARIANTS[0], "more": {"here": [data]}}],
            r"variants\[0\]\['more'\]\['here'\]\[0\]: .*known only",
        ),
        "a number": ([{"data": "s3://a/", "jobs": Token.as_number({"Ref": "Jobs"})}], r"\['jobs'\]: .*known only"),
        "a list": ([{**VARIANTS[0], "more": Token.as_list({"Ref": "Groups"})}], r"\['more'\]: .*known only"),
        "an object": ([{**VARIANTS[0], "more": Fn.ref("Name")}], r"\['more'\]: .*known only"),
        "a call": ([{**VARIANTS[0], "more": {"Ref": "Name"}}], r"\['more'\]: .*known only"),
        "an expression": ([{**VARIANTS[0], "more": "{% $states.input.jobs %}"}], r"\['more'\]: .*known only"),
        "a name": ([{**VARIANTS[0], bucket.bucket_name: 1}], "names that are plain text"),
        "not a number": ([{**VARIANTS[0], "jobs": float("nan")}], r"variants\[0\]\['jobs'\]: JSON has no nan"),
        "no end": ([{**VARIANTS[0], "more": [float("-inf")]}], r"\['more'\]\[0\]: JSON has no -inf"),
        "a set": ([{**VARIANTS[0], "more": {1}}], r"\['more'\]: expected text, numbers, lists or mappings, got \{1\}"),
        "text": (["s3://a/"], r"variants\[0\]: expected values by name, got 's3://a/'"),
        "none": ([], "variants: expected at least one, got none"),
    }


def test_variants_that_cannot_be_uploaded() -> None:
    for name, (variants, words) in unusable_variants(new_stack()).items():
        stack = new_stack()
        with pytest.raises(ValueError, match=f"Stack/Fleet: variants.*{words.removeprefix('variants')}") as caught:
            fleet(stack, variants=variants)
        assert stack.node.try_find_child("Fleet") is None, f"{name}: {caught.value}"


def test_plain_values_and_what_is_yet_to_be_looked_up() -> None:
    plain = {"text": "", "number": -1.5, "truth": False, "nothing": None, "list": [1, ["a"]], "mapping": {"a": {}}}
    looked_up = {"data": "dummy-value-for-/data", "jobs": 1}
    fleet(variants=[{**VARIANTS[0], **plain}, looked_up])


def test_what_is_known_at_deployment_belongs_into_the_definition() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Data")
    job = dataclasses.replace(
        minimal_definition().training_jobs[0],
        inputs=[hpo.Channel.from_bucket("train", f"{{% 's3://{bucket.bucket_name}/' & $states.input.folder & '/' %}}")],
    )
    definition = dataclasses.replace(minimal_definition(), training=job)
    template = fleet(stack, definition, variants=[{"folder": "a"}])
    sent = json.dumps(each_variant(template)["ItemProcessor"]["States"]["Tune"]["Arguments"])
    assert re.search(r"\{% 's3://<Data\w{8}>/' & \$states\.input\.folder & '/' %\}", sent)
    with pytest.raises(ValueError, match="asks for 'folder'"):
        fleet(new_stack(), definition, variants=[{"data": "a"}])


@pytest.mark.parametrize(("count", "warned"), [(100, False), (101, True)])
def test_more_at_once_than_a_region_runs(count: int, warned: bool) -> None:
    stack = new_stack()
    fleet(stack, max_concurrency=count)
    found = Annotations.from_stack(stack).find_warning("/Stack/Fleet", Match.string_like_regexp("fleet-concurrency"))
    assert [str(each.entry.data).startswith(f"max_concurrency is {count}") for each in found] == [True] * warned


def test_a_variant_whose_time_is_over_stops_its_job() -> None:
    template = fleet(run_timeout=Duration.hours(5))
    processor = each_variant(template)["ItemProcessor"]
    assert (processor["StartAt"], processor["States"]["Name the run"]["Next"]) == ("Name the run", "Tune")
    assert processor["States"]["Tune"]["TimeoutSeconds"] == 18000
    (catch,) = processor["States"]["Tune"]["Catch"]
    assert (catch["ErrorEquals"], catch["Next"]) == (["States.Timeout"], "Look for its job")
    assert processor["States"]["Does its job go on"]["Default"] == "Given up"
    assert list(each_variant(fleet())["ItemProcessor"]["States"]) == ["Tune"]


def test_a_variant_that_lacks_a_value() -> None:
    with pytest.raises(ValueError, match=r"Stack/Fleet: variants\[1\]: the definition asks for 'data'"):
        fleet(variants=[VARIANTS[0], {"jobs": 1}])


def test_no_permission_is_for_everything() -> None:
    for policy in resources(fleet(), "AWS::IAM::Policy"):
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert statement["Resource"] != "*"


def test_events_of_its_jobs() -> None:
    stack = new_stack()
    made = hpo.TuningFleet(
        stack,
        "Fleet",
        by_customer(),
        max_concurrency=1,
        results_bucket=s3.Bucket(stack, "Results"),
        variants=VARIANTS,
    )
    made.on_failed("Failed")
    (rule,) = resources(template_of(stack), "AWS::Events::Rule")
    assert rule["Properties"]["EventPattern"]["detail"]["HyperParameterTuningJobName"] == [{"prefix": "stack-fleet-"}]
