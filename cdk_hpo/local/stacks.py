"""The stacks of a local cloud, as Python code sees them."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .deployment import Assembly, Deployer


class Stacks(ABC):
    """Deploying, changing and looking at stacks."""

    @property
    @abstractmethod
    def account(self) -> str:
        """The account that they belong to."""

    @property
    @abstractmethod
    def region(self) -> str:
        """The region that they are in."""

    @abstractmethod
    def client(self, service: str, **options: Any) -> Any:
        """Return a boto3 client."""

    @abstractmethod
    def _write(self, hook: str, content: Any) -> Any:
        """Tell the process of the cloud something."""

    def _deployer(self) -> Deployer:
        return Deployer(self.client, self.account, self.region)

    def deploy(
        self,
        assembly_directory: str | Path,
        stack_name: str,
        *,
        artifact: str | None = None,
        timeout: float = 600,
        check: bool = True,
    ) -> dict[str, Any]:
        """Deploy a stack of a synthesized app: publish its assets, create or update it, wait.

        Parameters
        ----------
        assembly_directory
            What ``app.synth()`` or ``cdk synth`` wrote.
        stack_name
            The stack, and its name in the assembly.
        artifact
            The name in the assembly if it is another one.
        timeout
            Seconds to wait. Default 600.
        check
            Whether a state other than complete raises. Default True.

        Returns
        -------
        dict
            The stack as CloudFormation describes it.

        Raises
        ------
        DeploymentError
            With the reasons of the events, when the stack failed and ``check`` is set.
        """
        return self._deployer().deploy(
            Assembly(assembly_directory), artifact or stack_name, stack_name, timeout=timeout, check=check
        )

    def deploy_template(
        self,
        template: str | Mapping[str, Any],
        stack_name: str,
        *,
        parameters: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        timeout: float = 600,
        check: bool = True,
    ) -> dict[str, Any]:
        """Deploy a template as it is; else as ``deploy``."""
        text = template if isinstance(template, str) else json.dumps(template)
        return self._deployer().deploy_template(
            text, stack_name, parameters=parameters or {}, tags=tags or {}, timeout=timeout, check=check
        )

    def destroy(self, stack_name: str, *, timeout: float = 600, check: bool = True) -> None:
        """Delete a stack and wait; DeploymentError with the reasons when something could not be deleted."""
        self._deployer().destroy(stack_name, timeout=timeout, check=check)

    def cancel_update(self, stack_name: str) -> None:
        """Cancel the update of a stack that is in progress: no answer is waited for any more, and it is rolled back."""
        self.client("cloudformation").cancel_update_stack(StackName=stack_name)

    def interrupt(self, stack_name: str) -> list[str]:
        """Let the custom resources of a stack that wait for an answer fail, as when another resource fails meanwhile.

        CloudFormation works on resources at the same time, and gives up all of them when one fails; the local cloud
        works on one after the other.

        Returns
        -------
        list of str
            Their logical ids.
        """
        return [str(each) for each in self._write("interrupt", stack_name)]

    def stack(self, stack_name: str) -> dict[str, Any] | None:
        """Return a stack's description, None when there is no such stack."""
        return self._deployer().describe(stack_name)

    def stack_events(self, stack_name: str) -> list[dict[str, Any]]:
        """Return a stack's events, oldest first. A deleted stack is found by its id only."""
        return self._deployer().events(stack_name)
