"""Refusing the options of a construct: all problems in one error, before anything is created."""

from collections.abc import Iterable

from constructs import Construct

from cdk_hpo._remembered import remembered


def refuse_if_any(scope: Construct, id: str, problems: Iterable[str]) -> None:
    """Raise one error that lists every problem of the construct that is about to be made.

    Raises
    ------
    ValueError
        When there is a problem.
    """
    found = list(problems)
    if found:
        raise ValueError("\n  ".join([f"{path_of(scope, id)}:", *found]))


def path_of(scope: Construct, id: str) -> str:
    """Return the path of a construct that is about to be made."""
    return "/".join(part for part in (_path(scope), id) if part)


@remembered
def _path(scope: Construct) -> str:
    return str(scope.node.path)
