"""What the function behind the custom resource may do: exactly its calls, for this stack's jobs and roles."""

from collections.abc import Iterable

from cdk_hpo.access.partition import Place
from cdk_hpo.access.pseudo_parameters import pseudo_parameter
from cdk_hpo.access.statements import Statement

#: The tag by which the function knows the jobs of its stack; every job is created with it.
STACK_TAG = "cdk-hpo:stack"


#: What one policy of the function names: with the longest names it stays below IAM's 6,144 characters.
MOST_NAMES = 34


class Grants:
    """Some of the jobs and roles of a stack's function, gathered while its constructs are made."""

    def __init__(self) -> None:
        # Dictionaries keep the order of the constructs, which the same app has every time.
        self._names: dict[str, None] = {}
        self._role_arns: dict[str, None] = {}

    def takes(self, names: str, role_arns: Iterable[str]) -> bool:
        """Tell whether there is room for a job and its roles."""
        together = len({*self._names, names}) + len({*self._role_arns, *role_arns})
        return together <= MOST_NAMES or not self._names

    def add(self, names: str, role_arns: Iterable[str]) -> None:
        """Add a job by the pattern of its names, and the execution roles that it runs as."""
        self._names[names] = None
        self._role_arns.update(dict.fromkeys(role_arns))

    def statements(self, place: Place) -> list[Statement]:
        """Return the statements for these jobs."""
        jobs = [place.arn("sagemaker", f"hyper-parameter-tuning-job/{name}") for name in self._names]
        ours = {"StringEquals": {f"aws:RequestTag/{STACK_TAG}": pseudo_parameter("STACK_ID")}}
        return [
            Statement("CreateTuningJobs", ["sagemaker:CreateHyperParameterTuningJob"], jobs, ours),
            # Only with the creation, or a job of somebody else could be made ours by its name:
            # https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html#grant-tagging-permissions
            Statement("TagNewJobs", ["sagemaker:AddTags"], jobs, ours | {"Null": {"sagemaker:TaggingAction": "false"}}),
            Statement(
                "PassExecutionRoles",
                ["iam:PassRole"],
                list(self._role_arns),
                {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            ),
        ]


def common_statements(*, function_arn: str, log_group_arn: str, place: Place) -> list[Statement]:
    """Return the statements that the function needs once, however many jobs there are."""
    any_job = place.arn("sagemaker", "hyper-parameter-tuning-job/*")
    return [
        # An update changes the policies before it removes jobs that the new template no longer names: what the function
        # does to existing jobs goes by their tag, not by names.
        Statement(
            "ManageTuningJobs",
            [
                "sagemaker:AddTags",
                "sagemaker:DeleteHyperParameterTuningJob",
                "sagemaker:DeleteTags",
                "sagemaker:StopHyperParameterTuningJob",
            ],
            [any_job],
            {"StringEquals": {f"aws:ResourceTag/{STACK_TAG}": pseudo_parameter("STACK_ID")}},
        ),
        # Whether a job is one of this stack's, only a look at it tells.
        Statement("LookAtTuningJobs", ["sagemaker:DescribeHyperParameterTuningJob", "sagemaker:ListTags"], [any_job]),
        # The call lists jobs of the whole account; IAM knows no narrower resource for it.
        Statement("FindTuningJobs", ["sagemaker:ListHyperParameterTuningJobs"], ["*"]),
        Statement("ContinueLater", ["lambda:InvokeFunction"], [function_arn]),
        Statement("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [log_group_arn]),
    ]
