"""Instances: types, counts, groups, preferences, placement."""

from __future__ import annotations

from cdk_hpo.checks.parts import Resources
from cdk_hpo.checks.paths import Path, at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import DEFINITION, RESOURCES, TUNING_RESOURCES, rule
from cdk_hpo.checks.unknown import UNKNOWN
from cdk_hpo.checks.values import duplicates, given, items, number, struct, structs, text, unknown
from cdk_hpo.checks.view import Definition

_GROUPS = "InstanceGroups"
_PREFERENCES = "InstancePreferences"
_CONFIGS = "InstanceConfigs"
_KEEP_ALIVE = "KeepAlivePeriodInSeconds"
_DOCUMENTED_CONFIG_TYPES = frozenset(
    {"ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.c5.xlarge", "ml.c5.2xlarge"}
)


@rule("resource-config-exactly-one", DEFINITION)
def one_kind(definition: Definition, report: Report) -> None:
    """A definition has one of the two kinds of resources."""
    plain, tuning = "ResourceConfig" in definition.data, "HyperParameterTuningResourceConfig" in definition.data
    if plain == tuning:
        found = "ResourceConfig and HyperParameterTuningResourceConfig"
        advice = "Remove one of them." if plain else "Add one of them."
        report(definition.path, f"both {found}" if plain else f"neither of {found}", "exactly one", advice)


@rule("resource-needs-instances", RESOURCES)
def instances_given(resources: Resources, report: Report) -> None:
    """Some instances are asked for."""
    data = resources.data
    if "InstanceType" in data or "InstanceCount" in data or given(data, _GROUPS) or _PREFERENCES in data:
        return
    allowed = f"InstanceType with InstanceCount, or {_GROUPS}, or {_PREFERENCES}"
    report(resources.path, "no instances", allowed, "Add InstanceType and InstanceCount.")


@rule("tuning-resource-needs-instances", TUNING_RESOURCES)
def tuning_instances_given(resources: Resources, report: Report) -> None:
    """Some instances are asked for."""
    data = resources.data
    if "InstanceType" in data or "InstanceCount" in data or _CONFIGS in data:
        return
    allowed = f"InstanceType with InstanceCount, or {_CONFIGS}"
    report(resources.path, "no instances", allowed, "Add InstanceType and InstanceCount.")


@rule("resource-type-and-count", RESOURCES, TUNING_RESOURCES)
def type_with_count(resources: Resources, report: Report) -> None:
    """Type and count go together, unless groups or preferences take their place."""
    data = resources.data
    if ("InstanceType" in data) == ("InstanceCount" in data):
        return
    if given(data, _GROUPS) or _PREFERENCES in data or _CONFIGS in data:
        return
    there, missing = ("InstanceType", "InstanceCount") if "InstanceType" in data else ("InstanceCount", "InstanceType")
    report(resources.path, f"{there} without {missing}", "both together", f"Add {missing}.")


@rule("instance-groups-exclusive", RESOURCES, when=_GROUPS)
def groups_alone(resources: Resources, report: Report) -> None:
    """Groups take the place of type and count."""
    others = [name for name in ("InstanceType", "InstanceCount") if name in resources.data]
    if others and given(resources.data, _GROUPS):
        found = f"{_GROUPS} together with {' and '.join(others)}"
        report(resources.path, found, f"either {_GROUPS} or type and count", f"Remove {' and '.join(others)}.")


@rule("instance-group-names-unique", RESOURCES, when=_GROUPS)
def group_names_unique(resources: Resources, report: Report) -> None:
    """No two groups share a name."""
    for index, name in duplicates(resources.data, _GROUPS, "InstanceGroupName"):
        path = at(resources.path, _GROUPS, index, "InstanceGroupName")
        report(path, f"{shown(name)} names two groups", "a different name for each", "Rename one.", name)


@rule("instance-count-positive", RESOURCES, TUNING_RESOURCES, when="InstanceCount", equals=0)
def count_positive(resources: Resources, report: Report) -> None:
    """Where instances are asked for, there is at least one."""
    _no_instances(resources.path, report)


