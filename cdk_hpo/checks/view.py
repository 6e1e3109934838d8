"""A request as the cross-field rules see it: its parts, each with its data, its path and its neighbours."""

from __future__ import annotations

from cdk_hpo.checks.numbers import compare, is_decimal, is_integer
from cdk_hpo.checks.paths import Path, at
from cdk_hpo.checks.unknown import UNKNOWN
from cdk_hpo.checks.values import Data, items, number, struct, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Part:
    """Clean data (see walk.py) and where it stands."""

    __slots__ = ("data", "path")

    def __init__(self, data: Data, path: Path) -> None:
        self.data = data
        self.path = path


class NumberRange(Part):
    """One integer or continuous range. ``low`` and ``high`` are None unless they are well-formed numbers."""

    __slots__ = ("high", "integer", "low", "order")

    def __init__(self, data: Data, path: Path, integer: bool) -> None:
        self.data = data
        self.path = path
        self.integer = integer
        well_formed = is_integer if integer else is_decimal
        low, high = data.get("MinValue"), data.get("MaxValue")
        self.low: str | None = low if low.__class__ is str and well_formed(low) else None
        self.high: str | None = high if high.__class__ is str and well_formed(high) else None
        self.order = None if self.low is None or self.high is None else compare(self.low, self.high)
        """How low compares with high: -1, 0, 1, or None when one is unknown or malformed."""


#: Where a token may hide ranges.
_DECISIVE = ("HyperParameterTuningJobConfig", "TrainingJobDefinition", "TrainingJobDefinitions")
_PLAIN_SCALES = frozenset({"Auto", "Linear"})


def ordinary(data: Data, integer: bool) -> bool:
    """Tell of a range that it is well-formed, in order and with a scale for any numbers.

    Then no rule has anything to say, and most ranges are like this.
    """
    low, high = data.get("MinValue"), data.get("MaxValue")
    well_formed = is_integer if integer else is_decimal
    return (
        low.__class__ is str
        and high.__class__ is str
        and well_formed(low)
        and well_formed(high)
        and float(low) < float(high)
        and data.get("ScalingType", "Auto") in _PLAIN_SCALES
    )


class Ranges(Part):
    """One ParameterRanges structure, of the job's configuration or of a definition."""

    __slots__ = ("auto", "autotune", "categorical", "continuous", "count", "integer", "names", "unknown")

    def __init__(self, data: Data, path: Path, autotune: bool) -> None:
        self.data = data
        self.path = path
        self.autotune = autotune
        self.integer = items(data, "IntegerParameterRanges")
        self.continuous = items(data, "ContinuousParameterRanges")
        self.categorical = items(data, "CategoricalParameterRanges")
        self.auto = items(data, "AutoParameters")
        self.unknown = UNKNOWN in data.values()
        """Some list is a token: counts are then lower bounds."""
        self.count = len(self.integer) + len(self.continuous) + len(self.categorical)
        """How many hyperparameters are searched, without auto parameters."""
        self.names: list[str] = [
            item["Name"]
            for values in data.values()
            if values is not UNKNOWN
            for item in values
            if item.__class__ is dict and item.get("Name").__class__ is str
        ]
        """Every known hyperparameter name, in all four lists."""

    def unusual(self) -> Iterator[NumberRange]:
        """Return the known integer and continuous ranges that some rule may have something to say about."""
        for integer, name, values in (
            (True, "IntegerParameterRanges", self.integer),
            (False, "ContinuousParameterRanges", self.continuous),
        ):
            for index, item in enumerate(values):
                if item.__class__ is dict and not ordinary(item, integer):
                    yield NumberRange(item, ((self.path, name), index), integer)

    def name_paths(self) -> list[Path]:
        """Return the paths of :attr:`names`, in the same order."""
        return [
            at(self.path, member, index, "Name")
            for member in self.data
            for index, item in enumerate(items(self.data, member))
            if item.__class__ is dict and item.get("Name").__class__ is str
        ]


_CONFIG: Path = at(None, "HyperParameterTuningJobConfig")


class Config(Part):
    """HyperParameterTuningJobConfig."""

    __slots__ = ("limits", "max_jobs", "objective", "ranges", "request", "strategy")

    def __init__(self, data: Data, path: Path, request: Request) -> None:
        self.data = data
        self.path = path
        self.request = request
        self.strategy = text(data, "Strategy")
        self.limits = struct(data, "ResourceLimits")
        self.max_jobs = number(self.limits, "MaxNumberOfTrainingJobs")
        self.objective = struct(data, "HyperParameterTuningJobObjective")
        self.ranges = _ranges(data, path, "ParameterRanges", request.autotune)


