"""Programs that fail, hang, hide and fill the disk, and what stops them."""

import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cdk_hpo.local.training_jobs import Images
from tests.local.training_jobs.bench import Bench, channel, eventually, lives, order, wait
from tests.shared import ROOT

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
# A program that starts another one, which leaves its process group, and tells the numbers of both.
HIDING = (
    "import os, subprocess, sys, time;"
    "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True);"
    "print('pids', os.getpid(), other.pid, flush=True);"
)


def pids(bench: Bench) -> list[int]:
    eventually(lambda: any(line.startswith("pids") for line in bench.lines))
    return [int(each) for line in bench.lines if line.startswith("pids") for each in line.split()[1:]]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ValueError('eta is wrong')", "AlgorithmError: Traceback"),
        ("import sys; print('before'); sys.exit(3)", "AlgorithmError: before, exit code: 3"),
        ("import os; os.kill(os.getpid(), 9)", "AlgorithmError: , exit code: 137"),
        (
            "import os, sys; open(os.environ['SM_OUTPUT_DIR'] + '/failure', 'w').write('no label' + 2000 * 'x');"
            "sys.exit(1)",
            "AlgorithmError: no label" + 986 * "x" + ", exit code: 1",
        ),
    ],
)
def test_a_program_that_fails(bench: Bench, code: str, reason: str) -> None:
    result = bench.run(code)
    assert result.status == "Failed"
    assert result.reason is not None
    assert result.reason.startswith(reason)
    assert len(result.reason) <= 1024
    assert not list((bench.storage.root / "out").iterdir())


def test_the_reason_holds_the_last_traceback(bench: Bench) -> None:
    result = bench.run("print('loss=1'); raise ValueError('eta is wrong')")
    assert result.reason is not None
    assert result.reason.endswith("ValueError: eta is wrong, exit code: 1")
    assert "loss=1" not in result.reason


@pytest.mark.parametrize(
    "code",
    [
        "open('/opt/ml/input/config/hyperparameters.json')",
        "print('no /opt/ml/model here'); raise SystemExit(2)",
    ],
)
def test_a_program_written_for_a_container_is_told_where_its_folders_are(bench: Bench, code: str) -> None:
    result = bench.run(code)
    assert "exit code: " in str(result.reason)
    assert str(result.reason).splitlines()[-1].startswith("On this machine, a job has a folder of its own instead of ")
    assert len(str(result.reason)) <= 1024


def test_the_paths_of_its_own_folders_give_no_such_advice(bench: Bench) -> None:
    result = bench.run("import os; open(os.environ['SM_MODEL_DIR'] + '/none')")
    assert "/opt/ml/model/none" in str(result.reason)
    assert "On this machine" not in str(result.reason)


PIPES = "import os; ml = os.environ['SAGEMAKER_BASE_DIR'];"


