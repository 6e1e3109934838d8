"""What a user sees with the CDK's command line."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.shared import ROOT


def cdk(*words: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    kept = {name: each for name, each in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return subprocess.run(
        [str(ROOT / "node_modules" / ".bin" / "cdk"), *words, "--no-color", "--no-notices"],
        cwd=cwd,
        env=kept | {"CDK_VALIDATION": "false", "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_diff_shows_the_one_property_that_changed(tmp_path: Path) -> None:
    done = cdk("synth", "--quiet", "--output", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    file = tmp_path / "out" / "PenguinTuning.template.json"
    before: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    (job,) = [each for each in before["Resources"].values() if each["Type"].startswith("Custom::")]
    ranges = job["Properties"]["Request"]["HyperParameterTuningJobConfig"]["ParameterRanges"]
    ranges["IntegerParameterRanges"][0]["MaxValue"] = "10"
    old = tmp_path / "old.json"
    old.write_text(json.dumps(before), encoding="utf-8")
    done = cdk("diff", "PenguinTuning", "--app", str(tmp_path / "out"), "--template", str(old), "--exclusively")
    shown = done.stdout + done.stderr
    print(shown)
    assert re.findall(r"\[[-+~]\] (\S+::\S+)", shown) == ["Custom::SageMakerHyperParameterTuningJob"]
    lines = re.findall(r"^\W*\[([-+])\] +(.*)$", shown, re.MULTILINE)
    assert lines == [("-", '"MaxValue": "10"'), ("+", '"MaxValue": "8"')]


def test_the_example_synthesizes_offline_without_an_account() -> None:
    done = cdk("synth", "--quiet", "--all")
    assert done.returncode == 0, done.stderr
    assert "end-of-life" not in done.stderr
