"""``cdk-hpo local`` and ``cdk-hpo report``: look at tuning jobs."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cdk_hpo.command.terminal import Paint, colours, printable, width
from cdk_hpo.command.unusable import Unusable
from cdk_hpo.watching import screen, service
from cdk_hpo.watching.live import follow, terminal_size

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from cdk_hpo.watching.job import TuningJob

DONE, UNUSABLE = 0, 2
_LOOK_SECONDS = 1.0


def local(given: Namespace) -> int:
    """Show the local cloud's tuning jobs, or one of them; return the exit status."""
    if (given.action == "show") != (given.name is not None):
        needs = "needs" if given.action == "show" else "takes no"
        print(f"cdk-hpo local {given.action}: {needs} NAME", file=sys.stderr)
        return UNUSABLE
    try:
        client = service.local_client(given.url)
        if given.action == "jobs":
            _jobs(client, given)
        elif given.json:
            from cdk_hpo.watching.as_json import whole

            _print_json(whole(service.read(client, given.name), datetime.now(UTC)))
        else:
            _show(client, given)
    except Unusable as unusable:
        return _refused(unusable)
    return DONE


def report(given: Namespace) -> int:
    """Write a report on a tuning job; return the exit status."""
    if given.local and given.region is not None:
        print("cdk-hpo report: --region belongs to an account; the local cloud has its own", file=sys.stderr)
        return UNUSABLE
    try:
        from cdk_hpo.watching.report import write_report

        client = service.local_client(None, "report") if given.local else service.account_client(given.region)
        written = write_report(client, given.name, given.output)
    except Unusable as unusable:
        return _refused(unusable)
    print(f"Wrote {printable(str(written))}: open it in a browser.")
    return DONE


def _jobs(client: Any, given: Namespace) -> None:
    found, now = service.read_all(client), datetime.now(UTC)
    if given.json:
        from cdk_hpo.watching.as_json import summary

        _print_json([summary(job, now) for job in found])
    elif found:
        _print(screen.overview(found, now, width()))
    else:
        print("There are no tuning jobs.")


def _show(client: Any, given: Namespace) -> None:
    if given.once or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        job = service.read(client, given.name)
        _print([*_progress(job, width()), *_ranking(job)])
        return
    last: list[TuningJob] = []

    def lines() -> tuple[list[str], bool]:
        last[:] = [service.read(client, given.name)]
        columns = min(width(), terminal_size(sys.stdout).columns)
        return _painted(_progress(last[0], columns)), last[0].live

    follow(lines, sys.stdout, _LOOK_SECONDS)
    _print(_ranking(last[0]))


def _progress(job: TuningJob, columns: int) -> list[screen.Line]:
    return screen.progress(job, datetime.now(UTC), columns, plain=_only_ascii())


def _ranking(job: TuningJob) -> list[screen.Line]:
    found = screen.ranking(job, min(width(), terminal_size(sys.stdout).columns))
    return [[("", "")], *found] if found else []


def _only_ascii() -> bool:
    try:
        "█▒░…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def _painted(lines: list[screen.Line]) -> list[str]:
    paint = Paint(colours())
    texts = ["".join(paint(how, text) if text else "" for how, text in line) for line in lines]
    return [text.replace("…", "~") for text in texts] if _only_ascii() else texts


def _print(lines: list[screen.Line]) -> None:
    for line in _painted(lines):
        print(line)


def _print_json(content: Any) -> None:
    json.dump(content, sys.stdout, indent=2)
    print()


def _refused(unusable: Unusable) -> int:
    print(f"cdk-hpo: {printable(str(unusable))}", file=sys.stderr)
    return UNUSABLE
