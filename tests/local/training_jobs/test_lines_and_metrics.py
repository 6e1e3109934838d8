import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cdk_hpo.local.training_jobs.lines import MOST_BYTES, Lines
from cdk_hpo.local.training_jobs.matcher import values
from cdk_hpo.local.training_jobs.metrics import MOST_CHARACTERS, Values, expression
from tests.local.training_jobs.bench import IMAGE, XGBOOST, Bench, wait


def definition(regex: str | None, image: str = IMAGE) -> dict[str, Any]:
    given = [] if regex is None else [{"Name": "loss", "Regex": regex}]
    return {"AlgorithmSpecification": {"TrainingImage": image, "MetricDefinitions": given}}


@pytest.mark.parametrize(
    ("regex", "line", "found"),
    [
        (r"loss=([0-9.]+)", "loss=0.5 loss=0.25", [0.5, 0.25]),
        (r"loss=(.*?);", "loss=1e-3;", [0.001]),
        (r"loss=(.*?);", "loss=bad; loss=2;", [2.0]),
        (r"[0-9.]+", "loss=0.5", [0.5]),
        (r"loss=(\d)?", "loss=", []),
        (r"loss:\s+([0-9.]+)", "accuracy: 1", []),
    ],
)
def test_values_of_a_line(regex: str, line: str, found: list[float]) -> None:
    pattern = expression(definition(regex), "loss")
    assert pattern is not None
    assert values(pattern, line) == found


def test_no_number_is_a_value_too() -> None:
    pattern = expression(definition(r"loss=(\S+)"), "loss")
    assert pattern is not None
    assert [math.isnan(value) for value in values(pattern, "loss=nan")] == [True]


def test_metrics_that_there_are_not() -> None:
    assert expression(definition(None), "loss") is None
    assert expression(definition("loss=("), "loss") is None


def test_the_built_in_algorithm_has_its_own_metrics() -> None:
    pattern = expression(definition(None, XGBOOST), "validation:rmse")
    assert pattern is not None
    line = "[7]#011train-rmse:0.1#011validation-rmse:0.25#011validation-rmsle:0.3"
    assert values(pattern, line) == [0.25]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_lines_are_whole_whatever_the_pieces(size: int) -> None:
    output = "one\ttab\n\nzwölf\r\n\x1b[1mlast".encode()
    lines = Lines()
    found = [line for start in range(0, len(output), size) for line in lines.cut(output[start : start + size])]
    assert [*found, *lines.end()] == ["one#011tab", "", "zwölf#015", "#033[1mlast"]
    assert lines.end() == []


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    lines = Lines()
    found = [line for _ in range(4) for line in lines.cut(b"x" * MOST_BYTES)]
    assert [len(line) for line in found] == [MOST_BYTES] * 3
    assert len(lines.end()[0]) == MOST_BYTES


def test_both_streams_are_read_in_order(bench: Bench) -> None:
    job = bench.python(
        "import sys; print('loss=3', flush=True); print('loss=nan', file=sys.stderr, flush=True); print('loss=1.5')"
    )
    assert wait(job).status == "Completed"
    found = job.take()
    assert (found[0], math.isnan(found[1]), found[2]) == (3.0, True, 1.5)
    assert job.take() == []
    assert bench.lines[:3] == ["loss=3", "loss=nan", "loss=1.5"]


def test_what_the_machine_adds_to_the_log_holds_no_metrics(bench: Bench) -> None:
    job = bench.python(
        "import os; open(os.environ['SM_OUTPUT_DIR'] + '/failure', 'w').write('loss=7'); raise SystemExit(1)"
    )
    assert wait(job).status == "Failed"
    assert "AlgorithmError: loss=7, exit code: 1" in bench.lines
    assert job.take() == []


@contextmanager
def reading(regex: str) -> Iterator[Values]:
    """Read a metric, in a process that is ended."""
    reader = Values("loss", re.compile(regex))
    try:
        yield reader
    finally:
        reader.end()


def test_a_progress_bar_is_one_line_and_many_values() -> None:
    with reading(r"^.*loss=(\S+)") as reader:
        assert reader.find(["10%#015loss=3#015 90% loss=2", "loss=1", ""]) == [3.0, 2.0, 1.0]
        assert reader.find([]) == []


def test_only_the_beginning_of_a_long_piece_is_read() -> None:
    with reading(r"loss=(\d)") as reader:
        assert reader.find([f"{'x' * (MOST_CHARACTERS - 6)}loss=1loss=2"]) == [1.0]
        assert reader.find([f"{'x' * MOST_BYTES}#015loss=3"]) == [3.0]


def test_a_value_that_is_no_number_comes_through() -> None:
    with reading(r"loss=(\S+)") as reader:
        found = reader.find(["loss=nan loss=inf"])
    assert math.isnan(found[0])
    assert found[1] == math.inf


def test_a_line_that_is_as_long_as_may_be_is_read_at_once(bench: Bench) -> None:
    code = f"print('x' * {MOST_BYTES}); print('loss=0.5')"
    given = {"AlgorithmSpecification": definition(r".*loss=([0-9.]+).*")["AlgorithmSpecification"]}
    job = bench.python(code, **given)
    assert wait(job).status == "Completed"
    assert job.take() == [0.5]


def test_a_regular_expression_that_never_ends_fails_its_job_and_no_other(bench: Bench) -> None:
    given = {"AlgorithmSpecification": definition(r"(a+)+=([0-9.]+)")["AlgorithmSpecification"]}
    slow = bench.python("import time; print('a' * 60, flush=True); time.sleep(600)", **given)
    quick = bench.python("print('loss=0.5')", name="job-002")
    assert wait(quick).status == "Completed"
    assert slow.result is None
    result = wait(slow)
    assert result.status == "Failed"
    assert str(result.reason).startswith("AlgorithmError: The regular expression of the metric loss is too slow")
    assert result.reason in bench.lines


def test_a_job_is_ended_in_the_midst_of_a_match(bench: Bench) -> None:
    given = {"AlgorithmSpecification": definition(r"(a+)+=([0-9.]+)")["AlgorithmSpecification"]}
    job = bench.python("import time; print('a' * 60, flush=True); time.sleep(600)", **given)
    bench.until("a" * 60)
    job.end()
    assert job.result is not None
    assert job.result.status == "Stopped"
