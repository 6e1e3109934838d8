"""A tuning job that really trains, watched and reported."""

from pathlib import Path

from cdk_hpo.local import LocalCloud
from cdk_hpo.watching import write_report
from cdk_hpo.watching.service import local_client, read, read_all
from tests.local.engine.penguins import PENGUINS, penguins
from tests.local.test_training import allowed
from tests.local.training_jobs.bench import eventually
from tests.watching.test_report import Page


def test_a_job_is_watched_to_its_end_and_reported(tmp_path: Path) -> None:
    with LocalCloud(train=True) as cloud:
        s3, sagemaker = cloud.client("s3"), cloud.client("sagemaker")
        for bucket in ("penguins", "models"):
            s3.create_bucket(Bucket=bucket)
        for name in ("train", "validation"):
            s3.put_object(Bucket="penguins", Key=f"{name}/{name}.csv", Body=(PENGUINS / f"{name}.csv").read_bytes())
        sagemaker.create_hyper_parameter_tuning_job(**penguins("penguins", allowed(cloud), jobs=3))
        client = local_client(cloud.url)
        seen = []

        def ended() -> bool:
            seen.append(read(client, "penguins"))
            return not seen[-1].live

        eventually(ended, 120)
        assert [each.name for each in read_all(client)] == ["penguins"]
        # The report is made by the cloud's own client here, as it would be by an account's.
        page = Page(write_report(sagemaker, "penguins", tmp_path / "a.html").read_text(encoding="utf-8"))
    first, last = seen[0], seen[-1]
    assert first.live and first.done < 3
    assert (last.status, last.done, last.running, last.failed) == ("Completed", 3, 0, 0)
    assert last.best == last.ranked()[0] and last.best.value == min(each.value or 9 for each in last.trainings)
    assert f"Best validation:mlogloss {last.best.shown_value}" in page.text
    assert f"s3://models/out/{last.best.name}/output/model.tar.gz" in page.text
    assert len(page.figures) == 4