def test_pipes_and_links_are_not_read(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    code = (
        f"{PIPES} [os.mkfifo(f'{{ml}}/{{name}}/pipe') for name in ('model', 'checkpoints')];"
        f"[os.symlink({str(tmp_path / 'secret')!r}, f'{{ml}}/{{name}}/link') for name in ('model', 'checkpoints')];"
        "[open(f'{ml}/{name}/file', 'w').write('x') for name in ('model', 'checkpoints')]"
    )
    result = bench.run(code, CheckpointConfig={"S3Uri": "s3://out/kept/"})
    assert result.status == "Completed", result.reason
    with tarfile.open(bench.storage.root / "out/models/job-001/output/model.tar.gz") as packed:
        assert sorted(packed.getnames()) == ["file", "link"]  # the link as a link
    assert bench.artifact() == {"file": "x"}
    kept = bench.storage.root / "out/kept"
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["file"]


def test_a_failure_file_that_is_none_is_not_read(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    ends = "raise SystemExit(1)"
    for what in ("os.mkfifo({path})", f"os.symlink({str(tmp_path / 'secret')!r}, {{path}})"):
        done = bench.run(f"{PIPES} {what.format(path='f' + repr('{ml}/output/failure'))}; print('why'); {ends}")
        assert done.reason == "AlgorithmError: why, exit code: 1"
        bench.lines.clear()


@pytest.mark.parametrize("folder", ["model", "checkpoints", "output/data"])
def test_a_folder_that_was_removed_holds_nothing(bench: Bench, folder: str) -> None:
    code = f"{PIPES} import shutil; shutil.rmtree(f'{{ml}}/{folder}')"
    assert bench.run(code, CheckpointConfig={"S3Uri": "s3://out/kept/"}).status == "Completed"
    assert not list((bench.storage.root / "out").iterdir())


@pytest.mark.parametrize("folder", ["model", "checkpoints", "output", "model-file"])
def test_a_folder_that_became_something_else_is_not_uploaded(bench: Bench, tmp_path: Path, folder: str) -> None:
    other = tmp_path / "elsewhere"
    (other / "data").mkdir(parents=True)
    (other / "data" / "secret").write_text("secret")
    put = f"os.symlink({str(other)!r}, path)" if "-" not in folder else "open(path, 'w').close()"
    code = f"{PIPES} import shutil; path = f'{{ml}}/{folder.split('-')[0]}'; shutil.rmtree(path); {put}"
    result = bench.run(code, CheckpointConfig={"S3Uri": "s3://out/kept/"})
    assert result.status == "Failed"
    assert "is no folder any more, or reached by a link" in str(result.reason)
    assert not list((bench.storage.root / "out").iterdir())


def test_a_program_that_cannot_be_started(bench: Bench) -> None:
    bench.images = Images({"*": "no-such-program"})
    result = wait(bench.start(order()))
    assert result.status == "Failed"
    assert "The program could not be run: [Errno 2]" in str(result.reason)


def test_an_image_that_nothing_stands_for(bench: Bench) -> None:
    result = wait(bench.start(order()))
    assert result.status == "Failed"
    assert f"Nothing on this machine stands for the image {order().image}. Map a command" in str(result.reason)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"InputDataConfig": [channel("train", "s3://in/none/")]}, 'No S3 objects found under S3 URL "s3://in/none/"'),
        ({"InputDataConfig": [channel("train", "s3://nowhere/a")]}, "NoSuchBucket"),
        (
            {"InputDataConfig": [channel("train", "s3://in/a") | {"InputMode": "Pipe"}]},
            "The channel train has the input mode Pipe; this machine has File only",
        ),
        (
            {"InputDataConfig": [{"ChannelName": "train", "DataSource": {"FileSystemDataSource": {}}}]},
            "The channel train is a file system",
        ),
        (
            {"InputDataConfig": [channel("train", "s3://in/a", S3DataType="AugmentedManifestFile")]},
            "The channel train is of type AugmentedManifestFile",
        ),
        ({"InputDataConfig": [channel("train", "s3://in/both.json", S3DataType="ManifestFile")]}, "s3://in/a/b: "),
        ({"CheckpointConfig": {"S3Uri": "s3://out/", "LocalPath": "/opt/../../x"}}, "leads out of the container"),
        ({"InputDataConfig": [channel("train", "s3://in/x", S3DataType="ManifestFile")]}, "NoSuchKey"),
        ({"InputDataConfig": [channel("train", "s3://in/no.json", S3DataType="ManifestFile")]}, "is no manifest"),
        ({"InputDataConfig": [channel("train", "s3://in/out.json", S3DataType="ManifestFile")]}, "leads out of the"),
    ],
)
def test_data_that_cannot_be_had(bench: Bench, given: dict[str, Any], reason: str) -> None:
    bench.put("in/no.json", "{}")
    bench.put("in/out.json", '[{"prefix": "s3://in/"}, "../../../escaped"]')
    bench.put("in/both.json", '[{"prefix": "s3://in/"}, "a", "a/b"]')  # a file and a folder of one name
    bench.put("in/a", "a")
    result = bench.run("pass", **given)
    assert result.status == "Failed"
    assert str(result.reason).startswith("ClientError: ")
    assert reason in str(result.reason)


