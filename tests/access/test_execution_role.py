"""The execution role: what follows from each field, and nothing else."""

import dataclasses
from typing import Any

import pytest
from aws_cdk import CfnParameter
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from hypothesis import given, settings
from hypothesis import strategies as st

import cdk_hpo as hpo
from cdk_hpo.access.policy_size import INLINE_LIMIT, size_of, split
from cdk_hpo.access.statements import Statement
from tests.cdk import new_stack, policy_of, readable, resources, template_of
from tests.examples import minimal_definition


def policy(stack: Any = None, **changes: Any) -> dict[str, Any]:
    """Return the role's statements for the minimal definition with changes to its training job definition."""
    stack = stack or new_stack(region="eu-west-1")
    definition = minimal_definition()
    changed = dataclasses.replace(
        definition, training=dataclasses.replace(definition.training_jobs[0], **({"inputs": None} | changes))
    )
    hpo.HyperParameterTuningJob(stack, "Job", changed)
    statements: dict[str, Any] = readable(policy_of(template_of(stack)))
    return statements


def test_the_trust_is_for_this_account_and_region_only() -> None:
    stack = new_stack(region="eu-west-1")
    hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    template = template_of(stack)
    (role,) = [each for each in resources(template, "AWS::IAM::Role") if "Policies" in each["Properties"]]
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert readable(statement) == {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "111122223333"},
            "ArnLike": {"aws:SourceArn": "arn:aws:sagemaker:eu-west-1:111122223333:*"},
        },
    }


def test_a_job_without_inputs_reads_nothing() -> None:
    assert set(policy()) == {"WriteOutput", "LogInToRegistry", "PullImage"}


def test_logs_and_metrics_are_one_policy_of_the_stack() -> None:
    stack = new_stack()
    for name in ("One", "Two"):
        hpo.HyperParameterTuningJob(stack, name, minimal_definition())
    template = template_of(stack)
    assert set(policy_of(template, "AWS::IAM::ManagedPolicy")) == {"PrepareLogs", "WriteLogs", "WriteMetrics"}
    attached = [role["Properties"].get("ManagedPolicyArns") for role in resources(template, "AWS::IAM::Role")]
    assert sorted(map(str, attached)) == ["None", *["[{'Ref': 'TuningJobLogs'}]"] * 2]


def test_inputs_are_read_below_their_prefix_only() -> None:
    statements = policy(
        inputs=[
            hpo.Channel.from_bucket("a", "s3://one/train/"),
            hpo.Channel.from_bucket("b", "s3://one/test", "x"),
            hpo.Channel.from_bucket("c", "s3://two"),
        ]
    )
    assert statements["ReadInputs"]["Resource"] == [
        "arn:aws:s3:::one/train/*",
        "arn:aws:s3:::one/test/x*",
        "arn:aws:s3:::two/*",
    ]
    assert statements["ListBucket"]["Resource"] == "arn:aws:s3:::one"
    assert statements["ListBucket"]["Condition"] == {"StringLike": {"s3:prefix": ["train/*", "test/x*"]}}
    assert statements["ListBucket1"]["Resource"] == "arn:aws:s3:::two"


def test_a_manifest_may_name_any_object_of_its_bucket() -> None:
    channel = hpo.Channel.from_bucket("a", "s3://one/list.manifest", data_type=hpo.S3DataType.MANIFEST_FILE)
    assert policy(inputs=[channel])["ReadInputs"]["Resource"] == "arn:aws:s3:::one/*"


def test_a_directory_bucket_opens_by_a_session() -> None:
    statements = policy(inputs=[hpo.Channel.from_bucket("a", "s3://fast--euw1-az1--x-s3/train/")])
    assert statements["OpenDirectoryBuckets"]["Action"] == "s3express:CreateSession"
    assert statements["OpenDirectoryBuckets"]["Resource"] == (
        "arn:aws:s3express:eu-west-1:111122223333:bucket/fast--euw1-az1--x-s3"
    )
    assert "ReadInputs" not in statements


def test_an_access_point() -> None:
    point = "arn:aws:s3:eu-west-1:111122223333:accesspoint/data"
    statements = policy(inputs=[hpo.Channel.from_bucket("a", f"s3://{point}/train/")])
    assert statements["ReadInputs"]["Resource"] == f"{point}/object/train/*"
    assert statements["ListBucket"]["Resource"] == point


