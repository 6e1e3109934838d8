"""What a run of ``check`` found."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cdk_hpo.checks.findings import Finding
    from cdk_hpo.command.jobs import Job
    from cdk_hpo.command.unusable import Unusable


class Located:
    """A finding and the job that it is about.

    Parameters
    ----------
    job
        The job.
    finding
        What is wrong with it.
    """

    def __init__(self, job: Job, finding: Finding) -> None:
        self.job = job
        self.finding = finding
        self._position: tuple[int, int] | None = None

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.job.document.name

    @property
    def is_error(self) -> bool:
        """Whether the service would refuse the request for this."""
        return self.finding.severity == "error"

    @property
    def reason(self) -> str | None:
        """Why the finding is acknowledged; None when it is not."""
        return self.job.acknowledged.get(self.finding.rule)

    @property
    def position(self) -> tuple[int, int]:
        """Line and column in the file, from 1; of what encloses the place when there is nothing at it."""
        if self._position is None:
            from cdk_hpo.command.steps import steps_of

            job, steps = self.job, steps_of(self.finding.path)
            moved = job.moved.get(steps[0]) if steps and isinstance(steps[0], str) else None
            way = (*moved, *steps[1:]) if moved else (*job.steps, *steps)
            self._position = job.document.position(job.index, way)
        return self._position


class Results:
    """Everything that a run has to tell.

    Attributes
    ----------
    files, jobs
        How many were looked at.
    found
        All findings, acknowledged ones among them, in the order of the files.
    unusable
        The inputs that could not be checked.
    """

    def __init__(self) -> None:
        self.files = 0
        self.jobs = 0
        self.found: list[Located] = []
        self.unusable: list[Unusable] = []

    @property
    def open(self) -> list[Located]:
        """The findings that nobody has acknowledged."""
        return [each for each in self.found if each.reason is None]

    @property
    def acknowledged(self) -> list[Located]:
        """The findings that are acknowledged."""
        return [each for each in self.found if each.reason is not None]

    @property
    def errors(self) -> int:
        """How many errors are open."""
        return sum(each.is_error for each in self.open)

    @property
    def warnings(self) -> int:
        """How many warnings are open."""
        return sum(not each.is_error for each in self.open)
