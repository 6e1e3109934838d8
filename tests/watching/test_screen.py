from typing import Any

import pytest

from cdk_hpo.watching.job import TuningJob
from cdk_hpo.watching.screen import Line, clipped, overview, progress, ranking, table
from tests.watching.answers import after, job, running, training


def texts(lines: list[Line]) -> list[str]:
    return ["".join(text for _, text in line) for line in lines]


def shown(given: TuningJob, columns: int = 80, seconds: float = 60, plain: bool = True) -> list[str]:
    return texts(progress(given, after(seconds), columns, plain=plain))


def test_a_job_that_runs() -> None:
    found = job([training(1, 0.5), training(2, 0.25), training(3), running(4)], "InProgress", limit=10)
    assert shown(found) == [
        "tuning  InProgress",
        "Bayesian, minimize rmse",
        "",
        "###############=====..............................  3 of 10, 30%",
        "2 done, 1 running, 1 failed; at most 10, 2 at once",
        "1 min 0 s so far, about 2 min 20 s left (an estimate from the pace so far)",
        "",
        "Best so far: rmse 0.25",
        "  tuning-002-abcdef01",
        "  booster  dart",
        "  depth    2",
        "  eta      0.02",
    ]
    assert shown(found, plain=False)[3].startswith("███████████████▒▒▒▒▒░░")


def test_a_job_that_failed() -> None:
    lines = shown(job([training(1)], "Failed", FailureReason="All training jobs failed.\n\nLook at them."))
    assert lines[0] == "tuning  Failed"
    assert lines[2:4] == ["All training jobs failed.", "Look at them."]
    assert lines[-3:] == ["took 2 min 0 s", "", "No training job has a value."]


def test_why_training_jobs_failed() -> None:
    unmapped = (
        'ClientError: Nothing on this machine stands for the image train:1. Map a command to it:\n\n"train:*" = 1'
    )
    paths = [
        "AlgorithmError: in /jobs/tuning-003-abcdef01-x7_y/a.py",
        "AlgorithmError: in /jobs/tuning-004-abcdef01-q/a.py",
    ]
    reasons = [unmapped, "other", *paths, unmapped, unmapped]
    found = job([training(1 + place, FailureReason=each) for place, each in enumerate(reasons)], "Failed")
    lines = shown(found)
    assert lines[lines.index("No training job has a value.") + 1 :] == [
        "",
        "3 training jobs failed:",
        "  ClientError: Nothing on this machine stands for the image train:1. Map a",
        "  command to it:",
        '  "train:*" = 1',
        "",
        "2 training jobs failed:",
        "  AlgorithmError: in /jobs/tuning-003-abcdef01-x7_y/a.py",
        "",
        "1 training job failed:",
        "  other",
    ]


def test_many_and_long_reasons_of_failures_are_cut() -> None:
    long = "\n".join(["AlgorithmError: Traceback", *(f"line {each}" for each in range(50)), "ValueError: eta"])
    reasons = [long, "one", "two", "three", "four"]
    lines = shown(job([training(1 + place, FailureReason=each) for place, each in enumerate(reasons)], "Failed"))
    first = lines.index("1 training job failed:")
    assert lines[first + 1 : first + 5] == ["  AlgorithmError: Traceback", "  …", "  line 43", "  line 44"]
    assert lines[first + 11] == ""
    assert lines[first + 10] == "  ValueError: eta"
    assert lines[-1] == "2 more reasons: by --json, or in a report"


def test_a_job_without_a_limit_has_no_bar() -> None:
    lines = shown(job([training(1, 0.5)], "InProgress", limit=None))
    assert lines[3] == "1 done, 0 running, 0 failed; 2 at once"
    assert not any("%" in line for line in lines)


def test_more_than_the_limit_does_not_burst_the_bar() -> None:
    lines = shown(job([training(1, 0.5), training(2, 0.5), running(3)], "InProgress", limit=1))
    assert lines[3] == f"{'#' * 50}  2 of 1, 100%"


@pytest.mark.parametrize("columns", [1, 5, 20, 39, 40, 80, 120])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    found = job([training(each, 0.5) for each in range(1, 15)], limit=20)
    for lines in (
        shown(found, columns),
        shown(job([training(1, FailureReason="a long reason: " + "x" * 200)]), columns),
        texts(ranking(found, columns)),
        texts(overview([found], after(60), columns)),
    ):
        assert max(map(len, lines)) <= columns


def test_the_best_ten() -> None:
    found = job([training(each, 1 / each) for each in range(1, 13)])
    lines = texts(ranking(found, 80))
    assert lines[0] == "The 10 best training jobs"
    assert lines[1].split() == ["rmse", "training", "job", "time", "booster", "depth", "eta"]
    assert lines[2].split() == ["1", "0.0833333", "tuning-012-abcdef01", "1", "min", "0", "s", "dart", "12", "0.12"]
    assert len(lines) == 12
    assert ranking(job([training(1)]), 80) == []


def test_a_narrow_table_has_fewer_columns_and_says_so() -> None:
    found = job([training(1, 0.5)])
    assert "…001-abcdef01" in texts(ranking(found, 55))[2]
    lines = texts(ranking(found, 40))
    assert lines[1].split() == ["rmse", "training", "job", "time"]
    assert lines[-1].startswith("3 more columns: ")


def test_an_overview() -> None:
    jobs = [job([training(1, 0.5)]), job([running(1)], "InProgress", limit=None), job([], "InProgress")]
    assert texts(overview(jobs, after(60), 80)) == [
        "name    status          best  done  running  failed       time",
        "tuning  Completed        0.5   1/4        0       0  2 min 0 s",
        "tuning  InProgress  none yet     0        1       0  1 min 0 s",
        "tuning  InProgress  none yet   0/4        0       0  1 min 0 s",
    ]


def test_nothing_commands_the_terminal() -> None:
    hostile = {"eta\x1b[2J": "1\x1b]0;x\x07", "b": "\u202eabc"}
    found = job([training(1, 0.5, tuned=hostile, FailureReason="\x1b[31m")], FailureReason="a\x1b[2Jb\rc")
    lines = [*shown(found), *texts(ranking(found, 200))]
    assert all(line.isprintable() for line in lines)
    assert any(r"eta\x1b[2J" in line for line in lines)


@pytest.mark.parametrize(("columns", "left"), [(9, "one two"), (7, "one two"), (6, "one t…"), (2, "o…"), (1, "")])
def test_clipping(columns: int, left: Any) -> None:
    assert "".join(text for _, text in clipped([("", "one"), ("good", " two")], columns)) == left


def test_a_narrow_terminal_gets_whole_sentences() -> None:
    lines = shown(job([training(1, 0.5)], "InProgress"), 30)
    assert lines[4:9] == [
        "1 done, 0 running, 0 failed;",
        "at most 4, 2 at once",
        "1 min 0 s so far, about 3 min",
        "0 s left (an estimate from the",
        "pace so far)",
    ]


def test_columns_stand_below_each_other_whatever_their_cells_hold() -> None:
    assert texts(table([["a", "b"], ["\x1b", "c"]], 80, ())) == ["a     b", "\\x1b  c"]
