"""What happens to a stack while its handler is killed, and what must have come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.handler.cloudformation import properties, request
from tests.lifecycle.kill_cloud import FAILING, KilledCloud

Part = Callable[[KilledCloud], object]

# A handler that goes wrong may wait for all of its time; it need not be an hour.
SHORT = {"ServiceTimeout": "900"}
A = properties(**SHORT)
B = properties(**SHORT, Request=request(MaxNumberOfTrainingJobs="5"))


@dataclass(frozen=True, kw_only=True)
class Script:
    """A few operations of a stack."""

    name: str
    kind: str = "Update"
    """The type of the first event."""
    before: Part = lambda cloud: None
    """What has happened already, undisturbed."""
    act: Part
    made: int
    """Jobs that are made in all."""
    live: int
    """Jobs that run in the end."""
    function_seconds: float = 900.0


def _finished(job_seconds: float) -> Part:
    def create(cloud: KilledCloud) -> None:
        cloud.sagemaker.settings.job_seconds = job_seconds
        cloud.create({**A, "WaitFor": "completed"})

    return create


def _create(cloud: KilledCloud) -> None:
    cloud.create(A)


def _soon_stopped(cloud: KilledCloud) -> None:
    cloud.sagemaker.settings.stop_seconds = 1
    cloud.create(A)


def _renamed(cloud: KilledCloud) -> None:
    cloud.create({**A, "Name": "nightly"})
    cloud.update({**B, "Name": "nightly-2"})


def _changed(cloud: KilledCloud) -> None:
    cloud.create(A)
    cloud.update(B)


FAILS = properties(**SHORT, Request=request(**{FAILING[0]: str(FAILING[1])}), WaitFor="completed")
OTHER_TAGS = properties(**SHORT, Tags=[{"Key": "other", "Value": "x"}])
NO_RECORD = {**A, "OnDelete": "delete"}

CREATE = Script(name="create", kind="Create", act=_create, made=1, live=1)
DELETE = Script(
    name="delete, running", kind="Delete", before=_soon_stopped, act=lambda cloud: cloud.delete(), made=1, live=0
)
WAITING = Script(
    name="create, waits over several calls", kind="Create", act=_finished(30), made=1, live=0, function_seconds=12
)
UPDATE = Script(
    name="update: replacement and clean-up", before=_create, act=lambda cloud: cloud.update(B), made=2, live=1
)
FAILED_UPDATE = Script(
    name="update: the new job fails, taken back",
    before=_create,
    act=lambda cloud: cloud.update(FAILS),
    made=2,
    live=1,
)

SCRIPTS = [
    CREATE,
    Script(name="create, waits for the result", kind="Create", act=_finished(20), made=1, live=0),
    Script(
        name="create, waits over several calls", kind="Create", act=_finished(30), made=1, live=0, function_seconds=12
    ),
    Script(name="fixed name: create, update", kind="Create", act=_renamed, made=2, live=1),
    UPDATE,
    Script(name="update: tags", before=_create, act=lambda cloud: cloud.update(OTHER_TAGS), made=1, live=1),
    FAILED_UPDATE,
    Script(
        name="update: another resource fails, taken back",
        before=_create,
        act=lambda cloud: cloud.update(B, other_fails="update-new"),
        made=2,
        live=1,
    ),
    Script(
        name="update: back to an earlier configuration",
        before=_changed,
        act=lambda cloud: cloud.update(A),
        made=3,
        live=1,
    ),
    DELETE,
    Script(
        name="delete, with the record",
        kind="Delete",
        before=lambda cloud: cloud.create(NO_RECORD),
        act=lambda cloud: cloud.delete(),
        made=1,
        live=0,
    ),
]
