"""The public door: what is promised, and that it opens quickly and completely."""

import ast
import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import cdk_hpo
from tests.shared import ROOT


def test_public_names_are_sorted_and_all_there() -> None:
    assert cdk_hpo.__all__ == sorted(cdk_hpo.__all__)
    assert len(set(cdk_hpo.__all__)) == len(cdk_hpo.__all__)
    for name in cdk_hpo.__all__:
        assert getattr(cdk_hpo, name) is not None


def test_type_checkers_see_the_same_names_as_python() -> None:
    tree = ast.parse((ROOT / "cdk_hpo" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.asname: node.module for node in imports for alias in node.names if alias.asname}
    assert sorted(str(name) for name in seen) == cdk_hpo.__all__
    for name, module in seen.items():
        assert getattr(importlib.import_module(str(module)), str(name)) is getattr(cdk_hpo, str(name))


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="'cdk_hpo' has no attribute 'TuningJob'"):
        cdk_hpo.TuningJob  # noqa: B018


def test_an_import_loads_nothing() -> None:
    code = (
        "import sys, cdk_hpo\n"
        "assert dir(cdk_hpo) == cdk_hpo.__all__\n"
        "assert not {'jsii', 'aws_cdk', 'constructs', 'boto3', 'json'} & set(sys.modules) - {'json'}\n"
        "assert [name for name in sys.modules if name.startswith('cdk_hpo.')] == []"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes ``api.txt``."""
    sys.path.append(str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("make_public_api", ROOT / "scripts" / "make_public_api.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_public_api_is_that_of_the_file(script: ModuleType) -> None:
    different = script.differences()
    assert not different, different


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("    COMPLETED = 'completed'", "    COMPLETED = 'complete'"),
        ("    timeout: Duration | None = None,", "    timeout: Duration | None = <1 hour>,"),
        ("grid-categorical-only (error)", "grid-categorical-only (warning)"),
        ("TuningStorage/Data/Resource (AWS::S3::Bucket)", "TuningStorage/DataBucket/Resource (AWS::S3::Bucket)"),
        ("    def max_instance_hours() -> float", None),
        ("enum WaitFor (StrEnum)", "enum WaitFor (Enum)"),
        ("    extends ValueError", None),
        ("    implements ITaggableV2", None),
        ("    dataclass (frozen=True, eq=True, order=False)", "    dataclass (frozen=True, eq=False, order=False)"),
        ("cdk-hpo:fixed-name", "cdk-hpo:name-fixed"),
        (
            "    static def metric_all_failures(scope: Construct, *, period: Duration | None = None) -> Metric",
            "    def metric_all_failures(scope: Construct, *, period: Duration | None = None) -> Metric",
        ),
        ("TuningDashboard/Resource (AWS::CloudWatch::Dashboard)", None),
    ],
)
def test_a_change_of_the_public_api_is_told(
    script: ModuleType, line: str, changed: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (ROOT / "api.txt").read_text(encoding="utf-8").splitlines()
    lines[lines.index(line) : lines.index(line) + 1] = [] if changed is None else [changed]
    file = tmp_path / "api.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(script, "FILE", file)
    told = script.differences()
    assert told.startswith("The public API is not that of api.txt.") and "make_public_api.py" in told
    assert f"\n+{line}" in told and (changed is None or f"\n-{changed}" in told)


def public_classes() -> list[type]:
    return [each for name in cdk_hpo.__all__ if isinstance(each := getattr(cdk_hpo, name), type)]


@pytest.mark.parametrize("kind", public_classes(), ids=lambda kind: kind.__name__)
def test_every_argument_of_a_definition_is_documented(kind: type) -> None:
    wires = getattr(kind, "_wires", ())
    text = kind.__doc__ or ""
    for base in kind.__mro__[1:-1]:
        text += base.__doc__ or ""
    missing = [name for name, _ in wires if name not in text]
    assert missing == []
    assert kind.__doc__


def test_no_file_is_too_long() -> None:
    files = [*(ROOT / "cdk_hpo").rglob("*.py"), *(ROOT / "lambda").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    long = {str(file.relative_to(ROOT)): count for file in files if (count := lines_of(file)) > 400}
    assert long == {}


def lines_of(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())
