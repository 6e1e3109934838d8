"""What the variants of a fleet may be."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cdk_hpo.checks.unknown import DUMMY_MARK, is_unknown


def check_variants(path: str, variants: Sequence[Mapping[str, Any]], wanted: Sequence[str]) -> None:
    """Refuse what the workflow could not read, and variants that lack a value which the definition asks for.

    Raises
    ------
    ValueError
        When there are none, one is not JSON, or it lacks a value.
    """
    if not variants:
        raise ValueError(f"{path}: variants: expected at least one, got none")
    for index, variant in enumerate(variants):
        here = f"{path}: variants[{index}]"
        if not isinstance(variant, Mapping):
            raise ValueError(f"{here}: expected values by name, got {variant!r}")
        for place, words in _problems(variant):
            raise ValueError(f"{here}{place}: {words}")
        for name in wanted:
            if name not in variant:
                raise ValueError(f"{here}: the definition asks for {name!r}, which is not there")


def _problems(held: Any, place: str = "", *, inner: bool = False) -> Iterator[tuple[str, str]]:
    # A name that the CDK has yet to look up becomes known before anything is deployed.
    if (inner or not isinstance(held, Mapping)) and is_unknown(held) and not _yet_to_look_up(held):
        yield place, _LATER
    elif isinstance(held, Mapping):
        for name, each in held.items():
            if not isinstance(name, str) or is_unknown(name):
                yield place, f"expected names that are plain text, got {name!r}"
            yield from _problems(each, f"{place}[{name!r}]", inner=True)
    elif isinstance(held, list | tuple):
        for index, each in enumerate(held):
            yield from _problems(each, f"{place}[{index}]", inner=True)
    elif isinstance(held, float) and not math.isfinite(held):
        yield place, f"JSON has no {held!r}"
    elif not (held is None or isinstance(held, str | int | float)):
        yield place, f"expected text, numbers, lists or mappings, got {held!r}"


def _yet_to_look_up(held: Any) -> bool:
    return isinstance(held, str) and DUMMY_MARK in held


_LATER = (
    "the value is known only when the app is deployed or the workflow runs, but variants are uploaded as they are: put "
    "it into the definition, for example \"{% 's3://' & 'BUCKET' & '/' & $states.input.folder %}\", with the token in "
    "the place of BUCKET, and what differs into the variants"
)