def test_the_script_of_a_framework_image_is_an_input() -> None:
    static = {"sagemaker_submit_directory": '"s3://code/script.tar.gz"'}
    assert policy(static_hyper_parameters=static)["ReadInputs"]["Resource"] == "arn:aws:s3:::code/script.tar.gz"


def test_checkpoints_are_read_and_written() -> None:
    statement = policy(checkpoint=hpo.Checkpoint("s3://points", "a/"))["KeepCheckpoints"]
    assert statement["Resource"] == "arn:aws:s3:::points/a/*"
    assert "s3:DeleteObject" in statement["Action"]


def test_an_address_that_is_a_token_is_taken_apart_by_cloudformation() -> None:
    stack = new_stack(region="eu-west-1")
    address = CfnParameter(stack, "Address").value_as_string
    read = policy(stack, inputs=[hpo.Channel.from_bucket("a", address)])["ReadInputs"]["Resource"]
    assert "Select(" in read and "Split(" in read


def test_a_bucket_with_a_key_brings_the_use_of_the_key() -> None:
    stack = new_stack(region="eu-west-1")
    bucket = s3.Bucket(stack, "Data", encryption=s3.BucketEncryption.KMS)
    assert bucket.encryption_key is not None
    arn = readable(stack.resolve(bucket.encryption_key.key_arn))
    statements = policy(stack, inputs=[hpo.Channel.from_bucket("a", bucket, "p/")])
    assert statements["DecryptInputs"] == {
        "Action": "kms:Decrypt",
        "Effect": "Allow",
        "Resource": arn,
        "Sid": "DecryptInputs",
    }
    assert "EncryptOutput" not in statements


