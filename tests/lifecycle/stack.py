"""A stack with tuning jobs: the events that CloudFormation sends for what is done to it, and what it makes of answers.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cdk_hpo.local.answers import Answer, read
from tests.handler.world import STACK_ID
from tests.lifecycle.simulation import Simulation
from tests.lifecycle.wanted import SECRETS, Job

#: How often CloudFormation asks for a delete after an update.
_CLEAN_UP_TRIES = 3
#: How CloudFormation may take an update back that another resource's failure has spoilt.
ORDERS = ("update-new", "update-old", "delete-only", "delete-first")


@dataclass(kw_only=True)
class Exchange:
    """An event, and what was answered."""

    event: dict[str, Any]
    job: Job
    sent: float
    answers: list[Answer] = field(default_factory=list)
    """Valid or not, in the order of arrival."""
    heard: Answer | None = None
    """The first answer that came while CloudFormation listened."""
    open: bool = True
    closed: float = float("inf")
    """When CloudFormation had its answer, or gave up to wait for one."""
    crashes: int = 0
    copies: int = 0
    """Further deliveries of the event that have been planned."""

    @property
    def kind(self) -> str:
        return str(self.event["RequestType"])

    @property
    def logical_id(self) -> str:
        return str(self.event["LogicalResourceId"])

    @property
    def succeeded(self) -> bool:
        return self.heard is not None and self.heard.status == "SUCCESS"


@dataclass
class Resource:
    """What CloudFormation knows of a resource."""

    job: Job
    physical_id: str


@dataclass
class Back:
    """The part of a roll-back that concerns one resource."""

    logical_id: str
    old: Resource | None
    """What the resource was; none if it was new."""
    failed: Job
    new_id: str
    order: str


class Stack:
    """The stack; ``deliver`` takes events to the function, ``heard`` is told of each answer that counts."""

    def __init__(
        self,
        simulation: Simulation,
        deliver: Callable[[dict[str, Any]], None],
        heard: Callable[[Exchange], None],
        dated: bool,
    ) -> None:
        self._simulation, self._deliver, self._heard, self._dated = simulation, deliver, heard, dated
        self.resources: dict[str, Resource] = {}
        self.exchanges: dict[str, Exchange] = {}
        self.deleting = False
        """Whether a delete has begun and failed: the stack can only be deleted then."""
        self.backs: list[Back] = []
        """What a roll-back that failed has left to do."""
        self.retained: set[str] = set()
        """Physical ids that CloudFormation forgot without asking for a delete: the policy was Retain."""
        self.removed: set[str] = set()
        """Those of them whose resource is gone: nothing can be gone back to any more."""
        self.unasked: set[str] = set()
        """Request ids of creates that it took back in the same way."""

    # ---- events and answers --------------------------------------------------------------------------------------

    def send(
        self, kind: str, logical_id: str, job: Job, physical_id: str | None = None, old: Job | None = None
    ) -> Exchange:
        """Send an event now."""
        request_id = f"event-{len(self.exchanges)}"
        sent = datetime.fromtimestamp(self._simulation.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
        event: dict[str, Any] = {
            "RequestType": kind,
            "RequestId": request_id,
            "StackId": STACK_ID,
            "LogicalResourceId": logical_id,
            "ResourceType": "Custom::SageMakerHyperParameterTuningJob",
            "ResponseURL": f"https://answers.example.com/{request_id}?X-Amz-Signature={SECRETS['signature']}"
            + (f"&X-Amz-Date={sent}" if self._dated else ""),
            "ResourceProperties": job.properties(),
        }
        event |= {} if physical_id is None else {"PhysicalResourceId": physical_id}
        event |= {} if old is None else {"OldResourceProperties": old.properties()}
        exchange = Exchange(event=event, job=job, sent=self._simulation.now())
        self.exchanges[request_id] = exchange
        self._deliver(event)
        return exchange

    def receive(self, url: str, body: bytes) -> None:
        """Take an answer in."""
        exchange = self.exchanges[url.partition("?")[0].rpartition("/")[2]]
        answer = read(body, "", exchange.event)
        exchange.answers.append(answer)
        if exchange.open and exchange.heard is None:
            exchange.heard, exchange.closed = answer, self._simulation.now()
            self._heard(exchange)

    def _wait(self, exchanges: Iterable[Exchange], seconds: float | None = None, *, together: bool = False) -> None:
        """Wait for answers until each one's time is over, or all are cancelled.

        ``together``: the first failure cancels the rest, as in an update of a stack.
        """
        waiting = list(exchanges)
        end = float("inf") if seconds is None else self._simulation.now() + seconds
        while pending := [each for each in waiting if each.open and each.heard is None]:
            failed = any(each.heard is not None and not each.succeeded for each in waiting)
            if together and failed and self._dated:
                break
            limit = min(end, *(each.sent + each.job.timeout for each in pending))
            self._simulation.run(lambda: any(each.heard is not None for each in pending), limit)
            late = [each for each in pending if each.heard is None and self._simulation.now() >= limit]
            for each in late:
                each.open = self._simulation.now() < min(end, each.sent + each.job.timeout)
            if together and any(not each.open for each in late):
                break
        for each in waiting:
            each.open, each.closed = False, min(each.closed, self._simulation.now())

    # ---- what is done to a stack ---------------------------------------------------------------------------------

    def deploy(
        self,
        template: Mapping[str, Job],
        *,
        fails: bool = False,
        cancel_after: float | None = None,
        order: str = "update-new",
    ) -> bool:
        """Create or update the stack; tell whether it came to what was wanted.

        ``fails``: another resource fails once these are done. ``cancel_after``: the update is cancelled meanwhile.
        """
        self._simulation.sleep(2)
        before, sent = dict(self.resources), {}
        for logical_id, job in template.items():
            held = before.get(logical_id)
            if held is None:
                sent[logical_id] = self.send("Create", logical_id, job)
            elif held.job.properties() != job.properties():
                sent[logical_id] = self.send("Update", logical_id, job, held.physical_id, held.job)
        self._wait(sent.values(), cancel_after, together=True)
        self._simulation.sleep(2)
        if fails or not all(exchange.succeeded for exchange in sent.values()):
            self._take_back(sent, before, order)
            return False
        for logical_id, exchange in sent.items():
            assert exchange.heard is not None and exchange.heard.physical_id is not None
            self.resources[logical_id] = Resource(exchange.job, exchange.heard.physical_id)
        self._clean_up(before, template)
        return True

    def _clean_up(self, before: Mapping[str, Resource], template: Mapping[str, Job]) -> None:
        """Delete what was replaced or removed; a failure of that is not one of the update."""
        gone = {name: held for name, held in before.items() if name not in template and not self._removes(held)}
        for name in before.keys() - template.keys():
            del self.resources[name]
        replaced = {
            name: held for name, held in before.items()
            if name in self.resources and self.resources[name].physical_id != held.physical_id
            and not self._retains(Resource(template[name], held.physical_id))
        }  # fmt: skip
        left = gone | replaced
        for _ in range(_CLEAN_UP_TRIES):
            sent = {name: self.send("Delete", name, held.job, held.physical_id) for name, held in left.items()}
            self._wait(sent.values())
            left = {name: left[name] for name, exchange in sent.items() if not exchange.succeeded}

    def _retains(self, resource: Resource) -> bool:
        if resource.job.retain:
            self.retained.add(resource.physical_id)
        return resource.job.retain

    def _removes(self, resource: Resource) -> bool:
        """Remove a resource without its job, if its policy says so."""
        if resource.job.retain:
            self.removed.add(resource.physical_id)
        return self._retains(resource)

    def _take_back(self, sent: Mapping[str, Exchange], before: Mapping[str, Resource], order: str) -> None:
        for name, exchange in sent.items():
            answered = exchange.heard.physical_id if exchange.heard is not None else None
            if name not in before:
                # CloudFormation names what never answered itself.
                if exchange.job.retain:
                    self.unasked |= set() if answered and not exchange.succeeded else {exchange.event["RequestId"]}
                    continue
                invented = f"Models-{name}-1ABCDEFGHIJKL"
                self.backs.append(Back(name, None, exchange.job, answered or invented, "delete-only"))
                continue
            held = before[name]
            new_id = answered or held.physical_id
            self.backs.append(Back(name, held, exchange.job, new_id, order if answered else "update-old"))
        self.go_on_back()

    def go_on_back(self) -> bool:
        """Take back what is left to take back; tell whether all of it was."""
        while self.backs:
            if not self._back(self.backs[0]):
                return False
            self.backs.pop(0)
        return True

    def _back(self, back: Back) -> bool:
        name, old, new_id = back.logical_id, back.old, back.new_id
        if old is None:
            exchange = self.send("Delete", name, back.failed, new_id)
            self._wait([exchange])
            return exchange.succeeded
        replaced = new_id != old.physical_id
        if back.order == "delete-first" and replaced:
            self._wait([self.send("Delete", name, back.failed, new_id)])
            self._simulation.sleep(2)
        if back.order != "delete-only" or not replaced:
            held = new_id if back.order in ("update-new", "delete-first") else old.physical_id
            exchange = self.send("Update", name, old.job, held, back.failed)
            self._wait([exchange])
            self._simulation.sleep(2)
            if not exchange.succeeded:
                return False
            assert exchange.heard is not None and exchange.heard.physical_id is not None
            self.resources[name] = Resource(old.job, exchange.heard.physical_id)
        if replaced and back.order != "delete-first":
            self._wait([self.send("Delete", name, back.failed, new_id)])
        return True

    def delete(self) -> bool:
        """Delete the stack; tell whether it is gone."""
        self._simulation.sleep(2)
        for name in [name for name, held in self.resources.items() if self._removes(held)]:
            del self.resources[name]
        sent = [self.send("Delete", name, held.job, held.physical_id) for name, held in self.resources.items()]
        self._wait(sent)
        for exchange in sent:
            if exchange.succeeded:
                del self.resources[exchange.logical_id]
        self.deleting = bool(self.resources)
        return not self.resources
