"""``python -m cdk_hpo.local``: a local cloud in the foreground, until Ctrl-C."""

import argparse
import json
import signal
import sys
import threading
import urllib.request
from collections.abc import Sequence
from types import FrameType

from .cloud import LocalCloud
from .options import DEFAULT_PORT
from .process import LocalCloudError, PortError

BUSY = 2
_SIMULATED = "Training jobs are simulated."
_TRAINED = (
    "Training jobs are processes of this machine: no containers, so neither network nor files are shut off,\n"
    "  one machine, no GPU, for small data; there are limits of time, memory and disk."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a local cloud until SIGINT or SIGTERM; return the exit status."""
    given = _parser().parse_args(arguments)
    try:
        cloud = LocalCloud(
            port=given.port,
            account=given.account,
            region=given.region,
            iam=given.iam,
            job_seconds=given.job_seconds,
            stop_seconds=given.stop_seconds,
            train=given.train,
            images=given.images,
            state=given.state,
        )
    except ValueError as error:
        print(f"cdk-hpo local cloud: {error}", file=sys.stderr)
        return BUSY
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with cloud:
            # From here on a signal only sets a flag: an exception could be lost where Python ignores exceptions.
            ended = threading.Event()
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, lambda *_: ended.set())
            print(_welcome(cloud, given), flush=True)
            while cloud.running and not ended.wait(0.2):
                pass
            if ended.is_set():
                raise KeyboardInterrupt
            print(f"The local cloud ended unexpectedly.\n{cloud.log()}", file=sys.stderr)
            return 1
    except LocalCloudError as error:
        print(f"cdk-hpo local cloud: {_explained(error, given.port)}", file=sys.stderr)
        return BUSY
    except KeyboardInterrupt:
        kept = "" if given.state is None else f" Its state is in {given.state}."
        print(f"\nThe local cloud has ended; nothing is left running.{kept}", flush=True)
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cdk_hpo.local",
        description="Run a local cloud with CloudFormation, Lambda, IAM and tuning jobs.",
    )
    add = parser.add_argument
    add(
        "--port",
        type=int,
        default=DEFAULT_PORT,
        help="port on 127.0.0.1 (default %(default)s; 0 for a free one)",
    )
    add("--account", default="123456789012", help="account id (default %(default)s)")
    add("--region", default="us-east-1", help="region (default %(default)s)")
    add("--no-iam", dest="iam", action="store_false", help="enforce no permissions and look at no roles")
    add("--job-seconds", type=float, default=20.0, help="how long a tuning job takes (default %(default)s)")
    add("--stop-seconds", type=float, default=2.0, help="how long stopping one takes (default %(default)s)")
    add("--train", action="store_true", help="really train, in processes of this machine, instead of simulating it")
    add("--images", metavar="FILE", help="TOML file with a table [images]: the command that stands for each image")
    add("--state", metavar="DIR", help="keep the state in this folder, and go on with what is there")
    return parser


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _explained(error: LocalCloudError, port: int) -> str:
    if not isinstance(error, PortError):
        return str(error)
    if (other := _already_running(port)) is None:
        return f"{error} Choose another one with --port."
    return (
        f"A local cloud already runs at http://127.0.0.1:{port} (process {other}). "
        "Use that one, end it, or start this one with another --port."
    )


def _already_running(port: int) -> int | None:
    """Return the process id of a local cloud that answers on the port."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}/_hpo/info", timeout=1) as answer:
            process: int = json.load(answer)["process"]
            return process
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _welcome(cloud: LocalCloud, given: argparse.Namespace) -> str:
    exports = "\n".join(f"  export {name}={value}" for name, value in cloud.credentials().items())
    permissions = "enforced" if given.iam else "not enforced"
    training = _TRAINED if given.train else _SIMULATED
    leaves = (
        "Nothing but what a training job sends leaves this machine" if given.train else "Nothing leaves this machine"
    )
    kept = "nothing is kept" if given.state is None else f"the state is kept in {given.state}"
    return (
        f"The local cloud is ready: {cloud.url}\n"
        f"  account {cloud.account}, region {cloud.region}, permissions {permissions}\n"
        f"  {training}\n"
        f"  {leaves}; {kept}.\n"
        f"To use it in another terminal:\n  unset AWS_PROFILE AWS_SESSION_TOKEN\n{exports}\n"
        "Ctrl-C ends it."
    )


if __name__ == "__main__":
    raise SystemExit(main())
