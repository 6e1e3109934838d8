"""Each state machine that the library renders is one that Step Functions takes, by the states language's schema."""

import copy
import itertools
import json
import runpy
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_stepfunctions as sfn

import cdk_hpo as hpo
from tests.cdk import feature_flags, new_stack, template_of
from tests.examples import minimal_definition
from tests.launch.promotion import on_completion
from tests.launch.state_language import machines_of, problems_of
from tests.launch.test_fleet import VARIANTS, by_customer
from tests.shared import ROOT

EVERYTHING: dict[str, Any] = {"threshold": 0.5, "parameter_name": "/churn/best", "model_package_group": "churn"}
Machines = dict[str, dict[str, Any]]


def tasks(stack: Stack) -> Iterator[tuple[str, sfn.IChainable, sfn.QueryLanguage]]:
    languages = (sfn.QueryLanguage.JSON_PATH, sfn.QueryLanguage.JSONATA)
    patterns = (sfn.IntegrationPattern.RUN_JOB, sfn.IntegrationPattern.REQUEST_RESPONSE)
    for language, pattern in itertools.product(languages, patterns):
        name = f"Task {language.name} {pattern.name}"
        options: dict[str, Any] = {"query_language": language, "integration_pattern": pattern}
        yield name, hpo.HyperParameterTuningTask(stack, name, minimal_definition(), **options), language


def schedules(stack: Stack) -> Iterator[tuple[str, sfn.StateMachine]]:
    kinds = (None, hpo.WarmStartType.TRANSFER_LEARNING)
    limits = (None, Duration.hours(5))
    weekly = scheduler.ScheduleExpression.rate(Duration.days(7))
    for concurrency, kind, limit in itertools.product(hpo.Concurrency, kinds, limits):
        name = f"Schedule {concurrency.name}{' warm' if kind else ''}{' limit' if limit else ''}"
        made = hpo.TuningSchedule(
            stack,
            name,
            minimal_definition(),
            schedule=weekly,
            concurrency=concurrency,
            warm_start=kind,
            run_timeout=limit,
            tuning_job_name_prefix="weekly",
        )
        yield name, made.state_machine


def fleets(stack: Stack) -> Iterator[tuple[str, sfn.StateMachine]]:
    bucket = s3.Bucket(stack, "Bucket")
    kinds: dict[str, dict[str, Any]] = {"list": {"variants": VARIANTS}, "limit": {"variants": VARIANTS}}
    kinds |= {end: {"manifest": f"a.{end}", "manifest_bucket": bucket} for end in ("json", "jsonl", "csv")}
    kinds["limit"]["run_timeout"] = Duration.hours(5)
    for kind, options in kinds.items():
        name = f"Fleet {kind}"
        made = hpo.TuningFleet(stack, name, by_customer(), max_concurrency=5, results_bucket=bucket, **options)
        yield name, made.state_machine


def build(stack: Stack) -> list[str]:
    """Fill a stack with state machines of all kinds; return their names, in their order."""
    names = []
    for name, task, language in tasks(stack):
        body = sfn.DefinitionBody.from_chainable(task)
        sfn.StateMachine(stack, f"{name} machine", definition_body=body, query_language=language)
        names.append(name)
    names += [name for made in (schedules, fleets) for name, _ in made(stack)]
    for options in ({}, EVERYTHING):
        name = f"BestModel after a task {sorted(options)}"
        tune = hpo.HyperParameterTuningTask(stack, f"Tune {len(options)}", minimal_definition())
        best = hpo.BestModel(stack, f"Best {len(options)}", tune, **options)
        sfn.StateMachine(stack, name, definition_body=sfn.DefinitionBody.from_chainable(tune.next(best)))
        names.append(name)
    return names


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Machines:
    """Return every state machine that there is, by name."""
    found: Machines = {}
    # Some features of the CDK are only for apps that ask for them.
    bare, whole = Stack(App(analytics_reporting=False), "Bare"), new_stack()
    for stack, names in ((bare, [name for name, _ in fleets(bare)]), (whole, build(whole))):
        machines = machines_of(template_of(stack))
        found |= {f"{stack.stack_name}: {name}": each for name, each in zip(names, machines, strict=True)}
    for options in ({}, EVERYTHING):
        (found[f"BestModel on completion {sorted(options)}"],) = machines_of(on_completion(**options))
    for example in sorted((ROOT / "examples").glob("*.py")):
        folder = tmp_path_factory.mktemp(example.stem)
        with pytest.MonkeyPatch.context() as patched:
            # As the command line would have it, but in this process, which has the CDK in memory already.
            patched.setattr(aws_cdk, "App", partial(App, context=feature_flags(), outdir=str(folder)))
            runpy.run_path(str(example), run_name="__main__")
        found |= {f"{example.name} {index}": each for index, each in enumerate(in_assembly(folder))}
    return found


def in_assembly(folder: Path) -> list[dict[str, Any]]:
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.template.json"))]
    return [machine for text in texts for machine in machines_of(json.loads(text))]


@pytest.fixture(scope="module")
def problems(rendered: Machines) -> dict[str, list[str]]:
    return problems_of(rendered)


def test_there_is_one_of_each_kind(rendered: Machines) -> None:
    kinds = {name.removeprefix("Stack: ").split(" ")[0] for name in rendered}
    examples = {"weekly_retuning.py", "fleet_per_segment.py", "approval.py"}
    assert {"Task", "Schedule", "Fleet", "BestModel"} | examples <= kinds
    assert len(rendered) > 30


def test_all_of_them_are_legal(problems: dict[str, list[str]]) -> None:
    assert {name: each for name, each in problems.items() if each} == {}


def test_what_is_broken_is_seen(rendered: Machines) -> None:
    whole = rendered["Stack: Schedule QUEUE warm limit"]
    broken: Machines = {}
    for name, state, changes in (
        ("an end to a failure", "Failed", {"End": True}),
        ("a wait for a path", "Wait for the turn", {"SecondsPath": "$.wait"}),
        ("parameters of the other language", "Tune", {"Parameters": {}}),
        ("a state that is not there", "Tune", {"Next": "Nowhere"}),
        ("an expression that ends too early", "Wait for the turn", {"Seconds": "{% $min([ %}"}),
    ):
        broken[name] = copy.deepcopy(whole)
        broken[name]["States"][state] |= changes
    found = problems_of({"whole": whole, **broken})
    assert found.pop("whole") == []
    assert [name for name, each in found.items() if not each] == []
    assert len(found) == 5
