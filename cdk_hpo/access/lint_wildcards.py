"""A policy's wildcards as cdk-nag names them: its version 3 wants a reason for each of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def wildcards(documents: list[Any]) -> list[str]:
    """Return what cdk-nag finds in policies, once each.

    Parameters
    ----------
    documents : list
        The policies, as a template has them.

    Notes
    -----
    https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
    """
    return list(dict.fromkeys(each for document in documents for each in _in_one(document)))


def _in_one(document: Mapping[str, Any]) -> Iterator[str]:
    for statement in _listed(document.get("Statement", [])):
        if statement["Effect"] == "Allow":
            for kind in ("Action", "Resource"):
                texts = [_text(each) for each in _listed(statement.get(kind, []))]
                yield from (f"{kind}::{text}" for text in texts if "*" in text)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """Return a value with its references in angle brackets; what has no such form stays JSON."""
    if isinstance(value, str):
        return value.replace("${", "<").replace("}", ">")
    match value:
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(map(_text, parts))
        case {"Fn::Sub": inner} | {"Fn::ImportValue": inner}:
            return _text(inner)
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{_text(resource)}.{_text(attribute)}>"
        case {"Ref": name}:
            return f"<{_text(name)}>"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
