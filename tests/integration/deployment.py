"""Deploying what a test defines to the local cloud."""

import re
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from aws_cdk import Stack

from cdk_hpo.local import LocalCloud
from tests.cdk import new_stack, template_of

_PATIENCE = 120  # seconds; only a test that fails waits that long


class Deployer:
    """Deploys stacks of an app and tells what SageMaker was asked for."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self._stacks: list[str] = []
        self._began = time.time()
        self._threads = ThreadPoolExecutor(max_workers=32)

    def deploy(self, name: str, build: Callable[[Stack], Any], *, check: bool = True) -> dict[str, Any]:
        """Synthesize a stack that ``build`` fills, deploy it, and return CloudFormation's description."""
        return self.begin(name, build, check=check).result()

    def begin(self, name: str, build: Callable[[Stack], Any], *, check: bool = False) -> "Future[dict[str, Any]]":
        """Synthesize as ``deploy`` does, and deploy in another thread."""
        folder = tempfile.TemporaryDirectory()
        stack = new_stack(name, outdir=Path(folder.name))
        build(stack)
        template_of(stack)
        if name not in self._stacks:
            self._stacks.append(name)

        def run() -> dict[str, Any]:
            with folder:
                return self.cloud.deploy(folder.name, name, check=check)

        return self._threads.submit(run)

    def destroy(self, name: str) -> None:
        """Delete a stack."""
        self._stacks.remove(name)
        self.cloud.destroy(name)

    def begin_destroying(self, name: str) -> "Future[None]":
        """Delete a stack in another thread."""
        self._stacks.remove(name)
        return self._threads.submit(self.cloud.destroy, name)

    def destroy_all(self) -> None:
        """Delete every stack that is left."""
        for name in reversed(self._stacks):
            self.cloud.destroy(name)
        self._stacks.clear()
        self._threads.shutdown()

    def wait_for(self, happened: Callable[[], Any]) -> Any:
        """Return what a look gives, once it gives something."""
        deadline = time.monotonic() + _PATIENCE
        while not (found := happened()):
            if time.monotonic() > deadline:
                raise TimeoutError("it has not happened")
            time.sleep(0.02)
        return found

    # -- what SageMaker says ---------------------------------------------------------------------------------------

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the SageMaker calls since this test began."""
        new = [each for each in self.cloud.calls() if each["time"] >= self._began]
        return [each for each in new if operation in (None, each["operation"])]

    def created(self) -> list[dict[str, Any]]:
        """Return the requests of the jobs that were created since this test began."""
        return [each["request"] for each in self.calls("CreateHyperParameterTuningJob") if not each["error"]]

    def names(self) -> list[str]:
        """Return the names of the jobs that were created since this test began, oldest first."""
        return [str(each["HyperParameterTuningJobName"]) for each in self.created()]

    def statuses(self) -> list[str]:
        """Return the statuses of the jobs that were created since this test began, oldest first."""
        return [self.status(name) for name in self.names()]

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

    # -- what CloudFormation says ----------------------------------------------------------------------------------

    def outputs(self, stack: dict[str, Any]) -> dict[str, str]:
        """Return a stack's outputs by name."""
        return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}

    def stack_id(self, name: str) -> str:
        """Return the id of a stack that is or was."""
        ids = [each["StackId"] for each in self.cloud.events() if each["StackId"].split("/")[1] == name]
        return str(ids[-1])

    def story(self, name: str, *resources: str, since: int = 0) -> list[str]:
        """Return events of a stack as ``resource STATUS``, oldest first; ids without the CDK's digest.

        Parameters
        ----------
        name
            The stack, also one that has been deleted.
        resources
            Whose events; the stack's own are always there.
        since
            How many events of the stack to leave out.
        """
        told = [(_plain(each["LogicalResourceId"]), each) for each in self.cloud.stack_events(self.stack_id(name))]
        return [f"{who} {each['ResourceStatus']}" for who, each in told[since:] if who in (name, *resources)]

    def events_so_far(self, name: str) -> int:
        """Return how many events a stack has."""
        return len(self.cloud.stack_events(self.stack_id(name)))

    def reasons(self, name: str, resource: str) -> dict[str, str]:
        """Return the reasons of a resource's events by status, the latest of each."""
        return {
            each["ResourceStatus"]: each.get("ResourceStatusReason", "")
            for each in self.cloud.stack_events(self.stack_id(name))
            if _plain(each["LogicalResourceId"]) == resource
        }

    def sent(self, name: str) -> list[tuple[str, str | None]]:
        """Return the events that were sent to the function for a stack: type and physical id, oldest first."""
        stack = self.stack_id(name)
        return [
            (each["RequestType"], each.get("PhysicalResourceId"))
            for each in self.cloud.events()
            if each["StackId"] == stack
        ]

    def answers(self, name: str) -> list[tuple[str, str, str]]:
        """Return the answers of the function for a stack: type, status and physical id, in the order of arrival."""
        stack = self.stack_id(name)
        return [
            (each["RequestType"], each["status"], each["physical_id"])
            for each in self.cloud.answers()
            if each["StackId"] == stack
        ]

    def hops(self, name: str) -> list[dict[str, Any]]:
        """Return what each call of a stack's function wrote."""
        return [each for each in self.cloud.function_log() if each["function"].startswith(f"{name}-TuningJobFunction")]


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


def _plain(logical_id: str) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", logical_id)
