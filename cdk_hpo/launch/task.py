"""A tuning job as a state of a Step Functions workflow."""

from collections.abc import Mapping
from typing import Any, cast

import jsii
from aws_cdk import Annotations, Duration, IStableStringProducer, ITaggableV2, Lazy, Stack, TagManager
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_kms import IKeyRef
from constructs import Construct

from cdk_hpo._remembered import remembered
from cdk_hpo.access.connections import connections_of
from cdk_hpo.access.option_problems import path_of
from cdk_hpo.access.partition import Place
from cdk_hpo.access.run_time import comes_later
from cdk_hpo.access.task_role import task_statements, tuning_jobs
from cdk_hpo.checks.unknown import is_unknown
from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.launch.acknowledged import Acknowledged
from cdk_hpo.launch.checked import Checked
from cdk_hpo.launch.cost import MaxCost, bound, tell
from cdk_hpo.launch.images import MappedAddresses, addresses_to_check, are_mapped
from cdk_hpo.launch.late import LateCheck, LateChecks, warn
from cdk_hpo.launch.naming import name_prefix, names_in_arns, names_in_events
from cdk_hpo.launch.options import refuse_text
from cdk_hpo.launch.roles import ExecutionRole, fill_roles
from cdk_hpo.launch.run_time import expressions, known_part, rendered, wrong_keys
from cdk_hpo.launch.state_changes import StateChanges
from cdk_hpo.launch.task_tags import TaskTags

_PATTERNS = (sfn.IntegrationPattern.RUN_JOB, sfn.IntegrationPattern.REQUEST_RESPONSE)
_ACTION, _WAITING = "createHyperParameterTuningJob", ".sync"
#: What the guide of Step Functions named as long as it said what its integration takes of this request.
_LISTED = {
    "HyperParameterTuningJobConfig",
    "HyperParameterTuningJobName",
    "Tags",
    "TrainingJobDefinition",
    "WarmStartConfig",
}


