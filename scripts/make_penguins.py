"""Make ``examples/data/penguins``: a small data set in the form that SageMaker's XGBoost reads.

    python scripts/make_penguins.py penguins.csv

The source is the file ``penguins.csv`` of the Palmer penguins data (CC0). A row is complete, its first column is the
label (the species as 0, 1, 2), there is no header, and every fourth row goes to the validation file.
"""

import csv
import sys
from pathlib import Path

SPECIES = ("Adelie", "Chinstrap", "Gentoo")
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
TARGET = Path(__file__).resolve().parent.parent / "examples" / "data" / "penguins"


def main(source: str) -> None:
    """Write both files."""
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] not in ("", "NA") for name in MEASURES)]
    lines = [",".join([str(SPECIES.index(row["species"])), *(row[name] for name in MEASURES)]) for row in rows]
    for name, part in (
        ("train", [line for index, line in enumerate(lines) if index % 4]),
        ("validation", lines[::4]),
    ):
        (TARGET / f"{name}.csv").parent.mkdir(parents=True, exist_ok=True)
        (TARGET / f"{name}.csv").write_text("\n".join(part) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
