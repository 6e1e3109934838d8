"""What the tokens of requests turn into when a template is complete.

Only tokens travel to JavaScript and back, all in one call: requests are long, and known but for a few values.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from aws_cdk import Stack

from cdk_hpo.checks.unknown import has_mark, is_intrinsic, is_unknown


def resolved(stack: Stack, requests: Sequence[Any], later: Collection[str] = ()) -> list[Any]:
    """Return the requests with what is known by now in place of their tokens.

    A request in which nothing has become known is returned as it is, the same object. The tokens ``later`` are known
    to stay what they are.
    """
    tokens: list[list[Any]] = [[] for _ in requests]
    for request, found in zip(requests, tokens, strict=True):
        _find_tokens(request, found)
    flat = [token for some in tokens for token in some]
    stay = [isinstance(token, str) and token in later for token in flat]
    answers = iter(_resolved_or_gone(stack, [token for token, stays in zip(flat, stay, strict=True) if not stays]))
    values = iter([[token] if stays else next(answers) for token, stays in zip(flat, stay, strict=True)])
    return [_filled(request, values, some) for request, some in zip(requests, tokens, strict=True)]


def _resolved_or_gone(stack: Stack, tokens: list[Any]) -> list[Any]:
    # Each in a list of its own: what resolves to nothing leaves a list, and would move all that follow.
    return stack.resolve([[token] for token in tokens]) if tokens else []


def _filled(request: Any, values: Iterator[Any], tokens: list[Any]) -> Any:
    own = [next(values) for _ in tokens]
    if all(value and is_unknown(value[0]) for value in own):
        return request
    return _replaced(request, iter(own))


def _find_tokens(held: Any, found: list[Any]) -> None:
    """Add the tokens of a request, in the order in which they are replaced."""
    # Most of a request is text, and has no parts to look at; most of the rest are maps with plain names.
    if isinstance(held, str):
        if has_mark(held):
            found.append(held)
    elif isinstance(held, Mapping):
        if _is_token(held):
            found.append(held)
            return
        for each in held.values():
            _find_tokens(each, found)
    elif is_unknown(held):
        found.append(held)
    elif isinstance(held, list):
        for each in held:
            _find_tokens(each, found)


def _is_token(held: Any) -> bool:
    # Keys that are tokens are rare: such a map is resolved as a whole.
    if isinstance(held, Mapping):
        return is_intrinsic(held) or any(map(is_unknown, held))
    return is_unknown(held)


def _replaced(held: Any, values: Iterator[Any]) -> Any:
    found = [*_each(held, values)]
    return found[0] if found else None


def _each(held: Any, values: Iterator[Any]) -> list[Any]:
    """Return a list of the value, or an empty one where it has resolved to nothing."""
    if _is_token(held):
        return list(next(values))
    if isinstance(held, Mapping):
        return [{key: new for key, each in held.items() for new in _each(each, values)}]
    if isinstance(held, list):
        return [[new for each in held for new in _each(each, values)]]
    return [held]
