"""Channels as matrices.

CSV has no header and the label first; with ``csv_weights`` the weight follows it. LIBSVM is the default.
https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html#InputOutput-XGBoost
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse  # type: ignore[import-untyped]
import xgboost
from numpy.typing import NDArray

from .problem import UserError

_CSV, _LIBSVM = "csv", "libsvm"
_TYPES = {
    "csv": _CSV,
    "text/csv": _CSV,
    "libsvm": _LIBSVM,
    "text/libsvm": _LIBSVM,
    "text/x-libsvm": _LIBSVM,
}


@dataclass
class Table:
    """The rows of a channel."""

    features: "NDArray[np.float32] | scipy.sparse.csr_matrix"
    labels: NDArray[np.float32]
    weights: NDArray[np.float32] | None = None

    def matrix(self) -> xgboost.DMatrix:
        """Return what the library trains on."""
        return xgboost.DMatrix(self.features, label=self.labels, weight=self.weights, missing=np.nan)


def read(folder: Path, content_type: str | None, *, weights: bool) -> Table:
    """Read all files of a channel.

    Parameters
    ----------
    folder
        The channel's folder.
    content_type
        As the channel has it; LIBSVM without one.
    weights
        Whether the second column of CSV holds weights.

    Raises
    ------
    UserError
        When there is no data, or it is not of the content type.
    """
    kind = _TYPES.get((content_type or "text/libsvm").split(";")[0].strip().lower())
    if kind is None:
        raise UserError(f"{content_type} is not an accepted ContentType on this machine: {', '.join(sorted(_TYPES))}.")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".", "_")))
    if not any(path.stat().st_size for path in files):
        raise UserError(f"No data in channel path {folder}")
    return _csv(files, weights=weights) if kind == _CSV else _libsvm(files)


def _csv(files: list[Path], *, weights: bool) -> Table:
    rows = [row for path in files for row in _rows(path)]
    widths = {len(row) for row in rows}
    if len(widths) != 1:
        raise UserError(f"The rows of the CSV files have different numbers of columns: {sorted(widths)}.")
    table = np.array(rows, dtype=np.float32)
    first = 2 if weights else 1
    if table.shape[1] <= first:
        raise UserError(f"The CSV files have {table.shape[1]} columns, too few for a label and features.")
    return Table(table[:, first:], table[:, 0], table[:, 1] if weights else None)


def _rows(path: Path) -> Iterator[list[float]]:
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if row:
                try:
                    yield [float(cell) if cell.strip() else np.nan for cell in row]
                except ValueError as error:
                    raise UserError(f"{path.name}, line {number} is no row of numbers: {error}") from None


def _libsvm(files: list[Path]) -> Table:
    labels: list[float] = []
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for path in files:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                label, *cells = line.split("#")[0].split() or [""]
                if label:
                    try:
                        labels.append(float(label.split(":")[0]))
                        pairs = [cell.split(":") for cell in cells if not cell.startswith("qid:")]
                        columns += [int(column) for column, _ in pairs]
                        values += [float(value) for _, value in pairs]
                    except ValueError as error:
                        raise UserError(f"{path.name}, line {number} is not LIBSVM: {error}") from None
                    ends.append(len(columns))
    shape = (len(labels), max(columns, default=-1) + 1)
    found = scipy.sparse.csr_matrix((np.array(values, np.float32), columns, ends), shape=shape)
    return Table(found, np.array(labels, np.float32))


def same_width(*tables: Table) -> None:
    """Give sparse tables the same number of columns, as a file knows no columns that it does not use."""
    width = max(table.features.shape[1] for table in tables)
    for table in tables:
        if scipy.sparse.issparse(table.features):
            table.features.resize(table.features.shape[0], width)
