"""YAML, also with CloudFormation's tags. PyYAML is imported when there is some."""

from __future__ import annotations

from importlib import import_module

from cdk_hpo.command.unusable import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


def load(name: str, text: str) -> tuple[list[Any], list[Any]]:
    """Return what each document of a YAML text holds, and its nodes, which know their places.

    Raises
    ------
    Unusable
        When it is not YAML, or PyYAML is not installed.
    """
    try:
        yaml = import_module("yaml")
    except ImportError:
        raise Unusable(name, "is YAML, which needs PyYAML: pip install 'cdk-hpo[yaml]'") from None
    values, nodes = [], []
    try:
        loader = _loader(yaml)(text)
        while loader.check_node():
            nodes.append(loader.get_node())
            values.append(loader.construct_document(nodes[-1]))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise Unusable(name, f"is not YAML: {error.problem or error.context}{where}") from None
    except yaml.YAMLError as error:
        raise Unusable(name, f"is not YAML: {' '.join(str(error).split())}") from None
    return values, nodes


def position(node: Any, steps: Sequence[str | int]) -> tuple[int, int]:
    """Return line and column, from 1, of a key or an item; where the way ends early, of what encloses the rest."""
    mark = node.start_mark
    for step in steps:
        if isinstance(step, int):
            if node.id != "sequence" or step >= len(node.value):
                break
            node = node.value[step]
            mark = node.start_mark
        else:
            pair = next((each for each in node.value if each[0].value == step), None) if node.id == "mapping" else None
            if pair is None:
                break
            mark, node = pair[0].start_mark, pair[1]
    return mark.line + 1, mark.column + 1


def _loader(yaml: Any) -> Any:
    """Return PyYAML's safe loader, taught CloudFormation's tags. Dates stay text, as CloudFormation takes them."""
    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("_Loader", (base,), {})
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in base.yaml_implicit_resolvers.items()
    }
    loader.add_multi_constructor("!", _intrinsic)
    return loader


def _intrinsic(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
    """Return ``!Sub …`` as ``{"Fn::Sub": …}``."""
    if node.id == "scalar":
        argument: Any = loader.construct_scalar(node)
    elif node.id == "sequence":
        argument = loader.construct_sequence(node, deep=True)
    else:
        argument = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": argument}
