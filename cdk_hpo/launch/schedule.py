"""A tuning job that runs again and again."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_kms import IKeyRef
from constructs import Construct

from cdk_hpo.access.option_problems import path_of
from cdk_hpo.access.partition import Place
from cdk_hpo.definition._shown import quoted, shown
from cdk_hpo.definition._tokens import attribute, is_unknown
from cdk_hpo.definition.enums import WarmStartType
from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.definition.warm_start import WarmStart
from cdk_hpo.launch.acknowledged import Acknowledged
from cdk_hpo.launch.asked import expressions
from cdk_hpo.launch.checked import Checked
from cdk_hpo.launch.cost import MaxCost, bound
from cdk_hpo.launch.images import addresses_to_check
from cdk_hpo.launch.naming import name_prefix, names_in_events
from cdk_hpo.launch.options import Concurrency, choice, refuse_other_times, refuse_text
from cdk_hpo.launch.steps import UNCHANGED, look_for_jobs, names_with
from cdk_hpo.launch.task_runner import TaskRunner
from cdk_hpo.launch.time_limit import RunTask, TimeLimit, failed
from cdk_hpo.launch.turns import Turns
from cdk_hpo.launch.workflow import acknowledge_workflow, new_workflow

_JSONATA = sfn.QueryLanguage.JSONATA
#: What stands for the input of an execution; a schedule gives it none.
_INPUT = re.compile(r"\$states\.(input|context\.Execution\.Input)\b")
#: What a schedule of Scheduler looks like.
_EXPRESSION = re.compile(r"(at|cron|rate)\(.{1,200}\)")
#: What Step Functions calls errors of SageMaker, a refused request among them, and a parent that is gone.
_REFUSED = ["SageMaker.AmazonSageMakerException", "SageMaker.ResourceNotFoundException"]


class TuningSchedule(TaskRunner, Construct):
    """A hyperparameter tuning job that is started by a schedule, each time under a new name.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id.
    definition : TuningJobDefinition
        The job, without a name.
    schedule : ScheduleExpression
        When to run: ``ScheduleExpression.rate(…)``, ``.cron(…)``, ``.at(…)``, with a time zone if wanted.
    role : IRoleRef, optional
        The execution role of training jobs that have none of their own; one is made by default.
    concurrency : Concurrency, optional
        What happens when the run before still goes on, or its job is still being stopped: ``SKIP`` (default),
        ``QUEUE`` or ``ALLOW``. Scheduler may deliver twice, so ``ALLOW`` may run a job twice. The other two need a
        small table. Runs that queue look again after pauses that grow from a minute to half an hour, for a month at
        most, and in no order.
    warm_start : WarmStartType, optional
        Start each run from the results of the last one that completed. Not by default. Where SageMaker refuses that
        (the definition has changed so much that the last one is no parent for it), the run starts without.
    time_window : TimeWindow, optional
        ``TimeWindow.flexible(…)`` spreads runs; off by default.
    enabled : bool, optional
        Whether the schedule runs. True by default.
    dead_letter_queue : IQueue, optional
        Where invocations go that Scheduler could not deliver.
    retry_attempts : int, optional
        How often Scheduler tries again, 0 to 185, which is its default.
    max_event_age : Duration, optional
        How long Scheduler tries, a minute to 24 hours, which is its default.
    run_timeout : Duration, optional
        After what time a run is given up and its job stopped; the definition's own limits by default.
    tuning_job_name_prefix : str, optional
        The beginning of the jobs' names, up to 18 lower-case letters, digits and hyphens; from the construct's path by
        default.
    acknowledged_rules : mapping of str to str, optional
        Rules of the checks that are not to stand in the way, by id, each with the reason.
    encryption_key : IKeyRef, optional
        One KMS key for everything that the training jobs store.
    max_cost : MaxCost, optional
        A ceiling for what the instances of a run can cost by the job's limits: a definition that may exceed it is
        refused. The bound is shown when the app is synthesized.
    description : str, optional
        Shown with the schedule.
    logs : LogOptions, optional
        Writes the events of the workflow to a log. Not by default: Step Functions itself keeps them for 90 days.
    tracing_enabled : bool, optional
        Whether AWS X-Ray traces the workflow. Not by default.

    Raises
    ------
    ValidationError
        When the service would refuse the definition.
    TypeError
        When the schedule is no expression, or a time no `Duration`.
    ValueError
        When the definition has a name or asks for an input, an option is outside its choices, or a run may cost more
        than ``max_cost``.

    Notes
    -----
    https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        definition: TuningJobDefinition,
        *,
        schedule: scheduler.ScheduleExpression,
        role: IRoleRef | None = None,
        concurrency: Concurrency = Concurrency.SKIP,
        warm_start: WarmStartType | None = None,
        time_window: scheduler.TimeWindow | None = None,
        enabled: bool = True,
        dead_letter_queue: sqs.IQueue | None = None,
        retry_attempts: int | None = None,
        max_event_age: Duration | None = None,
        run_timeout: Duration | None = None,
        tuning_job_name_prefix: str | None = None,
        acknowledged_rules: Mapping[str, str] | None = None,
        encryption_key: IKeyRef | None = None,
        max_cost: MaxCost | None = None,
        description: str | None = None,
        logs: sfn.LogOptions | None = None,
        tracing_enabled: bool | None = None,
    ) -> None:
        path = path_of(scope, id)
        concurrency = choice(Concurrency, "concurrency", concurrency)
        _refuse_no_expression(path, schedule)
        refuse_text(path, role=role, encryption_key=encryption_key)
        refuse_other_times(path, max_event_age=max_event_age, run_timeout=run_timeout)
        prefix = name_prefix(path, tuning_job_name_prefix)
        # Before this construct exists, so that nothing half-made stays behind.
        checked = Checked.at(scope, id, definition, Acknowledged(acknowledged_rules))
        request = checked.request(addresses_to_check(Place.of(Stack.of(scope))))
        checked.warnings(request)
        _refuse_one_run(path, definition, warm_start)
        _refuse_input(path, expressions(Stack.of(scope), request))
        bound(max_cost, path, definition)
        super().__init__(scope, id)
        self._event_names = names_in_events(prefix, None)
        options: dict[str, Any] = {
            "query_language": _JSONATA,
            "tuning_job_name_prefix": prefix,
            "acknowledged_rules": acknowledged_rules,
            "encryption_key": encryption_key,
            "task_timeout": None if run_timeout is None else sfn.Timeout.duration(run_timeout),
        }
        #: The state that runs the job; with ``warm_start``, the one for a run without a predecessor.
        self.task = tune = RunTask(self, "Tune", definition, role=role, max_cost=max_cost, **options)
        first, tasks = (tune, [tune]) if warm_start is None else self._warmly(tune, warm_start, prefix, options)
        turns = None
        if concurrency is not Concurrency.ALLOW:
            turns = Turns(self, "Turns", prefix, waits=concurrency is Concurrency.QUEUE)
        if run_timeout is not None:
            after = failed(self, "Given up") if turns is None else turns.give_back
            first = TimeLimit(self, "Limit", prefix).around(first, tasks, after)
        if turns is not None:
            first = turns.around(first, tasks)
        #: The workflow of one run.
        self.state_machine = new_workflow(self, first, logs=logs, tracing_enabled=tracing_enabled)
        if warm_start is not None or turns is not None or run_timeout is not None:
            # IAM knows no narrower resource for a list.
            look = iam.PolicyStatement(actions=["sagemaker:ListHyperParameterTuningJobs"], resources=["*"])
            self.state_machine.add_to_role_policy(look)
        #: The schedule itself.
        self.schedule = scheduler.Schedule(
            self,
            "Schedule",
            schedule=schedule,
            target=targets.StepFunctionsStartExecution(
                self.state_machine,
                dead_letter_queue=dead_letter_queue,
                retry_attempts=retry_attempts,
                max_event_age=max_event_age,
            ),
            time_window=time_window,
            enabled=enabled,
            description=description,
        )
        looks = [] if turns is None else [turns.grant(self.state_machine)]
        self.schedule.node.add_dependency(*looks)
        acknowledge_workflow(self.state_machine, *looks)

    def _warmly(
        self, tune: RunTask, type: WarmStartType, prefix: str, options: Mapping[str, Any]
    ) -> tuple[sfn.IChainable, Sequence[RunTask]]:
        """Return the states that look for the last good run and start from it, if there is one that fits."""
        definition = dataclasses.replace(tune.definition, warm_start=WarmStart(["{% $parent %}"], type=type))
        warm = RunTask(self, "Tune from the last", definition, **options)
        # A parent that the definition has left behind would be refused again at every run.
        warm.add_catch(tune, errors=_REFUSED, outputs=UNCHANGED)
        latest = f"{{% ( $names := {names_with(prefix)}; $exists($names) ? $names[0] : '' ) %}}"
        find = look_for_jobs(
            self, "Find the last good run", contained=f"{prefix}-", status="Completed", assign={"parent": latest}
        )
        choose = sfn.Choice(self, "Is there one").when(sfn.Condition.jsonata("{% $parent != '' %}"), warm)
        find.next(choose.otherwise(tune))
        return find, [tune, warm]


