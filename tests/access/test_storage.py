"""Where data and models lie: what the buckets and the key are like, and which options contradict each other."""

from typing import Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from cdk_hpo.access.storage import TuningStorage
from tests.cdk import assert_matches_snapshot, masked, new_stack, resources, template_of

KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def buckets(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the properties of buckets by what their logical ids tell."""
    found = {}
    for id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::S3::Bucket":
            name = next(name for name in ("Data", "Models", "AccessLogs", "Other") if name in id)
            found[name] = resource
    return found


def rules(template: dict[str, Any], bucket: str) -> dict[str, dict[str, Any]]:
    listed = buckets(template)[bucket]["Properties"]["LifecycleConfiguration"]["Rules"]
    return {rule.pop("Id"): rule for rule in listed}


def stored(**options: Any) -> dict[str, Any]:
    stack = new_stack()
    TuningStorage(stack, "Storage", **options)
    return template_of(stack)


def test_storage_as_a_review_would_read_it() -> None:
    assert_matches_snapshot("storage", masked(stored())["Resources"])


def test_everything_stays_by_default() -> None:
    policies = {each.get("DeletionPolicy") for each in stored(access_logs=True)["Resources"].values()}
    assert policies == {"Retain"}


def test_disposable_storage_goes_with_everything_in_it() -> None:
    template = stored(disposable=True)
    kept = [
        id
        for id, each in template["Resources"].items()
        if each["Type"] in ("AWS::S3::Bucket", "AWS::KMS::Key") and each["DeletionPolicy"] != "Delete"
    ]
    assert kept == []
    assert len(resources(template, "Custom::S3AutoDeleteObjects")) == 2


def test_access_logs_go_to_a_bucket_of_their_own() -> None:
    template = stored(access_logs=True)
    prefixes = {
        name: bucket["Properties"].get("LoggingConfiguration", {}).get("LogFilePrefix")
        for name, bucket in buckets(template).items()
    }
    assert prefixes == {"AccessLogs": None, "Data": "data/", "Models": "models/"}


def test_access_logs_work_in_an_app_without_feature_flags() -> None:
    stack = Stack(App(), "Stack")
    TuningStorage(stack, "Storage", access_logs=True)
    assert "AccessControl" not in buckets(template_of(stack))["AccessLogs"]["Properties"]


def test_a_given_log_bucket_is_used() -> None:
    stack = new_stack()
    TuningStorage(stack, "Storage", access_logs_bucket=s3.Bucket(stack, "Other"))
    template = template_of(stack)
    assert set(buckets(template)) == {"Other", "Data", "Models"}
    assert "LoggingConfiguration" in buckets(template)["Data"]["Properties"]


def test_checkpoints_expire_and_models_stay() -> None:
    assert rules(stored(), "Models")["Checkpoints"] == {
        "Status": "Enabled",
        "Prefix": "checkpoints/",
        "ExpirationInDays": 7,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    assert set(rules(stored(), "Data")) == {"IncompleteUploads", "PreviousVersions"}


def test_expirations_are_options() -> None:
    found = rules(
        stored(
            checkpoint_prefix="points/",
            checkpoint_expiration=Duration.days(2),
            model_expiration=Duration.days(90),
            previous_version_expiration=Duration.days(5),
        ),
        "Models",
    )
    assert (found["Checkpoints"]["Prefix"], found["Checkpoints"]["ExpirationInDays"]) == ("points/", 2)
    assert found["Models"] == {"Status": "Enabled", "ExpirationInDays": 90}
    assert found["PreviousVersions"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 5}


def test_what_shall_not_expire_does_not() -> None:
    found = rules(stored(checkpoint_expiration=None, previous_version_expiration=None), "Models")
    assert "Checkpoints" not in found
    assert "NoncurrentVersionExpiration" not in found["PreviousVersions"]


def test_helpers_fit_the_definition() -> None:
    stack = new_stack()
    storage = TuningStorage(stack, "Storage")
    assert storage.encryption_key is not None
    key = storage.encryption_key.key_arn
    data, models = storage.data_bucket.bucket_name, storage.model_bucket.bucket_name
    channel = storage.channel("train", "train/", content_type="text/csv").to_wire()
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == f"s3://{data}/train/"
    assert channel["ContentType"] == "text/csv"
    assert storage.output("hpo/").to_wire() == {"S3OutputPath": f"s3://{models}/hpo/", "KmsKeyId": key}
    assert storage.checkpoint("a/").to_wire() == {"S3Uri": f"s3://{models}/checkpoints/a/"}


@pytest.mark.parametrize("prefix", ["checkpoints", "checkpoints/", "/checkpoints/a"])
def test_models_do_not_lie_among_checkpoints(prefix: str) -> None:
    storage = TuningStorage(new_stack(), "Storage")
    with pytest.raises(ValueError, match="models would lie among checkpoints"):
        storage.output(prefix)


def test_given_buckets_and_their_keys_stay_as_they_are() -> None:
    stack = new_stack()
    own = kms.Key.from_key_arn(stack, "Own", KEY_ARN)
    models = s3.Bucket.from_bucket_attributes(stack, "Given", bucket_name="models", encryption_key=own)
    storage = TuningStorage(
        stack, "Storage", data_bucket=s3.Bucket.from_bucket_name(stack, "D", "data"), model_bucket=models
    )
    assert storage.node.children == []
    assert storage.output().to_wire() == {"S3OutputPath": "s3://models/", "KmsKeyId": own.key_arn}
    assert storage.channel("a").to_wire()["DataSource"]["S3DataSource"]["S3Uri"] == "s3://data/"


def test_a_given_key_encrypts_what_is_made() -> None:
    stack = new_stack()
    TuningStorage(stack, "Storage", encryption_key=kms.Key.from_key_arn(stack, "Own", KEY_ARN))
    template = template_of(stack)
    assert resources(template, "AWS::KMS::Key") == []
    for bucket in buckets(template).values():
        (rule,) = bucket["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY_ARN


def given(name: str) -> s3.IBucket:
    """Return an existing bucket with a key of its own."""
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)
    return s3.Bucket.from_bucket_attributes(stack, "Given", bucket_name=name, encryption_key=key)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"model_bucket": "models", "checkpoint_expiration": Duration.days(1)},
            "checkpoint_expiration: model_bucket is",
        ),
        ({"model_bucket": "models", "model_expiration": Duration.days(9)}, "model_expiration: model_bucket is given"),
        ({"data_bucket": "data", "model_bucket": "models", "disposable": True}, "disposable: both buckets are given"),
        ({"data_bucket": "data", "model_bucket": "models", "access_logs": True}, "access_logs: both buckets are given"),
        ({"access_logs_bucket": "logs"}, "only to buckets with its own encryption"),
        ({"access_logs_bucket": "data", "data_bucket": "data"}, "it is data_bucket as well"),
        ({"access_logs_bucket": "logs", "access_logs": True}, "leave access_logs out"),
        ({"checkpoint_prefix": "points"}, 'expected text such as "checkpoints/"'),
        ({"checkpoint_prefix": "/points/"}, 'expected text such as "checkpoints/"'),
        ({"checkpoint_expiration": Duration.hours(36)}, "S3 counts whole days: expected at least one, got 1 day 12"),
        ({"previous_version_expiration": Duration.days(0)}, "previous_version_expiration: S3 counts whole days"),
        ({"model_expiration": Duration.days(3)}, "give a checkpoint_expiration that is not longer"),
    ],
)
def test_contradictions_are_refused_before_anything_is_made(options: dict[str, Any], message: str) -> None:
    stack = new_stack()
    shown = {name: given(value) if name.endswith("_bucket") else value for name, value in options.items()}
    with pytest.raises(ValueError, match=message) as refused:
        TuningStorage(stack, "Storage", **shown)
    assert str(refused.value).startswith("Stack/Storage:\n")
    assert stack.node.children == []


@pytest.mark.parametrize("option", ["data_bucket", "model_bucket", "access_logs_bucket"])
def test_text_is_no_bucket(option: str) -> None:
    stack = new_stack()
    with pytest.raises(ValueError, match=rf"{option}: expected a bucket, or one from s3\.Bucket\..*, got str"):
        TuningStorage(stack, "Storage", **{option: "data"})  # type: ignore[arg-type]
    assert stack.node.children == []


def test_two_keys_for_one_bucket_are_refused() -> None:
    stack = new_stack()
    with pytest.raises(ValueError, match="encryption_key: model_bucket has another key"):
        TuningStorage(stack, "Storage", encryption_key=kms.Key(stack, "Key"), model_bucket=given("models"))


def test_all_contradictions_are_told_at_once() -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        TuningStorage(new_stack(), "Storage", checkpoint_prefix="x", access_logs=True, access_logs_bucket=given("logs"))
    assert len(str(refused.value).splitlines()) == 4
