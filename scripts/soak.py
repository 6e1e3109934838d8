"""Tell many random histories of a stack, in two processes; the first one that goes wrong is shown as a script.

    python scripts/soak.py [--sequences 10000] [--seed 0] [--processes 2] [--state FILE]

Sequences come in batches, each with a seed of its own that follows from ``--seed``: the same seed tells the same
histories. With ``--state`` finished batches are kept in a file and skipped when the run is taken up again.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "lambda")]

BATCH = 250


def batch(seed: int) -> tuple[int, dict[str, int], str | None]:
    """Tell one batch; return its counts, and what went wrong."""
    from tests.lifecycle.machine import Lifecycle
    from tests.lifecycle.run import quick, tell

    os.nice(10)
    Lifecycle.totals.clear()
    wrong = None
    with ExitStack() as stack:
        for patch in quick():
            stack.enter_context(patch)
        try:
            tell(seed, BATCH)
        except Exception as error:
            wrong = "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", [])])
    return seed, dict(Lifecycle.totals), wrong


def main() -> int:
    """Run; return how the process shall end."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sequences", type=int, default=10_000, help="at least so many are told")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--state", type=Path, help="a file that keeps what has been told")
    given = options.parse_args()
    seeds = [given.seed + number for number in range(-(-given.sequences // BATCH))]
    done: dict[str, dict[str, int]] = (
        json.loads(given.state.read_text()) if given.state and given.state.exists() else {}
    )
    begun, failures = time.monotonic(), 0
    with ProcessPoolExecutor(given.processes) as pool:
        waiting = [pool.submit(batch, seed) for seed in seeds if str(seed) not in done]
        for finished in as_completed(waiting):
            seed, counts, wrong = finished.result()
            if wrong is None:
                done[str(seed)] = counts
                if given.state:
                    given.state.write_text(json.dumps(done))
                told = sum((Counter(each) for each in done.values()), Counter())["sequences"]
                print(f"seed {seed}: {counts['sequences']} sequences; {told} in all", flush=True)
                continue
            failures += 1
            print(f"seed {seed} has found this:\n{wrong}", flush=True)
    totals = sum((Counter(each) for each in done.values()), Counter())
    names = ("sequences", "rules", "events", "answers", "calls of the function", "crashes", "API calls")
    print(", ".join(f"{totals[name]:,} {name}" for name in names))
    print(f"seeds {seeds[0]} to {seeds[-1]}; {failures} failed; {time.monotonic() - begun:,.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
