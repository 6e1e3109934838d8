"""Programs that go wrong, as the API tells it; after each, none of its processes and no folder is left."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local import LocalCloud
from cdk_hpo.local.engine.machine import Limits, engine
from cdk_hpo.local.sagemaker import TuningService
from cdk_hpo.local.training_jobs import Images
from tests.local.requests import tuning_request
from tests.local.training import REGISTRY, prepare, processes_of
from tests.local.training_jobs.bench import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

NO_METRIC = "No objective metrics found after running 1 training jobs. "
NO_SUCCESS = "No training job succeeded after 1 attempts. "
FORM = re.compile(r"(AlgorithmError|ClientError|InternalServerError): [\s\S]+")
MODEL = "import os; open(os.environ['SM_MODEL_DIR'] + '/model', 'w').write('m'); print('rmse=1', flush=True)\n"
OTHERS = (
    "import subprocess, sys\n"
    "for new_session in (False, True):\n"
    "    subprocess.Popen([sys.executable, '-c', 'import subprocess, sys, time; "
    'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True); '
    "time.sleep(600)'], start_new_session=new_session)\n"
    "import time; time.sleep(0.5)\n"
)


class Place:
    """Runs tuning jobs of one training job on this machine."""

    def __init__(self, cloud: LocalCloud, folder: Path) -> None:
        def credentials(role: str, arn: str) -> dict[str, str]:
            return cloud.assume_role_as("sagemaker.amazonaws.com", role, source_arn=arn, session_name="SageMaker")

        self.cloud, self.folder, self.credentials = cloud, folder, credentials

    def start(self, code: str, seconds: int = 600) -> None:
        image = f"{REGISTRY}/faulty:1"
        limits = Limits(grace_seconds=0.5, disk_bytes=2_000_000, memory_bytes=300_000_000)
        images = Images({image: [sys.executable, "-c", code]})
        self.engine = engine(self.cloud.url, self.folder, self.credentials, images=images, limits=limits, parallel=2)
        self.service = TuningService(self.engine)
        request = tuning_request("job", limits=(1, 1))
        request["TrainingJobDefinition"].pop("InputDataConfig")
        algorithm = request["TrainingJobDefinition"]["AlgorithmSpecification"]
        algorithm["TrainingImage"] = image
        algorithm["MetricDefinitions"][0]["Regex"] = r"rmse=(\S+)"
        request["TrainingJobDefinition"]["StoppingCondition"] = {"MaxRuntimeInSeconds": seconds}
        self.service.call("CreateHyperParameterTuningJob", request)

    def tuning_job(self) -> dict[str, Any]:
        return self.service.call("DescribeHyperParameterTuningJob", {"HyperParameterTuningJobName": "job"})

    def training_job(self) -> dict[str, Any]:
        listed = self.service.call(
            "ListTrainingJobsForHyperParameterTuningJob", {"HyperParameterTuningJobName": "job"}
        )["TrainingJobSummaries"]
        return self.service.call("DescribeTrainingJob", {"TrainingJobName": listed[0]["TrainingJobName"]})

    def end(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Wait for the end, and count what is left then."""
        eventually(lambda: self.tuning_job()["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"))
        self.require_nothing_left()
        return self.tuning_job(), self.training_job()

    def require_nothing_left(self) -> None:
        assert list(self.folder.iterdir()) == []
        assert processes_of(self.folder) == {}

    def artifacts(self) -> list[str]:
        listed = self.cloud.client("s3").list_objects_v2(Bucket="models", Prefix=self._prefix()).get("Contents", [])
        return [each["Key"].rsplit("/", 1)[-1] for each in listed]

    def _prefix(self) -> str:
        uri: str = self.training_job()["ModelArtifacts"]["S3ModelArtifacts"]
        return uri.removeprefix("s3://models/").removesuffix("model.tar.gz")


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with LocalCloud() as running:
        prepare(running)
        yield running


@pytest.fixture
def place(cloud: LocalCloud, tmp_path: Path) -> Iterator[Place]:
    for each in cloud.client("s3").list_objects_v2(Bucket="models").get("Contents", []):
        cloud.client("s3").delete_object(Bucket="models", Key=each["Key"])
    made = Place(cloud, tmp_path / "jobs")
    yield made
    made.engine.close(0.0)
    made.require_nothing_left()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("raise ValueError('no')", r"Traceback .*ValueError: no, exit code: 1", id="crashes"),
        pytest.param("import os; os.abort()", r", exit code: 134", id="is-killed"),
        pytest.param(MODEL + "import sys; sys.exit(3)", r"rmse=1, exit code: 3", id="fails-after-its-model"),
        pytest.param("print('x' * 5000); exit(1)", r"x+, exit code: 1", id="fails-with-many-words"),
        pytest.param(
            "import os, time\nfor n in range(50): open(f'model/{n}', 'wb').write(bytes(100_000))\ntime.sleep(600)",
            r"No space left on device: .*",
            id="fills-its-folder",
        ),
        pytest.param("open('model/m', 'wb').write(bytes(3_000_000))", r".*File too large.*", id="writes-a-large-file"),
        pytest.param("bytearray(900_000_000)", r".*MemoryError.*, exit code: 1", id="wants-too-much-memory"),
        pytest.param(OTHERS + "raise SystemExit(1)", r".*exit code: 1", id="crashes-with-grandchildren"),
    ],
)
def test_a_training_job_that_fails(place: Place, code: str, reason: str) -> None:
    place.start(code)
    tuning, training = place.end()
    assert training["TrainingJobStatus"] == training["SecondaryStatus"] == "Failed"
    assert re.fullmatch("AlgorithmError: " + reason, training["FailureReason"], re.DOTALL)
    assert FORM.fullmatch(training["FailureReason"])
    assert len(training["FailureReason"]) <= 1024
    assert tuning["HyperParameterTuningJobStatus"] == "Failed"
    assert tuning["FailureReason"].startswith(NO_SUCCESS)
    assert {key: n for key, n in tuning["TrainingJobStatusCounters"].items() if n} == {"NonRetryableError": 1}
    assert "FinalMetricDataList" not in training
    assert place.artifacts() == []