@rule("instance-count-positive", RESOURCES, when=_GROUPS)
@rule("instance-count-positive", RESOURCES, when=_PREFERENCES)
@rule("instance-count-positive", RESOURCES, when="InstancePlacementConfig")
@rule("instance-count-positive", TUNING_RESOURCES, when=_CONFIGS)
def counts_positive(resources: Resources, report: Report) -> None:
    """So it is in each group, preference, config and placement."""
    lists = [(resources.path, resources.data, name) for name in (_GROUPS, _PREFERENCES, _CONFIGS)]
    placement = struct(resources.data, "InstancePlacementConfig")
    lists.append((at(resources.path, "InstancePlacementConfig"), placement, "PlacementSpecifications"))
    for path, data, name in lists:
        for index, item in structs(data, name):
            if number(item, "InstanceCount") == 0:
                _no_instances(at(path, name, index), report)


def _no_instances(path: Path, report: Report) -> None:
    report(at(path, "InstanceCount"), "0 instances", "at least 1", "Set InstanceCount to 1 or more.", 0)


@rule("instance-configs-exclusive", TUNING_RESOURCES, when=_CONFIGS)
def configs_alone(resources: Resources, report: Report) -> None:
    """InstanceConfigs take the place of type, count and volume."""
    others = [name for name in ("InstanceType", "InstanceCount", "VolumeSizeInGB") if name in resources.data]
    if others:
        found = f"{_CONFIGS} together with {', '.join(others)}"
        advice = f"Remove {', '.join(others)}: each config has its own."
        report(resources.path, found, f"{_CONFIGS} alone", advice)


@rule("allocation-strategy-needs-configs", TUNING_RESOURCES, when="AllocationStrategy")
def nothing_to_allocate(resources: Resources, report: Report) -> None:
    """An allocation strategy orders InstanceConfigs."""
    if _CONFIGS not in resources.data:
        path = at(resources.path, "AllocationStrategy")
        report(
            path,
            f"AllocationStrategy without {_CONFIGS}",
            f"AllocationStrategy with {_CONFIGS}, which it orders",
            "Remove it.",
        )


@rule("instance-configs-documented-types", TUNING_RESOURCES, when=_CONFIGS)
def documented_types(resources: Resources, report: Report) -> None:
    """The guide names five types for InstanceConfigs; others are known to work."""
    for index, item in structs(resources.data, _CONFIGS):
        instance_type = text(item, "InstanceType")
        if instance_type is not None and instance_type not in _DOCUMENTED_CONFIG_TYPES:
            path = at(resources.path, _CONFIGS, index, "InstanceType")
            allowed = ", ".join(sorted(_DOCUMENTED_CONFIG_TYPES))
            found = f"{instance_type} is not among the types that the guide names for {_CONFIGS}"
            report(path, found, allowed, "It may work all the same.", instance_type)


@rule("keep-alive-ignored", RESOURCES, when=_KEEP_ALIVE, above=0)
def keep_alive(resources: Resources, report: Report) -> None:
    """Tuning jobs keep instances warm by themselves."""
    seconds = resources.data[_KEEP_ALIVE]
    path = at(resources.path, _KEEP_ALIVE)
    found, advice = f"{seconds} seconds, which tuning jobs ignore", "Remove it: tuning jobs keep instances warm anyway."
    report(path, found, "0, or no such field", advice, seconds)


@rule("keep-alive-not-with-spot", RESOURCES, when=_KEEP_ALIVE, above=0)
def keep_alive_with_spot(resources: Resources, report: Report) -> None:
    """Spot instances are not kept."""
    seconds = resources.data[_KEEP_ALIVE]
    if resources.definition.spot is True:
        path = at(resources.path, _KEEP_ALIVE)
        found = f"{_KEEP_ALIVE} with EnableManagedSpotTraining"
        report(path, found, "one of the two", f"Remove {_KEEP_ALIVE}: tuning jobs ignore it.", seconds)


