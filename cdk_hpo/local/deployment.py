"""Deploys a synthesized stack as ``cdk deploy`` would, through the API only."""

import contextlib
import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.1
MAX_INLINE_TEMPLATE = 51_200
_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_FAILED_CREATIONS = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")

Client = Callable[[str], Any]


class DeploymentError(RuntimeError):
    """A stack did not reach the wanted state.

    Parameters
    ----------
    stack_name
        The stack.
    status
        The state that it is in.
    reasons
        What CloudFormation says about each resource that failed, the first failure first.
    """

    def __init__(self, stack_name: str, status: str, reasons: list[str]) -> None:
        lines = "".join(f"\n  {reason}" for reason in reasons) or "\n  (CloudFormation gives no reason)"
        super().__init__(f"The stack {stack_name} is {status}:{lines}")
        self.stack_name = stack_name
        self.status = status
        self.reasons = reasons


class Assembly:
    """A cloud assembly directory, as written by ``app.synth()`` or ``cdk synth``.

    Parameters
    ----------
    directory
        The folder with ``manifest.json``.
    """

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)
        manifest = self.directory / "manifest.json"
        if not manifest.is_file():
            raise FileNotFoundError(f"{self.directory} is no cloud assembly: it has no manifest.json")
        artifacts = json.loads(manifest.read_text(encoding="utf-8"))["artifacts"]
        self._stacks = {
            name: artifact for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"
        }

    def stack(self, name: str) -> Mapping[str, Any]:
        """Return the artifact whose id or stack name this is; ValueError lists those that there are."""
        for identifier, artifact in self._stacks.items():
            if name in (identifier, artifact["properties"].get("stackName"), artifact.get("displayName")):
                found: Mapping[str, Any] = artifact
                return found
        raise ValueError(
            f"no stack {name!r} in {self.directory}; there are {', '.join(sorted(self._stacks)) or 'none'}"
        )

    def dependencies(self, stack: Mapping[str, Any]) -> list[str]:
        """Return the names of the stacks of the assembly that this one depends on."""
        names = [name for name in stack.get("dependencies", ()) if name in self._stacks]
        return [self._stacks[name]["properties"].get("stackName", name) for name in names]

    def template(self, stack: Mapping[str, Any]) -> str:
        """Return the text of a stack's template."""
        file: str = stack["properties"]["templateFile"]
        return (self.directory / file).read_text(encoding="utf-8")

    def file_assets(self, stack: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Return the file assets that the stack depends on; ValueError for container images."""
        found: list[Mapping[str, Any]] = []
        template_file = stack["properties"]["templateFile"]
        path = self.directory / template_file.replace(".template.json", ".assets.json")
        if path.is_file():
            assets = json.loads(path.read_text(encoding="utf-8"))
            if assets.get("dockerImages"):
                raise ValueError("the local cloud has no container registry to publish image assets to")
            # The template is an asset of its own stack; it goes to CloudFormation directly.
            found = [
                {**asset, "folder": path.parent}
                for asset in assets.get("files", {}).values()
                if asset["source"].get("path") != Path(template_file).name
            ]
        return found


class Deployer:
    """Publishes assets and creates, updates and deletes stacks.

    Parameters
    ----------
    client
        Returns a boto3 client of a service.
    account
        The account, for the placeholders of asset destinations.
    region
        The region, likewise.
    """

    def __init__(self, client: Client, account: str, region: str) -> None:
        self._client, self._account, self._region = client, account, region

    def deploy(
        self, assembly: Assembly, artifact: str, stack_name: str, *, timeout: float, check: bool
    ) -> dict[str, Any]:
        """Publish a stack's assets, deploy it and return its description."""
        stack = assembly.stack(artifact)
        self._bootstrap(stack)
        for asset in assembly.file_assets(stack):
            self._publish(asset)
        properties = stack["properties"]
        try:
            return self.deploy_template(
                assembly.template(stack),
                stack_name,
                parameters=properties.get("parameters") or {},
                tags=properties.get("tags") or {},
                timeout=timeout,
                check=check,
            )
        except DeploymentError as error:
            missing = [name for name in assembly.dependencies(stack) if self.describe(name) is None]
            if not missing:
                raise
            advice = f"it depends on {', '.join(missing)}, not deployed yet: deploy that first, in this order"
            raise DeploymentError(stack_name, error.status, [*error.reasons, advice]) from None

    def deploy_template(
        self,
        template: str,
        stack_name: str,
        *,
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        timeout: float,
        check: bool,
    ) -> dict[str, Any]:
        """Create or update a stack, wait for the end and return its description."""
        cloudformation = self._client("cloudformation")
        present = self.describe(stack_name)
        if present is not None and present["StackStatus"] in _FAILED_CREATIONS:
            self.destroy(stack_name, timeout=timeout, check=True)
            present = None
        request: dict[str, Any] = {
            "StackName": stack_name,
            "Capabilities": _CAPABILITIES,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
            **self._template_argument(template, stack_name),
        }
        seen = {event["EventId"] for event in self.events(stack_name)} if present is not None else set()
        if present is None:
            cloudformation.create_stack(**request)
        else:
            try:
                cloudformation.update_stack(**request)
            except cloudformation.exceptions.ClientError as error:
                if "No updates are to be performed" not in str(error):
                    raise
                return present
        state = self.wait(stack_name, timeout)
        if state is None or (check and state["StackStatus"] not in _GOOD):
            status = "gone" if state is None else state["StackStatus"]
            raise DeploymentError(stack_name, status, self._reasons(stack_name, seen))
        return state

    def destroy(self, stack_name: str, *, timeout: float, check: bool) -> None:
        """Delete a stack and wait until it is gone; nothing happens when there is none."""
        state = self.describe(stack_name)
        if state is None:
            return
        seen = {event["EventId"] for event in self.events(state["StackId"])}
        self._client("cloudformation").delete_stack(StackName=stack_name)
        left = self.wait(stack_name, timeout)
        if left is not None and check:
            raise DeploymentError(stack_name, left["StackStatus"], self._reasons(left["StackId"], seen))

    def describe(self, stack_name: str) -> dict[str, Any] | None:
        """Return a stack's description, None when there is no such stack."""
        cloudformation = self._client("cloudformation")
        try:
            stack: dict[str, Any] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
        except cloudformation.exceptions.ClientError as error:
            if "does not exist" not in str(error):
                raise
            return None
        return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack

    def wait(self, stack_name: str, timeout: float) -> dict[str, Any] | None:
        """Wait until nothing is in progress; return the description, None when the stack is gone."""
        deadline = time.monotonic() + timeout
        while (state := self.describe(stack_name)) is not None:
            if not state["StackStatus"].endswith("IN_PROGRESS"):
                return state
            if time.monotonic() > deadline:
                raise TimeoutError(f"The stack {stack_name} is still {state['StackStatus']} after {timeout:g} seconds.")
            time.sleep(POLL_SECONDS)
        return None

    def events(self, stack_name: str) -> list[dict[str, Any]]:
        """Return a stack's events, oldest first."""
        cloudformation = self._client("cloudformation")
        found: list[dict[str, Any]] = []
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_name):
            found.extend(page["StackEvents"])
        return found[::-1]

    def _reasons(self, stack_name: str, seen: set[str]) -> list[str]:
        return [
            f"{event['LogicalResourceId']} {event['ResourceStatus']}: {event['ResourceStatusReason']}"
            for event in self.events(stack_name)
            if event["EventId"] not in seen and event.get("ResourceStatusReason")
        ]

    def _bootstrap(self, stack: Mapping[str, Any]) -> None:
        """Put the version where the template looks for it, unless the account was really bootstrapped."""
        name = stack["properties"].get("bootstrapStackVersionSsmParameter")
        if name is None:
            return
        ssm = self._client("ssm")
        if not ssm.get_parameters(Names=[name])["Parameters"]:
            version = stack["properties"].get("requiresBootstrapStackVersion", 1)
            # Another deployment may be doing the same.
            ssm.put_parameter(Name=name, Type="String", Value=str(max(int(version), 30)), Overwrite=True)

    def _publish(self, asset: Mapping[str, Any]) -> None:
        s3, data = self._client("s3"), _read(asset)
        for destination in asset["destinations"].values():
            bucket = self._filled(destination["bucketName"])
            self._ensure_bucket(bucket)
            s3.put_object(Bucket=bucket, Key=self._filled(destination["objectKey"]), Body=data)

    def _template_argument(self, template: str, stack_name: str) -> dict[str, str]:
        if len(template.encode()) <= MAX_INLINE_TEMPLATE:
            return {"TemplateBody": template}
        bucket = f"cdk-hpo-templates-{self._account}-{self._region}"
        self._ensure_bucket(bucket)
        s3 = self._client("s3")
        s3.put_object(Bucket=bucket, Key=f"{stack_name}.json", Body=template.encode())
        return {"TemplateURL": f"{s3.meta.endpoint_url}/{bucket}/{stack_name}.json"}

    def _ensure_bucket(self, bucket: str) -> None:
        s3 = self._client("s3")
        if bucket not in [found["Name"] for found in s3.list_buckets()["Buckets"]]:
            where = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # by another deployment, meanwhile
                s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))

    def _filled(self, text: str) -> str:
        for name, value in (("AccountId", self._account), ("Region", self._region), ("Partition", "aws")):
            text = text.replace(f"${{AWS::{name}}}", value)
        return text


def _read(asset: Mapping[str, Any]) -> bytes:
    source = asset["source"]
    if "path" not in source:
        raise ValueError(f"the asset {asset.get('displayName', source)} is built by a command; build it before")
    path = asset["folder"] / source["path"]
    if source.get("packaging") != "zip" or path.is_file():
        content: bytes = path.read_bytes()
        return content
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(path))
    return buffer.getvalue()
