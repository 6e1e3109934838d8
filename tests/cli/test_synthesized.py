"""What CDK really synthesizes."""

from pathlib import Path

from aws_cdk import App

import cdk_hpo as hpo
from tests.cdk import new_stack
from tests.cli.command import Command
from tests.examples import minimal_definition


def test_a_synthesized_assembly(command: Command, tmp_path: Path) -> None:
    stack = new_stack("Jobs", outdir=tmp_path / "cdk.out")
    hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition())
    app = stack.node.root
    assert isinstance(app, App)
    app.synth()
    done = command("check", "cdk.out", "cdk.out/Jobs.template.json", "--strict")
    assert done == (0, "Checked 2 tuning jobs in 2 files: no findings.\n", "")
    template = tmp_path / "cdk.out" / "Jobs.template.json"
    template.write_text(template.read_text(encoding="utf-8").replace("ml.m5.large", "ml.m5.lrage"), encoding="utf-8")
    done = command("check", "cdk.out")
    assert done.status == 1
    assert done.out.startswith("cdk.out/Jobs.template.json:")
    assert "Did you mean ml.m5.large?" in done.out
