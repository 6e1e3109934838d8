"""No message of a typed value repeats what may be a secret."""

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import cdk_hpo as hpo
from cdk_hpo.definition._shown import concealed, quoted, shown
from tests.examples import minimal_definition

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY = "AKIAIOSFODNN7EXAMPLE"
PASSWORD = "hunter2"


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(hpo.ValidationError) as caught:
        make()
    (finding,) = caught.value.findings
    assert finding.message in str(caught.value)
    return str(caught.value)


def training(**changes: Any) -> str:
    return refused(lambda: dataclasses.replace(minimal_definition().training_jobs[0], **changes))


@pytest.mark.parametrize("argument", ["environment", "static_hyper_parameters"])
@pytest.mark.parametrize(
    ("given", "secret", "said"),
    [
        (f"AWS_SECRET_ACCESS_KEY={SECRET}", SECRET, "to text, got a text of 62 characters (hidden)"),
        (PASSWORD, PASSWORD, "to text, got a text of 7 characters (hidden)"),
        ([("DB_PASSWORD", PASSWORD)], PASSWORD, "to text, got a list of 1 (hidden)"),
        ([{"a": PASSWORD}, 1], PASSWORD, "to text, got a list of 2 (hidden)"),
        ([KEY], KEY, "to text, got a list of 1 (hidden)"),
        (["-----BEGIN PRIVATE KEY-----MIIE"], "MIIE", "to text, got a list of 1 (hidden)"),
        ({"DB": {"password": PASSWORD}}, PASSWORD, 'at "DB": expected text, got a dict of 1 (hidden)'),
        ({"DB": {"x": PASSWORD}}, PASSWORD, 'at "DB": expected text, got a dict of 1 (hidden)'),
        ({"DB": [PASSWORD]}, PASSWORD, 'at "DB": expected text, got a list of 1 (hidden)'),
        ({"DB": b"hunter2"}, PASSWORD, 'at "DB": expected text, got an object of the class bytes'),
        ({"DB": SimpleNamespace(x=PASSWORD)}, PASSWORD, "got an object of the class SimpleNamespace"),
        ({"DB_PASSWORD": 12345678}, "12345678", "got a number (hidden): write it in quotes"),
        ({KEY: 5}, KEY, "at a text of 20 characters (hidden): expected text, got a number (hidden)"),
        ({("DB_PASSWORD", PASSWORD): "x"}, PASSWORD, "at a tuple of 2 (hidden): expected text"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_names_and_values_in_another_form(argument: str, given: Any, secret: str, said: str) -> None:
    message = training(**{argument: given})
    assert said in message
    assert secret not in message


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"max_depth": 5}, 'at "max_depth": expected text, got 5 (int): write "5"'),
        ({"max_tokens": 512}, 'at "max_tokens": expected text, got 512 (int): write "512"'),
        ({"eta": 0.5}, 'got 0.5 (float): write "0.5"'),
        ({"eta": None}, "got None (NoneType)"),
        (5, "got 5 (int)"),
    ],
    ids=str,
)
def test_a_number_that_is_no_secret_is_shown(given: Any, said: str) -> None:
    assert said in training(static_hyper_parameters=given)


@pytest.mark.parametrize(
    ("changes", "secret", "said"),
    [
        ({"algorithm": "https://user:hunter2@registry/x"}, PASSWORD, "got a text of 31 characters (hidden)"),
        ({"algorithm": "user:hunter2@docker.io/x/y:1"}, PASSWORD, "got a text of 28 characters (hidden)"),
        ({"output": {"password": PASSWORD}}, PASSWORD, "got {'password': …} (dict)"),
        ({"output": {KEY: 1}}, KEY, "got a dict of 1 (hidden)"),
        ({"output": hpo.Tag("DB_PASSWORD", PASSWORD)}, PASSWORD, "got an object of the class Tag"),
        ({"inputs": [{"x": PASSWORD}]}, PASSWORD, "item 0: expected Channel, got {'x': …} (dict)"),
        ({"vpc": ["--password", PASSWORD]}, PASSWORD, "got a list of 2 (hidden)"),
        ({"vpc": [["--password", PASSWORD]]}, PASSWORD, "got a list of 1 that begins with a list"),
        ({"vpc": (1, {"x": PASSWORD})}, PASSWORD, "got a tuple of 2 (hidden)"),
        ({"role": [SECRET]}, SECRET, "got a list of 1 (hidden)"),
    ],
    ids=str,
)
def test_elsewhere(changes: dict[str, Any], secret: str, said: str) -> None:
    message = training(**changes)
    assert said in message
    assert secret not in message


def test_a_training_job_in_another_form() -> None:
    given: Any = {"AWS_SECRET_ACCESS_KEY": SECRET}
    message = refused(lambda: dataclasses.replace(minimal_definition(), training=given))
    assert "got {'AWS_SECRET_ACCESS_KEY': …} (dict)" in message
    assert SECRET not in message


def test_an_address_for_a_built_in_algorithm() -> None:
    message = refused(lambda: hpo.Algorithm.built_in("user:hunter2@docker.io/xgboost"))
    assert "there is no built-in algorithm a text of 30 characters (hidden)" in message


def test_an_argument_that_is_a_key() -> None:
    with pytest.raises(TypeError) as caught:
        hpo.Bayesian(**{KEY: 1})  # type: ignore[arg-type]
    assert str(caught.value).startswith("Bayesian() got an unexpected keyword argument (hidden): ")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["a", 1, None], "['a', 1, None] (list)"),
        (("a",), "('a',) (tuple)"),
        ([], "[] (list)"),
        ({}, "{} (dict)"),
        ("x" * 80, f"'{'x' * 56}… (str)"),
        (["tokenizer"], "['tokenizer'] (list)"),
        ([10**5000], "a list of 1 (hidden)"),
        (-(10**38), "an integer of more than 38 digits"),
        (10**38 - 1, f"{'9' * 38} (int)"),
    ],
    ids=["list", "tuple", "empty", "empty dict", "long", "harmless", "list of large", "large", "not too large"],
)
def test_what_is_shown(given: object, said: str) -> None:
    assert shown(given) == said


def test_the_class_of_a_concealed_value() -> None:
    assert concealed(hpo.Tag) == "the class Tag itself"
    assert concealed({"a"}) == "a set of 1 (hidden)"


@pytest.mark.parametrize(
    ("text", "said"), [("a b", '"a b"'), ('a"b', "'a\"b'"), ("a\\b", r"'a\\b'"), ("x" * 61, f'"{"x" * 59}…"')]
)
def test_text_in_quotes(text: str, said: str) -> None:
    assert quoted(text) == said
