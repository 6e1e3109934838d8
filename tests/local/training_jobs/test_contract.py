"""What a training program finds, and what becomes of what it leaves."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local.training_jobs import Images
from cdk_hpo.local.training_jobs.addresses import Address
from cdk_hpo.local.training_jobs.storage import folder
from tests.local.training_jobs.bench import Bench, channel, order, wait

SHOW = """
import json, os, sys
config = os.environ["SM_INPUT_CONFIG_DIR"]
shown = {name: json.load(open(os.path.join(config, name))) for name in sorted(os.listdir(config))}
shown["env"] = dict(os.environ)
shown["cwd"] = os.getcwd()
shown["argv"] = sys.argv[1:]
open(os.path.join(os.environ["SM_MODEL_DIR"], "shown.json"), "w").write(json.dumps(shown))
"""


def shown(bench: Bench, **changes: Any) -> dict[str, Any]:
    assert bench.run(SHOW, **changes).status == "Completed"
    found: dict[str, Any] = json.loads(bench.artifact()["shown.json"])
    return found


def test_the_files_of_the_contract(bench: Bench) -> None:
    bench.put("in/train/a.csv", "1")
    found = shown(
        bench,
        hyperparameters={"eta": "0.1", "depth": "3", "_tuning_objective_metric": "loss"},
        InputDataConfig=[channel("train", "s3://in/train/") | {"ContentType": "text/csv"}],
    )
    assert found["hyperparameters.json"] == {"eta": "0.1", "depth": "3", "_tuning_objective_metric": "loss"}
    assert found["inputdataconfig.json"] == {
        "train": {
            "ContentType": "text/csv",
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": "None",
        }
    }
    assert found["resourceconfig.json"]["current_host"] == "algo-1"
    assert found["resourceconfig.json"]["hosts"] == ["algo-1"]
    assert found["resourceconfig.json"]["current_instance_type"] == "ml.m5.large"
    assert "checkpointconfig.json" not in found


def test_the_variables(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SECRET", "1")
    bench.put("in/train/a.csv", "1")
    bench.limits = {"cpus": 2, "variables": lambda _: {"AWS_ACCESS_KEY_ID": "of-the-role"}}
    found = shown(
        bench,
        hyperparameters={
            "batch-size": "32",
            "name": '"text"',
            "on": "true",
            "where": "/opt/ml/model",
            "sagemaker_region": '"eu-west-1"',
            "_tuning_objective_metric": "loss",
        },
        InputDataConfig=[channel("train", "s3://in/train/")],
        Environment={"MINE": "yes"},
    )
    env = found["env"]
    ml = env["SAGEMAKER_BASE_DIR"]
    assert ml.endswith("/opt/ml")
    assert found["cwd"] == ml
    assert env["SM_MODEL_DIR"] == f"{ml}/model"
    assert env["SM_OUTPUT_DATA_DIR"] == f"{ml}/output/data"
    assert env["SM_CHANNEL_TRAIN"] == f"{ml}/input/data/train"
    assert json.loads(env["SM_CHANNELS"]) == ["train"]
    assert (env["SM_HP_BATCH-SIZE"], env["SM_HP_NAME"], env["SM_HP_ON"]) == ("32", "text", "true")
    assert json.loads(env["SM_HPS"]) == {"batch-size": 32, "name": "text", "on": True, "where": f"{ml}/model"}
    assert json.loads(env["SM_FRAMEWORK_PARAMS"]) == {"sagemaker_region": "eu-west-1"}
    assert (env["SM_CURRENT_HOST"], json.loads(env["SM_HOSTS"])) == ("algo-1", ["algo-1"])
    assert (env["SM_NUM_CPUS"], env["SM_NUM_GPUS"], env["OMP_NUM_THREADS"]) == ("2", "0", "2")
    assert (env["TRAINING_JOB_NAME"], env["AWS_REGION"], env["MINE"]) == ("job-001", "eu-west-1", "yes")
    assert env["AWS_ACCESS_KEY_ID"] == "of-the-role"
    assert "MY_SECRET" not in env
    assert found["hyperparameters.json"]["where"] == f"{ml}/model"


@pytest.mark.parametrize(
    ("uri", "files"),
    [
        ("s3://in/data/", {"a.csv", "more/b.csv"}),
        ("s3://in/data", {"a.csv", "more/b.csv", "database.csv"}),
        ("s3://in/data/a", {"a.csv"}),
        ("s3://in/data/a.csv", {"a.csv"}),
        ("s3://in/", {"data/a.csv", "data/more/b.csv", "database.csv"}),
    ],
)
def test_a_channel_holds_what_begins_with_the_prefix(bench: Bench, uri: str, files: set[str]) -> None:
    for key in ("data/a.csv", "data/more/b.csv", "database.csv"):
        bench.put(f"in/{key}", key)
    code = (
        "import os, pathlib; root = pathlib.Path(os.environ['SM_CHANNEL_TRAIN']);"
        "names = sorted(str(path.relative_to(root)) for path in root.rglob('*') if path.is_file());"
        "pathlib.Path(os.environ['SM_MODEL_DIR'], 'names').write_text(' '.join(names))"
    )
    assert bench.run(code, InputDataConfig=[channel("train", uri)]).status == "Completed"
    assert set(bench.artifact()["names"].split()) == files


@pytest.mark.parametrize("uri", ["s3://in/data", "s3://in/data/", "s3://in/data//"])
def test_keys_with_two_slashes_stay_within_the_channel(bench: Bench, monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    bench.put("in/data/a.csv", "a")  # a folder cannot hold such a key itself
    monkeypatch.setattr(bench.storage, "list", lambda bucket, prefix: iter(["data//a.csv"]))
    code = (
        "import os, shutil; shutil.copy(os.environ['SM_CHANNEL_TRAIN'] + '/a.csv', os.environ['SM_MODEL_DIR'] + '/a')"
    )
    assert bench.run(code, InputDataConfig=[channel("train", uri)]).status == "Completed", bench.lines
    assert bench.artifact() == {"a": "a"}


@pytest.mark.parametrize("end", ["", "/", "//"])
def test_the_model_lies_where_the_description_says_however_the_address_ends(end: str) -> None:
    assert folder(f"s3://out/models{end}") == Address("out", "models/")
    assert folder(f"s3://out{end}") == Address("out", "")


def test_a_manifest_is_followed(bench: Bench) -> None:
    bench.put("in/a.csv", "a")
    bench.put("in/more/b.csv", "b")
    bench.put("in/list.manifest", json.dumps([{"prefix": "s3://in/"}, "a.csv", "more/b.csv"]))
    code = (
        "import os, pathlib; root = pathlib.Path(os.environ['SM_CHANNEL_TRAIN']);"
        "text = (root / 'a.csv').read_text() + (root / 'more/b.csv').read_text();"
        "pathlib.Path(os.environ['SM_MODEL_DIR'], 'text').write_text(text + str(len(list(root.parent.iterdir()))))"
    )
    given = [channel("train", "s3://in/list.manifest", S3DataType="ManifestFile")]
    assert bench.run(code, InputDataConfig=given).status == "Completed"
    assert bench.artifact()["text"] == "ab1"


def test_model_and_other_output_are_packed(bench: Bench) -> None:
    code = (
        "import os, pathlib; model = pathlib.Path(os.environ['SM_MODEL_DIR']); (model / 'deep').mkdir();"
        "(model / 'deep' / 'weights').write_text('w'); (model / 'a').write_text('a');"
        "pathlib.Path(os.environ['SM_OUTPUT_DATA_DIR'], 'report').write_text('r')"
    )
    output = {"S3OutputPath": "s3://out/models/", "KmsKeyId": "key-1"}
    assert bench.run(code, OutputDataConfig=output).status == "Completed"
    assert bench.artifact() == {"deep/weights": "w", "a": "a"}
    assert bench.artifact("output.tar.gz") == {"report": "r"}
    assert set(bench.storage.kms_keys.values()) == {"key-1"}
    prefix = "s3://out/models/job-001/output"
    assert bench.lines[-1] == f"Uploaded {prefix}/model.tar.gz, {prefix}/output.tar.gz."


def test_checkpoints_are_kept_while_it_runs_and_at_its_end(bench: Bench) -> None:
    bench.limits = {"checkpoint_seconds": 0.1}
    code = (
        "import json, os, pathlib, time; config = pathlib.Path(os.environ['SM_INPUT_CONFIG_DIR']);"
        "place = pathlib.Path(json.loads((config / 'checkpointconfig.json').read_text())['LocalPath']);"
        "(place / 'one').write_text('1'); go = pathlib.Path(os.environ['GO']);\n"
        "while not go.exists(): time.sleep(0.02); print('waiting', flush=True)\n"
        "(place / 'two').write_text('2')"
    )
    go = bench.root / "go"
    given = {"S3Uri": "s3://out/points", "LocalPath": "/opt/ml/mine"}
    job = bench.python(code, CheckpointConfig=given, Environment={"GO": str(go)})
    kept = bench.storage.root / "out" / "points" / "job-001"
    while not (kept / "one").exists():
        assert job.result is None
    go.touch()
    assert wait(job).status == "Completed"
    assert {path.name: path.read_text() for path in kept.iterdir()} == {"one": "1", "two": "2"}


def packed(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return content.getvalue()


@pytest.mark.parametrize("quote", ["", '"'])
def test_script_mode_from_s3(bench: Bench, quote: str) -> None:
    bench.put("in/code/source.tar.gz", packed({"train.py": f"import helper\n{SHOW}", "helper.py": ""}))
    given = {
        "sagemaker_program": f"{quote}train.py{quote}",
        "sagemaker_submit_directory": f"{quote}s3://in/code/source.tar.gz{quote}",
        "learning-rate": "0.5",
        "k": '"word"',
        "_tuning_objective_metric": "loss",
    }
    assert wait(bench.start(order(hyperparameters=given))).status == "Completed"
    found = json.loads(bench.artifact()["shown.json"])
    assert found["argv"] == ["-k", "word", "--learning-rate", "0.5"]
    assert found["cwd"].endswith("/opt/ml/code")
    assert found["env"]["SM_USER_ENTRY_POINT"] == "train.py"
    assert found["env"]["SM_MODULE_NAME"] == "train"


def test_script_mode_from_a_folder_of_this_machine(bench: Bench) -> None:
    source = bench.root / "source"
    source.mkdir()
    (source / "run.sh").write_text('#!/bin/sh\necho "$@" > "$SM_MODEL_DIR/arguments"\n')
    given = {"sagemaker_program": "run.sh", "sagemaker_submit_directory": f"file://{source}", "x": "1"}
    assert wait(bench.start(order(hyperparameters=given))).status == "Completed"
    assert bench.artifact() == {"arguments": "-x 1\n"}
    assert not (source / "run.sh").stat().st_mode & 0o100  # the user's own file is left as it is


def test_an_image_stands_for_a_command_in_a_folder(bench: Bench) -> None:
    source = bench.root / "src"
    source.mkdir()
    (source / "hello.txt").write_text("hello")
    table = bench.root / "images.toml"
    table.write_text(
        '[images]\n"*/train:9" = "false"\n'
        '[images."*.dkr.ecr.*.amazonaws.com/train:*"]\n'
        'command = ["sh", "-c", "cp hello.txt $SM_MODEL_DIR/"]\nfolder = "src"\n'
    )
    bench.images = Images.from_file(table)
    assert wait(bench.start(order())).status == "Completed"
    assert bench.artifact() == {"hello.txt": "hello"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[image]\n", r"must hold one table, \[images\], but got image"),
        ("", r"must hold one table, \[images\], but there is none"),
        ("[images", "cannot be read"),
        ("[images]\na = 1\n", "'a' needs a command, a text or a list of texts, got 1"),
        ("[images]\na = []\n", r"'a' needs a command, a text or a list of texts, got \[\]"),
        ("[images.a]\ncommand = 'x'\nfolders = '.'\n", "'a' has unknown entries folders"),
        ("[images.a]\ncommand = 'x'\nfolder = 'nowhere'\n", "the folder of 'a' must be a folder that exists"),
    ],
)
def test_a_wrong_table_of_images(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "images.toml").write_text(content)
    with pytest.raises(ValueError, match=reason):
        Images.from_file(tmp_path / "images.toml")
