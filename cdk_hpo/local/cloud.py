"""The local cloud as Python code sees it."""

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .options import Options
from .process import CloudProcess, LocalCloudError
from .stacks import Stacks


class LocalCloud(Stacks):
    """A cloud of your own: a process that answers the AWS API on a loopback port.

    It runs CloudFormation, Lambda, IAM, S3 and more, and SageMaker's hyperparameter tuning jobs, whose training jobs
    are simulated unless ``train`` is set. Use it as a context manager, or call ``start`` and ``stop``; its process, the
    processes of that one and its folder are gone afterwards, also when this process dies, and nothing is kept unless
    ``state`` is set.

    Parameters
    ----------
    job_seconds
        How long a tuning job takes, in seconds from 0. Default 1.
    stop_seconds
        How long stopping one takes, in seconds from 0. Default 0.3.
    train
        Whether tuning jobs really search, and training jobs really train, as processes of this machine; then they take
        the time that they need. Needs the extra ``train``. Default False.
    images
        A TOML file whose table ``[images]`` says which command stands for which container image.
    state
        A folder in which the cloud's state outlives it, made when it is not there. Jobs that ran when it ended are
        shown as failed, with an internal error as the reason. By default nothing is kept.
    iam
        Whether permissions are enforced, and roles must exist and trust SageMaker. Default True.
    port
        Port on 127.0.0.1; a free one by default.
    account
        Twelve digits. Default ``123456789012``.
    region
        Default ``us-east-1``.

    Raises
    ------
    ValueError
        For an option outside its limits.
    LocalCloudError
        On start, when the port is busy, the extra ``local`` is not installed, the process does not come up, or the
        state folder cannot be used: it holds something else, or another local cloud uses it.
    """

    def __init__(
        self,
        *,
        job_seconds: float = 1.0,
        stop_seconds: float = 0.3,
        train: bool = False,
        images: str | os.PathLike[str] | None = None,
        state: str | os.PathLike[str] | None = None,
        iam: bool = True,
        port: int | None = None,
        account: str = "123456789012",
        region: str = "us-east-1",
    ) -> None:
        self._options = Options(
            job_seconds=job_seconds,
            stop_seconds=stop_seconds,
            train=train,
            images=None if images is None else _checked_images(images),
            state=None if state is None else str(Path(state).resolve()),
            iam=iam,
            port=port or 0,
            account=account,
            region=region,
        )
        self._process: CloudProcess | None = None
        self._session: Any = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        if self._process is None:
            self._process = CloudProcess(self._options)
        return self

    def stop(self) -> None:
        """End the process and remove what it wrote."""
        process, self._process = self._process, None
        self._session, self._clients = None, {}
        if process is not None:
            process.end()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    # -- where it is ---------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The endpoint of every service."""
        return self._running.url

    @property
    def account(self) -> str:
        """The account that its credentials belong to."""
        return self._options.account

    @property
    def region(self) -> str:
        """Its region."""
        return self._options.region

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.running

    def log(self, lines: int = 40) -> str:
        """Return the last lines that its process logged."""
        return self._running.log(lines)

    def environment(self) -> dict[str, str]:
        """Return the environment for a subprocess that shall reach this cloud and no other, for CDK's CLI too."""
        process = self._running
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "CDK_"))}
        return {
            **kept,
            **self.credentials(),
            "AWS_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CDK_DEFAULT_ACCOUNT": self.account,
            "CDK_DEFAULT_REGION": self.region,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_HOME": str(process.home / "cdk-home"),
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(process.home / "jsii"),
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "NODE_NO_WARNINGS": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(process.temporary),
        }

    def credentials(self) -> dict[str, str]:
        """Return the variables that a shell needs to reach this cloud, those of the account's root."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, service: str, **options: Any) -> Any:
        """Return a boto3 client that talks to this cloud, whatever the environment says.

        Parameters
        ----------
        service
            Name of the service, as in boto3.
        options
            More arguments for boto3, e.g. the credentials of a role.
        """
        with self._lock:  # boto3 makes clients in one thread only
            if options or service not in self._clients:
                made = self._make_client(service, options)
                if options:
                    return made
                self._clients[service] = made
            return self._clients[service]

    def _make_client(self, service: str, options: Mapping[str, Any]) -> Any:
        from botocore.config import Config

        config = Config(proxies={}, retries={"mode": "legacy", "total_max_attempts": 1})
        arguments = {"endpoint_url": self.url, "region_name": self.region, "config": config, **options}
        return self._boto3_session().client(service, **arguments)

    # -- what it saw, and how it behaves ---------------------------------------------------------------------------

    def calls(self) -> list[dict[str, Any]]:
        """Return the SageMaker calls that have ended: time, operation, request, principal, error (or None), message."""
        return self._read("calls")

    def iam_decisions(self) -> list[dict[str, Any]]:
        """Return IAM's decisions: principal, action, resource, context, decision (Allow, Deny, ImplicitDeny), sid."""
        return self._read("iam")

    def events(self) -> list[dict[str, Any]]:
        """Return the custom-resource events sent, as the functions got them."""
        return self._read("events")

    def answers(self) -> list[dict[str, Any]]:
        """Return the custom-resource answers received, also late ones: expected, valid, problem, body, RequestId, …."""
        return self._read("answers")

    def function_log(self) -> list[dict[str, Any]]:
        """Return what functions wrote, an entry for each invocation that has ended: function, text, failed."""
        return self._read("function-log")

    def inject_faults(self, faults: Iterable[Mapping[str, Any]]) -> None:
        """Let SageMaker calls fail; replaces the faults set before, so an empty list ends them.

        Parameters
        ----------
        faults
            Each with ``operation`` (``*`` for any) and ``code``, and optionally ``message``, ``status`` (HTTP),
            ``nth`` (the first call that fails, from 1), ``times`` (how many fail, 0 for all), ``every`` (of how many
            calls one fails, 1 for calls in a row), ``after`` (the service does its work and only the answer is an
            error) and ``seconds`` (how long the answer takes; without a code it is only late).
        """
        self._write("faults", [dict(fault) for fault in faults])

    def configure(
        self, *, job_seconds: float | None = None, stop_seconds: float | None = None, roll_back: str | None = None
    ) -> None:
        """Change settings at once.

        Parameters
        ----------
        job_seconds, stop_seconds
            The pace, also of the jobs that run.
        roll_back
            What a roll-back sends to a custom resource that the failed update has replaced: ``update-new`` (an Update
            back with the new physical id, then the Delete of that; the default), ``update-old`` (the same with the old
            id), ``delete-first`` (the Delete, then the Update) or ``delete-only``. Nobody documents what
            CloudFormation does, so a function has to bear them all.

        Raises
        ------
        ValueError
            For a value outside its limits.
        """
        given = {"job_seconds": job_seconds, "stop_seconds": stop_seconds, "roll_back": roll_back}
        self._write("settings", {name: value for name, value in given.items() if value is not None})

    def end_job(self, name: str, status: str = "Failed", reason: str | None = None) -> None:
        """Let a tuning job end by itself now, ``Failed`` (with a reason), ``Completed`` or ``Stopped``."""
        self._write("end-job", {"name": name, "status": status, "reason": reason})

    def assume_role_as(self, service: str, role_arn: str, *, source_arn: str, session_name: str) -> dict[str, str]:
        """Take a role as a service does while it works for a source.

        Returns
        -------
        dict
            The credentials, as arguments for ``client``.

        Raises
        ------
        ValueError
            When the role does not trust the service for this source.
        """
        content = {"service": service, "role": role_arn, "source": source_arn, "session": session_name}
        credentials: dict[str, str] = self._write("assume", content)
        return credentials

    def decide(
        self, role_arn: str, action: str, resource: str, context: Mapping[str, Any] | None = None
    ) -> dict[str, str]:
        """Return what a role's policies decide about a call: ``decision``, and ``sid`` of the statement that allows it.

        For calls that the cloud cannot receive, or for which it does not know the resource or the condition keys.
        """
        content = {"role": role_arn, "action": action, "resource": resource, "context": dict(context or {})}
        decision: dict[str, str] = self._write("decide", content)
        return decision

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _running(self) -> CloudProcess:
        if self._process is None:
            raise LocalCloudError("The local cloud is not started: use it as a context manager, or call start().")
        return self._process

    def _boto3_session(self) -> Any:
        if self._session is None:
            import boto3
            import botocore.session

            core = botocore.session.Session()
            # Neither the user's profile nor the user's files count.
            core.set_config_variable("profile", "default")
            core.set_config_variable("config_file", str(self._running.aws_config))
            core.set_config_variable("credentials_file", str(self._running.aws_config))
            self._session = boto3.Session(
                aws_access_key_id=self.account,
                aws_secret_access_key="local",
                region_name=self.region,
                botocore_session=core,
            )
        return self._session

    def _read(self, hook: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._request(hook, None)
        return found

    def _write(self, hook: str, content: Any) -> Any:
        return self._request(hook, json.dumps(content).encode())

    def _request(self, hook: str, body: bytes | None) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(urllib.request.Request(f"{self.url}/_hpo/{hook}", data=body), timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["message"]) from None
        except OSError as error:
            raise LocalCloudError(f"The local cloud does not answer: {error}\n{self.log()}".rstrip()) from error


def _checked_images(path: str | os.PathLike[str]) -> str:
    """Return the path of a table of images that can be read; ValueError says what is wrong with it."""
    from .training_jobs.images import Images

    Images.from_file(Path(path))
    return str(Path(path).resolve())
