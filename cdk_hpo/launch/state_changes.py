"""Rules for what becomes of tuning jobs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch

_SOURCE, _DETAIL_TYPE = "aws.sagemaker", "SageMaker HyperParameter Tuning Job State Change"


class RuleOptions(TypedDict, total=False):
    """As in ``OnEventOptions`` of ``aws_cdk.aws_events``."""

    target: events.IRuleTarget
    cross_stack_scope: Construct
    description: str
    event_pattern: events.EventPattern
    rule_name: str


class StateChanges:
    """What a launcher offers to those who want to know of its jobs' states; nothing is created unless asked for.

    SageMaker tells EventBridge of each change of state, now and then more than once.
    https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    """

    #: The names of the jobs, as EventBridge matches them; none where nobody can tell.
    _event_names: Sequence[Any]

    def on_state_change(
        self, id: str, *, statuses: Sequence[str] | None = None, **options: Unpack[RuleOptions]
    ) -> events.Rule:
        """Make a rule for changes of a job's state.

        Parameters
        ----------
        id : str
            The rule's construct id.
        statuses : sequence of str, optional
            The states that matter: ``InProgress``, ``Completed``, ``Failed``, ``Stopping``, ``Stopped``;
            all by default.
        **options
            ``target``, ``description``, ``event_pattern``, ``rule_name`` and ``cross_stack_scope``, as in
            ``OnEventOptions`` of ``aws_cdk.aws_events``. More targets are added with ``add_target``. A pattern may
            narrow the rule by what is not set here.

        Raises
        ------
        ValueError
            When the name of a workflow's job comes from its input, or ``event_pattern`` has what this method sets: of
            two lists for one field EventBridge would match either.

        Notes
        -----
        With generated names the rule is for all jobs whose names begin with the launcher's prefix, so that it is in
        force before a job starts, and still hears of one that has been replaced.
        """
        detail: dict[str, Any] = {"HyperParameterTuningJobName": list(self._event_names)}
        if statuses is not None:
            detail["HyperParameterTuningJobStatus"] = list(statuses)
        scope, rest = cast(Construct, self), cast(dict[str, Any], options)
        if not self._event_names:
            raise ValueError(f"{scope.node.path}: the job's name comes from the input, so no rule can be for its jobs")
        if wider := _set_twice(rest.get("event_pattern"), detail):
            raise ValueError(f"{scope.node.path}: event_pattern: {wider[0]} is set by this method, so leave it out")
        targets = [rest.pop("target")] if rest.get("target") is not None else None
        rule = events.Rule(scope, id, targets=targets, **rest)
        rule.add_event_pattern(source=[_SOURCE], detail_type=[_DETAIL_TYPE], detail=detail)
        return rule

    def on_completed(self, id: str, **options: Unpack[RuleOptions]) -> events.Rule:
        """Make a rule that fires when a job has completed (see `on_state_change`)."""
        return self.on_state_change(id, statuses=["Completed"], **options)

    def on_failed(self, id: str, **options: Unpack[RuleOptions]) -> events.Rule:
        """Make a rule that fires when a job has failed (see `on_state_change`)."""
        return self.on_state_change(id, statuses=["Failed"], **options)

    def on_stopped(self, id: str, **options: Unpack[RuleOptions]) -> events.Rule:
        """Make a rule that fires when a job has been stopped (see `on_state_change`)."""
        return self.on_state_change(id, statuses=["Stopped"], **options)

    def metric_failed_jobs(self, *, period: Duration | None = None) -> "cloudwatch.Metric":
        """Return the metric of jobs that have failed; `TuningAlarms` makes alarms of it.

        Parameters
        ----------
        period : Duration, optional
            Over what they are counted; five minutes by default.

        Raises
        ------
        ValueError
            When the name of a workflow's job comes from its input.

        Notes
        -----
        EventBridge counts what a rule matches: the first call makes the rule, which needs no target.
        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
        """
        from cdk_hpo.launch.alarms import state_change_metric

        return state_change_metric(self, "Failed", period)


def _set_twice(pattern: Any, detail: Mapping[str, Any]) -> list[str]:
    """Return the fields of a pattern that a rule sets itself."""

    def given(name: str) -> Any:
        return pattern.get(name) if isinstance(pattern, Mapping) else getattr(pattern, name, None)

    own = [name for name in ("source", "detail_type") if given(name) is not None]
    return own + [f"detail.{name}" for name in detail if name in (given("detail") or {})]


def launchers_of(path: str, given: object) -> list[StateChanges]:
    """Return the launchers that somebody wants to watch.

    Raises
    ------
    TypeError
        When it is no list of them.
    """
    if isinstance(given, StateChanges) or not isinstance(given, Sequence) or isinstance(given, str):
        kind = type(given).__name__
        hint = ": put it into [ ]" * isinstance(given, StateChanges)
        raise TypeError(f"{path}: launchers: expected a list such as [job], got {kind}{hint}")
    return [launcher_of(f"{path}: launchers: item {index}", each) for index, each in enumerate(given)]


def launcher_of(path: str, given: object) -> StateChanges:
    """Return a launcher.

    Raises
    ------
    TypeError
        When it is none.
    """
    if not isinstance(given, StateChanges):
        raise TypeError(
            f"{path}: expected a job, task, schedule or fleet of this library, got {type(given).__name__}: an existing "
            "job is HyperParameterTuningJob.from_tuning_job_name(…)"
        )
    return given
