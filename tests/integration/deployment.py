"""Deploying what a test defines to the local cloud."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_cdk import Stack

from cdk_hpo.local import LocalCloud
from tests.cdk import new_stack, template_of


class Deployer:
    """Deploys stacks of an app and tells what SageMaker was asked for."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self._stacks: list[str] = []
        self._calls = len(cloud.calls())

    def deploy(self, name: str, build: Callable[[Stack], Any], *, check: bool = True) -> dict[str, Any]:
        """Synthesize a stack that ``build`` fills, deploy it, and return CloudFormation's description."""
        with tempfile.TemporaryDirectory() as folder:
            stack = new_stack(name, outdir=Path(folder))
            build(stack)
            template_of(stack)
            if name not in self._stacks:
                self._stacks.append(name)
            return self.cloud.deploy(folder, name, check=check)

    def destroy(self, name: str) -> None:
        """Delete a stack."""
        self._stacks.remove(name)
        self.cloud.destroy(name)

    def destroy_all(self) -> None:
        """Delete every stack that is left."""
        for name in reversed(self._stacks):
            self.cloud.destroy(name)
        self._stacks.clear()

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the SageMaker calls since this test began."""
        new = self.cloud.calls()[self._calls :]
        return [each for each in new if operation in (None, each["operation"])]

    def created(self) -> list[dict[str, Any]]:
        """Return the requests of the jobs that were created since this test began."""
        return [each["request"] for each in self.calls("CreateHyperParameterTuningJob") if not each["error"]]

    def status(self, name: str) -> str:
        """Return a tuning job's status."""
        described = self.describe(name)
        return str(described["HyperParameterTuningJobStatus"])

    def describe(self, name: str) -> dict[str, Any]:
        """Return a tuning job as SageMaker describes it."""
        described: dict[str, Any] = self.cloud.client("sagemaker").describe_hyper_parameter_tuning_job(
            HyperParameterTuningJobName=name
        )
        return described

    def tags(self, name: str) -> dict[str, str]:
        """Return a tuning job's tags."""
        arn = self.describe(name)["HyperParameterTuningJobArn"]
        tags = self.cloud.client("sagemaker").list_tags(ResourceArn=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in tags}

    def outputs(self, stack: dict[str, Any]) -> dict[str, str]:
        """Return a stack's outputs by name."""
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}


def without_ours(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request that SageMaker received without its name, its tags, and its roles."""
    out = {name: each for name, each in request.items() if name not in ("HyperParameterTuningJobName", "Tags")}
    for member in ("TrainingJobDefinition", "TrainingJobDefinitions"):
        if member in out:
            held = out[member]
            parts = held if isinstance(held, list) else [held]
            bare = [{name: each for name, each in part.items() if name != "RoleArn"} for part in parts]
            out[member] = bare if isinstance(held, list) else bare[0]
    return out
