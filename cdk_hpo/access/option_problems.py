"""Refusing the options of a construct: all problems in one error, before anything is created."""

from collections.abc import Iterable

from constructs import Construct


def refuse_if_any(scope: Construct, id: str, problems: Iterable[str]) -> None:
    """Raise one error that lists every problem of the construct that is about to be made.

    Raises
    ------
    ValueError
        When there is a problem.
    """
    found = list(problems)
    if found:
        path = "/".join(part for part in (scope.node.path, id) if part)
        raise ValueError("\n  ".join([f"{path}:", *found]))