@pytest.mark.parametrize(
    ("program", "directory", "reason"),
    [
        ("train.py", "s3://in/none.tar.gz", "NoSuchKey"),
        ("train.py", "s3://in/no.tar.gz", "cannot be unpacked"),
        ("train.py", "/nowhere", "must be the address of a tar.gz in S3, or a folder"),
        ("missing.py", "HERE", "sagemaker_program is missing.py, but there is no such file"),
        ("../../../../../outside.py", "HERE", "there is no such file"),
        ("train.py", "ROOT", "holds the training jobs themselves"),
    ],
)
def test_scripts_that_cannot_be_had(bench: Bench, program: str, directory: str, reason: str) -> None:
    bench.put("in/no.tar.gz", "no archive")
    (bench.root / "outside.py").write_text("")
    source = bench.root / "source"
    source.mkdir()
    where = directory.replace("HERE", str(source)).replace("ROOT", str(bench.root))
    given = {"sagemaker_program": program, "sagemaker_submit_directory": where}
    result = wait(bench.start(order(hyperparameters=given)))
    assert result.status == "Failed"
    assert reason in str(result.reason)


def test_output_that_cannot_be_written(bench: Bench) -> None:
    code = "import os; open(os.environ['SM_MODEL_DIR'] + '/model', 'w').write('m')"
    result = bench.run(code, OutputDataConfig={"S3OutputPath": "s3://nowhere/"})
    assert result.status == "Failed"
    assert str(result.reason).startswith(
        "ClientError: Artifact upload failed: s3://nowhere/job-001/output/model.tar.gz"
    )


def test_a_program_that_leaves_no_model(bench: Bench) -> None:
    assert bench.run("print('loss=1')").status == "Completed"
    assert bench.lines[0] == "loss=1"
    assert bench.lines[1].startswith("The program left no model and no other output. On this machine, the folder for")
    assert len(bench.lines) == 2
    assert not list((bench.storage.root / "out").iterdir())


def test_a_program_that_takes_too_long_is_asked_to_stop_and_keeps_its_model(bench: Bench) -> None:
    code = (
        "import os, signal, sys, time\n"
        "def stop(*_):\n"
        "    open(os.environ['SM_MODEL_DIR'] + '/model', 'w').write('half'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop); print('loss=4', flush=True); time.sleep(600)"
    )
    job = bench.python(code, StoppingCondition={"MaxRuntimeInSeconds": 4})
    assert wait(job).status == "Stopped"
    assert bench.artifact() == {"model": "half"}
    assert job.take() == [4.0]


