"""The report as a file: what is in it, what is not, and that hostile answers stay texts."""

import json
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.command.unusable import Unusable
from cdk_hpo.watching import write_report
from tests.shared import ROOT
from tests.watching.answers import (
    OBJECTIVE,
    client_with,
    definition,
    described_training,
    description,
    reporting_client,
    running,
    training,
)

SOME = [training(1, 0.5), training(2, 0.25), training(3, FailureReason="AlgorithmError: exit code 1")]
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<!--"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its texts, and its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._in = ""
        self.feed(html)
        self.text = " ".join(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in = tag

    def handle_endtag(self, tag: str) -> None:
        self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "script":
            self.scripts.append(data)
        elif self._in not in ("style", "noscript", "title") and data.strip():
            self.texts.append(data.strip())

    @property
    def figures(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.content["figures"]
        return found

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.scripts[0])
        return found


def html(tmp_path: Path, trainings: list[dict[str, Any]], best: dict[str, Any] | None = None, **changes: Any) -> str:
    client = reporting_client(trainings, best, **changes)
    return write_report(client, "tuning", tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page(html(tmp_path, SOME, SOME[1]))


def test_what_it_says(page: Page) -> None:
    for words in (
        "tuning Completed Bayesian, minimize rmse Best rmse 0.25",
        "num_round (fixed) 100",
        "model artifact s3://models/out/tuning-002-abcdef01/output/model.tar.gz",
        "2 done, 0 running, 1 failed; at most 4, 2 at once",
        "created 2026-03-01 12:00:00 UTC ended 2026-03-01 12:02:00 UTC took 2 min 0 s",
        "Failed training jobs training job status reason tuning-003-abcdef01 Failed AlgorithmError: exit code 1",
        "no. training job status objective time eta depth booster",
        "1 tuning-001-abcdef01 Completed 0.5 1 min 0 s 0.01 1 dart",
    ):
        assert words in page.text
    assert "_tuning_objective_metric" not in page.text


def test_every_figure_has_its_place(page: Page) -> None:
    places = [each["id"] for tag, each in page.tags if tag == "div" and "id" in each]
    assert places == [f"figure-{number}" for number in range(5)]
    assert len(page.figures) == 5


def test_the_text_under_the_pointer(page: Page) -> None:
    assert page.content["hovers"][1] == "tuning-002-abcdef01<br>0.25<br>booster: dart<br>depth: 2<br>eta: 0.02"
    assert page.content["hovers"][2].startswith("tuning-003-abcdef01<br>Failed, no value<br>")
    assert [trace["hovertext"] for trace in page.figures[0]["data"] if "hovertext" in trace] == [[1, 2], [3]]


def test_it_fetches_nothing(page: Page) -> None:
    assert not {"src", "href", "data", "action"} & {name for _, attributes in page.tags for name in attributes}
    (policy,) = [each["content"] for tag, each in page.tags if "http-equiv" in each]
    assert policy is not None and policy.startswith("default-src 'none'; ")
    assert sum("plotly.js v" in each for each in page.scripts) == 1


def test_the_same_answers_give_the_same_file(tmp_path: Path) -> None:
    assert html(tmp_path, SOME, SOME[1]) == html(tmp_path, SOME, SOME[1])


def test_control_characters_are_written_out(tmp_path: Path) -> None:
    hidden = "a\x00b\x1b[2J\x85\u202ec"
    trainings = [
        training(number, value, tuned={hidden: hidden, "n": str(number)}, FailureReason=f"{hidden}\nsecond")
        for number, value in ((1, 0.5), (2, 0.25))
    ]
    text = html(tmp_path, trainings, trainings[1], FailureReason=hidden, config={"ParameterRanges": None})
    own, content = text.partition("<script>")[0], Page(text).content
    shown = r"a\x00b\x1b[2J\x85\u202ec"
    assert own.count(shown) >= 6
    assert f"{shown}\nsecond" in own
    assert not [each for each in own if unicodedata.category(each) in ("Cc", "Cf") and each != "\n"]
    assert f"{shown}: {shown}" in content["hovers"][0]
    assert r"\u" not in json.dumps(content, ensure_ascii=True).replace(r"\\u202e", "")


def test_values_that_are_far_apart_are_reported(tmp_path: Path) -> None:
    trainings = [training(1, -1.7e308), training(2, 1.7e308), training(3, 1e-300)]
    assert "1.7e+308" in html(tmp_path, trainings, trainings[0])


def test_hostile_answers_stay_texts(tmp_path: Path) -> None:
    trainings = [
        training(number, 1 / number, tuned={HOSTILE: HOSTILE, "n": str(number)}, FailureReason=HOSTILE)
        for number in (1, 2)
    ]
    text = html(tmp_path, trainings, trainings[1], FailureReason=HOSTILE, config={"ParameterRanges": None})
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"img", "a", "iframe"} == set()
    assert [tag for tag, _ in page.tags].count("script") == 3
    assert "onerror" not in {name for _, attributes in page.tags for name in attributes}
    assert HOSTILE in page.text
    assert "<" not in page.scripts[0]


def test_nothing_secret_is_in_it(tmp_path: Path) -> None:
    secret = definition(
        Environment={"DATABASE": "hunter2hunter2", "MODE": "fast-mode"},
        StaticHyperParameters={"api_key": "key-of-mine", "epochs": "7"},
    )
    failed = training(1, FailureReason="train --api_key key-of-mine: cannot log in to hunter2hunter2")
    best = training(2, 0.25)
    client, stubber = client_with()
    stubber.add_response(
        "describe_hyper_parameter_tuning_job", description([failed, best], TrainingJobDefinition=secret)
    )
    stubber.add_response("list_training_jobs_for_hyper_parameter_tuning_job", {"TrainingJobSummaries": [failed, best]})
    answer = described_training(best, HyperParameters={"api_key": "key-of-mine", "epochs": "7"})
    stubber.add_response("describe_training_job", answer | {"Environment": secret["Environment"]})
    with stubber:
        text = write_report(client, "tuning", tmp_path / "a.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "api_key (fixed) (hidden)" in page.text and "epochs (fixed) 7" in page.text
    assert "train --api_key (hidden): cannot log in to (hidden)" in page.text
    for word in ("key-of-mine", "hunter2", "fast-mode", "DATABASE"):
        assert word not in text


@pytest.mark.parametrize(
    ("trainings", "status", "said", "figures"),
    [
        ([], "InProgress", "None has been started.", 0),
        ([running(1)], "InProgress", "None has a value.", 0),
        ([training(1)], "Failed", "not told", 0),
        ([training(1, float("nan"))], "Completed", "Best rmse nan", 0),
        ([training(1, 0.5)], "Completed", "Best rmse 0.5", 4),
        ([training(1, 0.5), running(2)], "InProgress", "not yet; this report is of 2026-03-01 12:01:02 UTC", 4),
    ],
)
def test_few_results(tmp_path: Path, trainings: list[dict[str, Any]], status: str, said: str, figures: int) -> None:
    best = next((each for each in trainings if "FinalHyperParameterTuningJobObjectiveMetric" in each), None)
    page = Page(html(tmp_path, trainings, best, status=status))
    assert said in page.text
    assert len(page.figures) == figures
    assert any("plotly.js v" in each for each in page.scripts) == bool(figures)


def test_several_definitions(tmp_path: Path) -> None:
    def own(name: str, metric: str, parameter: str) -> dict[str, Any]:
        ranges = {"ContinuousParameterRanges": [{"Name": parameter, "MinValue": "0", "MaxValue": "9"}]}
        objective = OBJECTIVE | {"MetricName": metric}
        return definition(DefinitionName=name, TuningObjective=objective, HyperParameterRanges=ranges)

    trainings = [
        training(number, 1 / number, TrainingJobDefinitionName=name, tuned={parameter: f"{number}"})
        for number, name, parameter in ((1, "forest", "trees"), (2, "forest", "trees"), (3, "linear", "l1"))
    ]
    page = Page(
        html(
            tmp_path,
            trainings,
            trainings[2],
            TrainingJobDefinition=None,
            TrainingJobDefinitions=[own("forest", "rmse", "trees"), own("linear", "mae", "l1")],
            config={"ParameterRanges": None, "HyperParameterTuningJobObjective": None},
        )
    )
    labels = [each["aria-label"] for tag, each in page.tags if "aria-label" in each]
    assert labels == ["rmse", "mae", "trees", "parallel coordinates", "l1"]
    assert "Bayesian, minimize rmse or minimize mae Best mae 0.333333" in page.text
    assert "no. training job definition status objective time trees l1" in page.text


def test_a_best_training_job_that_cannot_be_described(tmp_path: Path) -> None:
    client = reporting_client(SOME)
    client_stub, stubber = client_with()
    stubber.add_client_error("describe_training_job", "AccessDeniedException", "no")
    stubber.activate()
    client.describe_training_job = client_stub.describe_training_job
    page = Page(write_report(client, "tuning", tmp_path / "a.html").read_text(encoding="utf-8"))
    assert "Best rmse 0.25" in page.text and "model artifact" not in page.text


def test_the_default_file_and_one_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    arn = "arn:aws:sagemaker:us-east-1:111122223333:hyper-parameter-tuning-job/tuning"
    assert write_report(reporting_client(SOME, SOME[1]), arn) == Path("tuning.html")
    assert (tmp_path / "tuning.html").stat().st_size > 1_000_000
    with pytest.raises(Unusable, match=r"none/a\.html: cannot be written: no such file or directory"):
        write_report(reporting_client(SOME, SOME[1]), "tuning", "none/a.html")


def test_without_plotly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(Unusable, match=re.escape("plotly: is not installed: pip install 'cdk-hpo[report]'")):
        write_report(client_with()[0], "tuning", tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_the_room_imports_neither_cdk_nor_plotly_nor_boto3() -> None:
    code = (
        "import sys, cdk_hpo.watching, cdk_hpo.command.watching\n"
        "print(*{'aws_cdk', 'jsii', 'constructs', 'boto3', 'botocore', 'plotly'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "\n"
