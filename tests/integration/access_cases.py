"""One definition for each kind of access that a request can imply."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.examples import minimal_definition

REGION, ACCOUNT = "us-east-1", "123456789012"
_PLACE = f"{REGION}:{ACCOUNT}"
_METRICS = [hpo.MetricDefinition("loss", "loss=([0-9.]+)")]
_GIBIBYTES = 10
#: Keys of the cloud that no stack makes.
Keys = dict[str, str]


@dataclass
class Shared:
    """What several cases use, made once in a stack."""

    stack: Stack
    keys: Keys

    def key(self, id: str) -> kms.Key:
        """Return a key."""
        return kms.Key(self.stack, id, removal_policy=RemovalPolicy.DESTROY)

    def bucket(self, id: str, key: kms.IKey | None = None) -> s3.Bucket:
        """Return a bucket, with a key of its own if wanted."""
        encryption = {} if key is None else {"encryption": s3.BucketEncryption.KMS, "encryption_key": key}
        return s3.Bucket(self.stack, id, removal_policy=RemovalPolicy.DESTROY, **encryption)  # type: ignore[arg-type]


def changed(**changes: Any) -> hpo.TuningJobDefinition:
    """Return the minimal definition, without inputs, with changes to its training job definition."""
    definition = minimal_definition()
    return replace(definition, training=replace(definition.training_jobs[0], **({"inputs": None} | changes)))


def channel(address: Any, prefix: str | None = None, **options: Any) -> dict[str, Any]:
    return {"inputs": [hpo.Channel.from_bucket("train", address, prefix, **options)]}


def image(algorithm: hpo.Algorithm) -> dict[str, Any]:
    return {"algorithm": algorithm}


def volume(key: Any) -> dict[str, Any]:
    return {"resources": hpo.Instances("ml.m5.large", volume=_GIBIBYTES, volume_encryption_key=key)}


def files(type: hpo.FileSystemType) -> dict[str, Any]:
    source = hpo.FileSystemDataSource("fs-0a1b2c3d4e5f60718", "/mount/data", type=type)
    return {"inputs": [hpo.Channel("train", source)], "vpc": _text_network()}


def _text_network() -> hpo.VpcConfig:
    return hpo.VpcConfig(security_groups=["sg-0a1b2c3d4e5f60718"], subnets=["subnet-0a1b2c3d4e5f60718"])


def _network(shared: Shared) -> dict[str, Any]:
    vpc = ec2.CfnVPC(shared.stack, "Vpc", cidr_block="10.0.0.0/16")
    subnet = ec2.CfnSubnet(shared.stack, "Subnet", vpc_id=vpc.ref, cidr_block="10.0.1.0/24")
    group = ec2.CfnSecurityGroup(shared.stack, "Group", group_description="jobs", vpc_id=vpc.ref)
    return {"vpc": hpo.VpcConfig(security_groups=[group], subnets=[subnet])}


def _key_of_output_and_another_of_its_bucket(shared: Shared) -> dict[str, Any]:
    bucket = shared.bucket("WrittenWithAnother", shared.key("NotUsed"))
    return {"output": hpo.Output(bucket, "o/", encryption_key=shared.key("OutputOnly"))}


CASES: dict[str, Callable[[Shared], dict[str, Any]]] = {
    "prefix": lambda _: channel("s3://inputs", "train"),
    "whole-bucket": lambda _: channel("s3://inputs"),
    "https-address": lambda _: channel("https://inputs.s3.us-east-1.amazonaws.com/train/"),
    "asterisk": lambda _: channel("s3://inputs", "a*b/"),
    "bucket-object": lambda shared: channel(shared.bucket("Inputs"), "train/"),
    "input-key": lambda shared: channel(shared.bucket("Encrypted", shared.key("InputKey")), "train/"),
    "manifest": lambda _: channel("s3://inputs/lists/a.manifest", data_type=hpo.S3DataType.MANIFEST_FILE),
    "augmented": lambda _: channel(
        "s3://inputs/lists/b.manifest",
        data_type=hpo.S3DataType.AUGMENTED_MANIFEST_FILE,
        attribute_names=["source-ref", "label"],
        input_mode=hpo.TrainingInputMode.PIPE,
        record_wrapper=hpo.RecordWrapper.RECORD_IO,
    ),
    "directory-bucket": lambda _: channel("s3://fast--use1-az4--x-s3/train/"),
    "access-point": lambda _: channel(f"s3://arn:aws:s3:{_PLACE}:accesspoint/point/train/"),
    "script": lambda _: {"static_hyper_parameters": {"sagemaker_submit_directory": '"s3://code/script.tar.gz"'}},
    "output-prefix": lambda _: {"output": hpo.Output("s3://outputs", "models")},
    "output-whole-bucket": lambda _: {"output": hpo.Output("s3://outputs")},
    "output-directory": lambda _: {"output": hpo.Output("s3://fast--use1-az4--x-s3/out/")},
    "output-bucket-key": lambda shared: {"output": hpo.Output(shared.bucket("Written", shared.key("Own")), "o/")},
    "output-key": lambda shared: {"output": hpo.Output("s3://outputs", "o/", encryption_key=shared.key("Output"))},
    "output-two-keys": _key_of_output_and_another_of_its_bucket,
    "output-alias": lambda _: {"output": hpo.Output("s3://outputs", "o/", encryption_key="alias/access-output")},
    "output-key-id": lambda shared: {"output": hpo.Output("s3://outputs", "o/", encryption_key=shared.keys["output"])},
    "checkpoint": lambda _: {"checkpoint": hpo.Checkpoint("s3://checkpoints", "job")},
    "checkpoint-key": lambda shared: {"checkpoint": hpo.Checkpoint(shared.bucket("Kept", shared.key("Kept1")), "c/")},
    "checkpoint-dir": lambda _: {"checkpoint": hpo.Checkpoint("s3://fast--use1-az4--x-s3/points/")},
    "volume-key": lambda shared: volume(shared.key("Volume")),
    "volume-key-id": lambda shared: volume(shared.keys["volume"]),
    "own-repository": lambda shared: image(
        hpo.Algorithm.from_ecr_repository(
            ecr.Repository(shared.stack, "Repository", removal_policy=RemovalPolicy.DESTROY),
            "1",
            metric_definitions=_METRICS,
        )
    ),
    "other-account": lambda _: image(
        hpo.Algorithm.from_image(
            "111122223333.dkr.ecr.us-east-1.amazonaws.com/team/train:1", metric_definitions=_METRICS
        )
    ),
    "algorithm": lambda _: image(hpo.Algorithm.from_algorithm("mine")),
    "algorithm-arn": lambda _: image(
        hpo.Algorithm.from_algorithm("arn:aws:sagemaker:us-east-1:865070037744:algorithm/from-the-marketplace")
    ),
    "network": _network,
    "network-text": lambda _: {"vpc": _text_network()},
    "efs": lambda _: files(hpo.FileSystemType.EFS),
    "lustre": lambda _: files(hpo.FileSystemType.FSX_LUSTRE),
    "hub": lambda _: {
        "inputs": [
            hpo.Channel(
                "model",
                hpo.S3DataSource(
                    "s3://hub-models/model/",
                    accept_eula=True,
                    hub_content_arn=f"arn:aws:sagemaker:{_PLACE}:hub-content/hub/ModelReference/model/1.0.0",
                ),
            )
        ]
    },
}


def build_cases(keys: Keys) -> Callable[[Stack], None]:
    """Return what fills a stack with a job for each case."""

    def build(stack: Stack) -> None:
        shared = Shared(stack, keys)
        for index, (name, changes) in enumerate(CASES.items()):
            hpo.HyperParameterTuningJob(
                stack, f"Kind{index}", changed(**changes(shared)), tuning_job_name_prefix=name[:18].rstrip("-")
            )
        hpo.HyperParameterTuningJob(stack, "Several", several(), tuning_job_name_prefix="several")

    return build


def several() -> hpo.TuningJobDefinition:
    """Return a tuning job of two definitions that share a role and a bucket."""
    base = changed().training_jobs[0]
    jobs = [
        replace(
            base,
            name=name,
            objective=hpo.Objective.minimize("loss"),
            parameter_ranges=[hpo.ContinuousParameter("eta", 0.1, 0.2)],
            inputs=[hpo.Channel.from_bucket("train", f"s3://inputs/{name}/")],
            output=hpo.Output("s3://outputs", f"{name}/"),
        )
        for name in ("one", "two")
    ]
    limits = hpo.ResourceLimits(max_training_jobs=4, max_parallel_training_jobs=2)
    return hpo.TuningJobDefinition(limits=limits, training=jobs)


def accepted_definitions(requests: dict[str, dict[str, Any]]) -> Iterator[hpo.TuningJobDefinition]:
    """Return the accepted requests as definitions whose roles are made for them."""
    for request in requests.values():
        definition = hpo.TuningJobDefinition.from_request(request)
        jobs = [replace(job, role=None) for job in definition.training_jobs]
        yield replace(definition, name=None, training=jobs if isinstance(definition.training, tuple) else jobs[0])
