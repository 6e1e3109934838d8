"""Names that stand more than once in one object of a source, of which a reader keeps the last in silence."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from cdk_hpo.checks.paths import ROOT, Path, at, rendered


class _Object(dict[str, Any]):
    """An object that knows the names that stood there more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = _repeated(name for name, _ in pairs)


def repeated_in_json(text: str) -> list[str]:
    """Return the places of such names, in a text that is known to be JSON."""
    found: list[str] = []
    left: list[tuple[Any, Path]] = [(json.loads(text, object_pairs_hook=_Object), ROOT)]
    for value, path in left:  # grows on the way: a source may be nested more deeply than calls can be
        if isinstance(value, _Object):
            found += [rendered(at(path, name)) for name in value.repeated]
            left += [(each, at(path, name)) for name, each in value.items()]
        elif isinstance(value, list):
            left += [(each, at(path, index)) for index, each in enumerate(value)]
    return found


def repeated_in_yaml(nodes: Iterable[Any]) -> list[str]:
    """Return the places of such names, in the nodes of YAML documents."""
    found: list[str] = []
    left: list[tuple[Any, Path]] = [(node, ROOT) for node in nodes]
    known = set()  # an alias stands for the same node again
    for node, path in left:
        if id(node) in known:
            continue
        known.add(id(node))
        if node.id == "mapping":
            members = list(_members(node))
            found += [rendered(at(path, name)) for name in _repeated(name for name, _ in members)]
            left += [(each, at(path, name)) for name, each in members]
        elif node.id == "sequence":
            left += [(each, at(path, index)) for index, each in enumerate(node.value)]
    return found


def _members(node: Any) -> Iterator[tuple[str, Any]]:
    for key, value in node.value:
        if key.id == "scalar" and not key.tag.endswith(":merge"):
            yield key.value, value


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