def test_a_program_that_does_not_stop_is_killed(bench: Bench) -> None:
    bench.limits = {"grace_seconds": 0.2}
    job = bench.python(f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {HIDING} time.sleep(600)")
    processes = pids(bench)
    job.stop()
    job.stop()
    assert wait(job).status == "Stopped"
    assert not [process for process in processes if lives(process)]


@LINUX
def test_what_a_program_leaves_running_ends_with_it(bench: Bench) -> None:
    assert bench.run(HIDING).status == "Completed"
    assert not [process for process in pids(bench) if lives(process)]


def test_a_job_that_is_ended_is_gone_at_once(bench: Bench) -> None:
    job = bench.python(f"{HIDING} time.sleep(600)")
    processes = pids(bench)
    job.end()
    assert job.result is not None
    assert job.result.status == "Stopped"
    assert not [process for process in processes if lives(process)]
    assert not list(bench.jobs.iterdir())


def test_a_job_stopped_before_its_program_runs(bench: Bench) -> None:
    for number in range(200):
        bench.put(f"in/train/{number}", "x")
    job = bench.python("print('ran')", InputDataConfig=[channel("train", "s3://in/train/")])
    job.stop()
    assert wait(job).status == "Stopped"


def test_a_job_stopped_just_when_its_program_starts(bench: Bench) -> None:
    started: list[Any] = []

    def variables(_: Any) -> dict[str, str]:
        eventually(lambda: bool(started))
        started[0].stop()
        return {}

    bench.limits = {"variables": variables}
    started.append(bench.python("import time; time.sleep(3)"))
    assert wait(started[0]).status == "Stopped"


def test_a_folder_that_grows_too_large(bench: Bench) -> None:
    bench.limits = {"disk_bytes": 2_000_000}
    code = (
        "import os, time\n"
        "for number in range(100):\n"
        "    open(f'{os.environ[\"TMPDIR\"]}/{number}', 'wb').write(bytes(100_000))\n"
        "time.sleep(600)"
    )
    result = bench.run(code)
    assert result.status == "Failed"
    assert str(result.reason).startswith("AlgorithmError: No space left on device")


def test_a_file_that_grows_too_large(bench: Bench) -> None:
    bench.limits = {"disk_bytes": 1_000_000}
    result = bench.run("import os; open(f'{os.environ[\"TMPDIR\"]}/big', 'wb').write(bytes(5_000_000))")
    assert result.status == "Failed"
    assert "File too large" in str(result.reason)


@LINUX
def test_a_process_that_wants_too_much_memory(bench: Bench) -> None:
    bench.limits = {"memory_bytes": 200_000_000}
    result = bench.run("data = bytearray(400_000_000)")
    assert result.status == "Failed"
    assert "MemoryError" in str(result.reason)


@LINUX
def test_processes_that_together_want_too_much_memory(bench: Bench) -> None:
    bench.limits = {"memory_bytes": 150_000_000}
    code = (
        "import subprocess, sys, time\n"
        "hold = 'import time; data = bytearray(80_000_000); time.sleep(600)'\n"
        "for _ in range(3): subprocess.Popen([sys.executable, '-c', hold])\n"
        "time.sleep(600)"
    )
    result = bench.run(code)
    assert result.status == "Failed"
    assert str(result.reason).endswith("exit code: 137")


OWNER = """
import sys, threading
sys.path[:0] = [{root!r}]
from pathlib import Path
from cdk_hpo.local.training_jobs import Images
from tests.local.training_jobs.bench import Bench
bench = Bench(Path(sys.argv[1]))
job = bench.python({code!r})
while len(bench.lines) < 1: pass
print(bench.lines[0], flush=True)
threading.Event().wait()
"""


@LINUX
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_owner(tmp_path: Path, how: signal.Signals) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(root=str(ROOT), code=f"{HIDING} time.sleep(600)"), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert owner.stdout is not None
        processes = [int(each) for each in owner.stdout.readline().split()[1:]]
        assert len(processes) == 2
        assert all(map(lives, processes))
        os.kill(owner.pid, how)
        owner.wait(30)
        eventually(lambda: not any(map(lives, processes)))
        eventually(lambda: not list((tmp_path / "jobs").iterdir()))
    finally:
        owner.kill()
        owner.communicate()


@LINUX
def test_a_keeper_that_is_killed_takes_its_program_along(bench: Bench) -> None:
    job = bench.python("import os, time; print('pids', os.getpid(), os.getppid(), flush=True); time.sleep(600)")
    program, keeper = pids(bench)
    os.kill(keeper, signal.SIGKILL)
    result = wait(job)
    assert result.status == "Failed"
    assert "its keeper was killed" in str(result.reason)
    eventually(lambda: not lives(program))


@LINUX
def test_a_keeper_that_is_killed_takes_along_what_its_program_started(bench: Bench) -> None:
    job = bench.python(f"{HIDING} print('keeper', os.getppid(), flush=True); time.sleep(600)")
    processes = pids(bench)
    eventually(lambda: any(line.startswith("keeper") for line in bench.lines))
    keeper = next(int(line.split()[1]) for line in bench.lines if line.startswith("keeper"))
    os.kill(keeper, signal.SIGKILL)
    assert "its keeper was killed" in str(wait(job).reason)  # though the other one still holds the output open
    assert not [process for process in processes if lives(process)]


@LINUX
def test_neither_files_nor_processes_pile_up(bench: Bench) -> None:
    bench.run("pass")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        bench.run("pass")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    assert "keeper" not in "".join(
        Path(f"/proc/{each}/cmdline").read_text() for each in children.split() if lives(int(each))
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")
def test_folders_without_rights_are_removed_too(bench: Bench) -> None:
    code = "import os; os.makedirs('tmp/deep/er'); os.chmod('tmp/deep', 0); os.chmod('tmp', 0o500)"
    assert bench.run(code).status == "Completed"
