"""Warm start: what a tuning job and its parent must have in common, when both requests are known."""

from collections.abc import Iterator, Mapping
from typing import Any

from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.checks.rule_catalogue import rule
from cdk_hpo.checks.unknown import is_unknown

_MOST_CHANGES = 10
_RANGES = {
    "IntegerParameterRanges": "integer",
    "ContinuousParameterRanges": "continuous",
    "CategoricalParameterRanges": "categorical",
}


def check_parent(child: Mapping[str, Any], parent: Mapping[str, Any], index: int) -> list[Finding]:
    """Check a request against that of one of its parents.

    Parameters
    ----------
    child
        The request with ``WarmStartConfig``, in boto3 form; it may hold CDK tokens.
    parent
        The request of the parent.
    index
        The parent's place in ``ParentHyperParameterTuningJobs``.

    Returns
    -------
    list of Finding
        The broken rules, empty when there is none. Rules that need a value that is not known yet are skipped.
    """
    path = f"WarmStartConfig.ParentHyperParameterTuningJobs[{index}]"
    found = [
        *_objective(child, parent),
        *_hyper_parameters(_tuned(child), _static(child), _tuned(parent), _static(parent)),
    ]
    return [Finding(id, Severity.ERROR, path, message, rule(id).source) for id, message in found]


_Problem = tuple[str, str]


def _objective(child: Mapping[str, Any], parent: Mapping[str, Any]) -> Iterator[_Problem]:
    mine, theirs = (
        (each["HyperParameterTuningJobConfig"].get("HyperParameterTuningJobObjective") or {}).get("MetricName")
        for each in (child, parent)
    )
    if mine is None or theirs is None or is_unknown(mine) or is_unknown(theirs) or mine == theirs:
        return
    yield (
        "warm-same-objective",
        f'the objective is "{mine}", the parent\'s is "{theirs}"; both must be the same metric. Change one of them.',
    )


def _hyper_parameters(
    tuned: dict[str, str] | None,
    static: dict[str, Any] | None,
    parents_tuned: dict[str, str] | None,
    parents_static: dict[str, Any] | None,
) -> Iterator[_Problem]:
    if tuned is None or static is None or parents_tuned is None or parents_static is None:
        return
    mine, theirs = tuned.keys() | static.keys(), parents_tuned.keys() | parents_static.keys()
    if mine != theirs:
        parts = [("only here", mine - theirs), ("only in the parent", theirs - mine)]
        told = "; ".join(f"{what}: {', '.join(sorted(names))}" for what, names in parts if names)
        yield (
            "warm-same-hyperparameter-set",
            f"tuned and static hyperparameters together must have the same names as the parent's ({told}). "
            "Add the missing ones as static values, or remove them from the other job.",
        )
    for name in sorted(tuned.keys() & parents_tuned.keys()):
        if tuned[name] != parents_tuned[name]:
            yield (
                "warm-same-types",
                f'"{name}" is {tuned[name]} here and {parents_tuned[name]} in the parent; '
                "a hyperparameter keeps its type. Use the parent's type.",
            )
    changes = _changes(static, parents_tuned, parents_static)
    if len(changes) > _MOST_CHANGES:
        yield (
            "warm-max-10-changes",
            f"{len(changes)} static hyperparameters differ from the parent ({', '.join(changes)}); "
            f"at most {_MOST_CHANGES} may. Keep the parent's values.",
        )


def _changes(static: dict[str, Any], parents_tuned: dict[str, str], parents_static: dict[str, Any]) -> list[str]:
    """Return the names that were tuned and are static now, or whose static value is another one."""
    return [
        name
        for name, value in sorted(static.items())
        if name in parents_tuned
        or (
            name in parents_static
            and not is_unknown(value)
            and not is_unknown(parents_static[name])
            and value != parents_static[name]
        )
    ]


def _tuned(request: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the type of each tuned hyperparameter; ``None`` when a name is not known."""
    ranges = request["HyperParameterTuningJobConfig"].get("ParameterRanges") or {}
    if ranges.get("AutoParameters"):
        return None
    names = {each["Name"]: kind for member, kind in _RANGES.items() for each in ranges.get(member) or ()}
    return None if any(is_unknown(name) for name in names) else names


def _static(request: Mapping[str, Any]) -> dict[str, Any] | None:
    single = request.get("TrainingJobDefinition")
    if single is None:
        return None
    values = single.get("StaticHyperParameters") or {}
    return None if is_unknown(values) or any(is_unknown(name) for name in values) else dict(values)
