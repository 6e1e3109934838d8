"""What never changes of an object, looked at once: a look at an object of the CDK is a way into JavaScript and back."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

_T = TypeVar("_T")


def remembered(read: Callable[[Any], _T]) -> Callable[[Any], _T]:
    """Make a function of one object keep its result with that object, so that both go together."""
    name = f"_cdk_hpo:{read.__module__}.{read.__qualname__}"

    @wraps(read)
    def look(of: Any) -> _T:
        kept = vars(of)
        if name not in kept:
            kept[name] = read(of)
        return kept[name]  # type: ignore[no-any-return]

    return look
