"""The template behind whatever a test has at hand."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cdk_hpo._files import read_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from aws_cdk import Stack
    from aws_cdk.assertions import Template

    #: A template as a value, in a file, or still to be synthesized.
    TemplateLike: TypeAlias = Stack | Template | Mapping[str, Any] | str | os.PathLike[str]


def template_of(given: TemplateLike) -> Mapping[str, Any]:
    """Return the template as CloudFormation gets it.

    Parameters
    ----------
    given
        A stack, which is synthesized with its app as it is now; a ``Template`` of ``aws_cdk.assertions``; a mapping;
        or the name of a JSON or YAML file.

    Raises
    ------
    TypeError
        For anything else.
    ValueError
        When a file or mapping is no template.
    """
    template = _template(given)
    if not isinstance(template, Mapping) or not isinstance(template.get("Resources", {}), Mapping):
        raise ValueError(f"{_name(given)}: expected a CloudFormation template, a mapping with Resources")
    return template


def _template(given: TemplateLike) -> Any:
    if isinstance(given, Mapping):
        return given
    if isinstance(given, str | os.PathLike):
        return _read(os.fspath(given))
    if hasattr(given, "to_json"):
        return given.to_json()
    if hasattr(given, "template_file"):
        return _synthesized(given)
    raise TypeError(
        "template: expected a Stack, a Template of aws_cdk.assertions, a mapping or the name of a file, "
        f"got {type(given).__name__}"
    )


def _read(file: str) -> Any:
    from cdk_hpo.command.documents import read
    from cdk_hpo.command.unusable import Unusable

    try:
        values = read(file).values
    except Unusable as error:
        raise ValueError(str(error)) from None
    return values[0] if len(values) == 1 else values


def _synthesized(stack: Stack) -> Any:
    from aws_cdk import Stage

    stage = Stage.of(stack)
    if stage is None:
        raise ValueError(f"{stack.node.path}: only a stack of an App can be synthesized: create it in App()")
    # Not from a synthesis before: the test may have added to the stack since.
    stage.synth(force=True)
    return read_json(os.path.join(stage.outdir, stack.template_file))  # noqa: PTH118


def _name(given: object) -> str:
    return os.fspath(given) if isinstance(given, str | os.PathLike) else "template"
