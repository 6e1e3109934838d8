"""The figures are what Plotly draws: its own classes refuse whatever else."""

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from cdk_hpo.watching.figures import Figure, hover, hyperparameter, names_of, objective_by_job
from cdk_hpo.watching.job import TuningJob
from cdk_hpo.watching.parallel import parallel
from tests.watching.answers import OBJECTIVE, definition, job, running, training


def figures(given: TuningJob) -> list[Figure]:
    """Return all figures of a job; Plotly has looked at each."""
    found = [objective_by_job(given, given.definitions)]
    for each in given.definitions:
        found += [hyperparameter(given, each, name) for name in names_of(given, each)]
        found += [figure for figure in [parallel(given, each)] if figure]
    for figure in found:
        go.Figure(figure)
    return found


def some(*values: float | None) -> list[dict[str, Any]]:
    return [training(number, value) for number, value in enumerate(values, 1)]


def test_the_objective_and_the_best_so_far() -> None:
    points, best, without = figures(job([*some(0.5, 0.75, None, 0.25), running(5)]))[0]["data"]
    assert (points["x"], points["y"]) == ([1, 2, 4], [0.5, 0.75, 0.25])
    assert (best["x"], best["y"]) == ([1, 2, 4], [0.5, 0.5, 0.25])
    assert (without["name"], without["x"], without["y"]) == ("ended without a value", [3], [0.75])


def test_the_best_of_what_is_maximized() -> None:
    config = {"HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"}}
    _, best, without = figures(job(some(0.5, 0.75, None, 0.25), config=config))[0]["data"]
    assert best["y"] == [0.5, 0.75, 0.75]
    assert without["y"] == [0.25]


def test_hyperparameters() -> None:
    _, eta, depth, booster, _ = figures(job(some(0.5, 0.25, None)))
    assert (eta["layout"]["xaxis"]["type"], eta["layout"]["xaxis"]["title"]["text"]) == ("log", "eta (log)")
    others, best = eta["data"]
    assert (others["x"], others["y"], best["x"], best["y"]) == ([0.01], [0.5], [0.02], [0.25])
    assert best["marker"]["symbol"] == "star"
    assert depth["layout"]["xaxis"]["type"] == "linear"
    assert booster["layout"]["xaxis"]["categoryarray"] == ["gbtree", "dart"]


def test_a_wide_objective_is_drawn_by_magnitudes() -> None:
    assert figures(job(some(0.001, 1)))[0]["layout"]["yaxis"]["type"] == "log"
    assert figures(job(some(0.002, 1)))[0]["layout"]["yaxis"]["type"] == "linear"
    assert figures(job(some(-0.001, 1)))[0]["layout"]["yaxis"]["type"] == "linear"


def test_parallel_coordinates() -> None:
    given = [training(1, 0.5), training(2, 0.25), training(3, 1.0, tuned={"eta": "0.03", "booster": "gbtree"})]
    figure = figures(job(given))[-1]
    assert figure["layout"]["xaxis"]["ticktext"] == ["eta (log)", "depth", "booster", "rmse"]
    *_, best = figure["data"]
    assert best["y"][1:] == [1.0, 1.0, 0.0, None]
    missing = figure["data"][0]
    assert missing["y"] == [1.0, None, 0.0, 1.0, None]  # the worst, which lies under all others
    assert {"gbtree", "dart", "0.01", "0.03", "1", "2", "0.25"} == {
        each["text"] for each in figure["layout"]["annotations"]
    }


@pytest.mark.parametrize("trainings", [[], some(None), [running(1)], some(float("nan")), some(0.5), some(0.5, 0.5)])
def test_few_values(trainings: list[dict[str, Any]]) -> None:
    drawn = figures(job(trainings))
    assert len(drawn) == (5 if len(trainings) == 2 else 4)


@pytest.mark.parametrize(
    ("values", "middle"),
    [((-1.7e308, 0.0, 1.7e308), 0.5), ((0.0, 5e-324, 1e-323), 0.5), ((1e-308, 1.0, 1.7976931348623157e308), 0.5)],
)
def test_values_that_are_far_apart(values: tuple[float, ...], middle: float) -> None:
    found = figures(job(some(*values)))
    json.dumps(found, allow_nan=False)
    places = sorted(place for trace in found[-1]["data"] for place in trace["y"][3::5])
    assert places == pytest.approx([0, middle, 1], abs=0.01)


def test_parameters_that_the_service_added() -> None:
    given = [training(1, 0.5, tuned={"a": "1", "b": "x"}), training(2, 0.4, tuned={"a": "2", "b": "y", "c": ""})]
    config = {"ParameterRanges": None}
    found = job(given, config=config, Autotune={"Mode": "Enabled"})
    assert names_of(found, found.definitions[0]) == ["a", "b", "c"]
    kinds = [each["layout"]["xaxis"].get("type") for each in figures(found)[1:4]]
    assert kinds == ["linear", "category", "category"]


def test_values_outside_their_range_do_not_break_it() -> None:
    found = job([training(1, 0.5, tuned={"eta": "-1", "depth": "deep", "booster": "new"}), training(2, 0.25)])
    _, eta, depth, booster, _ = figures(found)
    assert eta["layout"]["xaxis"]["type"] == "linear"
    assert [trace["x"] for trace in depth["data"]] == [[2.0]]
    assert booster["layout"]["xaxis"]["categoryarray"] == ["gbtree", "dart", "new"]


def test_several_definitions() -> None:
    ranges = {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0", "MaxValue": "1"}]}
    several = [
        definition(DefinitionName=name, TuningObjective=OBJECTIVE, HyperParameterRanges=ranges) for name in ("a", "b")
    ]
    given = [training(n, 1 / n, TrainingJobDefinitionName="ab"[n % 2], tuned={"lr": "0.5"}) for n in range(1, 5)]
    found = job(
        given,
        TrainingJobDefinition=None,
        TrainingJobDefinitions=several,
        config={"ParameterRanges": None, "HyperParameterTuningJobObjective": None},
    )
    objective = figures(found)[0]
    assert [(trace["name"], trace["x"]) for trace in objective["data"][:2]] == [("a", [2, 4]), ("b", [1, 3])]
    assert objective["data"][0]["marker"]["color"] != objective["data"][1]["marker"]["color"]


def test_texts_are_escaped() -> None:
    given = [training(n, 1 / n, tuned={"<b>x</b>": f"<a href='//e'>{n}", 'a"b': "1"}) for n in (1, 2)]
    found = job(given, config={"ParameterRanges": None})
    text = repr(figures(found)) + hover(found.trainings[0])
    assert "&lt;b&gt;" in text and "&lt;a" in text
    assert "<b>" not in text and "<a" not in text
    assert 'a"b' in text  # Plotly would show a quotation mark's entity as it is


@pytest.mark.parametrize(("kind", "below"), [("Minimize", 1.0), ("Maximize", 0.0)])
def test_worse_lines_lie_below_better_ones(kind: str, below: float) -> None:
    objective = {"HyperParameterTuningJobObjective": {"Type": kind, "MetricName": "m"}}
    figure = figures(job(some(0.1, 0.2, 0.3), config=objective, BestTrainingJob=None))[-1]
    first, *_, last = figure["data"]
    assert (first["y"][-2], last["y"][-2]) == (below, 1 - below)