@pytest.mark.parametrize("printed", ["nothing", "rmse=", "rmse=nan", "rmse=inf", "rmse=-inf", "rmse=1\\nrmse=nan"])
def test_a_training_job_without_a_metric(place: Place, printed: str) -> None:
    place.start(MODEL.replace("rmse=1", printed))
    tuning, training = place.end()
    assert training["TrainingJobStatus"] == "Completed"
    assert "FinalMetricDataList" not in training
    assert (tuning["HyperParameterTuningJobStatus"], tuning["ObjectiveStatusCounters"]["Failed"]) == ("Failed", 1)
    assert tuning["FailureReason"].startswith(NO_METRIC)
    assert "BestTrainingJob" not in tuning
    assert place.artifacts() == ["model.tar.gz"]


@pytest.mark.parametrize(
    ("code", "artifacts"),
    [
        pytest.param("print('rmse=1')", [], id="writes-no-model"),
        pytest.param(MODEL + OTHERS, ["model.tar.gz"], id="leaves-grandchildren"),
        pytest.param(
            MODEL + "import sys; sys.stdout.write('x' * 2_000_000)", ["model.tar.gz"], id="never-ends-its-line"
        ),
        pytest.param(
            "import os, shutil; print('rmse=1', flush=True); shutil.rmtree(os.environ['TMPDIR']); os.mkdir('tmp')",
            [],
            id="removes-its-own-folders",
        ),
    ],
)
def test_a_training_job_that_is_only_odd(place: Place, code: str, artifacts: list[str]) -> None:
    place.start(code)
    tuning, training = place.end()
    assert (tuning["HyperParameterTuningJobStatus"], training["TrainingJobStatus"]) == ("Completed", "Completed")
    assert tuning["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 1
    assert place.artifacts() == artifacts


@pytest.mark.parametrize("ignores", [False, True])
def test_a_training_job_that_hangs_ends_with_its_time(place: Place, ignores: bool) -> None:
    code = MODEL + ("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" if ignores else "")
    place.start(code + OTHERS + "time.sleep(600)", seconds=2)
    tuning, training = place.end()
    assert (training["TrainingJobStatus"], training["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert "FailureReason" not in training
    assert tuning["HyperParameterTuningJobStatus"] == "Completed"  # it has what the training job measured
    assert place.artifacts() == ["model.tar.gz"]


@pytest.mark.parametrize("ignores", [False, True])
def test_a_stop_in_the_middle(place: Place, ignores: bool) -> None:
    code = MODEL + ("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" if ignores else "")
    place.start(code + OTHERS + "open('model/up', 'w'); time.sleep(600)")
    eventually(lambda: bool(list(place.folder.glob("*/opt/ml/model/up"))))
    place.service.call("StopHyperParameterTuningJob", {"HyperParameterTuningJobName": "job"})
    if ignores:
        assert place.training_job()["SecondaryStatus"] == "Stopping"
    tuning, training = place.end()
    assert (tuning["HyperParameterTuningJobStatus"], training["TrainingJobStatus"]) == ("Stopped", "Stopped")
    assert place.artifacts() == ["model.tar.gz"]


def test_an_end_in_the_middle(place: Place) -> None:
    place.start(MODEL + OTHERS + "open('model/up', 'w'); time.sleep(600)")
    eventually(lambda: bool(list(place.folder.glob("*/opt/ml/model/up"))))
    assert len(processes_of(place.folder)) == 6  # the keeper, the program, and two others with one more each
    place.engine.close(place.training_job()["CreationTime"] + 60)
    place.require_nothing_left()
    assert place.training_job()["TrainingJobStatus"] == "Stopped"
    assert place.artifacts() == []


def test_what_leads_outside_is_neither_packed_nor_touched(place: Place, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "mine").write_text("mine")
    code = (
        "import os\n"
        f"os.symlink({str(outside)!r}, 'model/way'); os.symlink({str(outside)!r}, os.environ['TMPDIR'] + '/way')\n"
        "for name in ('HOME', 'TMPDIR', 'PWD'):\n"
        "    place = os.environ.get(name, os.getcwd())\n"
        "    open(place + '/note', 'w').write(name)\n"
        "    print(place, flush=True)\n"
    )
    place.start(code + MODEL)
    tuning, _ = place.end()
    assert tuning["HyperParameterTuningJobStatus"] == "Completed"
    assert {path.relative_to(outside).as_posix() for path in outside.rglob("*")} == {"deep", "deep/mine"}
    assert not (Path.home() / "note").exists()