@jsii.implements(ec2.IConnectable, ITaggableV2)
class HyperParameterTuningTask(StateChanges, tasks.CallAwsService):
    """A Step Functions state that runs a hyperparameter tuning job.

    Any field of the definition may come from the state's input: with JSONPath as ``sfn.JsonPath.string_at("$.data")``,
    with JSONata as ``"{% $states.input.data %}"``, and for a number ``cdk.Token.as_number("{% $states.input.n %}")``.
    The checks judge what is known when the app is synthesized. Each time the state is entered, or tried again, a new
    job with a name of its own is made. The jobs get the definition's tags, and those of ``Tags.of``.

    Of the request, the guide of Step Functions once listed the name, the configuration, one training job definition,
    the warm start and the tags. Whether its integration takes several training job definitions or ``autotune`` no page
    says: with them a warning, ``cdk-hpo:step-functions-parameters``, asks to try it.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id, which is also the state's name.
    definition : TuningJobDefinition
        The job. Its name, if it has one, must come from the input or change otherwise: SageMaker takes a name once.
    role : IRoleRef, optional
        The execution role of training jobs that have none of their own. By default one is made that may do exactly
        what the definition needs, as far as that is known at synthesis.
    integration_pattern : IntegrationPattern, optional
        ``RUN_JOB`` (default) waits until the job has ended, and fails the state if it did not complete;
        ``REQUEST_RESPONSE`` goes on once the job runs.
    query_language : QueryLanguage, optional
        ``JSON_PATH`` (default) or ``JSONATA``; give it also where the state machine has it for all states. With
        JSONPath an expression of JSONata is refused: it would reach SageMaker as the text that it is.
    tuning_job_name_prefix : str, optional
        The beginning of the job's name, up to 18 lower-case letters, digits and hyphens; from the construct's path by
        default. 12 random characters follow.
    retry_on_service_exceptions : bool, optional
        Try again, with growing pauses, when SageMaker answers with an error of the service (throttling among them) or
        a quota of the account is used up. True by default. More can be added with ``add_retry``. For a quota it tries
        200 times, at most 15 minutes apart: one that stays used up costs about a day before the state fails, unless
        the ``timeout`` of the state machine ends it (``task_timeout`` counts anew for each try).
    acknowledged_rules : mapping of str to str, optional
        Rules of the checks that are not to stand in the way, by id, each with the reason.
    encryption_key : IKeyRef, optional
        One KMS key for everything that the training jobs store (see `TuningJobDefinition.with_encryption_key`).
    max_cost : MaxCost, optional
        A ceiling for what the instances of a run can cost by the job's limits: a definition that may exceed it is
        refused. The bound is shown when the app is synthesized.
    assign, comment, credentials, heartbeat_timeout, input_path, output_path, outputs : optional
        As of every task of ``aws_cdk.aws_stepfunctions_tasks``.
    result_path, result_selector, state_name, task_timeout : optional
        As of every task of ``aws_cdk.aws_stepfunctions_tasks``.

    Raises
    ------
    ValidationError
        When the service would refuse what is known of the definition.
    ValueError
        When an option is outside its choices, the job may cost more than ``max_cost``, or a field is an expression of
        JSONata and the query language is JSONPath.

    Notes
    -----
    https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        definition: TuningJobDefinition,
        *,
        role: IRoleRef | None = None,
        integration_pattern: sfn.IntegrationPattern = sfn.IntegrationPattern.RUN_JOB,
        query_language: sfn.QueryLanguage = sfn.QueryLanguage.JSON_PATH,
        tuning_job_name_prefix: str | None = None,
        retry_on_service_exceptions: bool = True,
        acknowledged_rules: Mapping[str, str] | None = None,
        encryption_key: IKeyRef | None = None,
        max_cost: MaxCost | None = None,
        assign: Mapping[str, Any] | None = None,
        comment: str | None = None,
        credentials: sfn.Credentials | None = None,
        heartbeat_timeout: sfn.Timeout | None = None,
        input_path: str | None = None,
        output_path: str | None = None,
        outputs: Any = None,
        result_path: str | None = None,
        result_selector: Mapping[str, Any] | None = None,
        state_name: str | None = None,
        task_timeout: sfn.Timeout | None = None,
    ) -> None:
        stack = Stack.of(scope)
        place = Place.of(stack)
        if integration_pattern not in _PATTERNS:
            raise ValueError(
                "integration_pattern: expected RUN_JOB or REQUEST_RESPONSE; tuning jobs know no task token"
            )
        refuse_text(path_of(scope, id), role=role, encryption_key=encryption_key)
        prefix = name_prefix(path_of(scope, id), tuning_job_name_prefix)
        if encryption_key is not None and isinstance(definition, TuningJobDefinition):
            definition = definition.with_encryption_key(encryption_key)
        checked = Checked.at(scope, id, definition, Acknowledged(acknowledged_rules))
        request = checked.request(addresses_to_check(place))
        warnings = checked.warnings(request)
        most = bound(max_cost, checked.construct_path, definition)
        if are_mapped(definition, place):
            request = checked.request(MappedAddresses(stack, place))
        own = _RoleArn()
        role_arns = fill_roles(request, Lazy.string(cast(IStableStringProducer, own)))
        name = request.pop("HyperParameterTuningJobName", None)
        request = {"HyperParameterTuningJobName": _name(prefix, query_language) if name is None else name, **request}
        if query_language is sfn.QueryLanguage.JSON_PATH and (wrong := wrong_keys(request)):
            raise ValueError(f"{path_of(scope, id)}: {wrong[0]} ends in '.$', which JSONPath would take for a path")
        if query_language is sfn.QueryLanguage.JSON_PATH and (found := expressions(request, stack.resolve)):
            raise ValueError(
                f"{path_of(scope, id)}: {found[0]} is an expression of JSONata, which JSONPath would hand on as it is: "
                "give query_language=sfn.QueryLanguage.JSONATA"
            )
        waits = integration_pattern is sfn.IntegrationPattern.RUN_JOB
        names = names_in_arns(prefix, name)
        statements = task_statements(place, names=names, role_arns=role_arns, waits=waits)
        self._tags = TaskTags(request.get("Tags"), query_language)
        super().__init__(
            scope,
            id,
            service="sagemaker",
            action=_ACTION,
            parameters={**request, "Tags": self._tags.parameter()},
            iam_action="sagemaker:CreateHyperParameterTuningJob",
            iam_resources=[tuning_jobs(place, names)],
            additional_iam_statements=statements,
            query_language=query_language,
            assign=assign,
            comment=comment,
            credentials=credentials,
            heartbeat_timeout=heartbeat_timeout,
            input_path=input_path,
            output_path=output_path,
            outputs=outputs,
            result_path=result_path,
            result_selector=result_selector,
            state_name=state_name,
            task_timeout=task_timeout,
        )
        self._resource_arn = f"arn:{place.partition}:states:::sagemaker:{_ACTION}{_WAITING * waits}"
        self._role = ExecutionRole(self, definition, request, role, place, stack, comes_later=comes_later)
        own.arn = self._role.arn
        #: The request that SageMaker gets, in boto3 form, with CDK tokens and with what comes from the state's input;
        #: of the tags, those of the definition.
        self.request: dict[str, Any] = request
        self._given = definition
        self._connections: ec2.Connections | None = None
        self._event_names = [] if name is not None and comes_later(name) else names_in_events(prefix, name)
        warn(self, warnings)
        if max_cost is not None and most is not None:
            tell(self, max_cost, most)
        known = {**known_part(rendered(request, query_language)), "Tags": self._tags.known()}
        self._check_late(LateCheck(construct=self, request=known, checked=checked, told=warnings))
        if name is not None and not is_unknown(name):
            Annotations.of(self).add_warning_v2("cdk-hpo:fixed-name", _FIXED_NAME)
        if unlisted := sorted(request.keys() - _LISTED):
            Annotations.of(self).add_warning_v2("cdk-hpo:step-functions-parameters", _unlisted(unlisted))
        if retry_on_service_exceptions:
            self._retry()

    def _check_late(self, check: LateCheck) -> None:
        checks = LateChecks(Stack.of(self))
        checks.add(check)
        self.node.add_validation(cast(Any, checks))

    def _retry(self) -> None:
        # A quota is free again when other jobs end, which takes them minutes to hours. Waiting states try at different
        # moments, half of the longest pause apart on average, so that 200 tries are a little more than a day.
        self.add_retry(
            errors=["SageMaker.ResourceLimitExceededException"],
            interval=Duration.minutes(1),
            backoff_rate=2,
            max_delay=Duration.minutes(15),
            max_attempts=200,
            jitter_strategy=sfn.JitterType.FULL,
        )
        # All other errors of the service have one name, so that a refused request is sent again as well.
        self.add_retry(
            errors=["SageMaker.AmazonSageMakerException"],
            interval=Duration.seconds(2),
            backoff_rate=2,
            max_attempts=6,
            jitter_strategy=sfn.JitterType.FULL,
        )

    @property
    @remembered
    def definition(self) -> TuningJobDefinition:
        """The definition, with the execution role filled in."""
        return self._given.with_role(self._role.role)

    @property
    def role(self) -> iam.IRole | IRoleRef | None:
        """The execution role given or made; ``None`` when every training job definition brings its own."""
        return self._role.role

    @property
    @jsii.member(jsii_name="cdkTagManager")
    def cdk_tag_manager(self) -> TagManager:
        """The tags of the jobs, for ``Tags.of``."""
        return self._tags.manager

    @property
    @jsii.member(jsii_name="connections")
    def connections(self) -> ec2.Connections:
        """The network connections of the training jobs.

        Raises
        ------
        ValueError
            When no training job definition has a ``vpc``.
        """
        if self._connections is None:
            self._connections = connections_of(self, self.definition)
        return self._connections

    def to_state_json(self, top_level_query_language: sfn.QueryLanguage | None = None) -> Mapping[Any, Any]:
        """Return the state in Amazon States Language; the CDK calls this.

        Parameters
        ----------
        top_level_query_language : QueryLanguage, optional
            The query language of the state machine.
        """
        state = dict(super().to_state_json(top_level_query_language))
        # The service's own integration, which can wait for the job's end; the one for any API call cannot.
        return {**state, "Resource": self._resource_arn}


@jsii.implements(IStableStringProducer)
class _RoleArn:
    """The ARN of the role, which is made after the state that names it."""

    arn: str | None = None

    def produce(self) -> str:
        assert self.arn is not None
        return self.arn


def _name(prefix: str, language: sfn.QueryLanguage) -> str:
    """Return what gives each run a name of at most 32 characters: 48 random bits after the prefix."""
    if language is sfn.QueryLanguage.JSONATA:
        return f"{{% '{prefix}-' & $substring($uuid(), 0, 8) & '-' & $substring($uuid(), 9, 4) %}}"
    first, second = (
        sfn.JsonPath.array_get_item(sfn.JsonPath.string_split(sfn.JsonPath.uuid(), "-"), index) for index in (0, 1)
    )
    return sfn.JsonPath.format(f"{prefix}-{{}}-{{}}", first, second)


_FIXED_NAME = (
    "the tuning job has a fixed name: the state can run only once, because SageMaker takes a name only once; "
    "leave the name out, or take it from the state's input"
)


def _unlisted(names: list[str]) -> str:
    return (
        f"the guide of Step Functions does not say that its integration takes {' and '.join(names)}: create the "
        "workflow and run it once before you rely on it, or launch with HyperParameterTuningJob; acknowledge this when "
        "it has run"
    )
