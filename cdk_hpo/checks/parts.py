"""Smaller parts of a definition: its algorithm, its channels, its resources."""

from __future__ import annotations

from cdk_hpo.checks.images import builtin_algorithm
from cdk_hpo.checks.paths import Path, at
from cdk_hpo.checks.unknown import UNKNOWN
from cdk_hpo.checks.values import Data, items, struct, text, unknown
from cdk_hpo.checks.view import Definition, Part


class Algorithm(Part):
    """AlgorithmSpecification."""

    __slots__ = ("builtin", "definition", "image", "input_mode", "metrics")

    def __init__(self, definition: Definition) -> None:
        self.data = struct(definition.data, "AlgorithmSpecification")
        self.path = (definition.path, "AlgorithmSpecification")
        self.definition = definition
        self.input_mode = text(self.data, "TrainingInputMode")
        self.image = text(self.data, "TrainingImage") or None
        self.metrics = items(self.data, "MetricDefinitions")
        self.builtin = builtin_algorithm(self.image) if self.image else ""
        """The built-in algorithm; empty for an own image, an algorithm resource, or a token."""


class Channel(Part):
    """One input channel."""

    __slots__ = ("definition", "mode", "source")

    def __init__(self, data: Data, path: Path, definition: Definition, input_mode: str | None) -> None:
        self.data = data
        self.path = path
        self.definition = definition
        self.mode = text(data, "InputMode") if "InputMode" in data else input_mode
        """The mode that applies: the channel's own, else the definition's; None when unknown."""
        self.source = struct(data, "DataSource")


class Source(Part):
    """S3DataSource or FileSystemDataSource of a channel."""

    __slots__ = ("definition", "mode")

    def __init__(self, data: Data, path: Path, channel: Channel) -> None:
        self.data = data
        self.path = path
        self.definition = channel.definition
        self.mode = channel.mode


class Resources(Part):
    """ResourceConfig or HyperParameterTuningResourceConfig."""

    __slots__ = ("definition",)

    def __init__(self, data: Data, path: Path, definition: Definition) -> None:
        self.data = data
        self.path = path
        self.definition = definition

    def types(self, *lists: str) -> list[tuple[Path, str]]:
        """Known instance types: the structure's own and those in the lists named, with their paths."""
        found: list[tuple[Path, str]] = []
        if self.data.get("InstanceType").__class__ is str:
            found.append(((self.path, "InstanceType"), self.data["InstanceType"]))
        for name in lists:
            for index, item in enumerate(items(self.data, name)):
                if item.__class__ is dict and item.get("InstanceType").__class__ is str:
                    found.append((at(self.path, name, index, "InstanceType"), item["InstanceType"]))
        return found

    def types_unknown(self, *lists: str) -> bool:
        """Some instance type here is a token or misspelt."""
        return unknown(self.data, "InstanceType") or any(
            unknown(self.data, name)
            or any(item is UNKNOWN or unknown(item, "InstanceType") for item in items(self.data, name))
            for name in lists
        )
