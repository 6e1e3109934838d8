"""Parallel coordinates: a line for each training job, across an axis for each hyperparameter and the objective.

They are drawn as plain lines: Plotly's own kind needs WebGL, which not every browser has.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .figures import BEST, Figure, is_wide, kind_of, markup, metric_of, names_of, trainings_of
from .job import Definition, Training, TuningJob, number

#: From the best lines to the worst.
_COLOURS = ("#16a34a", "#0d9488", "#3b82f6", "#7c6fd6", "#9a8fb0")
_FEWEST = 2


@dataclass(frozen=True)
class Axis:
    """An axis from 0 to 1: of a hyperparameter, or without a name of the objective; of choices, or of numbers.

    The ends ``low`` and ``high`` are logarithms if ``log`` is set.
    """

    name: str | None
    label: str
    choices: Sequence[str] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False

    def place(self, each: Training) -> float | None:
        """Return where a training job crosses the axis, if it does."""
        text = each.tuned.get(self.name) if self.name is not None else None
        if self.choices:
            return _between(self.choices.index(text), 0, len(self.choices) - 1) if text is not None else None
        value = each.value if self.name is None else number(text or "")
        return None if value is None else _between(math.log10(value) if self.log else value, self.low, self.high)

    def ends(self) -> list[tuple[float, str]]:
        """Return what is written along the axis, and where."""
        if self.choices:
            return [(_between(place, 0, len(self.choices) - 1), each) for place, each in enumerate(self.choices)]
        texts = [f"{_power(each) if self.log else each:.3g}" for each in (self.low, self.high)]
        return [(0.5, texts[0])] if self.low == self.high else [(0.0, texts[0]), (1.0, texts[1])]


def parallel(job: TuningJob, definition: Definition) -> Figure | None:
    """Return the plot for a definition; None when too few of its training jobs have a value."""
    maximize = definition.objective is not None and definition.objective.maximize
    rows = [each for each in trainings_of(job, definition) if each.value is not None]
    rows.sort(key=lambda each: (each.value or 0.0) * (-1 if maximize else 1))
    if len(rows) < _FEWEST:
        return None
    axes = [axis for name in names_of(job, definition) if (axis := _axis(definition, name, rows)) is not None]
    axes.append(
        _numbers(None, metric_of(definition), [each.value for each in rows if each.value is not None], is_wide(rows))
    )
    return {"data": _lines(axes, rows, job.best), "layout": _layout(axes)}


def _axis(definition: Definition, name: str, rows: Sequence[Training]) -> Axis | None:
    given = [each for each in rows if name in each.tuned]
    kind = kind_of(definition, name, given)
    if isinstance(kind, list):
        return Axis(name, name, choices=kind) if kind else None
    values = [found for each in given if (found := number(each.tuned[name])) is not None]
    return _numbers(name, name, values, kind == "log") if values else None


def _numbers(name: str | None, label: str, values: Sequence[float], log: bool) -> Axis:
    scaled = [math.log10(each) for each in values] if log else values
    return Axis(name, f"{label} (log)" if log else label, low=min(scaled), high=max(scaled), log=log)


def _between(value: float, low: float, high: float) -> float:
    if low == high:
        return 0.5
    if math.isinf(high - low):  # two numbers may be further apart than a number can say
        value, low, high = value / 2, low / 2, high / 2
    return (value - low) / (high - low)


def _power(logarithm: float) -> float:
    try:
        return float(10**logarithm)
    except OverflowError:
        return sys.float_info.max


def _lines(axes: Sequence[Axis], rows: Sequence[Training], best: Training | None) -> list[Figure]:
    """Return a trace for each colour, the worst first so that better lines lie above them, and one for the best."""
    groups: list[list[Training]] = [[] for _ in _COLOURS]
    for order, each in enumerate(rows):
        if each != best:
            groups[order * len(_COLOURS) // len(rows)].append(each)
    pairs = [*zip(groups, _COLOURS, strict=True)][::-1]
    found = [_trace(axes, some, colour, 1.2) for some, colour in pairs if some]
    return found + ([_trace(axes, [best], BEST, 4)] if best in rows and best is not None else [])


def _trace(axes: Sequence[Axis], some: Sequence[Training], colour: str, width: float) -> Figure:
    up: list[float | None] = []
    numbers: list[int | None] = []
    for each in some:
        up += [*(axis.place(each) for axis in axes), None]  # nothing ends the line
        numbers += [*([each.number] * len(axes)), None]
    trace: dict[str, Any] = {"type": "scatter", "mode": "lines+markers", "hovertext": numbers, "hoverinfo": "text"}
    trace |= {"x": [*range(len(axes)), None] * len(some), "y": up, "opacity": 0.8}
    return trace | {"line": {"color": colour, "width": width}, "marker": {"color": colour, "size": 4 + width}}


def _layout(axes: Sequence[Axis]) -> Figure:
    return {
        "xaxis": {
            "tickvals": [*range(len(axes))],
            "ticktext": [markup(axis.label) for axis in axes],
            "range": [-0.65, len(axes) - 0.5],
            "automargin": True,
        },
        "yaxis": {"visible": False, "range": [-0.08, 1.1]},
        "annotations": [
            {"x": place, "y": at, "text": markup(text), "showarrow": False, "xanchor": "right", "xshift": -7}
            for place, axis in enumerate(axes)
            for at, text in axis.ends()
        ],
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "height": 360,
        "showlegend": False,
        "hovermode": "closest",
    }
