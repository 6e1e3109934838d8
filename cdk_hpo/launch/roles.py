"""The execution role of training jobs: made here, or given and completed as far as it is this app's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, cast

from aws_cdk import Annotations, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.interfaces.aws_iam import IRoleRef
from constructs import Construct

from cdk_hpo.access.execution_role import create_execution_role, execution_statements
from cdk_hpo.access.foreign import foreign_resources
from cdk_hpo.access.isolation import isolated_scripts
from cdk_hpo.access.partition import Place
from cdk_hpo.access.shared_role import SharedRolePolicies
from cdk_hpo.access.shown import as_text, as_words
from cdk_hpo.access.statements import Statement, document
from cdk_hpo.definition._tokens import reference
from cdk_hpo.definition.request_parts import definitions_of
from cdk_hpo.definition.tuning import TuningJobDefinition


class ExecutionRole:
    """The role of the training job definitions that have none of their own."""

    def __init__(
        self,
        scope: Construct,
        definition: TuningJobDefinition,
        request: dict[str, Any],
        given: IRoleRef | None,
        place: Place,
        stack: Stack,
        *,
        comes_later: Callable[[str], bool] | None = None,
    ) -> None:
        self._scope, self._given = scope, given
        self._made: iam.CfnRole | None = None
        #: What must exist before the job. A role that a definition brings has its permissions from elsewhere.
        self.dependencies: list[Any] = [job.role for job in definition.training_jobs if _is_construct(job.role)]
        if given is not None:
            self.dependencies.append(given.node.default_child or given)
            given = cast(IRoleRef, vars(given).get(_MADE, given))
        for words in isolated_scripts(definition.training_jobs):
            Annotations.of(scope).add_warning_v2("cdk-hpo:isolated-script", words)
        if all(job.role is not None for job in definition.training_jobs):
            if given is not None:
                Annotations.of(scope).add_warning_v2("cdk-hpo:role-not-used", _NOT_USED)
            return
        statements = execution_statements(definition, request, place)
        if comes_later is not None:
            statements = _without_later(scope, statements, comes_later)
        for foreign in foreign_resources(definition.training_jobs, place):
            Annotations.of(scope).add_warning_v2(foreign.id, as_words(stack, foreign.message))
        if given is None:
            self._made, policies = create_execution_role(scope, "Role", statements, place, stack)
            self.dependencies += policies
        elif isinstance(given, iam.Role | iam.CfnRole):
            self.dependencies += SharedRolePolicies.of(scope, given).add(statements)
        else:
            _tell(scope, statements)

    @cached_property
    def role(self) -> iam.IRole | IRoleRef | None:
        """The role given, or the one made here as an L2, to which permissions can be added."""
        if self._made is None:
            return self._given
        view = iam.Role.from_role_arn(self._scope, "MadeRole", self._made.attr_arn)
        vars(view)[_MADE] = self._made
        return view

    @property
    def known_later(self) -> list[str]:
        """The ARN of the role made here: what it is only a deployment knows."""
        return [] if self._made is None else [cast(str, self.arn)]

    @cached_property
    def arn(self) -> str | None:
        """The role's ARN."""
        if self._made is not None:
            return self._made.attr_arn
        return None if self._given is None else str(reference(self._given, "role_arn", "role_ref.role_arn"))


_NOT_USED = (
    "the role that the construct is given is not used: every training job definition brings a role of its own; leave "
    "out one or the other"
)
#: Where a role that was made here is kept with the view of it that users get, for jobs to which they give that.
_MADE = "_cdk_hpo:made"


def _without_later(
    scope: Construct, statements: list[Statement], comes_later: Callable[[str], bool]
) -> list[Statement]:
    """Leave out resources that nobody knows before a workflow runs, and say for what the role lacks permission."""
    left = [replace(each, resources=[name for name in each.resources if not comes_later(name)]) for each in statements]
    pairs = zip(statements, left, strict=True)
    missing = dict.fromkeys(whole.sid for whole, part in pairs if len(part.resources) < len(whole.resources))
    if missing:
        Annotations.of(scope).add_warning_v2(
            "cdk-hpo:access-at-run-time",
            f"the execution role lacks permissions ({', '.join(missing)}) for what the workflow names only when it "
            "runs: grant them to the role, or give a role that has them",
        )
    return left


def _is_construct(role: object) -> bool:
    return role is not None and not isinstance(role, str) and hasattr(role, "node")


def _tell(scope: Construct, statements: list[Statement]) -> None:
    """Say what a role must allow that this app may not change."""
    needed = as_text(Stack.of(scope), document(statements))
    Annotations.of(scope).add_warning_v2(
        "cdk-hpo:role-not-changed",
        "the execution role is imported or takes no changes, so nothing was added to it; make sure that it trusts "
        f"sagemaker.amazonaws.com and that its policies allow:\n{needed}",
    )


def fill_roles(request: Mapping[str, Any], role_arn: str | None) -> list[str]:
    """Give the role to the definitions that have none; return the roles of all."""
    for part in definitions_of(request):
        if role_arn is not None:
            part.setdefault("RoleArn", role_arn)
    return [part["RoleArn"] for part in definitions_of(request)]
