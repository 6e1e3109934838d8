"""What a terminal shows of tuning jobs, as lines of painted pieces; nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cdk_hpo.command.terminal import printable, wrapped
from cdk_hpo.command.unusable import count

from .job import Training, TuningJob
from .said import counts, duration, reasons, short

#: A piece of a line: its manner (as ``Paint`` knows them) and its text.
Piece = tuple[str, str]
Line = list[Piece]
_BEST = 10
_WIDEST_BAR = 50
_MANNERS = {
    "Completed": "good",
    "Failed": "error",
    "DeleteFailed": "error",
    "Stopped": "warning",
    "Stopping": "warning",
}
_GAP = 2
#: Of the reasons of failures, and of the lines of each, these many are shown.
_REASONS, _REASON_LINES = 3, 10


def overview(jobs: Sequence[TuningJob], now: datetime, columns: int) -> list[Line]:
    """Return a table of tuning jobs."""
    rows = [["name", "status", "best", "done", "running", "failed", "time"]]
    for job in jobs:
        best = job.best.shown_value if job.best else "none yet" if job.live else "none"
        done = f"{job.done}/{job.limit}" if job.limit is not None else str(job.done)
        rows.append([job.name, job.status, best, done, str(job.running), str(job.failed), duration(job.elapsed(now))])
    return table(rows, columns, numbers=range(2, 7))


def progress(job: TuningJob, now: datetime, columns: int, *, plain: bool) -> list[Line]:
    """Return how far a tuning job is: its state, a bar, the time, the best so far; ``plain`` means ASCII only."""
    lines: list[Line] = [
        [("strong", job.name), ("", "  "), (_MANNERS.get(job.status, "strong"), job.status)],
        *_paragraph("faint", job.about, columns),
        *(line for part in _reason(job) for line in _paragraph("error", part, columns)),
        [("", "")],
        *([_bar(job, columns, plain)] if job.limit else []),
        *_paragraph("", counts(job), columns),
        *_paragraph("", _time(job, now), columns),
        [("", "")],
        *_best(job),
        *_failures(job, columns),
    ]
    return [clipped(line, columns) for line in lines]


def _paragraph(manner: str, text: str, columns: int) -> list[Line]:
    return [[(manner, line)] for line in wrapped(printable(text), columns)]


def ranking(job: TuningJob, columns: int) -> list[Line]:
    """Return a table of the best training jobs."""
    best = job.ranked()[:_BEST]
    if not best:
        return []
    names = sorted({name for each in best for name in each.tuned})
    heading = ["", job.objective.metric if job.objective else "value", "training job", "time"]
    heading += (["definition"] if len(job.definitions) > 1 else []) + names
    for prefix in ("", f"{job.name}-"):
        rows = [[str(place), *_row(each, job, names, prefix)] for place, each in enumerate(best, 1)]
        lines = table([heading, *rows], columns, numbers=(0, 1, *range(3, len(heading))))
        if len(lines[0]) == len(heading):
            break  # else without what all names begin with
    if missing := len(heading) - len(lines[0]):
        more = f"{count(missing, 'more column')}: in a wider terminal, by --json, or in a report"
        lines.append([("faint", more)])
    title: Line = [("strong", "The best training job" if len(best) == 1 else f"The {len(best)} best training jobs")]
    return [clipped(line, columns) for line in (title, *lines)]


def table(rows: Sequence[Sequence[str]], columns: int, numbers: Sequence[int] | range) -> list[Line]:
    """Return rows below their heading, ``numbers`` to the right; the last columns go when they do not fit."""
    texts = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    while len(widths) > 1 and sum(widths) + _GAP * (len(widths) - 1) > columns:
        widths.pop()
    lines: list[Line] = []
    for number, row in enumerate(texts):
        cells = [
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        manner = "faint" if number == 0 else ""
        gaps = [cell + " " * _GAP for cell in cells[:-1]] + [cells[-1].rstrip()]
        lines.append(clipped([(manner, cell) for cell in gaps], columns))
    return lines


def clipped(line: Line, columns: int) -> Line:
    """Return a line that is not wider than the terminal."""
    room, kept = columns, []
    for manner, text in line:
        text = printable(text)
        if len(text) > room:
            text = text[: room - 1] + "…" if room > 1 else ""
        kept.append((manner, text))
        room -= len(text)
        if room <= 0:
            break
    return kept


def _bar(job: TuningJob, columns: int, plain: bool) -> Line:
    limit, over = job.limit or 1, job.done + job.failed
    part = min(1.0, over / limit)
    figures = f"  {over} of {limit}, {part:.0%}"
    width = max(1, min(_WIDEST_BAR, columns - len(figures)))
    full = int(part * width)
    moving = min(width - full, round(job.running / limit * width))
    done, runs, rest = ("#", "=", ".") if plain else ("█", "▒", "░")
    return [
        ("good", done * full),
        ("", runs * moving),
        ("faint", rest * (width - full - moving)),
        ("", figures),
    ]


def _reason(job: TuningJob) -> list[str]:
    return [line.strip() for line in job.reason.splitlines() if line.strip()][:5]


def _best(job: TuningJob) -> list[Line]:
    if job.best is None:
        return [[("", "No training job has a value yet." if job.live else "No training job has a value.")]]
    metric = job.objective.metric if job.objective else "value"
    lines: list[Line] = [
        [("", "Best so far: " if job.live else "Best: "), ("good", f"{metric} {job.best.shown_value}")],
        [("faint", f"  {job.best.name}")],
    ]
    longest = max((len(name) for name in job.best.tuned), default=0)
    lines += [[("faint", f"  {name:<{longest}}  "), ("", value)] for name, value in sorted(job.best.tuned.items())]
    return lines


def _failures(job: TuningJob, columns: int) -> list[Line]:
    """Return why training jobs failed, each reason once."""
    found = reasons(job)
    lines: list[Line] = []
    for reason, number in found[:_REASONS]:
        lines += [[("", "")], *_paragraph("error", f"{count(number, 'training job')} failed:", columns)]
        given = [line.rstrip() for line in reason.splitlines() if line.strip()]
        if len(given) > _REASON_LINES:  # the end of a traceback says what is the matter
            given = [given[0], "…", *given[2 - _REASON_LINES :]]
        lines += [[("", "  "), *piece] for line in given for piece in _paragraph("", line, max(1, columns - 2))]
    if (more := len(found) - _REASONS) > 0:
        lines += _paragraph("faint", f"{count(more, 'more reason')}: by --json, or in a report", columns)
    return lines


def _time(job: TuningJob, now: datetime) -> str:
    elapsed = duration(job.elapsed(now))
    left = job.left(now)
    if left is not None:
        return f"{elapsed} so far, about {duration(left)} left (an estimate from the pace so far)"
    return f"{elapsed} so far" if job.live else f"took {elapsed}"


def _row(each: Training, job: TuningJob, names: Sequence[str], prefix: str) -> list[str]:
    name = each.name if not prefix or not each.name.startswith(prefix) else f"…{each.name.removeprefix(prefix)}"
    time = "" if each.seconds is None else duration(each.seconds)
    definition = [each.definition] if len(job.definitions) > 1 else []
    return [each.shown_value, name, time, *definition, *(short(each.tuned.get(name, "")) for name in names)]
