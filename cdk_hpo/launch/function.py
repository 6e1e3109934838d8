"""The one function of a stack that creates, watches and stops its tuning jobs."""

from typing import Any, cast

import jsii
from aws_cdk import Annotations, CfnResource, IStableAnyProducer, Lazy, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk.interfaces.aws_kms import IKeyRef
from constructs import Construct

from cdk_hpo._files import handler_directory
from cdk_hpo._remembered import remembered
from cdk_hpo.access.function_role import Grants, common_statements
from cdk_hpo.access.lint_findings import acknowledge
from cdk_hpo.access.log_key import allow_logs
from cdk_hpo.access.partition import Place, stack_of
from cdk_hpo.access.pseudo_parameters import substituted
from cdk_hpo.access.statements import Statement, document
from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.output import KMS_KEY_ARN
from cdk_hpo.launch.dependencies import create_after
from cdk_hpo.launch.late import LateCheck, LateChecks

_ID = "TuningJobFunction"
#: Lambda's own limit; the function hands longer waits to a new call of itself.
_TIMEOUT_SECONDS = 15 * 60
_MEMORY_MIB = 256
_RETENTION_DAYS = 90

#: What linters of templates find here, and why it stands.
_FUNCTION_FINDINGS = {
    "AwsSolutions-L1": "The handler is tested with this version of Python; a newer one comes with a new release.",
    "CKV_AWS_115": "A limit would take concurrency from the account; calls are as many as deployments run at once.",
    "CKV_AWS_116": "The OnFailure destination takes the place of a dead-letter queue: the function answers itself.",
    "CKV_AWS_117": "It calls SageMaker and CloudFormation only, and would need a way out of a VPC for both.",
}
_LOG_GROUP_FINDINGS = {
    "CKV_AWS_158": "Names and states of jobs are logged, under the key of the logs service; no data and no secrets are."
}
_POLICY_FINDINGS = {
    "AwsSolutions-IAM5": (
        "Generated names of jobs end in a digest; existing jobs are found by a call that IAM cannot narrow, and are "
        "changed only when they carry this stack's tag."
    )
}


@jsii.implements(IStableAnyProducer)
class _Policy:
    """Writes a policy when the template is written, once the jobs that it is for are known."""

    def __init__(self, grants: Grants, place: Place, common: list[Statement]) -> None:
        self._grants, self._place, self._common = grants, place, common

    def produce(self) -> Any:
        return substituted(document([*self._grants.statements(self._place), *self._common]))


class TuningJobFunction(Construct):
    """The function, its role and its log group. `of` finds or makes the one of a stack."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self._place = Place.of(Stack.of(self))
        self._policies: list[tuple[Grants, CfnResource]] = []
        self._late_checks = LateChecks(Stack.of(self))
        self.node.add_validation(cast(Any, self._late_checks))
        # L1s, in the places that L2s would give them, which take a tenth of a small app's time; but for the role, which
        # an app may have replaced by one that is there already (`iam.Role.customize_roles`).
        self._log_group = logs.CfnLogGroup(Construct(self, "LogGroup"), "Resource", retention_in_days=_RETENTION_DAYS)
        self._log_group.apply_removal_policy(RemovalPolicy.DESTROY)
        acknowledge(self._log_group, _LOG_GROUP_FINDINGS)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        function = _function(Construct(self, "Function"), role.role_arn, self._log_group.ref)
        self.service_token: str = function.attr_arn
        self._role_name = role.role_name
        self._policy = self._add_policy(
            common_statements(
                function_arn=self.service_token, log_group_arn=self._log_group.attr_arn, place=self._place
            )
        )
        # A call that fails every time is reported to the function itself, which then answers for it.
        self._on_failure = lambda_.CfnEventInvokeConfig(
            self,
            "OnFailure",
            function_name=function.ref,
            qualifier="$LATEST",
            destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=self.service_token)
            ),
        )
        create_after(self._on_failure, self._policy)

    @staticmethod
    @remembered
    def of(scope: Construct) -> "TuningJobFunction":
        """Return the function of the stack that a construct is in."""
        stack = stack_of(scope)
        found = stack.node.try_find_child(_ID)
        if found is not None and not isinstance(found, TuningJobFunction):
            raise ValueError(f"{found.node.path}: the function behind tuning jobs has this id: choose another one")
        return found or TuningJobFunction(stack, _ID)

    def encrypt_log(self, key: IKeyRef) -> None:
        """Encrypt the function's log with a key; the first one of a stack stands."""
        arn = str(reference(key, *KMS_KEY_ARN))
        if self._log_group.kms_key_id is None:
            self._log_group.kms_key_id = arn
            allow_logs(self, key)
        elif self._log_group.kms_key_id != arn:
            Annotations.of(self).add_warning_v2(
                "cdk-hpo:one-key-for-the-log",
                "this stack's function has one log, which is encrypted with the key of the first job that names one",
            )

    def check_late(self, job: LateCheck) -> None:
        """Check a job once more when the template is complete."""
        self._late_checks.add(job)

    def serve(self, resource: CfnResource, *, names: str, role_arns: list[str]) -> None:
        """Let the function work on one tuning job resource.

        Parameters
        ----------
        resource : CfnResource
            The custom resource; it then waits for the function's permissions, and is gone before they are.
        names : str
            The pattern of the job's names.
        role_arns : list of str
            The execution roles that the function hands to SageMaker.
        """
        grants, policy = self._policies[-1]
        if not grants.takes(names, role_arns):
            policy = self._add_policy([])
            create_after(policy, self._on_failure)
            grants, _ = self._policies[-1]
        grants.add(names, role_arns)
        if policy is self._policy:
            create_after(resource, policy, self._on_failure)
        else:  # which comes after the other two
            create_after(resource, policy)

    def _add_policy(self, common: list[Statement]) -> CfnResource:
        """Add a policy to the function's role: one in the role itself, and where that is full, managed ones."""
        # Not the role's default policy: the function waits for that one, while this one names the function.
        grants = Grants()
        written = Lazy.any(cast(Any, _Policy(grants, self._place, common)))
        index, roles = len(self._policies), [self._role_name]
        policy: CfnResource
        if index:
            policy = iam.CfnManagedPolicy(self, f"Policy{index}", roles=roles, policy_document=written)
        else:
            policy = iam.CfnPolicy(self, "Policy", policy_name="TuningJobs", roles=roles, policy_document=written)
        acknowledge(policy, _POLICY_FINDINGS)
        self._policies.append((grants, policy))
        return policy


def _function(scope: Construct, role_arn: str, log_group_name: str) -> lambda_.CfnFunction:
    """Return the function with its code."""
    code = s3_assets.Asset(
        scope, "Code", path=str(handler_directory()), exclude=["__pycache__", "*.pyc"], deploy_time=True
    )
    function = lambda_.CfnFunction(
        scope,
        "Resource",
        description="Creates, watches and stops the SageMaker tuning jobs of this stack",
        runtime="python3.13",
        architectures=["arm64"],
        handler="tuning_job.handler.handler",
        code=lambda_.CfnFunction.CodeProperty(s3_bucket=code.s3_bucket_name, s3_key=code.s3_object_key),
        timeout=_TIMEOUT_SECONDS,
        memory_size=_MEMORY_MIB,
        role=role_arn,
        logging_config=lambda_.CfnFunction.LoggingConfigProperty(log_group=log_group_name),
    )
    # Where tools that run functions locally look for the code.
    code.add_resource_metadata(function, "Code")
    acknowledge(function, _FUNCTION_FINDINGS)
    return function
