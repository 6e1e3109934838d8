"""``cdk-hpo import``: the module on standard output or in a file, all else on standard error, and the exit status."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import cdk_hpo as hpo
from cdk_hpo.checks.examples import base_request
from cdk_hpo.importing.terraform import RESOURCE_TYPE
from tests.checks.requests import edited
from tests.cli.command import Command, doubtful_request, wrong_request
from tests.importing.modules import run
from tests.importing.test_requests import described
from tests.importing.test_terraform import BASIC, managed, resource, state


def test_a_request(command: Command) -> None:
    done = command("import", command.file("digits.json", base_request()))
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(
        '"""A tuning job, read from digits.json by cdk-hpo import."""\n\nimport cdk_hpo as hpo\n\n'
    )
    assert run(done.out)["definition"].to_request() == base_request()


def test_into_a_file_under_another_name(command: Command) -> None:
    done = command("import", command.file("a.json", base_request()), "--output", "tuning.py", "--name", "churn")
    assert done == (0, "", "")
    made = run((command.folder / "tuning.py").read_text(encoding="utf-8"))
    assert made == {"churn": hpo.TuningJobDefinition.from_request(base_request())}


def test_a_file_that_is_there_is_not_overwritten(command: Command) -> None:
    module = command.folder / "tuning.py"
    module.write_text("# mine", encoding="utf-8")
    asked = ("import", command.file("a.json", base_request()), "--output", "tuning.py")
    done = command(*asked)
    assert (done.status, done.err) == (2, "cdk-hpo: tuning.py: exists already: --force replaces it\n")
    assert module.read_text(encoding="utf-8") == "# mine"
    assert command(*asked, "--force").status == 0
    assert "TuningJobDefinition" in module.read_text(encoding="utf-8")


def test_yaml_and_standard_input(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    done = command("import", command.file("a.yaml", "# YAML\n" + json.dumps(base_request())))
    assert done.status == 0
    text = json.dumps(base_request()).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    piped = command("import", "-")
    assert piped.status == 0
    assert piped.out == done.out.replace(", read from a.yaml", "")


@pytest.mark.parametrize(
    ("request_", "status", "said"),
    [
        (doubtful_request(), 0, "warning: HyperParameterTuningJobConfig"),
        (wrong_request(), 1, "error: TrainingJobDefinition.ResourceConfig.InstanceType: "),
        (edited({"TrainingJobDefinition.Foo": 1}), 1, "lost: TrainingJobDefinition.Foo: left out: unknown field Foo"),
    ],
)
def test_what_is_said_and_the_status(command: Command, request_: dict[str, Any], status: int, said: str) -> None:
    done = command("import", command.file("a.json", request_))
    assert done.status == status
    assert done.err.startswith(said)
    assert "definition" in run(done.out)


def test_no_definition(command: Command) -> None:
    done = command("import", command.file("a.json", edited(remove=["TrainingJobDefinition.OutputDataConfig"])))
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "no definition is written: it would lack what the service requires"


def test_several_jobs_in_one_module(command: Command) -> None:
    done = command("import", command.file("a.json", [base_request(), wrong_request()]))
    assert done.status == 1
    assert list(run(done.out)) == ["definition_1", "definition_2"]
    assert done.err.startswith("error: request 2: TrainingJobDefinition")
    named = command("import", "a.json", "--name", "job")
    assert list(run(named.out)) == ["job_1", "job_2"]
    assert named.out.startswith('"""Tuning jobs, read from a.json by cdk-hpo import."""\n')


def test_resources_keep_their_names(command: Command) -> None:
    names = ("churn-model", "class", "churn_model")
    done = command("import", command.file("a.json", state(*(managed(resource(BASIC), name) for name in names))))
    assert list(run(done.out)) == ["churn_model", "class_", "churn_model_3"]


def test_no_definition_takes_the_place_of_another(command: Command) -> None:
    def resource_with(jobs: int) -> dict[str, Any]:
        path = "HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs"
        return resource(edited({path: jobs}))

    resources = {"a_b_3": resource_with(11), "a-b": resource_with(12), "a_b": resource_with(13)}
    done = command("import", command.file("a.tf.json", {"resource": {RESOURCE_TYPE: resources}}))
    made = run(done.out)
    assert {name: each.limits.max_training_jobs for name, each in made.items()} == {"a_b_3": 11, "a_b": 12, "a_b_4": 13}
    assert f"note: {RESOURCE_TYPE}.a_b: the request: the variable is called a_b_4\n" in done.err
    assert "a-b: the request" not in done.err


def test_names_that_are_none_in_python(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("größe", "1x", "x²", "fi", "\ufb01", "print")
    file = command.file("a.json", state(*(managed(resource(BASIC), name) for name in names)))
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="latin-1"))
    assert command("import", file).status == 0
    sys.stdout.flush()
    made = run(printed.getvalue().decode("utf-8"))
    assert list(made) == ["gro_e", "definition_1x", "x2", "fi", "fi_5", "print_"]


def test_a_name_that_standard_output_cannot_hold(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    file = command.file("a.json", base_request())
    assert list(run(command("import", file, "--name", "größe").out)) == ["größe"]
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    done = command("import", file, "--name", "größe")
    assert done.status == 2
    assert "--name 'gr\\xf6\\xdfe' needs --output: standard output is not in UTF-8" in done.err
    assert command("import", file, "--name", "größe", "--output", "a.py").status == 0


def test_a_name_that_stands_twice(command: Command) -> None:
    text = json.dumps(base_request())
    twice = text.replace('{"Strategy"', '{"Strategy": "Grid", "RandomSeed": 1, "RandomSeed": 1, "Strategy"')
    assert json.loads(twice) != json.loads(text)
    said = "says HyperParameterTuningJobConfig.Strategy more than once, and 1 other name too: only one can be meant\n"
    for name in ("a.json", "a.yaml"):
        done = command("import", command.file(name, twice))
        assert (done.status, done.out, done.err) == (2, "", f"cdk-hpo: {command.folder / name}: {said}")


def test_whatever_the_depth_there_is_an_answer(command: Command) -> None:
    for depth in range(940, 1000):
        done = command("import", command.file("a.json", '{"a":' * depth + "1" + "}" * depth))
        assert (done.status, done.out) == (2, "")


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (base_request(), "request"),
        (described(base_request()), "describe"),
        (state(managed(resource(BASIC))), "terraform"),
    ],
)
def test_the_form_is_recognised_as_if_it_were_said(command: Command, content: dict[str, Any], format: str) -> None:
    file = command.file("a.json", content)
    done = command("import", file)
    assert done.status == 0
    assert command("import", file, "--format", format) == done


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ("[]", "holds no tuning job"),
        ("[1]", "holds no JSON object"),
        ('{"a": 1}', "is neither a tuning request, nor an answer of describe, nor Terraform, nor arguments"),
        ({"request": base_request()}, 'the request under "request" has to stand alone'),
        ({"Resources": {"A": {}}}, "of a CloudFormation template, give the Request of one tuning job alone"),
        ({"resource": {"aws_s3_bucket": {}}}, "holds no aws_sagemaker_hyper_parameter_tuning_job"),
    ],
)
def test_files_that_cannot_be_used(command: Command, content: Any, reason: str) -> None:
    done = command("import", command.file("a.json", content))
    assert (done.status, done.out) == (2, "")
    assert reason in done.err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "give either SOURCE or --job NAME"),
        (("a.json", "--job", "x"), "give either SOURCE or --job NAME"),
        (("a.json", "--region", "eu-west-1"), "--region belongs to --job"),
        (("--job", "x", "--format", "request"), "--format belongs to SOURCE"),
        (("a.json", "--name", "class"), "--name 'class' cannot be the name of a variable here"),
        (("a.json", "--name", "hpo"), "--name 'hpo' cannot be the name of a variable here"),
        (("a.json", "--name", "1st"), "--name '1st' cannot be the name of a variable here"),
        (("missing.json",), "cannot be read: no such file or directory"),
        (("a.json", "--output", "no/such/folder.py"), "cannot be written: no such file or directory"),
    ],
)
def test_command_lines_that_cannot_be_used(command: Command, words: tuple[str, ...], reason: str) -> None:
    command.file("a.json", base_request())
    done = command("import", *words)
    assert (done.status, done.out) == (2, "")
    assert reason in done.err


def test_a_name_with_quotes_cannot_break_the_module(command: Command) -> None:
    for name in ('a".json', "a'''.json", "a\\.json", "ü.json"):
        done = command("import", command.file(name, base_request()))
        assert done.out.startswith('"""A tuning job by cdk-hpo import."""\n')
        assert "definition" in run(done.out)


def test_a_terminal_that_is_not_utf_8(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    request = edited({"TrainingJobDefinition.Environment": {"A": "größer\u2028中"}})
    file = command.file("a.json", request)
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    assert command("import", file).status == 0
    sys.stdout.flush()
    assert run(written.getvalue().decode("utf-8"))["definition"].to_request() == request


def test_nothing_dangerous_gets_into_the_module(command: Command, tmp_path: Path) -> None:
    attack = '"""); import pathlib; pathlib.Path("owned").touch(); ("""'
    request = edited(
        {
            "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges[0].MaxValue": attack,
            "TrainingJobDefinition.Environment": {attack: attack},
            "TrainingJobDefinition.ResourceConfig.InstanceType": attack,
        }
    )
    done = command("import", command.file("a.json", request))
    assert run(done.out)["definition"].to_request() == request
    assert not list(tmp_path.glob("owned"))
