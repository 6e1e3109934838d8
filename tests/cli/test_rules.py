"""``cdk-hpo rules``."""

import pytest

from cdk_hpo.checks import check
from cdk_hpo.checks.rule_catalogue import catalogue
from tests.cli.command import Command


def test_the_list(command: Command) -> None:
    done = command("rules")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[: len(catalogue())]] == list(catalogue())
    assert {line.split()[1] for line in lines[: len(catalogue())]} == {"error", "warning", "account"}
    assert f"{len(catalogue())} rules: " in done.out


def test_one_rule(command: Command) -> None:
    done = command("rules", "strategy-enum")
    assert done.status == 0
    assert "strategy-enum  error" in done.out
    assert 'Wrong\n  HyperParameterTuningJobConfig.Strategy: "bayesian"\n  -> ' in done.out
    assert 'Right\n  HyperParameterTuningJobConfig.Strategy: "Random"\n' in done.out
    assert "Source  https://docs.aws.amazon.com/" in done.out


def test_an_example_that_only_leaves_something_out(command: Command) -> None:
    out = command("rules", "required-field").out
    assert "  HyperParameterTuningJobConfig.ResourceLimits: (left out)\n" in out
    assert "  HyperParameterTuningJobConfig.ResourceLimits: {" in out


def test_a_rule_that_depends_on_the_account(command: Command) -> None:
    done = command("rules", "acct-name-unique")
    assert done.status == 0
    assert "cannot be checked from a request" in done.out
    assert "Wrong" not in done.out


def test_every_rule_can_be_explained(command: Command) -> None:
    for rule in catalogue().values():
        out = command("rules", rule.id).out
        assert out.startswith(f"{rule.id}  {rule.severity or 'account'}\n")
        assert (("\nWrong\n  " in out) and ("\n  -> " in out) and ("\nRight\n  " in out)) == rule.decidable, rule.id


@pytest.mark.parametrize("others", [[], ["strategy-enum"], ["acct-name-unique"]])
def test_an_unknown_rule(command: Command, others: list[str]) -> None:
    done = command("rules", *others, "strategy-enm")
    assert (done.status, done.out) == (2, "")
    assert done.err == 'cdk-hpo: there is no rule "strategy-enm": did you mean strategy-enum?\n'


def test_as_json(command: Command) -> None:
    listed = command("rules", "--format", "json").json
    assert [each["id"] for each in listed] == list(catalogue())
    assert "wrong" not in listed[0]
    (told,) = command("rules", "--format", "json", "strategy-enum").json
    assert told["severity"] == "error"
    assert "strategy-enum" in {each.rule for each in check(told["wrong"])}
    assert not check(told["right"])
