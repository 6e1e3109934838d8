"""Whatever is in a file, the command ends with a status, never with a traceback."""

import contextlib
import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk_hpo.checks.examples import base_request
from cdk_hpo.cli import main
from tests.cli.command import resource, template

JUNK = st.recursive(
    st.sampled_from([None, True, 0, 2**70, 0.5, "", "x", "{{resolve:ssm:/x}}", "\\Ref", {"Ref": "AWS::NoValue"}])
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Ref", "Fn::If", "Name", "RoleArn", "Tags", "\\", "a\n"]) | st.text(max_size=3), inner
        )
    ),
    max_leaves=5,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container in a value with one of its keys."""
    items = [*value.items()] if isinstance(value, dict) else [*enumerate(value)] if isinstance(value, list) else []
    return [(value, key) for key, _ in items] + [place for _, inner in items for place in places(inner)]


@pytest.mark.parametrize("format", ["text", "sarif", "github"])
@pytest.mark.parametrize("kind", ["request", "list", "template", "assembly"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_junk(kind: str, format: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    metadata = {"aws:cdk:path": "A/B", "cdk-hpo:acknowledged": {"wrong-type": "because"}}
    extra = {"Name": "x", "Tags": [{"Key": "a", "Value": "b"}]}
    job = resource(base_request(), Metadata=metadata)
    job["Properties"] |= extra
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.template.json"}}
    value: Any = {
        "request": base_request(),
        "list": [base_request("list")],
        "template": template(Job=job),
        "assembly": {"artifacts": {"A": stack, "B": {"type": "cdk:asset-manifest", "properties": {"file": "x"}}}},
    }[kind]
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from(places(value)))
        container[key] = deepcopy(data.draw(JUNK))
        if not places(value):
            break
    folder = tmp_path_factory.getbasetemp() / "junk"
    folder.mkdir(exist_ok=True)
    file = folder / ("manifest.json" if kind == "assembly" else "a.json")
    file.write_text(json.dumps(value), encoding="utf-8")
    assert run("check", "--verbose", "--format", format, file.parent if kind == "assembly" else file) in (0, 1, 2)


def run(*words: str | Path) -> int:
    # hypothesis calls a test many times with the same fixtures, so the output is caught here.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main([str(word) for word in words])
