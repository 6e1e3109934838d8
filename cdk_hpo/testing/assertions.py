"""Assertions about the tuning jobs of a template."""

from __future__ import annotations

from collections.abc import Mapping

from cdk_hpo.testing.differences import differences
from cdk_hpo.testing.requests import requests_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cdk_hpo.testing.templates import TemplateLike


def assert_tuning_job(
    template: TemplateLike, request: Mapping[str, Any], *, logical_id: str | None = None
) -> dict[str, Any]:
    """Assert that SageMaker will be sent a request that has at least these fields.

    Parameters
    ----------
    template : Stack, Template, mapping, str or PathLike
        As `requests_of` takes it.
    request : mapping
        Part of a request in boto3 form. Members that it does not name may have any value; lists must have as many
        items as given here, in this order. ``None`` as the value of a member expects that the member is not there.
        A value may be any object that compares, ``unittest.mock.ANY`` for instance.
    logical_id : str, optional
        The resource that must send it. By default any tuning job of the template may.

    Returns
    -------
    dict
        The whole request of the job that was found.

    Raises
    ------
    AssertionError
        When no tuning job fits: with the differences to each, the nearest first.
    TypeError, ValueError
        As `requests_of`.
    """
    __tracebackhide__ = True  # pytest then shows the test's line
    requests = requests_of(template)
    if logical_id is not None:
        if logical_id not in requests:
            raise AssertionError(f"no tuning job has the logical id {logical_id!r}; {_there_are(requests)}")
        requests = {logical_id: requests[logical_id]}
    if not requests:
        raise AssertionError("the template has no tuning job")
    found = {each: list(differences(request, sent)) for each, sent in requests.items()}
    nearest = sorted(found, key=lambda each: len(found[each]))
    if not found[nearest[0]]:
        return requests[nearest[0]]
    raise AssertionError(_message({each: found[each] for each in nearest}))


def _there_are(requests: Mapping[str, Any]) -> str:
    return f"there are: {', '.join(requests)}" if requests else "the template has none"


def _message(found: Mapping[str, list[str]]) -> str:
    lines = ["no tuning job is sent this request" + (", the nearest first:" if len(found) > 1 else ":")]
    for logical_id, texts in found.items():
        lines.append(f"\n{logical_id}:")
        lines += [f"  {line}" for text in texts for line in text.splitlines()]
    return "\n".join(lines)