class Definition(Part):
    """One training job definition, alone or in the list."""

    __slots__ = (
        "listed",
        "objectives",
        "own_ranges",
        "ranges",
        "ranges_unknown",
        "request",
        "resources",
        "spot",
        "static",
        "stopping",
        "total",
    )

    def __init__(self, data: Data, path: Path, request: Request, listed: bool) -> None:
        self.data = data
        self.path = path
        self.request = request
        self.listed = listed
        self.static = struct(data, "StaticHyperParameters")
        self.own_ranges = _ranges(data, path, "HyperParameterRanges", request.autotune)
        self.resources = struct(data, "ResourceConfig")
        self.stopping = struct(data, "StoppingCondition")
        self.spot = data.get("EnableManagedSpotTraining", False)
        """True, False or UNKNOWN."""
        self.ranges: list[Ranges] = []
        """The ranges that apply: the job's (unless in a list) and the definition's own."""
        self.ranges_unknown = data.get("HyperParameterRanges") is UNKNOWN or (
            not listed and request.config.data.get("ParameterRanges") is UNKNOWN
        )
        """Some of the ranges that apply are a token."""
        self.total = len(self.static)
        for ranges in (None if listed else request.config.ranges, self.own_ranges):
            if ranges is not None:
                self.ranges.append(ranges)
                self.ranges_unknown = self.ranges_unknown or ranges.unknown
                self.total += ranges.count + len(ranges.auto)
        """How many hyperparameters are static, searched or auto; with tokens, those that are known."""
        self.objectives: list[tuple[Path, Data]] = []
        """The objectives that apply: the job's (unless in a list) and the definition's own."""
        if not listed and request.config.objective:
            self.objectives.append(((_CONFIG, "HyperParameterTuningJobObjective"), request.config.objective))
        if "TuningObjective" in data:
            self.objectives.append(((path, "TuningObjective"), struct(data, "TuningObjective")))

    def instance_types(self) -> list[tuple[Path, Any]]:
        """Every instance type of the definition with its path; a type may be unknown."""
        found = []
        for name, lists in (
            ("ResourceConfig", ("InstanceGroups", "InstancePreferences")),
            ("HyperParameterTuningResourceConfig", ("InstanceConfigs",)),
        ):
            found += _types(struct(self.data, name), at(self.path, name), lists)
        return found


class Request(Part):
    """The whole request."""

    __slots__ = ("autotune", "config", "definitions", "list_mode", "listed", "single_mode")

    def __init__(self, data: Data) -> None:
        self.data = data
        self.path = None
        single, several = "TrainingJobDefinition" in data, "TrainingJobDefinitions" in data
        self.single_mode = single and not several
        self.list_mode = several and not single
        self.autotune = "Autotune" in data
        self.config = Config(struct(data, "HyperParameterTuningJobConfig"), _CONFIG, self)
        self.listed = items(data, "TrainingJobDefinitions")
        self.definitions = [
            Definition(item, at(None, "TrainingJobDefinitions", index), self, True)
            for index, item in enumerate(self.listed)
            if item.__class__ is dict
        ]
        if data.get("TrainingJobDefinition").__class__ is dict:
            self.definitions.insert(
                0, Definition(data["TrainingJobDefinition"], at(None, "TrainingJobDefinition"), self, False)
            )

    def release(self) -> None:
        """Cut the links between the parts, so that nothing waits for the garbage collector."""
        self.definitions.clear()
        del self.config

    def all_known(self) -> bool:
        """No definition, configuration or set of ranges is a token."""
        return (
            not any(self.data.get(name) is UNKNOWN for name in _DECISIVE)
            and UNKNOWN not in self.listed
            and self.config.data.get("ParameterRanges") is not UNKNOWN
            and not (self.config.ranges and self.config.ranges.unknown)
            and not any(definition.ranges_unknown for definition in self.definitions)
        )


def _ranges(data: Data, path: Path, name: str, autotune: bool) -> Ranges | None:
    value = data.get(name)
    return Ranges(value, at(path, name), autotune) if value.__class__ is dict else None


def _types(data: Data, path: Path, lists: tuple[str, ...]) -> list[tuple[Path, Any]]:
    found = []
    if "InstanceType" in data:
        found.append((at(path, "InstanceType"), data["InstanceType"]))
    for name in lists:
        if data.get(name) is UNKNOWN:
            found.append((at(path, name), UNKNOWN))
        for index, item in enumerate(items(data, name)):
            known = item.__class__ is dict
            if not known or "InstanceType" in item:
                place = at(path, name, index, "InstanceType") if known else at(path, name, index)
                found.append((place, item["InstanceType"] if known else UNKNOWN))
    return found
