"""Sorted pages with opaque tokens that stay right while records come and go."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import invalid

DEFAULT_PAGE = 10


def page(
    operation: str,
    request: Mapping[str, Any],
    records: Iterable[dict[str, Any]],
    *,
    sort_key: Callable[[dict[str, Any]], tuple[Any, ...]],
    default_size: int = DEFAULT_PAGE,
) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of the records and the token of the next.

    The token holds the sort key of the last record shown, not a position: a record that appears or goes between two
    calls is neither repeated nor does it hide another one. It is bound to the operation and its filters.
    """
    descending = request.get("SortOrder") == "Descending"
    ordered = sorted(records, key=sort_key, reverse=descending)
    if (token := request.get("NextToken")) is not None:
        last = _open(token, _signature(operation, request))
        ordered = [r for r in ordered if (sort_key(r) < last if descending else sort_key(r) > last)]
    size = request.get("MaxResults", default_size)
    shown = ordered[:size]
    if len(ordered) <= size:
        return shown, None
    return shown, _seal(sort_key(shown[-1]), _signature(operation, request))


def _signature(operation: str, request: Mapping[str, Any]) -> str:
    filters = {key: value for key, value in request.items() if key not in ("NextToken", "MaxResults")}
    text = json.dumps([operation, filters], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _seal(last: tuple[Any, ...], signature: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([signature, list(last)]).encode()).decode()


def _open(token: str, signature: str) -> tuple[Any, ...]:
    try:
        found, last = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (TypeError, ValueError):
        found, last = None, []
    if found != signature:
        raise invalid("The NextToken is not valid for this request.")
    return tuple(last)
