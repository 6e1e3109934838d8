"""What a tuning job must have in common with the parents that it is warm-started from.

https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-warm-start.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cdk_hpo.checks.parents import check_parent

from .errors import invalid
from .jobs import TuningJob
from .training import definitions, objective_of

MOST_CHANGES = 10
# Told here, as each choice of a categorical parameter counts.
_COUNTED = "warm-max-10-changes"


def require_alike(request: Mapping[str, Any], parents: Iterable[TuningJob]) -> None:
    """Raise a ServiceError that tells all in which a request and its parents must not differ, if there is anything."""
    problems = [
        f"{parent.name}: {problem}"
        for index, parent in enumerate(parents)
        for problem in _problems(request, parent.request, index)
    ]
    if problems:
        raise invalid(f"The tuning job does not fit its warm start parents. {' '.join(problems)}")


def _problems(request: Mapping[str, Any], parent: Mapping[str, Any], index: int) -> Iterator[str]:
    found = [each for each in check_parent(request, parent, index) if each.rule != _COUNTED]
    yield from (f"{each.message[:1].upper()}{each.message[1:]}" for each in found)
    mine, theirs = _directions(request), _directions(parent)
    if mine and theirs and mine != theirs:
        yield f"The objective is to {' or '.join(mine)}, the parent's to {' or '.join(theirs)}; both must be the same."
    changes = _changes(request, parent)
    if changes > MOST_CHANGES:
        yield (
            f"{changes} changes from tuned to static hyperparameters and of static values, of at most {MOST_CHANGES}; "
            "each choice of a categorical hyperparameter counts."
        )


def _directions(request: Mapping[str, Any]) -> list[str]:
    objectives = [objective_of(request, each) for each in definitions(request)]
    return sorted({each["Type"].lower() for each in objectives if each is not None})


def _changes(request: Mapping[str, Any], parent: Mapping[str, Any]) -> int:
    """Count what was tuned and is static now, or static with another value."""
    static, earlier, tuned = _static(request), _static(parent), _sizes(parent)
    moved = sum(tuned[name] for name in static if name in tuned)
    return moved + sum(name in earlier and earlier[name] != value for name, value in static.items())


def _static(request: Mapping[str, Any]) -> Mapping[str, str]:
    single = request.get("TrainingJobDefinition") or {}
    return single.get("StaticHyperParameters") or {}


def _sizes(request: Mapping[str, Any]) -> dict[str, int]:
    """Return for what each tuned hyperparameter counts: a categorical one for each of its choices."""
    ranges = request["HyperParameterTuningJobConfig"].get("ParameterRanges") or {}
    numbers = [*(ranges.get("ContinuousParameterRanges") or []), *(ranges.get("IntegerParameterRanges") or [])]
    return dict.fromkeys((each["Name"] for each in numbers), 1) | {
        each["Name"]: len(each["Values"]) for each in ranges.get("CategoricalParameterRanges") or []
    }
