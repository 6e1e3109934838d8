"""Checking a definition before anything is created."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from constructs import Construct

from cdk_hpo.access.option_problems import path_of
from cdk_hpo.checks import check, rule
from cdk_hpo.checks.errors import ValidationError
from cdk_hpo.checks.findings import Finding, Severity
from cdk_hpo.checks.parents import check_parent
from cdk_hpo.definition.algorithm import ImageAddresses
from cdk_hpo.definition.names import python_names
from cdk_hpo.definition.own_images import with_own_images
from cdk_hpo.definition.tuning import TuningJobDefinition, completed
from cdk_hpo.launch.acknowledged import Acknowledged
from cdk_hpo.launch.image_findings import image_findings
from cdk_hpo.launch.tagging import problems_with_tags

#: Contradicts what AWS's own tests do, so it would only worry people: https://github.com/aws/sagemaker-python-sdk
_UNTOLD = frozenset({"instance-configs-documented-types"})
_REQUEST_MEMBERS = ("TrainingJobDefinition", "TrainingJobDefinitions", "WarmStartConfig", "Autotune", "Tags")


@runtime_checkable
class LaunchedJob(Protocol):
    """A tuning job that this app creates."""

    request: dict[str, Any]
    waits_for_completion: bool


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A definition, and where it is launched."""

    definition: TuningJobDefinition
    construct_path: str
    acknowledged: Acknowledged

    @classmethod
    def at(cls, scope: Construct, id: str, definition: Any, acknowledged: Acknowledged) -> "Checked":
        """Return the check for a construct that is about to be made.

        Raises
        ------
        TypeError
            When the definition is something else.
        """
        if not isinstance(definition, TuningJobDefinition):
            hint = ": read a boto3 request with TuningJobDefinition.from_request(…)" * isinstance(definition, dict)
            raise TypeError(f"definition: expected a TuningJobDefinition, got {type(definition).__name__}{hint}")
        return cls(definition=definition, construct_path=path_of(scope, id), acknowledged=acknowledged)

    def request(self, images: ImageAddresses) -> dict[str, Any]:
        """Return the definition's request.

        Raises
        ------
        ValueError
            When the region does not have a built-in algorithm.
        """
        try:
            return self.definition.to_request(images=images)
        except LookupError as error:
            raise ValueError(f"{self.construct_path}: {error.args[0]}") from None

    def warnings(self, request: dict[str, Any]) -> list[Finding]:
        """Check the definition's request; return its warnings.

        Raises
        ------
        ValidationError
            With every finding, when one of them is an error.
        """
        request = with_own_images(self.definition, completed(request))
        findings = self._told([*check(request), *self._parents(request), *_own_tags(request), *image_findings(request)])
        if has_errors(findings):
            raise self.error(findings)
        return findings

    def late_findings(
        self, request: dict[str, Any], resolve: Callable[[Any], Any], jobs: Mapping[str, LaunchedJob]
    ) -> list[Finding]:
        """Check the request in which late values are known.

        ``resolve`` makes those of parents known as well; ``jobs`` are the stack's jobs by their logical ids, for
        parents that are given by name.
        """
        request = with_own_images(self.definition, completed(request))
        return self._told([*check(request), *self._parents(request, resolve, jobs), *image_findings(request)])

    def error(self, findings: Iterable[Finding]) -> ValidationError:
        """Return the error that carries findings of this definition."""
        return ValidationError(
            findings,
            construct_path=self.construct_path,
            origins=dict(_origins(self.definition)),
            names=python_names(),
        )

    def _parents(
        self,
        request: dict[str, Any],
        resolve: Callable[[Any], Any] = lambda held: held,
        jobs: Mapping[str, LaunchedJob] | None = None,
    ) -> Iterable[Finding]:
        """Check against parents that are constructs of this app, or of this stack by their names."""
        warm_start = self.definition.warm_start
        parents = warm_start.parents if warm_start and isinstance(warm_start.parents, tuple) else ()
        for index, given in enumerate(parents):
            parent = given if isinstance(given, LaunchedJob) or not jobs else _named(given, resolve, jobs)
            if isinstance(parent, LaunchedJob):
                yield from check_parent(request, resolve(parent.request), index)
                if not parent.waits_for_completion:
                    yield _unfinished(index)

    def _told(self, findings: Iterable[Finding]) -> list[Finding]:
        return [each for each in self.acknowledged.without(findings) if each.rule not in _UNTOLD]


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings is an error."""
    return any(each.severity is Severity.ERROR for each in findings)


def _origins(definition: TuningJobDefinition) -> Iterable[tuple[str, str]]:
    """Yield where each part of the definition was written, by its path in the request."""
    for path, origin in definition.origins():
        first = path.split(".")[0].split("[")[0]
        yield path if first in _REQUEST_MEMBERS or not path else f"HyperParameterTuningJobConfig.{path}", origin


def _own_tags(request: dict[str, Any]) -> Iterable[Finding]:
    keys = [tag["Key"] for tag in request.get("Tags") or () if isinstance(tag, dict)]
    for id, words in problems_with_tags(keys):
        yield Finding(id, Severity.ERROR, "Tags", words, rule(id).source)


def _named(parent: Any, resolve: Callable[[Any], Any], jobs: Mapping[str, LaunchedJob]) -> LaunchedJob | None:
    """Return the job of this stack that a parent stands for by its name, if it does."""
    name = resolve(parent if isinstance(parent, str) else getattr(parent, "tuning_job_name", None))
    return jobs.get(str(name.get("Ref"))) if isinstance(name, dict) else None


def _unfinished(index: int) -> Finding:
    id = "warm-parent-terminal"
    return Finding(
        rule=id,
        severity=Severity.ERROR,
        path=f"WarmStartConfig.ParentHyperParameterTuningJobs[{index}]",
        message="the parent is still running when this job is created; a parent must have ended. "
        "Create it with wait_for=WaitFor.COMPLETED.",
        source=rule(id).source,
    )
