"""A tuning job as a resource of a stack."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import jsii
from aws_cdk import Annotations, CfnResource, Duration, ITaggableV2, RemovalPolicy, Stack, TagManager
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_kms import IKeyRef
from constructs import Construct

from cdk_hpo._remembered import remembered
from cdk_hpo.access.connections import connections_of
from cdk_hpo.access.network_config import depend_on_networks
from cdk_hpo.access.option_problems import path_of
from cdk_hpo.access.partition import Place, stack_of
from cdk_hpo.access.results import grant_read_results
from cdk_hpo.definition.tags import Tag
from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.launch import imported
from cdk_hpo.launch.acknowledged import METADATA_KEY, Acknowledged
from cdk_hpo.launch.checked import Checked
from cdk_hpo.launch.cost import MaxCost, bound, tell
from cdk_hpo.launch.function import TuningJobFunction
from cdk_hpo.launch.images import MappedAddresses, addresses_to_check, are_mapped
from cdk_hpo.launch.job_options import MAX_SECONDS, refuse_other_policies, seconds_to_wait
from cdk_hpo.launch.late import LateCheck, warn
from cdk_hpo.launch.metrics import failures
from cdk_hpo.launch.naming import name_prefix, names_in_arns, names_in_events
from cdk_hpo.launch.options import OnDelete, OnLimit, OnMissingData, WaitFor, choice, refuse_text
from cdk_hpo.launch.outcome import TuningJobOutcome
from cdk_hpo.launch.properties import as_properties
from cdk_hpo.launch.reference import IHyperParameterTuningJob, TuningJobBase
from cdk_hpo.launch.roles import ExecutionRole, fill_roles
from cdk_hpo.launch.tagging import JobTags

if TYPE_CHECKING:
    from aws_cdk import aws_sagemaker as sagemaker

#: The resource type in templates; a promise to those who read or test them.
RESOURCE_TYPE = "Custom::SageMakerHyperParameterTuningJob"
_RETAINING = (RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)


@jsii.implements(ITaggableV2, ec2.IConnectable)
class HyperParameterTuningJob(TuningJobBase, TuningJobOutcome):
    """A hyperparameter tuning job that a deployment creates, replaces and stops.

    A job is a run: it cannot be changed, only replaced. A change of the definition makes a new job, and the old one is
    stopped; a change of tags alone happens in place.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id, from which the job gets a readable name.
    definition : TuningJobDefinition
        The job.
    role : IRoleRef, optional
        The execution role of training jobs that have none of their own. By default one is made that may do exactly
        what the definition needs. To a role of this app that is added; for an imported one, or one
        ``without_policy_updates()``, a warning says what it must allow. Give one where the policy of a key or bucket
        names the role: one that is made here names them in turn, which CloudFormation cannot create. Permissions that
        you grant to a role yourself come before the job by ``grant.apply_before(job)``.
    wait_for : WaitFor
        What the deployment waits for: ``CREATED`` (default) or ``COMPLETED``.
    timeout : Duration, optional
        How long the deployment waits, at most an hour, which is also the default.
    on_delete : OnDelete
        What becomes of the job when its resource is removed or replaced: ``STOP`` (default), ``DELETE`` or ``LEAVE``.
    on_limit : OnLimit, optional
        What happens when a quota of the account is used up: ``FAIL`` (default), or ``WAIT`` to try again until the
        time limit.
    on_missing_data : OnMissingData, optional
        What happens when an input prefix is still empty: ``FAIL`` (default), or ``WAIT`` to try again until the time
        limit, for data that are uploaded at the same time.
    removal_policy : RemovalPolicy, optional
        ``RETAIN`` leaves the job alone when the resource is removed.
    tuning_job_name_prefix : str, optional
        The beginning of the job's name, up to 18 lower-case letters, digits and hyphens; from the construct's path by
        default. A digest that makes each run's name unique follows.
    acknowledged_rules : mapping of str to str, optional
        Rules of the checks that are not to stand in the way of this job, by id, each with the reason. They stay
        visible in the template's metadata. A warning can also be acknowledged as any other of the CDK.
    encryption_key : IKeyRef, optional
        One KMS key for everything: volumes and output that name none, the traffic between the instances of a training
        job (see `TuningJobDefinition.with_encryption_key`), and the log of the function that the stack's jobs share.
    max_cost : MaxCost, optional
        A ceiling for what the instances of a run can cost by the job's limits: a definition that may exceed it is
        refused. The bound is shown when the app is synthesized.

    Raises
    ------
    ValidationError
        When the service would refuse the definition: with all its problems, before anything is created. What only
        late values show is told when the app is synthesized.
    ValueError
        When an option is outside its choices or limits, the job may cost more than ``max_cost``, or an acknowledged
        rule does not exist or has no reason.

    Notes
    -----
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateHyperParameterTuningJob.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        definition: TuningJobDefinition,
        *,
        role: IRoleRef | None = None,
        wait_for: WaitFor = WaitFor.CREATED,
        timeout: Duration | None = None,
        on_delete: OnDelete = OnDelete.STOP,
        on_limit: OnLimit = OnLimit.FAIL,
        on_missing_data: OnMissingData = OnMissingData.FAIL,
        removal_policy: RemovalPolicy | None = None,
        tuning_job_name_prefix: str | None = None,
        acknowledged_rules: Mapping[str, str] | None = None,
        encryption_key: IKeyRef | None = None,
        max_cost: MaxCost | None = None,
    ) -> None:
        stack = stack_of(scope)
        place = Place.of(stack)
        # Everything that can be wrong is found before the construct exists, so that nothing half-made stays behind.
        wait_for, on_delete = choice(WaitFor, "wait_for", wait_for), choice(OnDelete, "on_delete", on_delete)
        patience = {
            "OnLimit": choice(OnLimit, "on_limit", on_limit),
            "OnMissingData": choice(OnMissingData, "on_missing_data", on_missing_data),
        }
        path = path_of(scope, id)
        refuse_other_policies(path, removal_policy)
        refuse_text(path, role=role, encryption_key=encryption_key)
        seconds = seconds_to_wait(path, timeout)
        prefix = name_prefix(path, tuning_job_name_prefix)
        if encryption_key is not None and isinstance(definition, TuningJobDefinition):
            definition = definition.with_encryption_key(encryption_key)
        acknowledged = Acknowledged(acknowledged_rules)
        checked = Checked.at(scope, id, definition, acknowledged)
        request = checked.request(addresses_to_check(place))
        warnings = checked.warnings(request)
        most = bound(max_cost, checked.construct_path, definition)
        super().__init__(scope, id)

        if are_mapped(definition, place):
            # Only now: the addresses of built-in images come from a mapping that is added to the stack.
            request = checked.request(MappedAddresses(stack, place))
        self._role = ExecutionRole(self, definition, request, role, place, stack)
        self._given = definition
        role_arns = fill_roles(request, self._role.arn)
        name = request.pop("HyperParameterTuningJobName", None)
        request.pop("Tags", None)
        self._tags = JobTags(RESOURCE_TYPE, cast(tuple[Tag, ...], definition.tags or ()))
        function = TuningJobFunction.of(scope)
        if encryption_key is not None:
            function.encrypt_log(encryption_key)
        #: The request that SageMaker gets, in boto3 form and with CDK tokens, but for a generated name and the tags.
        self.request: dict[str, Any] = {**({} if name is None else {"HyperParameterTuningJobName": name}), **request}
        self.waits_for_completion = wait_for is WaitFor.COMPLETED
        function.check_late(
            LateCheck(
                construct=self,
                request=self.request,
                checked=checked,
                tags=self._tags,
                told=warnings,
                later=self._role.known_later,
            )
        )
        resource = CfnResource(
            self,
            "Resource",
            type=RESOURCE_TYPE,
            properties={
                "ServiceToken": function.service_token,
                **({"NamePrefix": prefix} if name is None else {"Name": name}),
                # What is CloudFormation's default, or the function's, goes without saying.
                **({} if seconds == MAX_SECONDS else {"ServiceTimeout": seconds}),
                **({} if wait_for is WaitFor.CREATED else {"WaitFor": str(wait_for)}),
                **({} if on_delete is OnDelete.STOP else {"OnDelete": str(on_delete)}),
                **{name: str(chosen) for name, chosen in patience.items() if chosen == "wait"},
                "Request": as_properties(request),
                "Tags": self._tags.given,
            },
        )
        function.serve(
            resource,
            names=names_in_arns(prefix, name),
            role_arns=role_arns,
        )
        # Permissions must be there before the job, and stay until it has stopped.
        for dependency in self._role.dependencies:
            resource.node.add_dependency(dependency)
        depend_on_networks(resource, definition)
        if acknowledged.reasons:
            resource.add_metadata(METADATA_KEY, acknowledged.reasons)
        self._resource = resource
        if removal_policy is not None:
            self.apply_removal_policy(removal_policy)
        self._connections: ec2.Connections | None = None
        self._event_names = names_in_events(prefix, name)
        warn(self, warnings)
        if max_cost is not None and most is not None:
            tell(self, max_cost, most)
        if name is not None:
            Annotations.of(self).add_warning_v2("cdk-hpo:fixed-name", _FIXED_NAME)

    @staticmethod
    def from_tuning_job_name(scope: Construct, id: str, tuning_job_name: str) -> IHyperParameterTuningJob:
        """Return an existing tuning job of the stack's account and region.

        Parameters
        ----------
        scope, id
            As of any construct.
        tuning_job_name : str
            The job's name.
        """
        return imported.from_name(scope, id, tuning_job_name)

    @staticmethod
    def from_tuning_job_arn(scope: Construct, id: str, tuning_job_arn: str) -> IHyperParameterTuningJob:
        """Return an existing tuning job.

        Parameters
        ----------
        scope, id
            As of any construct.
        tuning_job_arn : str
            The job's ARN.

        Raises
        ------
        ValueError
            When the ARN is another resource's.
        """
        return imported.from_arn(scope, id, tuning_job_arn)

    # Looked up when asked for: three round trips that most jobs never need.
    @property
    @remembered
    def tuning_job_name(self) -> str:  # type: ignore[override]
        """The job's name."""
        return self._resource.ref

    @property
    @remembered
    def tuning_job_arn(self) -> str:  # type: ignore[override]
        """The job's ARN."""
        return self._attribute("Arn")

    @property
    @remembered
    def definition(self) -> TuningJobDefinition:
        """The definition, with the execution role filled in: reuse it for a variant of this job."""
        return self._given.with_role(self._role.role)

    @property
    def role(self) -> iam.IRole | IRoleRef | None:
        """The execution role given or made; ``None`` when every training job definition brings its own."""
        return self._role.role

    @property
    @jsii.member(jsii_name="cdkTagManager")
    def cdk_tag_manager(self) -> TagManager:
        """The job's tags, for ``Tags.of``."""
        return self._tags.manager(self._resource)

    @property
    @jsii.member(jsii_name="connections")
    def connections(self) -> ec2.Connections:
        """The network connections of the training jobs: ``job.connections.allow_to(file_system, …)``.

        Raises
        ------
        ValueError
            When no training job definition has a ``vpc``.
        """
        if self._connections is None:
            self._connections = connections_of(self, self.definition)
        return self._connections

    @jsii.member(jsii_name="applyRemovalPolicy")
    def apply_removal_policy(self, policy: RemovalPolicy) -> None:
        """Say what becomes of the job when CloudFormation no longer manages it.

        Parameters
        ----------
        policy : RemovalPolicy
            As ``removal_policy`` of the construct. ``on_delete=OnDelete.LEAVE`` is the better way to let jobs run on:
            of a job that is retained the function is not told.
        """
        self._resource.apply_removal_policy(policy)
        if policy in _RETAINING:
            # It must not take a retained job for one that a failed deployment has left behind.
            self._resource.add_property_override("Retain", "true")
        else:
            self._resource.add_property_deletion_override("Retain")

    def grant_read_results(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to read the model artifacts that this job writes, and to use the key that encrypts them.

        Parameters
        ----------
        grantee : IGrantable
            Who gets the permission.
        """
        return grant_read_results(grantee, self.definition, Place.of(Stack.of(self)))

    def create_best_model(
        self,
        id: str,
        *,
        role: IRoleRef | None = None,
        image: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> "sagemaker.CfnModel":
        """Make a SageMaker model of the best training job, in the same stack; only with ``wait_for=WaitFor.COMPLETED``.

        Parameters
        ----------
        id : str
            The model's construct id, below this job's.
        role : IRoleRef, optional
            The model's role; by default one is made that may read the training jobs' output and pull the image.
        image : str, optional
            The address of the image that serves the model; the training image by default, which fits built-in
            algorithms, but not the training images of frameworks.
        environment : mapping of str to str, optional
            Environment variables of the container.

        Raises
        ------
        ValueError
            Without ``wait_for=WaitFor.COMPLETED``, or when the training jobs do not have one image and none is given,
            or some compress what they write and some do not.

        Notes
        -----
        It is made whatever the objective value is: a deployment cannot decide by it, `BestModel` can.
        """
        from cdk_hpo.launch.best_model_resource import create_best_model

        return create_best_model(self, id, role, image, environment)

    def metric_failures(self, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Return the metric of failed deployments of this job: creates, updates and deletes that were answered so.

        Parameters
        ----------
        period : Duration, optional
            Over what the failures are added up; five minutes by default.

        Notes
        -----
        The function writes it with its log, so it needs no resource; it has values only where something has failed.
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
        """
        return failures(self, Stack.of(self).get_logical_id(self._resource), period=period)

    @staticmethod
    def metric_all_failures(scope: Construct, *, period: Duration | None = None) -> cloudwatch.Metric:
        """Return the metric of failed deployments of all tuning jobs of a stack.

        Parameters
        ----------
        scope : Construct
            A construct of the stack.
        period : Duration, optional
            Over what the failures are added up; five minutes by default.
        """
        return failures(scope, period=period)


_FIXED_NAME = (
    "the tuning job has a fixed name: a change of its definition cannot be deployed until the name changes too, "
    "because a job cannot be changed and its name cannot be used again"
)
