"""What SageMaker receives is what was defined, to the last field and type."""

import dataclasses
import json
from typing import Any

from aws_cdk import CfnResource, Stack
from aws_cdk import aws_iam as iam

import cdk_hpo as hpo
from cdk_hpo.launch.function import TuningJobFunction
from cdk_hpo.launch.job import RESOURCE_TYPE
from cdk_hpo.launch.properties import as_properties
from cdk_hpo.local import LocalCloud
from tests.integration.deployment import Deployer, without_ours
from tests.integration.evidence import Evidence
from tests.requests import requests_by_leaf
from tests.shared import accepted_requests


def without_name_and_roles(definition: hpo.TuningJobDefinition) -> hpo.TuningJobDefinition:
    """Return the definition with a generated name, and roles made for it."""
    jobs = [dataclasses.replace(job, role=None) for job in definition.training_jobs]
    training = jobs if isinstance(definition.training, tuple) else jobs[0]
    return dataclasses.replace(definition, name=None, training=training)


def same(one: Any, other: Any) -> bool:
    """Compare with types: ``1``, ``1.0``, ``True`` and ``"1"`` are four different values."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def test_accepted_requests_arrive_as_they_are(deployer: Deployer) -> None:
    accepted = accepted_requests()

    def build(stack: Stack) -> None:
        for index, request in enumerate(accepted.values()):
            definition = without_name_and_roles(hpo.TuningJobDefinition.from_request(request))
            hpo.HyperParameterTuningJob(stack, f"Job{index}", definition, tuning_job_name_prefix=f"accepted-{index}")

    deployer.deploy("Accepted", build)
    received = {each["HyperParameterTuningJobName"].rsplit("-", 2)[0]: each for each in deployer.created()}
    assert len(received) == len(accepted) == 14
    for index, (stem, request) in enumerate(accepted.items()):
        sent = received[f"accepted-{index}"]
        assert same(without_ours(sent), without_ours(request)), stem
        wanted = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
        assert wanted.items() <= {tag["Key"]: tag["Value"] for tag in sent["Tags"]}.items()
        parts = sent.get("TrainingJobDefinitions") or [sent["TrainingJobDefinition"]]
        assert all(":role/Accepted-Job" in part["RoleArn"] for part in parts)


def test_every_leaf_arrives_as_it_is() -> None:
    """A job for each leaf and sample, by the construct's properties through the template and CloudFormation."""
    cases = list(requests_by_leaf())
    received: list[dict[str, Any]] = []
    with LocalCloud(job_seconds=300, stop_seconds=0.0, iam=False) as cloud:
        deployer = Deployer(cloud)
        for start in range(0, len(cases), _PER_STACK):
            part = cases[start : start + _PER_STACK]
            deployer.deploy(f"Leaves{start}", lambda stack, part=part: _raw_jobs(stack, part))
        received = deployer.created()
        assert Evidence.since(cloud, 0).problems() == []
    by_name = {each["HyperParameterTuningJobName"].rsplit("-", 2)[0]: each for each in received}
    wrong = [
        (name, value)
        for index, (name, value, request) in enumerate(cases)
        if not same(_bare(by_name[f"leaf-{index % _PER_STACK}-{value_id(index)}"]), _bare(request))
    ]
    print(f"{len(cases)} requests for {len({name for name, _, _ in cases})} leaves arrived")
    assert wrong == []


_PER_STACK = 400


def value_id(index: int) -> str:
    return str(index // _PER_STACK)


def _raw_jobs(stack: Stack, cases: list[tuple[str, Any, dict[str, Any]]]) -> None:
    # The definition's checks would refuse numbers at their bounds that break another rule; this is about the way.
    function = TuningJobFunction.of(stack)
    batch = int(stack.stack_name.removeprefix("Leaves")) // _PER_STACK
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    for index, (_, _, request) in enumerate(cases):
        resource = CfnResource(
            stack,
            f"Leaf{index}",
            type=RESOURCE_TYPE,
            properties={
                "ServiceToken": function.service_token,
                "NamePrefix": f"leaf-{index}-{batch}",
                "Request": as_properties(_bare(request)),
            },
        )
        function.serve(resource, names=f"leaf-{index}-*", role_arns=[role.role_arn])


def _bare(request: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in request.items() if name not in ("HyperParameterTuningJobName", "Tags")}
