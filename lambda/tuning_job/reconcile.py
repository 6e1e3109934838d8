"""The loop: decide, do, look again; until there is an answer or this call's time is up."""

from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from . import log, names, wire
from .answer import Answer
from .attributes import attributes_of
from .chain import Chain, TimeLeft
from .clock import Clock
from .decide import decide
from .errors import DENIED, IN_A_DELETE, Passing, code_of, message_of, passing
from .event import Event, OnDelete, RequestType
from .job import RELEASED, SETTLED, STACK, Job
from .redact import Redactor, secrets_of
from .seen import Seen, own_tags
from .service import TuningService, is_missing
from .steps import Create, Done, Erase, Fail, Look, Note, Refuse, Release, Search, Step, Stop, Tag, Wait

_WIND_UP_TRIES = 3
_TAG_TRIES = 3  # for tags of ours that the user's own wishes must not wait for
_MARK_PATIENCE = 60.0  # seconds to try to mark a job that does not run on anyway
# What to say of a job when a call about it fails for good.
_FAILED_TO: dict[type[Step], str] = {
    Create: "was not created",
    Look: "could not be looked up",
    Search: "could not be looked for",
    Tag: "could not be tagged",
    Stop: "could not be stopped",
    Erase: "could not be deleted",
}


class Reconciler:
    """Works on one event."""

    def __init__(
        self,
        event: Event,
        chain: Chain,
        service: TuningService,
        clock: Clock,
        time_left: TimeLeft,
        shape: Any,
    ) -> None:
        self.event, self.chain = event, chain
        self.seen = Seen(
            made=frozenset(chain.made),
            held=frozenset(chain.held),
            marked=frozenset(chain.marked),
            failure=chain.failure,
            reported=chain.reported,
        )
        self._wanted = event.wanted
        self._service, self._clock, self._time_left, self._shape = service, clock, time_left, shape
        self._redact = Redactor(
            [
                *secrets_of(event.request, event.wanted.tags),
                *secrets_of(event.previous_request, event.previous_tags),
            ]
        )
        self._tried_to_create = bool(chain.made)
        self._mark_troubles = 0

    def run(self) -> Answer | None:
        """Work until there is an answer; none when the time of this call is up and another one has to go on."""
        while True:
            self.seen = replace(self.seen, late=self._clock.now() >= self.chain.deadline)
            step = decide(self._wanted, self.seen)
            self._log(step)
            if isinstance(step, Done):
                attributes = attributes_of(step.job, self._wanted.wait_for, self._redact) if step.job else {}
                return Answer(success=True, physical_id=step.name, attributes=attributes)
            if isinstance(step, Refuse):
                return Answer(success=False, physical_id=step.name, reason=step.why)
            if isinstance(step, Fail):
                self.fail(step.why)
                continue
            try:
                pause = self._do(step)
            except (ClientError, BotoCoreError) as error:
                pause = self._trouble(step, error)
            if self.chain.wind_up_troubles >= _WIND_UP_TRIES:
                return Answer(success=False, physical_id=self.uncertain_id(), reason=self.failure)
            if pause and not self._pause():
                self._remember()
                return None

    def fail(self, reason: str) -> None:
        """Settle that the event cannot be fulfilled; what is left is to wind up and to say so."""
        if self.seen.late and self.chain.last_words and self.chain.last_words not in reason:
            reason = f"{reason}. Last reason: {self.chain.last_words}"
        self.seen = replace(self.seen, failure=reason)

    def reported(self, reason: str) -> None:
        """Go on after all tries of an earlier call have failed: with what there is, and making nothing new.

        The last try may have died after its answer was taken: a job that was made is then in use, and stays.
        """
        self.chain = replace(self.chain, reports=self.chain.reports + 1, reported=reason)
        self.seen = replace(self.seen, reported=reason)

    def shown(self, text: str) -> str:
        """Return a text as it may be shown."""
        return self._redact(text)

    def _remember(self) -> None:
        """Tell the next call of the function what it could not see."""
        made, held, marked = (tuple(sorted(names)) for names in (self.seen.made, self.seen.held, self.seen.marked))
        self.chain = replace(self.chain, made=made, held=held, marked=marked, failure=self.seen.failure)

    @property
    def failure(self) -> str:
        """Why the event cannot be fulfilled."""
        return self.seen.failure or ""

    def uncertain_id(self) -> str:
        """Return the physical id for an answer given without knowing whether the create call has made a job.

        CloudFormation deletes what a failed answer names, so this is the job's name if there may be one.
        """
        if self._tried_to_create:
            return self._wanted.name
        return self._wanted.present or self._wanted.run

    def _do(self, step: Step) -> bool:
        """Carry a step out; tell whether a pause has to follow."""
        if isinstance(step, Look):
            self.seen = replace(self.seen.saw(step.name, self._find(step.name)), now=self._clock.now())
            return False
        if isinstance(step, Search):
            wanted = self._wanted
            text = names.search_text(wanted.stack_id, wanted.logical_id)
            self.seen = replace(self.seen, others=self._service.search(text))
            return False
        if isinstance(step, Wait):
            self.seen = self._hold(step).forget(step.name)
            self.chain = replace(self.chain, trouble=None, last_words=None)
            if self.seen.late:
                self._give_up(step.why)
            return True
        self._change(step)
        if isinstance(step, Create):
            # While the call was under way, another event may have put an end to this one.
            self.seen = self.seen.forget_all()
        elif isinstance(step, Note):
            # What has been made until now, the other event cannot have seen: the list has to be new, not the job.
            self.seen = replace(self.seen, others=None)
        else:
            self.seen = self.seen.forget(step.name)
        self.chain = replace(self.chain, pauses=0, trouble=None, last_words=None)
        return False

    def _change(self, step: Step) -> None:
        if isinstance(step, Create):
            self._create(step)
        elif isinstance(step, Note):
            self._service.tag(step.job, step.add)
            self.seen = self._hold(step)
        elif isinstance(step, Tag):
            self._service.tag(step.job, step.add, step.remove)
            self.seen = replace(self._hold(step), tagged=self.seen.tagged | {step.name})
        elif isinstance(step, Release):
            self._service.tag(step.job, self._mark(step))
            self.seen = replace(self.seen, marked=self.seen.marked | {step.name})
        elif isinstance(step, Stop):
            self._service.stop(step.name)
            self.seen = replace(self.seen, stopped=self.seen.stopped | {step.name})
        elif isinstance(step, Erase):
            self._service.erase(step.name)
            self.seen = replace(self.seen, erased=self.seen.erased | {step.name})

    def _create(self, step: Create) -> None:
        problems = list(wire.misfits(self._shape, self.event.request))
        if problems:
            self._refused(step, f"Tuning job {step.name} was not created: {'; '.join(problems)}")
            return
        self._tried_to_create = True
        tags = {**self._wanted.tags, **own_tags(self._wanted)}
        self._service.create(step.name, self.event.request, tags)
        self.seen = replace(self.seen, made=self.seen.made | {step.name})

    def _hold(self, step: Step) -> Seen:
        return replace(self.seen, held=self.seen.held | {step.name})

    def _mark(self, step: Release) -> dict[str, str]:
        sent = int(self._wanted.started or 0)
        return {RELEASED: step.mark, **({SETTLED: str(sent)} if sent > step.job.settled else {})}

    def _find(self, name: str) -> Job | None:
        job = self._service.find(name)
        reason = job.details.get("FailureReason") if job else None
        return replace(job, details={**job.details, "FailureReason": self._redact(reason)}) if job and reason else job

    def _trouble(self, step: Step, error: Exception) -> bool:
        """Sort an error by what to do about it; tell whether a pause has to follow."""
        code = code_of(error)
        words = self._redact(f"{code}: {message_of(error)}") + self._hint(step, error)
        log.write("WARNING", **self._about(step), error=code, words=words)
        self.chain = replace(self.chain, last_words=words)
        # While an error is waited out, the world may change: an update that is cancelled, a job that ends.
        self.seen = self.seen.forget_all()
        overtaken, line = self._overtaken(step, error), passing(error, self.event.patience)
        if line is None and self._wanted.kind is RequestType.DELETE and isinstance(error, ClientError):
            line = IN_A_DELETE
        if line is not None and line.option == "OnLimit" and not isinstance(step, Create):
            line = None  # a limit of tags, say, which no other job makes room in
        if isinstance(step, Release) and not overtaken:
            return self._not_marked(step, line)
        if isinstance(step, Note) and not overtaken:
            return self._not_noted(step, line)
        if self.seen.failure is not None:
            self.chain = replace(self.chain, wind_up_troubles=self.chain.wind_up_troubles + 1)
            return line is not None
        if overtaken:
            if self.seen.late:
                self._give_up(words)
            return True
        if line is None:
            self._refused(step, f"Tuning job {step.name} {_FAILED_TO[type(step)]}. {words}")
            return False
        if self.seen.late or self._lasted(line) > line.patience:
            self.fail(f"Tuning job {step.name} {_FAILED_TO[type(step)]}, and trying again has not helped. {words}")
            return False
        return True

    def _hint(self, step: Step, error: Exception) -> str:
        """Say what a denial is due to when the job itself tells."""
        job, line = self.seen.jobs.get(step.name), passing(error)
        if job is None or not job.unmarked or line is None or line.name != DENIED:
            return ""
        return f". The job has lost the tag {STACK}, by which the function may: put it back as {self._wanted.stack_id}"

    def _lasted(self, line: Passing) -> float:
        """Return the seconds since when this kind of trouble lasts."""
        now = self._clock.now()
        if self.chain.trouble != line.name:
            self.chain = replace(self.chain, trouble=line.name, trouble_since=now)
        return now - self.chain.trouble_since

    def _not_marked(self, step: Release, line: Passing | None) -> bool:
        """Decide how to go on with a job that could not be marked: better stopped and not marked than running on."""
        self._mark_troubles += 1
        if line is None or self.seen.late or self._marked_long_enough(step, line):
            log.write("WARNING", **self._about(step), why="goes on without the mark")
            self.seen = replace(self.seen, marked=self.seen.marked | {step.name})
            return False
        tried = self.chain.pauses + 1 >= _TAG_TRIES
        if step.name not in self.seen.urgent and (tried or line.name == DENIED or self.seen.failure is not None):
            self.seen = replace(self.seen, urgent=self.seen.urgent | {step.name})
            return False
        return True

    def _marked_long_enough(self, step: Release, line: Passing) -> bool:
        if self.seen.failure is not None:
            return self._mark_troubles >= _WIND_UP_TRIES
        # Only for a job that is left running the mark is all there is.
        runs_on = step.job.live and self._wanted.on_delete is OnDelete.LEAVE
        return self._lasted(line) > (line.patience if runs_on else min(line.patience, _MARK_PATIENCE))

    def _not_noted(self, step: Note, line: Passing | None) -> bool:
        """Pass over a refused note after a few tries: it must not fail an update, nor its roll-back."""
        tried = self.chain.pauses + 1 >= _TAG_TRIES
        if line is None or line.name == DENIED or self.seen.late or tried:
            self.seen = self._hold(step)
            self.chain = replace(self.chain, last_words=None)
            return False
        return True

    def _refused(self, step: Step, reason: str) -> None:
        if isinstance(step, Create):
            self.seen = replace(self.seen, refused=reason)
        else:
            self.fail(reason)

    def _overtaken(self, step: Step, error: Exception) -> bool:
        """Tell whether an error only says that the job is in another state than when it was looked at."""
        if isinstance(step, Create):
            return code_of(error) == "ResourceInUse"
        if isinstance(step, (Stop, Erase)):
            return is_missing(error) or code_of(error) in ("ValidationException", "ResourceInUse", "ConflictException")
        return isinstance(step, (Note, Tag, Release)) and is_missing(error)

    def _give_up(self, state: str) -> None:
        limit = f"within the time limit of {self.event.timeout} s: {state}"
        if self._wanted.kind is RequestType.DELETE:
            # Not a success: the job's role, key and bucket would go while it still needs them. After an update's
            # clean-up CloudFormation moves on all the same, and the job ends by itself, released and told to stop.
            name = self._wanted.present or self._wanted.name
            self.fail(f"Tuning job {name} has not ended {limit}. It goes on stopping; delete again to wait for it")
        else:
            self.fail(f"Tuning job {self._wanted.name} was not ready {limit}")

    def _pause(self) -> bool:
        """Pause, and tell whether there is time left in this call."""
        seconds = self.chain.pause(self._clock)
        self.chain = replace(self.chain, pauses=self.chain.pauses + 1)
        room = self._time_left.room()
        if room <= 0:
            return False
        self._clock.sleep(min(seconds, room))  # the whole pause may be longer than any call of a short function
        return True

    def _log(self, step: Step) -> None:
        level = "DEBUG" if isinstance(step, (Look, Search)) else "ERROR" if isinstance(step, (Fail, Refuse)) else "INFO"
        log.write(level, **self._about(step), why=step.why)

    def _about(self, step: Step) -> dict[str, object]:
        wanted = self._wanted
        return {
            "event": wanted.event_id,
            "request": wanted.kind.value,
            "resource": wanted.logical_id,
            "job": step.name,
            "step": type(step).__name__,
            "hop": self.chain.hop,
        }