def test_keys_of_volume_and_output() -> None:
    stack = new_stack(region="eu-west-1")
    key = kms.Key(stack, "Key")
    arn = readable(stack.resolve(key.key_arn))
    statements = policy(
        stack,
        output=hpo.Output("s3://models", encryption_key="alias/models"),
        resources=hpo.Instances("ml.m5.large", volume=10, volume_encryption_key=key),
    )
    assert "EncryptOutput" not in statements
    assert statements["EncryptOutputByAlias"]["Resource"] == "arn:aws:kms:eu-west-1:111122223333:key/*"
    assert statements["EncryptOutputByAlias"]["Condition"] == {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/models"]}
    }
    assert statements["GrantVolumeKey"]["Resource"] == arn
    assert statements["GrantVolumeKey"]["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_an_image_of_a_repository() -> None:
    stack = new_stack(region="eu-west-1")
    repository = ecr.Repository(stack, "Repository")
    definition = hpo.Algorithm.from_ecr_repository(
        repository, "1.0", metric_definitions=[hpo.MetricDefinition("loss", "loss=([0-9.]+)")]
    )
    pulled = policy(stack, algorithm=definition)["PullImage"]["Resource"]
    assert pulled == readable(stack.resolve(repository.repository_arn))


def test_an_image_hidden_in_a_token() -> None:
    stack = new_stack(region="eu-west-1")
    image = CfnParameter(stack, "Image").value_as_string
    pulled = policy(stack, algorithm=hpo.Algorithm.from_image(image))["PullImage"]["Resource"]
    assert pulled == "arn:aws:ecr:eu-west-1:111122223333:repository/*"


def test_an_algorithm_resource() -> None:
    statements = policy(algorithm=hpo.Algorithm.from_algorithm("mine"))
    assert statements["DescribeAlgorithm"]["Resource"] == "arn:aws:sagemaker:eu-west-1:111122223333:algorithm/mine"
    assert "PullImage" not in statements and "LogInToRegistry" not in statements


def test_network_interfaces_only_with_a_network() -> None:
    statements = policy(vpc=hpo.VpcConfig(security_groups=["sg-0a1b2c3d"], subnets=["subnet-0a1b2c3d"]))
    assert statements["CreateNetworkInterface"]["Resource"] == [
        "arn:aws:ec2:eu-west-1:111122223333:network-interface/*",
        "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-0a1b2c3d",
        "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b2c3d",
    ]
    assert "DescribeNetwork" in statements


def test_several_definitions_share_one_role() -> None:
    stack = new_stack(region="eu-west-1")
    first = dataclasses.replace(
        minimal_definition().training_jobs[0],
        name="one",
        objective=hpo.Objective.minimize("loss"),
        parameter_ranges=[hpo.ContinuousParameter("eta", 0.1, 0.2)],
    )
    second = dataclasses.replace(first, name="two", output=hpo.Output("s3://other"))
    definition = hpo.TuningJobDefinition(
        limits=hpo.ResourceLimits(max_training_jobs=4, max_parallel_training_jobs=2), training=[first, second]
    )
    hpo.HyperParameterTuningJob(stack, "Job", definition)
    statements = readable(policy_of(template_of(stack)))
    assert statements["WriteOutput"]["Resource"] == ["arn:aws:s3:::model-bucket/models/*", "arn:aws:s3:::other/*"]


def test_what_is_written_lies_below_the_prefix_not_beside_it() -> None:
    statements = policy(output=hpo.Output("s3://b/out"), checkpoint=hpo.Checkpoint("s3://b", "ck"))
    assert statements["WriteOutput"]["Resource"] == "arn:aws:s3:::b/out/*"
    assert statements["KeepCheckpoints"]["Resource"] == "arn:aws:s3:::b/ck/*"


def test_an_asterisk_in_a_key_does_not_stand_for_anything() -> None:
    assert policy(output=hpo.Output("s3://b/a*b?c"))["WriteOutput"]["Resource"] == "arn:aws:s3:::b/a?b?c/*"


@pytest.mark.parametrize(
    "address",
    [
        "https://b.s3.us-east-1.amazonaws.com/k/",
        "https://s3.us-east-1.amazonaws.com/b/k/",
        "https://b.s3.amazonaws.com/k/",
        "https://s3.amazonaws.com/b/k/",
        "https://s3.cn-north-1.amazonaws.com.cn/b/k/",
    ],
)
def test_addresses_for_browsers(address: str) -> None:
    read = policy(inputs=[hpo.Channel.from_bucket("a", address)])["ReadInputs"]["Resource"]
    assert read == "arn:aws:s3:::b/k/*"


def test_an_alias_object_stands_for_its_key() -> None:
    stack = new_stack(region="eu-west-1")
    key = kms.Key(stack, "Key")
    statements = policy(stack, output=hpo.Output("s3://b/x", encryption_key=key.add_alias("foo")))
    assert statements["EncryptOutput"]["Resource"] == readable(stack.resolve(key.key_arn))


def test_an_imported_alias_is_compared_by_name() -> None:
    stack = new_stack(region="eu-west-1")
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/foo")
    statements = policy(stack, output=hpo.Output("s3://b/x", encryption_key=alias))
    assert statements["EncryptOutputByAlias"]["Condition"]["ForAnyValue:StringEquals"] == {
        "kms:ResourceAliases": ["alias/foo"]
    }


def test_an_alias_of_another_account() -> None:
    alias = "arn:aws:kms:us-east-1:123456789012:alias/theirs"
    statement = policy(output=hpo.Output("s3://b/x", encryption_key=alias))["EncryptOutputByAlias"]
    assert statement["Resource"] == "arn:aws:kms:us-east-1:123456789012:key/*"
    assert statement["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": ["alias/theirs"]}


def test_more_than_a_role_can_hold() -> None:
    channels = [
        [hpo.Channel.from_bucket(f"c{number}", f"s3://{'b' * 50}{index:02}{number:02}/p") for number in range(20)]
        for index in range(10)
    ]
    jobs = [
        dataclasses.replace(
            minimal_definition().training_jobs[0],
            name=f"d{index}",
            inputs=each,
            objective=hpo.Objective.minimize("loss"),
            parameter_ranges=[hpo.ContinuousParameter("eta", 0.1, 0.2)],
        )
        for index, each in enumerate(channels)
    ]
    limits = hpo.ResourceLimits(max_training_jobs=4, max_parallel_training_jobs=2)
    with pytest.raises(ValueError, match="a role of their own"):
        hpo.HyperParameterTuningJob(new_stack(), "Job", hpo.TuningJobDefinition(limits=limits, training=jobs))


@given(lengths=st.lists(st.integers(20, 4600), min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_split_policies_fit_and_their_statements_have_ids_of_their_own(lengths: list[int]) -> None:
    resources = [f"arn:{index:04}{'a' * length}" for index, length in enumerate(lengths)]
    parts = split([Statement("S", ["s3:GetObject"], resources), Statement("T", ["s3:PutObject"], ["arn:x"])])
    for part in parts:
        sids = [each.sid for each in part]
        assert len(sids) == len(set(sids))
        assert size_of(part) <= (INLINE_LIMIT if len(parts) == 1 else 6_144)
    assert [each for part in parts for statement in part for each in statement.resources] == [*resources, "arn:x"]
