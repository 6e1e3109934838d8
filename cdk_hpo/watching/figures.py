"""The plots of a report, as the dictionaries that Plotly draws. Nothing here needs Plotly.

For the text under the pointer they hold the training job's number: the page has the texts, once for all plots.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from .job import Definition, Objective, Training, TuningJob, number
from .said import short, visible

Figure = dict[str, Any]
#: Told apart by people who see few colours, on a light ground and on a dark one.
_COLOURS = ("#3b82f6", "#d97706", "#0d9488", "#c026d3", "#65a30d", "#e11d48")
BEST, _WITHOUT = "#e0a100", "#ef4444"
#: Values further apart than this are drawn by magnitudes.
_WIDE = 1000
#: So few training jobs get a number each.
_FEW = 12


def objective_by_job(job: TuningJob, definitions: Sequence[Definition]) -> Figure:
    """Return the objective of the training jobs in their order, of definitions that have the same one."""
    objective = definitions[0].objective
    names = {one.name for each in definitions for one in trainings_of(job, each)}
    own = [each for each in job.trainings if each.name in names]
    traces = []
    for each in definitions:
        points = [(one, one.value) for one in trainings_of(job, each) if one.value is not None]
        if points:
            traces.append(_numbered(points, each.name or "training job", _marker(_colour(job, each))))
    values = [each.value for each in own if each.value is not None]
    if values and objective is not None:
        traces.append(_best_so_far(own, objective))
        worst = min(values) if objective.maximize else max(values)
        ended = [(each, worst) for each in own if each.value is None and not each.live]
        if ended:
            traces.append(_numbered(ended, "ended without a value", _marker(_WITHOUT, symbol="x")))
    across = {"title": {"text": "training job"}, **({"dtick": 1} if len(job.trainings) <= _FEW else {})}
    return _figure(traces, across, _axis(metric_of(definitions[0]), is_wide(own)), legend=True)


def hyperparameter(job: TuningJob, definition: Definition, name: str) -> Figure:
    """Return the objective against one hyperparameter."""
    given = [each for each in trainings_of(job, definition) if each.value is not None and name in each.tuned]
    kind = kind_of(definition, name, given)
    traces = []
    for best, marker in ((False, _marker(_colour(job, definition))), (True, _marker(BEST, 14, "star"))):
        some = [each for each in given if (each == job.best) is best]
        places = [(_coordinate(each.tuned[name], kind), each) for each in some]
        drawn = [(place, each) for place, each in places if place is not None]
        if drawn:
            traces.append(_scatter([(place, each.value, each) for place, each in drawn], marker))
    across = _axis(name, kind == "log")
    if isinstance(kind, list):
        choices = {"categoryorder": "array", "categoryarray": [markup(each) for each in kind]}
        across |= {"type": "category", **choices, "range": [-0.5, len(kind) - 0.5]}
    return _figure(traces, across, _axis(metric_of(definition), is_wide(given)), legend=False)


def metric_of(definition: Definition) -> str:
    """Return what a definition's objective is called."""
    return definition.objective.metric if definition.objective else "value"


def names_of(job: TuningJob, definition: Definition) -> list[str]:
    """Return the names of a definition's tuned hyperparameters: its ranges, and what the service added itself."""
    added = {name for each in trainings_of(job, definition) for name in each.tuned} - set(definition.ranges)
    return [*definition.ranges, *sorted(added)]


def trainings_of(job: TuningJob, definition: Definition) -> list[Training]:
    """Return a definition's training jobs."""
    only = len(job.definitions) == 1
    return [each for each in job.trainings if only or each.definition == definition.name]


def markup(text: str) -> str:
    """Return a text as Plotly shows it: it understands some HTML, and of the entities few but these."""
    return escape(visible(text), quote=False)


def _colour(job: TuningJob, definition: Definition) -> str:
    return _COLOURS[list(job.definitions).index(definition) % len(_COLOURS)]


def _marker(colour: str, size: int = 8, symbol: str = "circle") -> Figure:
    return {"color": colour, "size": size, "symbol": symbol, "opacity": 0.85}


def kind_of(definition: Definition, name: str, trainings: Sequence[Training]) -> str | list[str]:
    """Return the axis of a hyperparameter: linear, log, or its choices. What has no range is judged by its values."""
    kind = definition.ranges.get(name)
    values = [each.tuned[name] for each in trainings]
    if kind is None:
        kind = "linear" if all(number(each) is not None for each in values) else []
    if isinstance(kind, str):
        numbers = [found for each in values if (found := number(each)) is not None]
        return "linear" if any(each <= 0 for each in numbers) else kind
    return [*kind, *sorted(set(values) - set(kind))]


def _coordinate(value: str, kind: str | list[str]) -> float | str | None:
    return markup(value) if isinstance(kind, list) else number(value)


def _numbered(points: Sequence[tuple[Training, float]], name: str, marker: Figure) -> Figure:
    return {**_scatter([(each.number, value, each) for each, value in points], marker), "name": markup(name)}


def _scatter(points: Sequence[tuple[float | str, float | None, Training]], marker: Figure) -> Figure:
    across, up, trainings = zip(*points, strict=True)
    shown = {"hovertext": [each.number for each in trainings], "hoverinfo": "text"}
    return {"type": "scatter", "mode": "markers", "x": list(across), "y": list(up), "marker": marker, **shown}


def hover(each: Training) -> str:
    """Return what is told of a training job under the pointer, as the markup that Plotly understands."""
    lines = [each.name, each.shown_value or f"{each.status}, no value"]
    lines += [f"{name}: {short(value)}" for name, value in sorted(each.tuned.items())]
    return "<br>".join(markup(line) for line in lines)


def _best_so_far(trainings: Sequence[Training], objective: Objective) -> Figure:
    numbers: list[int] = []
    values: list[float] = []
    for each in trainings:
        if each.value is not None:
            better = not values or objective.better(each.value, values[-1])
            numbers.append(each.number)
            values.append(each.value if better else values[-1])
    line = {"shape": "hv", "width": 2, "color": BEST}
    return {"type": "scatter", "mode": "lines", "name": "best so far", "x": numbers, "y": values, "line": line}


def is_wide(trainings: Sequence[Training]) -> bool:
    """Tell whether the objective is better drawn by magnitudes."""
    values = [each.value for each in trainings if each.value is not None]
    return bool(values) and min(values) > 0 and max(values) / min(values) >= _WIDE


def _axis(title: str, log: bool) -> Figure:
    words = f"{markup(title)} (log)" if log else markup(title)
    return {"title": {"text": words}, "type": "log" if log else "linear", "automargin": True, "exponentformat": "e"}


def _figure(traces: list[Figure], across: Figure, up: Figure, *, legend: bool) -> Figure:
    layout = {
        "xaxis": {"automargin": True, **across},
        "yaxis": up,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "height": 340 if legend else 260,
        "showlegend": legend,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
    }
    return {"data": traces, "layout": layout}
