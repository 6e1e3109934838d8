#!/usr/bin/env python3
"""Deploy the example to a cloud on this machine, change it, let it train, use its model, break it, destroy it.

    make demo

Needs no AWS account, sends nothing anywhere, and leaves nothing running.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from demo_cdk import ROOT, Cdk, CdkError
from demo_jobs import LIVE, described, details, summary, table_of
from demo_model import downloaded, predictions
from demo_progress import Progress
from demo_screen import Screen, painted

from cdk_hpo.local import LocalCloud
from cdk_hpo.watching import write_report

DATA = ROOT / "examples" / "data" / "penguins"
WRONG = "scripts/demo_wrong.py"
STEPS = 10
#: Where the report on the search stays; git ignores it.
REPORT = ROOT / "demo-report.html"
#: Training jobs: so many at first that the tuning job still runs when it is replaced, then few enough to wait for.
MANY, FEW = "-c max_training_jobs=100", "-c max_training_jobs=12"
#: Seconds that training may take on the slowest of machines.
PATIENCE = 600.0


class DemoError(Exception):
    """Something is not as the demo says it is."""


class Demo:
    """The steps, on one cloud."""

    def __init__(self, screen: Screen, cloud: LocalCloud, folder: Path) -> None:
        self._screen, self._cloud = screen, cloud
        self._cdk = Cdk(screen, cloud.environment(), folder)
        self._sagemaker, self._s3 = cloud.client("sagemaker"), cloud.client("s3")

    def run(self) -> None:
        """Take all steps."""
        self._bootstrap()
        self._deploy_storage()
        self._deploy_tuning()
        self._change()
        best = self._train()
        self._predict(best)
        self._refuse()
        self._destroy()

    def _bootstrap(self) -> None:
        self._screen.step("Prepare the account for the CDK", "Once per account and region.")
        self._cdk.run("bootstrap", fold="CDKToolkit")

    def _deploy_storage(self) -> None:
        self._screen.step(
            "Deploy what stays, and upload the data", "Buckets, key and network: class Storage in app.py."
        )
        self._cdk.run("deploy PenguinStorage", validate=True)
        bucket = self._bucket("DataBucket")
        for part in ("train", "validation"):
            file = DATA / f"{part}.csv"
            self._s3.upload_file(str(file), bucket, f"{part}/{file.name}")
            rows = len(file.read_text(encoding="utf-8").splitlines())
            self._screen.detail(f"uploaded {part}/{file.name}: {rows} penguins")

    def _deploy_tuning(self) -> None:
        self._screen.step(
            "Deploy the tuning job", "Its role and the function that creates it come with it: class Tuning in app.py."
        )
        self._cdk.run(f"deploy PenguinTuning {MANY}")

        self._screen.step("Look at it with boto3", "sagemaker.describe_hyper_parameter_tuning_job(…):")
        self._screen.table(details(self._wait_for_a_result()))

    def _wait_for_a_result(self) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            jobs = described(self._sagemaker)
            if len(jobs) != 1:
                raise DemoError(f"expected one tuning job, found {len(jobs)}")
            if "BestTrainingJob" in jobs[0]:
                return jobs[0]
            if jobs[0]["HyperParameterTuningJobStatus"] not in LIVE:
                break
            time.sleep(0.3)
        raise DemoError("no training job has completed")

    def _change(self) -> None:
        self._screen.step(
            "Change a limit and deploy again",
            "A tuning job cannot be changed: a new one begins, the old one is stopped.",
        )
        self._cdk.run(f"diff PenguinTuning {FEW}")
        self._cdk.run(f"deploy PenguinTuning {FEW}")
        old, new = self._show_jobs()
        if old != "Stopped" or new not in ("InProgress", "Completed"):
            raise DemoError("expected the old job to be stopped and the new one to run")

    def _train(self) -> dict[str, Any]:
        self._screen.step(
            "Let it train",
            "Each training job is a process on this machine that trains XGBoost on the penguins;",
            "the next hyperparameters come from what the earlier ones have found.",
        )
        name = described(self._sagemaker)[-1]["HyperParameterTuningJobName"]
        job = Progress(self._screen, self._sagemaker, name).follow(PATIENCE)
        if job["HyperParameterTuningJobStatus"] != "Completed":
            raise DemoError(job.get("FailureReason", "the tuning job did not complete"))
        best: dict[str, Any] = self._sagemaker.describe_training_job(
            TrainingJobName=job["BestTrainingJob"]["TrainingJobName"]
        )
        self._screen.line()
        self._screen.table(table_of(job, best))
        self._screen.detail(f"a report to open in a browser: {write_report(self._sagemaker, name, REPORT)}")
        return best

    def _predict(self, best: dict[str, Any]) -> None:
        self._screen.step(
            "Use the best model",
            "Its artifact comes from S3, as it would in an account, and the library XGBoost loads it.",
        )
        address = best["ModelArtifacts"]["S3ModelArtifacts"]
        artifact = downloaded(self._s3, address)
        self._screen.detail(f"downloaded {address.rpartition('/')[2]}: {len(artifact) / 1024:.0f} kB")
        found = predictions(artifact, DATA / "validation.csv")
        count = len(found.labels)
        some = range(0, count, count // 8)
        self._screen.table([("penguin", "predicted", "probability", ""), *found.rows(some)], heading=True)
        measured = next(
            each["Value"] for each in best["FinalMetricDataList"] if each["MetricName"] == "validation:mlogloss"
        )
        self._screen.detail(
            f"Of the {count} penguins in validation.csv it names {found.right} rightly: an accuracy of "
            f"{found.right / count:.1%}."
        )
        self._screen.detail(f"Their mlogloss is {found.mlogloss:.5f}; the training job reported {measured:.5f}.")
        if abs(found.mlogloss - measured) > 1e-3 * measured + 1e-5:
            raise DemoError("the model is not the one that was measured")

    def _refuse(self) -> None:
        self._screen.step("Try a wrong definition", f"Refused at synthesis, all problems at once. {WRONG}:")
        lines = (ROOT / WRONG).read_text(encoding="utf-8").splitlines()
        first = next(number for number, line in enumerate(lines) if line.startswith("definition ="))
        last = next(number for number, line in enumerate(lines) if line.startswith("hpo.Hyper"))
        for number in range(first, last + 1):
            self._screen.detail(f"{painted(f'{number + 1:>3}', 'dim')}  {lines[number]}")
        written = self._cdk.run(f"synth --quiet --app 'python3 {WRONG}'", fails=True)
        if "ValidationError" not in written:
            raise DemoError("expected a ValidationError")

    def _destroy(self) -> None:
        self._screen.step("Destroy everything", "A tuning job that still ran would be stopped first.")
        for output in ("DataBucket", "ModelBucket"):
            self._empty(self._bucket(output))
        self._cdk.run("destroy --all --force", fold="PenguinStorage")
        if any(status in LIVE for status in self._show_jobs()):
            raise DemoError("a tuning job still runs")
        self._screen.detail("No tuning job runs. SageMaker keeps the records of those that did.")
        decisions = self._cloud.iam_decisions()
        denied = [each for each in decisions if each["decision"] != "Allow"]
        if denied:
            raise DemoError(f"{denied[0]['principal']} was not allowed {denied[0]['action']}")

    def _show_jobs(self) -> list[str]:
        jobs = described(self._sagemaker)
        self._screen.table([("name", "status", "limit", "training jobs"), *map(summary, jobs)], heading=True)
        return [job["HyperParameterTuningJobStatus"] for job in jobs]

    def _bucket(self, output: str) -> str:
        stack = self._cloud.stack("PenguinStorage")
        outputs = {each["OutputKey"]: each["OutputValue"] for each in (stack or {}).get("Outputs", [])}
        name: str = outputs[output]
        return name

    def _empty(self, bucket: str) -> None:
        """Delete all objects: CloudFormation deletes empty buckets only."""
        found = self._s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        if found:
            self._s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": each["Key"]} for each in found]})
        self._screen.detail(f"emptied {bucket}: {len(found)} objects (CloudFormation deletes empty buckets only)")


def main() -> int:
    """Run the demo; return the exit status."""
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _interrupt)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    screen = Screen(STEPS)
    try:
        _run(screen)
    except KeyboardInterrupt:
        screen.line("\nInterrupted. The local cloud has ended, and everything in it is gone.")
        return 130
    except BrokenPipeError:  # whoever read this has gone, so there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        kind = "" if isinstance(error, DemoError | CdkError) else f"{type(error).__name__}: "
        screen.line(painted(f"\nThe demo failed at: {screen.title}\n  {kind}{error}", "bold", "red"))
        screen.line("The local cloud has ended; nothing is left running.")
        return 1
    _farewell(screen)
    return 0


def _run(screen: Screen) -> None:
    screen.step(
        "Start a cloud on this machine",
        "CloudFormation, Lambda, IAM and S3 by MiniStack, SageMaker's tuning jobs by cdk_hpo.local.",
        "The search and the training are real; processes of this machine take the place of instances.",
    )
    with LocalCloud(train=True) as cloud, tempfile.TemporaryDirectory() as folder:
        screen.detail(f"ready at {cloud.url}, account {cloud.account}, {cloud.region}")
        try:
            Demo(screen, cloud, Path(folder)).run()
        except Exception:
            log = cloud.log(15)
            if log:
                screen.line(painted("\nThe last lines of the local cloud's log:", "bold"))
                screen.line(log)
            raise


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _farewell(screen: Screen) -> None:
    seconds = screen.end()
    screen.line(
        f"""
{painted("What happened", "bold")} ({seconds:.0f} s)
  The CDK synthesized app.py, and CloudFormation deployed it to a cloud on this machine. A Lambda function created
  the tuning job with a role that may do just what the job needs; permissions were enforced, and nothing was denied.
  A changed limit gave a new job and stopped the old one. The new one searched and trained for real, and its best model
  has told penguins apart that it had not been trained on. A wrong definition never got as far as a deployment.
  Everything has been destroyed, the cloud has ended, and nothing is left running.

{painted("What next", "bold")}
  less app.py                             the example; change it and run `make demo` again
  less README.md                          your own app, and a real account
  .venv/bin/python -m cdk_hpo.local --train
                                          a cloud to play with; it says how to point the CDK and boto3 at it
  make test                               lint, types and all tests"""
    )


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
