"""Measure everything, and write ``benchmarks/RESULTS.md``; about a quarter of an hour.

* ``make bench``
* ``python -m benchmarks --rounds 3 --only synth``: only look, with fewer rounds
"""

import argparse
import compileall
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import measures
from benchmarks.fresh import ROOT
from benchmarks.report import Row, page

MEASURES: dict[str, Callable[[int], tuple[list[Row], list[str]]]] = {
    "synth": measures.synthesis,
    "count": measures.counts,
    "whole": measures.whole_process,
    "handler": measures.handler,
    "checks": measures.checks,
    "scale": measures.scale,
}


def main() -> None:
    """Run the measures; the page is written only when all of them have run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often the ways take turns")
    parser.add_argument("--only", choices=MEASURES, action="append", help="print these, and write nothing")
    arguments = parser.parse_args()
    # Some machines keep Python from writing compiled modules; nobody's first synthesis is measured here.
    compileall.compile_dir(ROOT / "cdk_hpo", quiet=2)
    rows: list[Row] = []
    sections: list[str] = []
    for name in arguments.only or MEASURES:
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        more_rows, more_sections = MEASURES[name](arguments.rounds)
        rows += more_rows
        sections += more_sections
    command = "make bench" if arguments.rounds == parser.get_default("rounds") else f"--rounds {arguments.rounds}"
    text = page(rows, sections, command)
    if arguments.only:
        print(text)
    else:
        Path(__file__).with_name("RESULTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
