from typing import Any

import pytest

from cdk_hpo.local.sagemaker import ServiceError
from tests.local.sagemaker.conftest import Bench


def tag_list(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags(bench: Bench, arn: str, **request: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in bench.call("ListTags", ResourceArn=arn, **request)["Tags"]}


def test_added_changed_and_removed(bench: Bench) -> None:
    arn = bench.create("job", Tags=tag_list(team="a", keep="1"))
    bench.call("AddTags", ResourceArn=arn, Tags=tag_list(team="b", more="2"))
    bench.call("DeleteTags", ResourceArn=arn, TagKeys=["keep", "never-there"])
    assert tags(bench, arn) == {"team": "b", "more": "2"}


def test_training_jobs_have_the_tags_of_their_tuning_job(bench: Bench) -> None:
    bench.create("job", Tags=tag_list(team="a"))
    listed = bench.call("ListTrainingJobsForHyperParameterTuningJob", HyperParameterTuningJobName="job")
    assert tags(bench, listed["TrainingJobSummaries"][0]["TrainingJobArn"]) == {"team": "a"}


@pytest.mark.parametrize("key", ["aws:cloudformation:stack-name", "AWS:x"])
def test_reserved_keys_are_refused(bench: Bench, key: str) -> None:
    with pytest.raises(ServiceError, match="not allowed for external use"):
        bench.create("job", Tags=[{"Key": key, "Value": "v"}])
    arn = bench.create("job")
    with pytest.raises(ServiceError, match="not allowed for external use"):
        bench.call("AddTags", ResourceArn=arn, Tags=[{"Key": key, "Value": "v"}])


def test_fifty_tags_and_no_more(bench: Bench) -> None:
    arn = bench.create("job", Tags=tag_list(**{f"k{n}": "v" for n in range(49)}))
    bench.call("AddTags", ResourceArn=arn, Tags=tag_list(k0="changed", k49="v"))
    with pytest.raises(ServiceError, match="the limit is 50 tags"):
        bench.call("AddTags", ResourceArn=arn, Tags=tag_list(k50="v"))
    assert len(tags(bench, arn)) == 50
    assert "NextToken" not in bench.call("ListTags", ResourceArn=arn, MaxResults=50)


def test_pages_of_tags_are_of_at_least_fifty(bench: Bench) -> None:
    arn = bench.create("job")
    with pytest.raises(ServiceError, match="at 'maxResults' failed to satisfy constraint"):
        bench.call("ListTags", ResourceArn=arn, MaxResults=10)


def test_a_repeated_key_is_refused(bench: Bench) -> None:
    with pytest.raises(ServiceError, match="unique per resource"):
        bench.create("job", Tags=[*tag_list(a="1"), *tag_list(a="2")])


def test_a_resource_that_is_not_there(bench: Bench) -> None:
    arn = "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/nobody"
    for operation, more in (("ListTags", {}), ("AddTags", {"Tags": []}), ("DeleteTags", {"TagKeys": ["a"]})):
        with pytest.raises(ServiceError, match="does not exist"):
            bench.call(operation, ResourceArn=arn, **more)
