"""Plant mistakes in a copy of the handler, and see whether the random histories find each of them.

    python scripts/mutate_lifecycle.py [--sequences 400] [NAME ...]

Prints the script that each mistake shrank to; ends with an error if one was not found.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Mistake:
    """A piece of the handler, and what takes its place."""

    file: str
    right: str
    wrong: str


MISTAKES = {
    "stopped-but-not-released": Mistake(
        "retire", "if not marked and job.name not in seen.urgent:", "if job.ended and not marked:"
    ),
    "delete-that-does-not-wait": Mistake(
        "retire", "    if not job.ended:\n        return Wait", "    if False:\n        return Wait"
    ),
    "delete-of-what-has-a-similar-name": Mistake(
        "seen", "    if job.unmarked:\n        return", "    if True:\n        return"
    ),
    "failed-event-that-leaves-its-job": Mistake(
        "retire", 'step = retire(job, wanted, seen, "the event that made it has failed", BY_FAILURE)', "step = None"
    ),
    "roll-back-that-finds-nothing": Mistake("decide", "for job in _takeable(wanted, seen):", "for job in ():"),
    "cancelled-update-forgotten": Mistake(
        "decide", "for leftover in _leftovers(job, wanted, seen):", "for leftover in ():"
    ),
    "cancelled-update-goes-on": Mistake("decide", "    if later is not None:", "    if False:"),
    "made-and-not-looked-again": Mistake(
        "reconcile", "if isinstance(step, Create):\n            # While", "if False:\n            # While"
    ),
    "late-copy-changes-tags": Mistake(
        "decide", "    if is_overtaken(job, wanted):\n        return Done", "    if False:\n        return Done"
    ),
    "name-made-by-chance": Mistake(
        "names", "_token(stack_id, logical_id, request_id)}", "_token(stack_id, logical_id, str(id(object())))}"
    ),
    "new-run-for-an-option": Mistake(
        "event",
        "configuration=wire.digest(request),",
        "configuration=wire.digest({**request, 'o': new.get('OnDelete')}),",
    ),
    "removed-tags-stay": Mistake("decide", "gone = (key for key in wanted.dropped_tags", "gone = (key for key in ()"),
    "secrets-in-the-answer": Mistake(
        "reconcile", 'words = self._redact(f"{code}: {message_of(error)}")', 'words = f"{code}: {message_of(error)}"'
    ),
    "broken-connection-is-a-mistake": Mistake(
        "errors", 'return getattr(error, "response", None) or {}', 'return getattr(error, "response", {})'
    ),
    "answer-after-the-deadline": Mistake(
        "chain",
        "deadline=started + event.timeout - min(30.0, event.timeout * 0.2)",
        "deadline=started + event.timeout + 30",
    ),
    "throttling-is-final": Mistake("errors", 'code=r"Throttling|ThrottlingException|', 'code=r"Throttling|'),
    "record-is-not-erased": Mistake("retire", "if wanted.on_delete is not OnDelete.DELETE:", "if True:"),
    "report-gives-up-what-is-in-use": Mistake(
        "reconcile", "self.seen = replace(self.seen, reported=reason)", "self.fail(reason)"
    ),
}


def run(program: str, handler: Path) -> str | None:
    """Run a program of the tests with a handler; return what it complains of."""
    start = (
        f"import sys; sys.path[:0] = [{str(handler)!r}, {str(ROOT)!r}]\n"
        "from tests.lifecycle.cloud import replay\nfrom tests.lifecycle.run import quick, tell\n"
        "for patch in quick(): patch.start()\n"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", start + program]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=handler)
    return None if done.returncode == 0 else done.stderr


def found_by(mistake: Mistake, sequences: int, folder: Path) -> str | None:
    """Return what the histories say about the mistake; none if they do not notice it."""
    copy = folder / "lambda"
    shutil.copytree(ROOT / "lambda", copy, ignore=shutil.ignore_patterns("__pycache__"))
    file = copy / "tuning_job" / f"{mistake.file}.py"
    text = file.read_text(encoding="utf-8")
    if text.count(mistake.right) != 1:
        raise ValueError(f"{mistake.file}.py has {text.count(mistake.right)} times: {mistake.right}")
    file.write_text(text.replace(mistake.right, mistake.wrong), encoding="utf-8")
    return run(f"tell(1, {sequences})", copy)


def script_in(said: str) -> list[str]:
    """Return the last script of a report."""
    lines = said.splitlines()
    start = max((number for number, line in enumerate(lines) if line.startswith("cloud = ")), default=len(lines))
    return [line for line in lines[start:] if line.startswith("cloud")]


def main() -> int:
    """Run; return how the process shall end."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sequences", type=int, default=400)
    options.add_argument("names", nargs="*", help=f"all by default: {', '.join(MISTAKES)}")
    given = options.parse_args()
    missed = []
    for name in given.names or MISTAKES:
        with tempfile.TemporaryDirectory() as folder:
            said = found_by(MISTAKES[name], given.sequences, Path(folder))
        script = script_in(said or "")
        if said is None or not script:
            missed.append(name)
            print(f"== {name}: NOT FOUND\n{said or ''}", flush=True)
            continue
        complaint = next((line for line in said.splitlines() if line.startswith("AssertionError")), "")
        print("\n".join([f"== {name}: {complaint}", *script]), flush=True)
        if (without := run(f"replay({chr(10).join(script)!r})", ROOT / "lambda")) is not None:
            missed.append(name)
            print(f"   NOT BY THE MISTAKE: the same goes wrong without it\n{without}", flush=True)
    print(f"{len(given.names or MISTAKES) - len(missed)} found, {len(missed)} not: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
