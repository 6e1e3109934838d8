import math
from typing import Any

import pytest

from cdk_hpo.local.training_jobs.lines import MOST_BYTES, Lines
from cdk_hpo.local.training_jobs.metrics import expression, values
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
