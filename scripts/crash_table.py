#!/usr/bin/env python3
"""Kill the handler's process at each line of its traffic, deliver the event again, and print what comes of it.

    make crash-table

The handler runs in processes of its own and is killed by SIGKILL, before or after a line of its traffic is carried out
by the local cloud's SageMaker. Lambda's tries and CloudFormation's events follow. Prints a table in Markdown for each
script, and fails if any line is bad. With ``--fresh``, each call starts a new interpreter instead of a forked one.
"""

import argparse
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lambda")]

from tests.lifecycle.kill_runs import Row, given_up, rows  # noqa: E402
from tests.lifecycle.kill_scripts import CREATE, DELETE, FAILED_UPDATE, SCRIPTS, UPDATE  # noqa: E402
from tests.lifecycle.kill_stage import open_stage  # noqa: E402

HEAD = (
    "| script | line | operation | killed | jobs made | live at the end | answers | {} |\n"
    "|---|---:|---|---|---:|---:|---|---|"
)


def show(title: str, question: str, lines: Iterable[Row]) -> tuple[int, int]:
    """Print a table, and return the number of its lines and of the bad ones."""
    print(f"\n### {title}\n\n{HEAD.format(question)}")
    count, bad = 0, []
    for line in lines:
        verdict = "**no**" if line.problems else "yes, in other words" if line.other_words else "yes"
        print(
            f"| {line.script} | {line.number} | {line.operation} | {line.moment} | {line.made} | {line.live} "
            f"| {line.answers} | {verdict} |",
            flush=True,
        )
        count += 1
        if line.problems:
            bad.append(line)
    for line in bad:
        print(f"\n{line.script}, {line.moment} line {line.number} ({line.operation}): {'; '.join(line.problems)}")
    return count, len(bad)


def main() -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(description="What comes of a handler that is killed at each line of its traffic.")
    parser.add_argument("--fresh", action="store_true", help="start a new interpreter for each call")
    parser.add_argument("--script", default="", help="only scripts whose name contains this")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    counts = []
    with open_stage(fresh=given.fresh) as stage:
        for script in SCRIPTS:
            if given.script in script.name:
                counts.append(show(f"One try dies: {script.name}", "as if undisturbed", rows(stage, script)))
        for dying, who in ((3, "Every try dies"), (6, "Every try and every try of the report dies")):
            for script in (CREATE, UPDATE, FAILED_UPDATE, DELETE):
                if given.script in script.name:
                    lines = given_up(stage, script, dying=dying)
                    counts.append(show(f"{who}: {script.name}", "nothing left running but what is held", lines))
    total, bad = (sum(column) for column in zip(*counts, strict=True))
    print(f"\n{total} lines, {bad} bad.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
