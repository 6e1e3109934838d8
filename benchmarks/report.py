"""The results as a page."""

import platform
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("aws-cdk-lib", "constructs", "jsii", "boto3", "botocore")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measure, and what it should be at most."""

    measure: str
    result: float
    target: float
    stretch: float | None = None
    unit: str = ""
    #: The numbers behind the result.
    behind: str = ""

    def line(self) -> str:
        """Return the row of the table."""
        met = "stretch" if self.stretch is not None and self.result <= self.stretch else "yes"
        verdict = met if self.result <= self.target else "**no**"
        wanted = [_number(each, self.unit) for each in (self.target, self.stretch) if each is not None]
        cells = (self.measure, _number(self.result, self.unit), " / ".join(wanted), verdict, self.behind)
        return f"| {' | '.join(cells)} |"


def _number(value: float, unit: str) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".") if value < 100 else f"{value:,.0f}"
    return f"{text} {unit}".strip()


def page(rows: Iterable[Row], sections: Iterable[str], command: str) -> str:
    """Return the whole page."""
    table = [
        "| measure | result | target / stretch | met | behind it |",
        "|---|---|---|---|---|",
        *(row.line() for row in rows),
    ]
    return "\n".join(
        [
            "# Results",
            "",
            f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d}; do not edit. {_machine()}",
            "",
            "All ways ask for the same tuning job ([request.py](request.py)); each is a file of [peers](peers). They",
            "take turns, and a ratio is the median of the ratios round by round, because other work on a machine",
            "slows all alike. Compared is processor time, of Python and JavaScript together; time on the clock stands",
            "beside it. Times in milliseconds are medians and hold for this machine only.",
            "",
            *table,
            "",
            *sections,
        ]
    )


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    rule = "|".join(["---", *["---:"] * (len(head) - 1)])
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {' | '.join(line)} |" for line in lines), ""])


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    node = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    return (
        f"Machine: {_processor()}, {platform.system()}. Python {sys.version.split()[0]}, Node {node.lstrip('v')}, "
        f"{packages}."
    )


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else platform.processor()
