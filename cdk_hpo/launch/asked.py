"""What a definition asks of the input of its state."""

from collections.abc import Iterator, Mapping
from typing import Any

from aws_cdk import Stack

from cdk_hpo.checks.unknown import is_expression, is_unknown


def expressions(stack: Stack, request: Any) -> list[str]:
    """Return the JSONata expressions of a request; some stand behind tokens, as those for numbers do."""
    leaves = [*_leaves(request)]
    tokens = [each for each in leaves if is_unknown(each) and not _is_text(each)]
    known = stack.resolve(tokens) if tokens else []
    return [each for each in (*leaves, *known) if _is_text(each)]


def _is_text(leaf: Any) -> bool:
    return isinstance(leaf, str) and is_expression(leaf)


def _leaves(held: Any) -> Iterator[Any]:
    if isinstance(held, Mapping) and not is_unknown(held):
        for each in held.values():
            yield from _leaves(each)
    elif isinstance(held, list | tuple) and not is_unknown(held):
        for each in held:
            yield from _leaves(each)
    else:
        yield held
