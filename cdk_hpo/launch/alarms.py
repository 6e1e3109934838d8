"""Metrics and alarms for tuning jobs that fail, and for launches that do."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from constructs import Construct

from cdk_hpo.access.option_problems import path_of
from cdk_hpo.launch.reference import IHyperParameterTuningJob
from cdk_hpo.launch.state_changes import StateChanges, launchers_of


def state_change_metric(launcher: StateChanges, status: str, period: Duration | None = None) -> cloudwatch.Metric:
    """Return how often jobs have come to a state: EventBridge counts what a rule matches, also one without a target.

    The rule is made when it is asked for the first time.
    """
    id, scope = f"{status}Jobs", cast(Construct, launcher)
    found = scope.node.try_find_child(id)
    rule = cast(events.Rule, found) if found is not None else launcher.on_state_change(id, statuses=[status])
    return cloudwatch.Metric(
        namespace="AWS/Events",
        metric_name="TriggeredRules",
        dimensions_map={"RuleName": rule.rule_name},
        statistic="Sum",
        period=period or Duration.minutes(5),
    )


def launch_failure_metric(launcher: StateChanges, period: Duration | None = None) -> cloudwatch.Metric | None:
    """Return how often a launcher has failed; of a state nobody but its workflow knows."""
    of: Any = launcher
    if hasattr(of, "metric_failures"):
        metric = of.metric_failures(period=period)
    elif hasattr(of, "state_machine"):
        metric = of.state_machine.metric_failed(period=period)
    else:
        return None
    return cast(cloudwatch.Metric, metric)


class TuningAlarms(Construct):
    """Alarms for tuning jobs that have failed, and for launches that have.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id.
    launchers : sequence of HyperParameterTuningJob, TuningSchedule, TuningFleet or HyperParameterTuningTask
        Whose jobs they are. Of a task there is an alarm for jobs only: the workflow around it has metrics of its own.
    actions : sequence of IAlarmAction, optional
        What happens when an alarm goes off, such as ``SnsAction(topic)`` of ``aws_cdk.aws_cloudwatch_actions``.
    period : Duration, optional
        Over what failures are counted; five minutes by default. One is enough.

    Raises
    ------
    ValueError
        When the name of a workflow's job comes from its input.

    Notes
    -----
    A launch fails when a deployment could not create, replace or stop a job; of a schedule or a fleet, when its
    workflow failed, be it that a job could not be started or that one did not complete.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        launchers: Sequence[StateChanges | IHyperParameterTuningJob],
        *,
        actions: Sequence[cloudwatch.IAlarmAction] = (),
        period: Duration | None = None,
    ) -> None:
        watched = launchers_of(path_of(scope, id), launchers)
        super().__init__(scope, id)
        #: The alarms, two for each launcher, or one for a task.
        self.alarms: list[cloudwatch.Alarm] = []
        for launcher, name in _named(watched):
            failed, path = state_change_metric(launcher, "Failed", period), cast(Construct, launcher).node.path
            self._add(f"{name}FailedJobs", failed, f"{path}: a tuning job has failed")
            launches = launch_failure_metric(launcher, period)
            if launches is not None:
                self._add(f"{name}FailedLaunches", launches, f"{path}: a launch of a tuning job has failed")
        for alarm in self.alarms:
            alarm.add_alarm_action(*actions)

    def _add(self, id: str, metric: cloudwatch.Metric, what: str) -> None:
        alarm = metric.create_alarm(
            self,
            id,
            alarm_description=what,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            # Where nothing fails there are no values at all.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        self.alarms.append(alarm)


def _named(launchers: Sequence[StateChanges]) -> list[tuple[StateChanges, str]]:
    """Return launchers with what the ids of their alarms begin with: the path, and more where two read the same."""
    nodes = [cast(Construct, each).node for each in launchers]
    names = [node.path.replace("/", "") for node in nodes]
    often = Counter(names)
    return [
        (launcher, name if often[name] == 1 else name + str(node.addr))
        for launcher, name, node in zip(launchers, names, nodes, strict=True)
    ]
