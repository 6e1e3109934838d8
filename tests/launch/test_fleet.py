"""One definition for many data sets."""

import dataclasses
import json
from typing import Any

import pytest
from aws_cdk import Stack, Token
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import new_stack, resources, template_of
from tests.examples import minimal_definition
from tests.launch.test_task import machine

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
