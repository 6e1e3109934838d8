"""What becomes of a tuning job's best model."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from cdk_hpo.access.model_role import create_model_role, model_statements
from cdk_hpo.access.option_problems import path_of, refuse_if_any
from cdk_hpo.access.partition import Place
from cdk_hpo.access.run_time import comes_later
from cdk_hpo.access.statements import Statement
from cdk_hpo.access.task_role import passing, tagging_at_creation, tuning_jobs
from cdk_hpo.checks.unknown import is_unknown
from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.request_parts import definitions_of
from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.launch import best_model_options as options
from cdk_hpo.launch import best_model_states as states
from cdk_hpo.launch.options import ApprovalStatus, choice
from cdk_hpo.launch.reference import IHyperParameterTuningJob
from cdk_hpo.launch.state_changes import StateChanges, launcher_of
from cdk_hpo.launch.workflow import acknowledge_workflow, new_workflow

if TYPE_CHECKING:
    from aws_cdk import aws_sagemaker as sagemaker

_JSONATA = sfn.QueryLanguage.JSONATA


class BestModel(sfn.StateMachineFragment):
    """States that promote the best model of a tuning job, if it is good enough.

    They look at the tuning job, compare its best objective value, and then make a SageMaker model, register a version
    in a model package group, write a parameter, or several of these. Put them after a `HyperParameterTuningTask`, or
    let `run_on_completion` start them whenever a job of a launcher has completed.

    The data of the workflow go through, with a member ``BestModel`` added: ``Promoted`` (true or false), ``Reason``
    (why not), ``TuningJobName``, ``TrainingJobName``, ``MetricName``, ``Objective``, ``HyperParameters`` (the tuned
    ones), and of what is promoted ``ModelArtifact``, ``Container``, ``ModelName`` and ``ModelPackageArn``.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id, which the names of the states begin with; up to 55 characters, since a state's name has
        room for 80.
    launcher : HyperParameterTuningTask, HyperParameterTuningJob, TuningSchedule or TuningFleet
        Whose tuning jobs they are. Permissions are for these jobs alone.
    tuning_job_name : str, optional
        Where the name is, in JSONata; ``"{% $states.input.HyperParameterTuningJobName %}"`` by default, which fits
        what a task puts out and the details of an event.
    threshold : float, optional
        A value that the objective must beat, by being larger or smaller as the objective says; equal does not do.
    parameter_name : str, optional
        A parameter of Systems Manager that remembers what is in production, as JSON. The objective must beat what is
        there, and is then written, with names and tuned hyperparameters; a parameter that is not there yet does not
        stand in the way. It is plain text (``String``), since tuned hyperparameters are no secrets. 1 to 1,011 letters,
        digits and ``. _ - /``, with a slash in front where there is one, not beginning with ``aws`` or ``ssm``.
    create_model : bool, optional
        Make a SageMaker model, named like the winning training job. By default unless ``model_package_group`` is given.
    role : IRoleRef, optional
        The role of that model. By default one is made that may read the launcher's output and pull the image.
    tags : mapping of str to str, optional
        Tags of that model.
    image : str, optional
        The address of the image that serves the model; the winner's training image by default, which fits built-in
        algorithms, but not the training images of frameworks.
    environment : mapping of str to str, optional
        Environment variables of that container.
    model_package_group : str or CfnModelPackageGroup, optional
        A group of the model registry, or its name (not its ARN), in which to register the model; it is in the account
        and the region of the workflow.
    approval_status : ApprovalStatus, optional
        ``PENDING_MANUAL_APPROVAL`` (default) or ``APPROVED``.
    content_types, response_types : sequence of str, optional
        What the registered model takes and returns, as MIME types such as ``text/csv``.

    Raises
    ------
    ValueError
        When nothing is to be done, an option is outside its choices or limits or has no use, or an image or a role is
        needed.

    Notes
    -----
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html

    Two jobs that complete at the same moment are compared with the same parameter, and the one that writes last stays,
    even if it is the worse of the two: let one job run at a time (``Concurrency.QUEUE``) where that matters.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        launcher: StateChanges | IHyperParameterTuningJob,
        *,
        tuning_job_name: str = "{% $states.input.HyperParameterTuningJobName %}",
        threshold: float | None = None,
        parameter_name: str | None = None,
        create_model: bool | None = None,
        role: IRoleRef | None = None,
        tags: Mapping[str, str] | None = None,
        image: str | None = None,
        environment: Mapping[str, str] | None = None,
        model_package_group: "str | sagemaker.CfnModelPackageGroup | None" = None,
        approval_status: ApprovalStatus = ApprovalStatus.PENDING_MANUAL_APPROVAL,
        content_types: Sequence[str] | None = None,
        response_types: Sequence[str] | None = None,
    ) -> None:
        watched = launcher_of(f"{path_of(scope, id)}: launcher", launcher)
        creates = model_package_group is None if create_model is None else create_model
        registers = model_package_group is not None
        approval = choice(ApprovalStatus, "approval_status", approval_status)
        definition: TuningJobDefinition | None = getattr(launcher, "definition", None)
        request = _request(launcher)
        group = None if model_package_group is None else _name_of(model_package_group)
        problems = [
            *options.id_problems(id),
            *options.number_problems(threshold),
            *options.name_problems(parameter_name),
            *options.group_problems(group),
            *options.use_problems(creates, registers, role, tags, content_types, response_types, parameter_name),
        ]
        if image is None and (creates or registers) and not _all_have_images(request):
            problems.append("image: not all training jobs have an image of which this app knows: give one")
        needed: list[Statement] = []
        if creates and role is None:
            if definition is not None and request is not None:
                needed = model_statements(definition, request, image, Place.of(Stack.of(scope)))
            if not needed or any(comes_later(name) for each in needed for name in each.resources):
                problems.append("role: this app does not know what the model has to read: give a role")
        refuse_if_any(scope, id, problems)
        super().__init__(scope, id)
        self._launcher, self._place = watched, Place.of(Stack.of(self))
        self._names = _names(self._launcher)
        promoted = sfn.Pass.jsonata(self, "Promoted", query_language=_JSONATA, outputs=_known("'Promoted': true"))
        refused = sfn.Pass.jsonata(self, "Not promoted", query_language=_JSONATA, outputs=_known("'Promoted': false"))
        first = self._describe_tuning_job(tuning_job_name)
        steps: list[tasks.CallAwsService] = [self._describe_training_job(image, environment)]
        #: The role of the model; ``None`` when none is made.
        self.role: iam.IRole | IRoleRef | None = None
        if creates:
            self.role = made = role or create_model_role(self, "Role", needed)
            steps.append(self._create_model(str(reference(made, "role_arn", "role_ref.role_arn")), tags))
        if group is not None:
            steps.append(self._register(group, approval, _listed(content_types), _listed(response_types)))
        if parameter_name is not None:
            steps.append(self._write(parameter_name))
        better = self._compare(threshold, parameter_name, steps[0], refused)
        if parameter_name is None:
            first.next(better)
        else:
            look = self._look(parameter_name)
            first.next(look.next(better))
            look.add_catch(better, errors=["Ssm.ParameterNotFoundException"], outputs="{% $states.input %}")
        for step, following in zip(steps, [*steps[1:], promoted], strict=True):
            step.next(following)
            if step.node.id == _CREATE:
                step.add_catch(following, errors=["SageMaker.SageMakerException"], outputs=states.ALREADY_MADE)
        self._start: sfn.State = first
        self._ends: list[sfn.INextable] = [promoted, refused]
        self.prefix_states()

    @property
    @jsii.member(jsii_name="startState")
    def start_state(self) -> sfn.State:
        """The state that looks at the tuning job."""
        return self._start

    @property
    @jsii.member(jsii_name="endStates")
    def end_states(self) -> list[sfn.INextable]:
        """The states at the end: promoted, and not promoted. What follows comes after both."""
        return self._ends

    def run_on_completion(
        self,
        *,
        dead_letter_queue: sqs.IQueue | None = None,
        logs: sfn.LogOptions | None = None,
        tracing_enabled: bool | None = None,
    ) -> sfn.StateMachine:
        """Run the states whenever a tuning job of the launcher has completed; return the state machine.

        Parameters
        ----------
        dead_letter_queue : IQueue, optional
            Where events go by which EventBridge could not start it.
        logs : LogOptions, optional
            Writes the events of the state machine to a log. Not by default: Step Functions keeps them for 90 days.
        tracing_enabled : bool, optional
            Whether AWS X-Ray traces the state machine. Not by default.

        Raises
        ------
        ValueError
            When the name of a workflow's job comes from its input.
        """
        machine = new_workflow(self, self, logs=logs, tracing_enabled=tracing_enabled)
        acknowledge_workflow(machine)
        target = targets.SfnStateMachine(
            machine, input=events.RuleTargetInput.from_event_path("$.detail"), dead_letter_queue=dead_letter_queue
        )
        # The rule is the launcher's, which may have one of another promotion with this one's id.
        id, taken = f"{self.node.id}OnCompletion", cast(Construct, self._launcher).node.try_find_child
        self._launcher.on_completed(id if taken(id) is None else f"{id}{self.node.addr}", target=target)
        return machine

    # -- the states ------------------------------------------------------------------------------------------------

    def _describe_tuning_job(self, name: str) -> tasks.CallAwsService:
        return self._call(
            "Describe the tuning job",
            "sagemaker:DescribeHyperParameterTuningJob",
            [tuning_jobs(self._place, self._names)],
            {"HyperParameterTuningJobName": name},
            states.CANDIDATE,
        )

    def _look(self, parameter: str) -> tasks.CallAwsService:
        return self._call(
            "Look at production",
            "ssm:GetParameter",
            [self._parameter(parameter)],
            {"Name": parameter},
            states.PRODUCTION,
        )

    def _compare(
        self, threshold: float | None, parameter: str | None, better: sfn.IChainable, refused: sfn.IChainable
    ) -> sfn.Choice:
        compare = sfn.Choice.jsonata(self, "Is it better", query_language=_JSONATA)
        for condition, reason in states.reasons(threshold, production=parameter is not None):
            because = _known(f"'Reason': {reason}")
            compare.when(sfn.Condition.jsonata(states.expression(condition)), refused, outputs=because)
        return compare.otherwise(better)

    def _describe_training_job(self, image: str | None, environment: Mapping[str, str] | None) -> tasks.CallAwsService:
        return self._call(
            "Describe the winner",
            "sagemaker:DescribeTrainingJob",
            [self._place.arn("sagemaker", f"training-job/{_below(self._names)}")],
            {"TrainingJobName": states.of_it("TrainingJobName")},
            states.winner(image, environment),
        )

    def _create_model(self, role_arn: str, tags: Mapping[str, str] | None) -> tasks.CallAwsService:
        models = [self._place.arn("sagemaker", f"model/{_below(self._names)}")]
        return self._call(
            _CREATE,
            "sagemaker:CreateModel",
            models,
            states.model(role_arn, tags),
            _known(states.MODEL_NAME),
            [passing([role_arn]), *([tagging_at_creation(models)] if tags else [])],
        )

    def _register(
        self, group: str, approval: str, content_types: list[str] | None, response_types: list[str] | None
    ) -> tasks.CallAwsService:
        known = group if is_unknown(group) else group.lower()
        return self._call(
            "Register the model",
            "sagemaker:CreateModelPackage",
            # A version stands below its group, and IAM knows both, in lower case.
            [
                self._place.arn("sagemaker", each)
                for each in (f"model-package-group/{known}", f"model-package/{known}/*")
            ],
            states.model_package(group, approval, content_types, response_types),
            _known("'ModelPackageArn': $states.result.ModelPackageArn"),
        )

    def _write(self, parameter: str) -> tasks.CallAwsService:
        request = {
            "Name": parameter,
            "Value": states.RECORD,
            "Type": "String",
            # Up to 4 KB are free; more than that is kept, too.
            "Tier": "Intelligent-Tiering",
            "Overwrite": True,
        }
        return self._call(
            "Write the parameter", "ssm:PutParameter", [self._parameter(parameter)], request, "{% $states.input %}"
        )

    def _parameter(self, name: str) -> str:
        return self._place.arn("ssm", f"parameter/{name.removeprefix('/')}")

    def _call(
        self,
        id: str,
        action: str,
        resources: list[str],
        request: dict[str, Any],
        outputs: str,
        statements: list[iam.PolicyStatement] | None = None,
    ) -> tasks.CallAwsService:
        service, operation = action.split(":")
        task = tasks.CallAwsService.jsonata(
            self,
            id,
            service=service,
            action=operation[0].lower() + operation[1:],
            parameters=request,
            iam_action=action,
            iam_resources=resources,
            additional_iam_statements=statements,
            query_language=_JSONATA,
            outputs=outputs,
        )
        # All errors of a service have one name, so that a refused request is sent again as well.
        task.add_retry(
            errors=_PASSING[service],
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=4,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return task


_CREATE = "Create the model"
_PASSING = {
    "sagemaker": ["SageMaker.SageMakerException", "SageMaker.SdkClientException"],
    "ssm": [
        "Ssm.SsmException",
        "Ssm.InternalServerErrorException",
        "Ssm.TooManyUpdatesException",
        "Ssm.SdkClientException",
    ],
}
_known = states.known_more


def _listed(given: Sequence[str] | None) -> list[str] | None:
    return None if given is None else list(given)


def _name_of(group: "str | sagemaker.CfnModelPackageGroup") -> str:
    return group if isinstance(group, str) else group.model_package_group_name


def _names(launcher: StateChanges) -> str:
    """Return the pattern of a launcher's names, as ARNs have them."""
    for name in launcher._event_names:
        if isinstance(name, dict):
            return f"{name['prefix']}*"
        return "*" if is_unknown(name) else str(name).lower()
    return "*"


def _below(names: str) -> str:
    """Return the pattern of the names of the training jobs: the tuning job's, and more."""
    return names if names.endswith("*") else f"{names}-*"


def _request(launcher: Any) -> dict[str, Any] | None:
    request: dict[str, Any] | None = getattr(getattr(launcher, "task", launcher), "request", None)
    return request


def _all_have_images(request: dict[str, Any] | None) -> bool:
    # Of a job that was made elsewhere nothing is known; it tells when it is looked at.
    parts = [] if request is None else definitions_of(request)
    return all("TrainingImage" in part["AlgorithmSpecification"] for part in parts)
