"""What tuning jobs are doing, at a glance."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cdk_hpo.access.option_problems import path_of
from cdk_hpo.launch.alarms import launch_failure_metric, state_change_metric
from cdk_hpo.launch.function import TuningJobFunction
from cdk_hpo.launch.reference import IHyperParameterTuningJob
from cdk_hpo.launch.state_changes import StateChanges, launchers_of

_STATES = ("InProgress", "Completed", "Failed", "Stopped")
_NAMESPACE = "/aws/sagemaker/TrainingJobs"
_WIDTH = 24


class TuningDashboard(cloudwatch.Dashboard):
    """A dashboard of CloudWatch for tuning jobs.

    For each launcher: how many jobs came to which state, how many instances train, the objective of each training job
    so far, launches that failed, and links to jobs and logs. Widgets can be added as to any dashboard.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id.
    launchers : sequence of HyperParameterTuningJob, TuningSchedule, TuningFleet or HyperParameterTuningTask
        Whose jobs are shown.
    dashboard_name : str, optional
        The dashboard's name; CloudFormation makes one by default.
    default_interval : Duration, optional
        The time that is shown at first; a day by default.

    Raises
    ------
    ValueError
        When the name of a workflow's job comes from its input.

    Notes
    -----
    Training jobs are found by the words of the launcher's prefix, so that jobs with the same words in their names are
    shown, too, and by what they reported within two weeks. For the states, rules without targets are made.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        launchers: Sequence[StateChanges | IHyperParameterTuningJob],
        *,
        dashboard_name: str | None = None,
        default_interval: Duration | None = None,
    ) -> None:
        shown = launchers_of(path_of(scope, id), launchers)
        super().__init__(
            scope, id, dashboard_name=dashboard_name, default_interval=default_interval or Duration.days(1)
        )
        for launcher in shown:
            self._show(launcher)

    def _show(self, launcher: StateChanges) -> None:
        hour = Duration.hours(1)
        states = [state_change_metric(launcher, status, hour).with_(label=status) for status in _STATES]
        failures = launch_failure_metric(launcher, hour)
        words = _words(launcher)
        running = _search("Host", "CPUUtilization", "SampleCount", words)
        graphs = {
            # Each instance reports once a minute.
            "Training instances": _found(f"SUM({running})", "running"),
            **({} if failures is None else {"Failed launches": failures}),
        }
        width = _WIDTH // (1 + len(graphs))
        self.add_widgets(cloudwatch.TextWidget(markdown=_links(launcher, words), width=_WIDTH, height=2))
        self.add_widgets(
            cloudwatch.SingleValueWidget(
                title="Tuning jobs that came to a state",
                metrics=states,
                set_period_to_time_range=True,
                width=width,
                height=6,
            ),
            *(cloudwatch.GraphWidget(title=title, left=[each], width=width) for title, each in graphs.items()),
        )
        for metric in _objectives(launcher):
            found = _found(_search("TrainingJobName", metric, "Average", words), "")
            self.add_widgets(cloudwatch.GraphWidget(title=f"Objective: {metric}", left=[found], width=_WIDTH))


def _found(expression: str, label: str) -> Any:
    return cloudwatch.MathExpression(expression=expression, using_metrics={}, label=label, period=Duration.minutes(1))


def _search(dimension: str, metric: str, statistic: str, words: str) -> str:
    return f"SEARCH('{{\"{_NAMESPACE}\",{dimension}}} MetricName=\"{metric}\" {dimension}={words}', '{statistic}', 60)"


def _words(launcher: StateChanges) -> str:
    """Return how the names of a launcher's jobs begin."""
    (name,) = launcher._event_names
    return str(name["prefix"].rstrip("-") if isinstance(name, dict) else name)


def _objectives(launcher: StateChanges) -> list[str]:
    """Return the metrics that decide; of a job that was made elsewhere they are not known."""
    definition: Any = getattr(launcher, "definition", None)
    if definition is None:
        return []
    objectives = [definition.objective, *(job.objective for job in definition.training_jobs)]
    return list(dict.fromkeys(each.metric_name for each in objectives if each is not None))


def _links(launcher: StateChanges, words: str) -> str:
    links = " · ".join(f"[{text}]({address})" for text, address in _addresses(launcher, words))
    return f"## {cast(Construct, launcher).node.path}\n{links}"


def _addresses(launcher: StateChanges, words: str) -> Iterator[tuple[str, str]]:
    of: Any = launcher
    region = Stack.of(of).region
    console = f"https://{region}.console.aws.amazon.com"
    yield "Tuning jobs", f"{console}/sagemaker/home?region={region}#/hyper-tuning-jobs"
    group = _NAMESPACE.replace("/", "$252F")
    yield "Logs of training jobs", f"#logsV2:log-groups/log-group/{group}$3FlogStreamNameFilter$3D{words}"
    if hasattr(of, "metric_failures"):
        log = TuningJobFunction.of(of)._log_group.ref
        yield "Log of the function", f"#logsV2:log-groups/log-group/{log}"
    elif hasattr(of, "state_machine"):
        arn = of.state_machine.state_machine_arn
        yield "Runs", f"{console}/states/home?region={region}#/statemachines/view/{arn}"
