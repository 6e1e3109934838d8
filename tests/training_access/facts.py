"""What a training job definition holds that implies access."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cdk_hpo.local.training_jobs.addresses import Address

Facts = Mapping[str, Any]
Part = Mapping[str, Any]

_IMAGE = re.compile(r"(?P<registry>\d+)\.dkr\.ecr(?:-fips)?\.(?P<region>[^.]+)\.[^/]+/(?P<repository>[^:@]+)")
_SCRIPT = "sagemaker_submit_directory"
INTERFACE = "eni-0a1b2c3d4e5f60718"


@dataclass(frozen=True)
class World:
    """Where the job runs, and what only the cloud knows: the key of a bucket, and the key behind an id or an alias."""

    partition: str
    region: str
    account: str
    bucket_key: Callable[[str], str | None]
    key: Callable[[str], tuple[str, tuple[str, ...]]]


def _channels(part: Part, kind: str) -> Iterator[Mapping[str, Any]]:
    for channel in part.get("InputDataConfig") or ():
        source = channel["DataSource"].get(kind)
        if source:
            yield source


def _inputs(part: Part) -> Iterator[tuple[Address, bool]]:
    for source in _channels(part, "S3DataSource"):
        yield Address.of(source["S3Uri"]), source["S3DataType"] in ("ManifestFile", "AugmentedManifestFile")


def _prefixes(part: Part, world: World) -> Iterator[Facts]:
    for address, is_manifest in _inputs(part):
        if not (is_manifest or address.is_directory_bucket or address.is_access_point):
            yield {"bucket": address.bucket, "key": address.key, "object": f"{address.key}0"}


def _manifests(part: Part, world: World) -> Iterator[Facts]:
    for address, is_manifest in _inputs(part):
        if is_manifest and not (address.is_directory_bucket or address.is_access_point):
            yield {"bucket": address.bucket, "key": address.key, "listed": "listed/by/the/manifest"}


def _access_points(part: Part, world: World) -> Iterator[Facts]:
    for address, _ in _inputs(part):
        if address.is_access_point:
            yield {"access_point": address.bucket, "key": address.key, "object": f"{address.key}0"}


def _directory_buckets(part: Part, world: World) -> Iterator[Facts]:
    return ({"bucket": address.bucket} for address, _ in _inputs(part) if address.is_directory_bucket)


def _script(part: Part) -> Address | None:
    uri = (part.get("StaticHyperParameters") or {}).get(_SCRIPT, "").strip('"')
    return Address.of(uri) if uri.startswith("s3://") else None


def _scripts(part: Part, world: World) -> Iterator[Facts]:
    script = _script(part)
    if script is not None:
        yield {"bucket": script.bucket, "key": script.key}


def _output(part: Part) -> Address:
    return Address.of(part["OutputDataConfig"]["S3OutputPath"])


def _checkpoint(part: Part) -> Address | None:
    given = part.get("CheckpointConfig")
    return Address.of(given["S3Uri"]) if given else None


def _folder(directory: bool, find: Callable[[Part], Address | None]) -> Callable[[Part, World], Iterator[Facts]]:
    def found(part: Part, world: World) -> Iterator[Facts]:
        address = find(part)
        if address is not None and address.is_directory_bucket is directory:
            yield {"bucket": address.bucket, "key": address.key, "path": address.path}

    return found


def _read_keys(part: Part, world: World) -> Iterator[Facts]:
    read = [address for address, _ in _inputs(part)]
    return _bucket_keys([*read, _script(part)], world)


def _written_keys(part: Part, world: World) -> Iterator[Facts]:
    # With a key of its own the output does not use the key of the bucket.
    output = None if part["OutputDataConfig"].get("KmsKeyId") else _output(part)
    return _bucket_keys([output, _checkpoint(part)], world)


def _bucket_keys(addresses: list[Address | None], world: World) -> Iterator[Facts]:
    for address in addresses:
        if address is not None and not (address.is_access_point or address.is_directory_bucket):
            key = world.bucket_key(address.bucket)
            if key is not None:
                yield {"key_arn": key}


def _output_keys(part: Part, world: World) -> Iterator[Facts]:
    return _given_keys([part["OutputDataConfig"].get("KmsKeyId")], world)


def _volume_keys(part: Part, world: World) -> Iterator[Facts]:
    members = ("ResourceConfig", "HyperParameterTuningResourceConfig")
    return _given_keys([(part.get(member) or {}).get("VolumeKmsKeyId") for member in members], world)


def _given_keys(keys: list[str | None], world: World) -> Iterator[Facts]:
    for key in filter(None, keys):
        arn, aliases = world.key(key)
        yield {"key_arn": arn, "aliases": list(aliases)}


def _images(part: Part, world: World) -> Iterator[Facts]:
    found = _IMAGE.match(part["AlgorithmSpecification"].get("TrainingImage") or "")
    if found:
        yield {
            "registry": found["registry"],
            "registry_region": found["region"],
            "repository": found["repository"],
        }


def _algorithms(part: Part, world: World) -> Iterator[Facts]:
    name = part["AlgorithmSpecification"].get("AlgorithmName")
    if name:
        place = f"arn:{world.partition}:sagemaker:{world.region}:{world.account}"
        yield {"algorithm": name if name.startswith("arn:") else f"{place}:algorithm/{name}"}


def _networks(part: Part, world: World) -> Iterator[Facts]:
    if part.get("VpcConfig"):
        yield {"interface": INTERFACE}


def _subnets(part: Part, world: World) -> Iterator[Facts]:
    return ({"subnet": each} for each in (part.get("VpcConfig") or {}).get("Subnets", ()))


def _security_groups(part: Part, world: World) -> Iterator[Facts]:
    return ({"group": each} for each in (part.get("VpcConfig") or {}).get("SecurityGroupIds", ()))


def _file_systems(part: Part, world: World) -> Iterator[Facts]:
    return ({} for _ in _channels(part, "FileSystemDataSource"))


def _hubs(part: Part, world: World) -> Iterator[Facts]:
    return ({} for source in _channels(part, "S3DataSource") if source.get("HubAccessConfig"))


FINDERS: dict[str, Callable[[Part, World], Iterator[Facts]]] = {
    "always": lambda part, world: iter([{}]),
    "prefix": _prefixes,
    "manifest": _manifests,
    "access-point": _access_points,
    "directory-bucket": _directory_buckets,
    "script": _scripts,
    "output": _folder(False, _output),
    "output-directory-bucket": _folder(True, _output),
    "checkpoint": _folder(False, _checkpoint),
    "checkpoint-directory-bucket": _folder(True, _checkpoint),
    "read-key": _read_keys,
    "written-key": _written_keys,
    "output-key": _output_keys,
    "volume-key": _volume_keys,
    "image": _images,
    "algorithm": _algorithms,
    "network": _networks,
    "subnet": _subnets,
    "security-group": _security_groups,
    "file-system": _file_systems,
    "hub": _hubs,
}
