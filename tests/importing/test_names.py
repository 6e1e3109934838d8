"""Names of variables: valid, in ASCII, and no two the same."""

import builtins
import keyword
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk_hpo.importing.names import is_usable, variables


@pytest.mark.parametrize(
    ("wanted", "made"),
    [
        (["a", "b"], ["a", "b"]),
        ([None, None], ["job_1", "job_2"]),
        (["churn-model", "class", "churn_model"], ["churn_model", "class_", "churn_model_3"]),
        (["a_b_3", "a-b", "a_b"], ["a_b_3", "a_b", "a_b_4"]),
        (["a-b", "a_b", "a_b_2"], ["a_b", "a_b_3", "a_b_2"]),
        (["job_2", None], ["job_2", "job_2_2"]),
        (["fi", "\ufb01"], ["fi", "fi_2"]),
        (["1x", "x\u00b2"], ["job_1x", "x2"]),
        (["größe", "Ünal"], ["gro_e", "Unal"]),
        (["中文", "中文"], ["job_1", "job_2"]),
        (["_", "__debug__", "__class__", "__0__"], ["job_1", "debug", "class_", "job_0"]),
        (["hpo", "int", "cdk", "\uff48\uff50\uff4f"], ["hpo_", "int_", "cdk_", "hpo__4"]),
        (["a.b c", "a\nb"], ["a_b_c", "a_b"]),
        (["class", "class_", "None"], ["class_", "class__2", "None_"]),
    ],
)
def test_names(wanted: list[str | None], made: list[str]) -> None:
    assert variables(wanted, "job") == made


parts = st.text(st.sampled_from("aA_-1.ß\u0130\ufb01\u00b2 \uff48"), max_size=4)
words = st.sampled_from([*keyword.kwlist, "hpo", "int", "__debug__", "a_2", "a_b_3", "definition_1"])


@given(st.lists(st.one_of(st.none(), parts, words, st.text(max_size=5)), max_size=8))
def test_whatever_the_source_says(wanted: list[str | None]) -> None:
    names = variables(wanted, "definition")
    held: dict[str, int] = {}
    exec("\n".join(f"{name} = {number}" for number, name in enumerate(names)), {}, held)
    assert held == {name: number for number, name in enumerate(names)}
    for name in names:
        assert name.isascii() and name not in dir(builtins) and name not in ("hpo", "cdk")


@pytest.mark.parametrize(
    "name",
    [
        "class",
        "\uff43\uff4c\uff41\uff53\uff53",
        "hpo",
        "\uff48\uff50\uff4f",
        "int",
        "__debug__",
        "1x",
        "x²",
        "a-b",
        "",
        "a b",
    ],
)
def test_names_that_nobody_can_choose(name: str) -> None:
    assert not is_usable(name)


def test_names_that_anybody_can_choose() -> None:
    for name in ("churn", "größe", "_x", "type", unicodedata.normalize("NFD", "é")):
        assert is_usable(name)
