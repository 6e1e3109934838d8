"""Entry point of the Lambda function behind ``Custom::SageMakerHyperParameterTuningJob``."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from . import log, metric, names
from .answer import Answer, deliver
from .chain import Chain, TimeLeft
from .clock import Clock, SystemClock
from .errors import code_of, message_of, passing
from .event import InvalidEventError, read
from .reconcile import Reconciler
from .report import Report, is_event, likely_id, unwrap
from .service import CALLS, TuningService, make_client, request_shape

_HAND_OVER = 1  # seconds that the function keeps for one more try to invoke itself, and for its answer


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the handler needs of the world outside."""

    connect: Callable[[], Any]
    """Returns the SageMaker client."""
    clock: Clock
    hand_over: Callable[[str, bytes], None]
    """Invokes a function (by name) asynchronously with a payload."""
    deliver: Callable[[str, bytes, Clock], int] = deliver


def handler(event: dict[str, Any], context: Any) -> None:
    """Handle an event of CloudFormation, a call by an earlier hop, or a report of Lambda that all tries have failed."""
    handle(event, context, _tools())


def _tools() -> Tools:
    return Tools(connect=_connect, clock=SystemClock(), hand_over=_invoke)


@cache
def _connect() -> Any:
    return make_client()


def _invoke(function: str, payload: bytes) -> None:
    client: Any = botocore.session.get_session().create_client("lambda", config=CALLS)
    client.invoke(FunctionName=function, InvocationType="Event", Payload=payload)


def handle(raw: Mapping[str, Any], context: Any, tools: Tools) -> None:
    """Work on an event and answer it, unless a further call of the function will."""
    raw, report = unwrap(raw)
    if not is_event(raw):
        log.write("ERROR", step="Received", why="this is no event of CloudFormation, so there is nobody to answer")
    elif report is None or report.number == 1:
        answer = _answer(raw, report, context, tools)
        if answer is not None:
            _deliver(raw, answer, tools)
    else:
        _last_try(raw, report, tools)


def _deliver(raw: Mapping[str, Any], answer: Answer, tools: Tools) -> None:
    status = tools.deliver(raw["ResponseURL"], answer.body(raw), tools.clock)
    outcome = "SUCCESS" if answer.success else "FAILED"
    level = "INFO" if status < 300 else "ERROR"
    log.write(level, event=raw["RequestId"], job=answer.physical_id, step="Answer", why=outcome, http=status)
    if not answer.success:
        metric.count_failure(raw, tools.clock.now())


def _last_try(raw: Mapping[str, Any], report: Report, tools: Tools) -> None:
    """Answer without a look at the service, after winding up has failed too; whatever happens, never again.

    Were an error raised here, Lambda would report it to this very function, without end.
    """
    log.write("ERROR", event=raw["RequestId"], step="Reported", why=report.reason, reports=report.number)
    if report.number > 2:
        return
    try:
        _deliver(raw, Answer(success=False, physical_id=likely_id(raw), reason=report.reason), tools)
    except Exception as error:
        log.write("ERROR", event=raw["RequestId"], step="Answer", error=type(error).__name__, why="not delivered")


def _answer(raw: Mapping[str, Any], report: Report | None, context: Any, tools: Tools) -> Answer | None:
    reconciler = None
    try:
        reconciler = _reconciler(raw, context, tools)
        if report is not None:
            reconciler.reported(report.reason)
        answer = reconciler.run()
        return answer or _go_on(raw, reconciler, context, tools)
    except InvalidEventError as error:
        return Answer(success=False, physical_id=_fallback_id(raw), reason=str(error))
    except Exception as error:  # CloudFormation always gets an answer, also to what nobody has thought of
        return _unexpected(raw, reconciler, error)


def _reconciler(raw: Mapping[str, Any], context: Any, tools: Tools) -> Reconciler:
    client = tools.connect()
    shape = request_shape(client)
    event = read(raw, shape)
    chain = Chain.of(raw, event, tools.clock)
    log.write(
        "INFO",
        event=event.wanted.event_id,
        request=event.wanted.kind.value,
        resource=event.wanted.logical_id,
        job=event.wanted.present,
        step="Received",
        hop=chain.hop,
        why=f"{chain.deadline - tools.clock.now():.0f} s are left",
    )
    return Reconciler(
        event=event,
        chain=chain,
        service=TuningService(client),
        clock=tools.clock,
        time_left=TimeLeft(context),
        shape=shape,
    )


def _go_on(raw: Mapping[str, Any], reconciler: Reconciler, context: Any, tools: Tools) -> Answer | None:
    """Let another call of the function go on; if that is refused, wind up and answer."""
    pause = 0.5
    while True:
        try:
            tools.hand_over(context.function_name, reconciler.chain.next_event(raw))
        except (ClientError, BotoCoreError) as error:
            if passing(error) is not None and context.get_remaining_time_in_millis() > 1000 * (pause + _HAND_OVER):
                tools.clock.sleep(pause)
                pause *= 2
                continue
            words = reconciler.shown(f"{code_of(error)}: {message_of(error)}")
            reconciler.fail(f"The function could not invoke itself to go on waiting. {words}")
            return reconciler.run() or Answer(
                success=False, physical_id=reconciler.uncertain_id(), reason=reconciler.failure
            )
        return None


def _unexpected(raw: Mapping[str, Any], reconciler: Reconciler | None, error: Exception) -> Answer:
    """Answer after a mistake of ours: by kind and place only, because its text may hold a value of the request."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-4:]]
    log.write("ERROR", event=raw["RequestId"], step="Unexpected", error=type(error).__name__, why=" > ".join(places))
    physical_id = likely_id(raw) if reconciler is None else reconciler.uncertain_id()
    reason = f"Unexpected {type(error).__name__} in the function (at {places[-1]}); its log says more"
    return Answer(success=False, physical_id=physical_id, reason=reason)


def _fallback_id(raw: Mapping[str, Any]) -> str:
    """Return a physical id for an event that was not even understood: the one it has, or one of no job."""
    logical_id = raw["LogicalResourceId"]
    return raw.get("PhysicalResourceId") or names.run_name(logical_id, raw["StackId"], logical_id, raw["RequestId"])
