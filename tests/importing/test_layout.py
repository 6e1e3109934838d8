"""Expressions are laid out as ruff would leave them, and mean what they held."""

import ast
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdk_hpo.importing.layout import Code, Expression, Group, Item, Text, laid_out
from cdk_hpo.importing.literals import literal
from tests.importing.modules import ruff, write

LEAD = "definition = "

texts = st.one_of(
    st.text("abcdefgh/._- ", max_size=260),
    st.text("ab\\d+\"'", max_size=260),
    st.text("abXY 0/,;\"'\\\n\t{}é\u2013中😀\u200b\ud800", max_size=260),
    st.text(max_size=30),
)
numbers = st.sampled_from([Code("1"), Code("1e-05"), Code("hpo.X.Y"), Code("True")])


def _groups(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    lists = st.lists(inner, max_size=3).map(lambda items: Group("[", [Item(each) for each in items], "]"))
    keys = st.lists(st.tuples(texts, texts), max_size=3, unique_by=lambda pair: pair[0])
    dictionaries = keys.map(lambda pairs: Group("{", [Item(Text(each), key=Text(key)) for key, each in pairs], "}"))
    calls = st.tuples(st.lists(inner, max_size=2), st.lists(inner, max_size=3)).map(
        lambda parts: Group(
            "hpo.Call(",
            [*(Item(each) for each in parts[0]), *(Item(each, keyword=f"name_{n}") for n, each in enumerate(parts[1]))],
            ")",
        )
    )
    return st.one_of(lists, dictionaries, calls)


expressions = st.recursive(st.one_of(texts.map(Text), numbers), _groups, max_leaves=12)


def texts_in(expression: Expression) -> list[str]:
    if isinstance(expression, Text):
        return [expression.text]
    if isinstance(expression, Code):
        return []
    return [
        text
        for item in expression.items
        for part in ((item.key, item.value) if item.key is not None else (item.value,))
        for text in texts_in(part)
    ]


def constants(code: str) -> list[str]:
    found: list[Any] = [
        node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [node.value for node in sorted(found, key=lambda node: (node.lineno, node.col_offset))]


@given(text=texts)
def test_a_literal_means_the_text(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert literal(text).isprintable()


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(expression=expressions)
def test_nothing_is_lost_and_no_line_is_too_long(expression: Expression) -> None:
    code = LEAD + laid_out(expression, before=len(LEAD))
    assert constants(code) == texts_in(expression)


def test_ruff_leaves_it_alone(tmp_path: Path) -> None:
    modules: dict[str, str] = {}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(expression=expressions)
    def collect(expression: Expression) -> None:
        argument = Group("hpo.Call(", [Item(expression, keyword="given")], ")")
        code = f'"""A module."""\n\nimport cdk_hpo as hpo\n\n{LEAD}{laid_out(argument, before=len(LEAD))}\n'
        modules[f"module_{len(modules)}"] = code

    collect()
    write(tmp_path, modules)
    assert ruff(tmp_path) == []