def _refuse_no_expression(path: str, schedule: Any) -> None:
    """Refuse what people have at hand instead: text, a `Duration`, or a schedule of another service."""
    if isinstance(schedule, scheduler.ScheduleExpression):
        return
    given, advice = shown(schedule), "rate(Duration.days(1)), for example"
    text = schedule if isinstance(schedule, str) else attribute(schedule, "expression_string")
    if isinstance(schedule, Duration):
        advice = "rate(…) around it"
    elif isinstance(text, str):
        given = given if text is schedule else "a Schedule of another module"
        # That of Auto Scaling has neither the word nor the year, and a token cannot be pasted.
        advice = f"expression({quoted(text, len(text))})" if _EXPRESSION.fullmatch(text) else "cron(…) or .rate(…)"
        advice = "expression(…) around it" if is_unknown(text) else advice
    raise TypeError(
        f"{path}: schedule: expected a ScheduleExpression of aws_scheduler, got {given}: "
        f"write ScheduleExpression.{advice}"
    )


def _refuse_one_run(path: str, definition: TuningJobDefinition, warm_start: WarmStartType | None) -> None:
    if definition.name is not None:
        raise ValueError(f"{path}: a scheduled job has a new name each time: leave the definition's name out")
    if warm_start is not None and definition.warm_start is not None:
        raise ValueError(f"{path}: the definition has parents of its own: leave them out, or leave warm_start out")


def _refuse_input(path: str, asked: Sequence[str]) -> None:
    for each in asked:
        if _INPUT.search(each):
            raise ValueError(f"{path}: the definition asks for an input, which a schedule does not have: {each!r}")
