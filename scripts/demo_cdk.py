"""Runs the CDK CLI as a user would, and shows the part of its output that says something."""

import contextlib
import os
import re
import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from demo_screen import Screen, colours_wanted, painted, plain

ROOT = Path(__file__).resolve().parent.parent
CDK = ROOT / "node_modules" / ".bin" / "cdk"
#: The CLI reads its options from the environment too, which keeps the commands on the screen short.
_OPTIONS = {
    "CDK_CI": "true",  # write to standard output, and no progress bar
    "CDK_NOTICES": "false",
    "CDK_PROGRESS": "events",
    "CDK_REQUIRE_APPROVAL": "never",  # there is nobody to ask
}
_EVENT = re.compile(
    r"(?P<stack>\S+) \| +[\d/]+ \| (?P<time>[\d:]+ ?[AP]?M?) +\| (?P<status>[A-Z_]+) +"
    r"\| (?P<type>\S+) +\| (?P<name>\S+)(?: \(\w+\))?(?P<reason>.*)"
)
_OUTPUT = re.compile(r"(?P<stack>\w+)\.\w+ = .*")
#: Lines that say nothing to a reader of the demo, whole.
_NOISE = re.compile(
    r"|✨ .*|Outputs:|Stack ARN:|arn:\S+|Including dependency stacks: .*|.*: (start|success): .*|Resources"
    r"|Penguin\w+|Penguin\w+: (creating CloudFormation changeset|deploying|destroying)\.\.\..*|Penguin\w+\.Publish.*"
    r"|✅ .* \(no changes\)"
    r"|(start|success): (Building|Built|Publishing|Published) .*|Hold on while we create .*|Trusted accounts .*"
    r"|Using default execution policy .*|CDKToolkit: .*|⏳ .*"
)


class CdkError(Exception):
    """A command of the CLI ended otherwise than it should."""


class Cdk:
    """The CLI, bound to one cloud.

    Parameters
    ----------
    screen : Screen
        Where its output goes.
    environment : mapping
        The environment that leads it to the cloud.
    folder : Path
        A private folder for what it writes, so that the user's ``cdk.out`` and home folder stay as they are.
    """

    def __init__(self, screen: Screen, environment: Mapping[str, str], folder: Path) -> None:
        self._screen = screen
        self._environment = {
            **environment,
            **_OPTIONS,
            "CDK_OUTPUT": str(folder / "cdk.out"),
            "HOME": str(folder),
            **({"FORCE_COLOR": "1"} if colours_wanted() else {"NO_COLOR": "1"}),
        }

    def run(self, command: str, *, fold: str = "", validate: bool = False, fails: bool = False) -> str:
        """Run a command and show it with its output.

        Parameters
        ----------
        command : str
            What follows ``cdk``.
        fold : str
            A stack whose events are only counted.
        validate : bool
            Whether the CDK validates the templates against CloudFormation's schemas. It costs seconds at every
            synthesis, so the demo lets it do so once.
        fails : bool
            Whether the command is expected to fail; what it says is then shown as it is.

        Returns
        -------
        str
            All that it wrote, without colours.
        """
        self._screen.command(f"cdk {command}")
        process = subprocess.Popen(
            [str(CDK), *shlex.split(command)],
            cwd=ROOT,
            env={**self._environment, "CDK_VALIDATION": "true" if validate else "false"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            written = self._show(process, fold=fold, everything=fails)
            status = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()
        if bool(status) is not fails:
            raise CdkError(f"cdk {command} " + (f"ended with status {status}" if status else "should have failed"))
        return written

    def _show(self, process: subprocess.Popen[bytes], *, fold: str, everything: bool) -> str:
        written: list[str] = []
        changed: list[str] = []
        assert process.stdout is not None
        for raw in process.stdout:
            line = raw.decode("utf-8", errors="replace").rstrip()
            text = plain(line)
            written.append(text)
            if (event := _EVENT.fullmatch(text)) is not None:
                changed += [event["stack"]] if event["status"].endswith("_COMPLETE") else []
                if event["stack"] != fold or "FAILED" in event["status"]:
                    self._show_event(event)
            elif (output := _OUTPUT.fullmatch(text)) is not None and output["stack"] not in changed:
                continue  # of a stack that this stack depends on, shown when that one was deployed
            elif everything or not _NOISE.fullmatch(text.strip()):
                if fold and text.startswith("✅") and fold in changed and (fold in text or fold == "CDKToolkit"):
                    self._screen.detail(f"({changed.count(fold) - 1} resources)")
                self._screen.detail(line)
        return "\n".join(written)

    def _show_event(self, event: re.Match[str]) -> None:
        status, kind = event["status"], event["type"]
        if status.endswith("_IN_PROGRESS") and not kind.startswith("Custom::") and not event["reason"].strip():
            return  # one line for a resource is enough; only a job takes long enough for two
        colour = "red" if "FAILED" in status or "ROLLBACK" in status else "green"
        state = painted(f"{status:<20}", colour if status.endswith(("COMPLETE", "FAILED")) else "dim")
        reason = event["reason"].rstrip()
        self._screen.detail(f"{state}  {kind.removeprefix('AWS::'):<40}  {event['name']}{reason}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the CLI with all that it started: first kindly, then by force."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
