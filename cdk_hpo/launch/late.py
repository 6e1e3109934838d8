"""Checking once more when the template is complete, so that values that were produced late do not escape."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, cast

import jsii
from aws_cdk import Annotations, Stack
from constructs import Construct, IValidation

from cdk_hpo.checks.findings import Finding
from cdk_hpo.launch.checked import Checked, LaunchedJob, has_errors
from cdk_hpo.launch.late_values import resolved
from cdk_hpo.launch.tagging import JobTags


@dataclass(frozen=True, kw_only=True)
class LateCheck:
    """A job with its request, tokens and all, and the warnings that were told already.

    ``later`` are tokens of which only a deployment knows the value, so that nobody has to look.
    """

    construct: Construct
    request: dict[str, Any]
    checked: Checked
    told: Iterable[Finding]
    later: Collection[str] = ()
    tags: JobTags | None = None


def warn(construct: Construct, findings: Iterable[Finding]) -> None:
    """Show findings as warnings of the CDK, which are acknowledged by the rule's id."""
    for each in findings:
        Annotations.of(construct).add_warning_v2(f"cdk-hpo:{each.rule}", f"{each.path}: {each.message}")


@jsii.implements(IValidation)
class LateChecks:
    """Checks all jobs of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._jobs: list[LateCheck] = []

    def add(self, job: LateCheck) -> None:
        """Add a job."""
        self._jobs.append(job)

    def _by_id(self) -> dict[str, LaunchedJob]:
        """Return the jobs by their logical ids, where one of them has parents; else nobody asks."""
        if all(job.checked.definition.warm_start is None for job in self._jobs):
            return {}
        made = [job.construct for job in self._jobs if isinstance(job.construct, LaunchedJob)]
        return {self._stack.resolve(cast(Any, each).tuning_job_name)["Ref"]: each for each in made}

    def validate(self) -> list[str]:
        """Return the problems of all jobs; the CDK then refuses to synthesize."""
        later = {token for job in self._jobs for token in job.later}
        requests = resolved(self._stack, [job.request for job in self._jobs], later)
        jobs, problems = self._by_id(), []
        for job, request in zip(self._jobs, requests, strict=True):
            # Where nothing has become known, the first check has said everything.
            known = request is not job.request or job.checked.definition.warm_start is not None
            findings = job.checked.late_findings(request, self._stack.resolve, jobs) if known else []
            if has_errors(findings):
                problems.append(str(job.checked.error(findings)))
            else:
                told = {(each.rule, each.path) for each in job.told}
                warn(job.construct, [each for each in findings if (each.rule, each.path) not in told])
            if job.tags is not None:
                problems += [f"{job.checked.construct_path}: {words}" for words in job.tags.problems()]
        return problems