@rule("keep-alive-not-with-instance-groups", RESOURCES, when=_KEEP_ALIVE, above=0)
def keep_alive_with_groups(resources: Resources, report: Report) -> None:
    """Clusters of several groups are not kept."""
    seconds = resources.data[_KEEP_ALIVE]
    if items(resources.data, _GROUPS):
        path = at(resources.path, _KEEP_ALIVE)
        found = f"{_KEEP_ALIVE} with {_GROUPS}"
        report(path, found, "one of the two", f"Remove {_KEEP_ALIVE}: tuning jobs ignore it.", seconds)


@rule("selected-instance-read-only", RESOURCES, when="SelectedInstanceType")
@rule("selected-instance-read-only", RESOURCES, when="SelectedInstanceCount")
def read_only(resources: Resources, report: Report) -> None:
    """What the service selected is output."""
    for name in ("SelectedInstanceType", "SelectedInstanceCount"):
        if name in resources.data:
            report(
                at(resources.path, name), f"{name} is set by the service", "no such field in a request", "Remove it."
            )


@rule("instance-preferences-exclusive", RESOURCES, when=_PREFERENCES)
def preferences_alone(resources: Resources, report: Report) -> None:
    """Preferences exclude other ways to ask for instances."""
    data = resources.data
    others: list[str] = [name for name in ("InstanceType", "InstancePlacementConfig") if name in data]
    others += [_GROUPS] if given(data, _GROUPS) else []
    others += ["EnableManagedSpotTraining"] if resources.definition.spot is True else []
    if others:
        found = f"{_PREFERENCES} together with {', '.join(others)}"
        report(resources.path, found, f"{_PREFERENCES} without these", f"Remove {', '.join(others)}.")


@rule("instance-preferences-unique-types", RESOURCES, when=_PREFERENCES)
def preferred_types_unique(resources: Resources, report: Report) -> None:
    """Each type is preferred once."""
    for index, name in duplicates(resources.data, _PREFERENCES, "InstanceType"):
        path = at(resources.path, _PREFERENCES, index, "InstanceType")
        report(path, f"{name} is listed twice", "each type once", "Remove one.", name)


@rule("instance-preferences-count-style", RESOURCES, when=_PREFERENCES)
def counted_one_way(resources: Resources, report: Report) -> None:
    """Either every preference has a count, or ResourceConfig has it for all."""
    preferences = items(resources.data, _PREFERENCES)
    if not preferences or UNKNOWN in preferences:
        return
    counted = sum("InstanceCount" in item for item in preferences)
    shared = "InstanceCount" in resources.data
    if counted == (0 if shared else len(preferences)):
        return
    above = "one" if shared else "none"
    found = f"{counted} of {len(preferences)} preferences have an InstanceCount, ResourceConfig has {above}"
    allowed = "a count in every preference, or one in ResourceConfig for all"
    report(at(resources.path, _PREFERENCES), found, allowed, "Choose one of the two ways.")


@rule("instance-preferences-plan-exclusive", RESOURCES, when=_PREFERENCES)
def planned_one_way(resources: Resources, report: Report) -> None:
    """Plans of preferences exclude a plan for the whole job."""
    planned = any(given(item, "TrainingPlanArns") for _, item in structs(resources.data, _PREFERENCES))
    if planned and "TrainingPlanArn" in resources.data:
        path = at(resources.path, "TrainingPlanArn")
        found = "TrainingPlanArn beside TrainingPlanArns in preferences"
        report(path, found, "plans in one of the two places", "Remove one of the two.")


@rule("placement-config-ultraserver-only", RESOURCES, when="InstancePlacementConfig")
def placement_without_ultraserver(resources: Resources, report: Report) -> None:
    """Placement is for UltraServers."""
    types = [name for _, name in resources.types(_GROUPS, _PREFERENCES)]
    if any(name.startswith("ml.p6e-") for name in types) or resources.types_unknown(_GROUPS, _PREFERENCES):
        return
    if not unknown(resources.data, "InstancePlacementConfig"):
        path = at(resources.path, "InstancePlacementConfig")
        found = f"InstancePlacementConfig with {', '.join(types) or 'no UltraServer type'}"
        report(path, found, "UltraServer types (ml.p6e-…)", "Remove it.")
