"""The page of a report: headline, plots, tables. All that comes from answers is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from .figures import Figure, hover, hyperparameter, names_of, objective_by_job
from .job import Training, TuningJob
from .parallel import parallel
from .said import counts, duration, short, visible

_MANNERS = {"Completed": "good", "Failed": "bad", "DeleteFailed": "bad", "Stopped": "doubt", "Stopping": "doubt"}
_HERE = Path(__file__).parent
#: The page may run what it holds, and fetch nothing.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"


def page(job: TuningJob, details: Mapping[str, Any], plotly: str) -> str:
    """Return the report.

    Parameters
    ----------
    job
        The tuning job with its training jobs.
    details
        What is told of the best training job: ``static`` (hyperparameters that were not tuned) and ``artifact``.
    plotly
        The source of plotly.js.
    """
    figures: list[Figure] = []
    body = "".join(
        [
            _headline(job),
            f'<div class="pair">{_best(job, details)}{_facts(job)}</div>',
            _plots(job, figures),
            _failures(job),
            _trainings(job),
        ]
    )
    # In HTML, "</script" and "<!--" mean something even inside JSON.
    content = {"hovers": [hover(each) for each in job.trainings] if figures else [], "figures": figures}
    data = json.dumps(content, allow_nan=False).replace("<", "\\u003c")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(job.name)}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>\n{body}\n"
        f'<script type="application/json" id="figures">{data}</script>\n'
        + (f"<script>{plotly}</script>\n<script>\n{_file('page.js')}</script>\n" if figures else "")
        + "</body>\n</html>\n"
    )


def _file(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _headline(job: TuningJob) -> str:
    return (
        f'<h1>{_text(job.name)} <span class="state {_MANNERS.get(job.status, "")}">{_text(job.status)}</span></h1>\n'
        f'<p class="soft">{_text(job.about)}</p>\n'
        + (f'<p class="bad">{_text(job.reason)}</p>\n' if job.reason else "")
        + "<noscript>The plots need JavaScript.</noscript>\n"
    )


def _best(job: TuningJob, details: Mapping[str, Any]) -> str:
    if job.best is None:
        return '<div class="card"><p class="soft">Best training job</p><p>None has a value.</p></div>\n'
    metric = job.definition(job.best.definition).objective or job.objective
    rows = [(name, _code(value)) for name, value in sorted(job.best.tuned.items())]
    rows += [(f"{name} (fixed)", _code(value)) for name, value in sorted(details.get("static", {}).items())]
    rows += [("training job", _code(job.best.name))]
    rows += [("model artifact", _code(details["artifact"]))] if details.get("artifact") else []
    return (
        f'<div class="card"><p class="soft">Best {_text(metric.metric if metric else "value")}</p>'
        f'<p class="value good">{_text(job.best.shown_value)}</p>{_pairs(rows)}</div>\n'
    )


def _facts(job: TuningJob) -> str:
    limit = None if job.max_seconds is None else duration(job.max_seconds)
    rows = [
        ("training jobs", _text(counts(job))),
        ("created", _moment(job.created)),
        ("ended", _moment(job.ended) if job.ended else _text(f"not yet; this report is of {_moment(job.changed)}")),
        ("took" if job.ended else "so far", duration(job.elapsed(job.changed))),
        *([("at most", limit)] if limit else []),
        ("trained", f"{duration(sum(each.seconds or 0 for each in job.trainings))}, all training jobs together"),
    ]
    return f'<div class="card"><p class="soft">Search</p>{_pairs(rows)}</div>\n'


def _plots(job: TuningJob, figures: list[Figure]) -> str:
    if not any(each.value is not None for each in job.trainings):
        return ""
    parts = ["<h2>Objective by training job</h2>\n"]
    for objective in dict.fromkeys(each.objective for each in job.definitions):
        figure = objective_by_job(job, [each for each in job.definitions if each.objective == objective])
        parts += [_place(figure, figures, objective.metric if objective else "objective")] if figure["data"] else []
    for definition in job.definitions:
        of = f" of {_text(definition.name)}" if len(job.definitions) > 1 else ""
        drawn = [(name, hyperparameter(job, definition, name)) for name in names_of(job, definition)]
        places = [_place(figure, figures, name) for name, figure in drawn if figure["data"]]
        if places:
            parts.append(f'<h2>Hyperparameters{of}</h2>\n<div class="grid">\n{"".join(places)}</div>\n')
        together = parallel(job, definition)
        if together is not None:
            parts.append(f"<h2>All hyperparameters{of} together</h2>\n{_together(together, figures)}")
    return "".join(parts)


def _place(figure: Figure, figures: list[Figure], about: str, style: str = "") -> str:
    figures.append(figure)
    label = _text(about)
    height = figure["layout"]["height"]
    inner = (
        f'<div id="figure-{len(figures) - 1}" role="img" aria-label="{label}" style="height:{height}px{style}"></div>'
    )
    return f'<div class="card plot">{inner}</div>\n'


def _together(figure: Figure, figures: list[Figure]) -> str:
    width = 110 * len(figure["layout"]["xaxis"]["tickvals"])
    note = (
        '<p class="soft">A line is a training job, from green (good) to violet (bad); the best of all is golden.</p>\n'
    )
    return note + _place(figure, figures, "parallel coordinates", f";min-width:{width}px")


def _failures(job: TuningJob) -> str:
    failed = [each for each in job.trainings if each.status == "Failed" or each.reason]
    if not failed:
        return ""
    rows = [
        _row([("", _code(each.name)), ("bad", _text(each.status)), ("reason", _text(each.reason or "not told"))])
        for each in failed
    ]
    return f"<h2>Failed training jobs</h2>\n{_list(['training job', 'status', 'reason'], rows, ())}"


def _trainings(job: TuningJob) -> str:
    if not job.trainings:
        return "<h2>Training jobs</h2>\n<p>None has been started.</p>\n"
    several = len(job.definitions) > 1
    known = [name for definition in job.definitions for name in names_of(job, definition)]
    names = list(dict.fromkeys(known))
    heading = ["no.", "training job", *(["definition"] if several else []), "status", "objective", "time", *names]
    rows = [_training_row(job, each, several, names) for each in job.trainings]
    right = {0, *range(heading.index("objective"), len(heading))}
    return f"<h2>Training jobs</h2>\n{_list(heading, rows, right)}"


def _training_row(job: TuningJob, each: Training, several: bool, names: Sequence[str]) -> str:
    cells = [
        ("n", str(each.number)),
        ("", _code(each.name)),
        *([("", _text(each.definition))] if several else []),
        (_MANNERS.get(each.status, ""), _text(each.status)),
        ("n", _text(each.shown_value)),
        ("n", "" if each.seconds is None else duration(each.seconds)),
        *(("n", _text(short(each.tuned.get(name, "")))) for name in names),
    ]
    return _row(cells, "best" if each == job.best else "")


def _list(heading: Sequence[str], rows: Iterable[str], right: Iterable[int]) -> str:
    columns = set(right)
    heads = "".join(
        f'<th scope="col"{_class("n" if number in columns else "")}>{_text(each)}</th>'
        for number, each in enumerate(heading)
    )
    return (
        f'<div class="card wide"><table class="list"><thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{''.join(rows)}</tbody></table></div>\n"
    )


def _row(cells: Iterable[tuple[str, str]], manner: str = "") -> str:
    return f"<tr{_class(manner)}>" + "".join(f"<td{_class(how)}>{text}</td>" for how, text in cells) + "</tr>\n"


def _pairs(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f'<tr><th scope="row">{_text(name)}</th><td>{value}</td></tr>\n' for name, value in rows)
    return f'<table class="facts"><tbody>\n{lines}</tbody></table>'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _text(text: str) -> str:
    return escape(visible(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _moment(time: Any) -> str:
    from datetime import UTC

    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
