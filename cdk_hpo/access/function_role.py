"""What the function behind the custom resource may do: exactly its calls, on exactly these jobs and roles."""

from collections.abc import Iterable
from typing import Any

from cdk_hpo.access.partition import Place
from cdk_hpo.access.statements import Statement, document


class Grants:
    """The jobs and roles of a stack's function, gathered while its constructs are made."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._names_to_delete: set[str] = set()
        self._role_arns: set[str] = set()

    def add(self, *, names: str, role_arns: Iterable[str], delete: bool) -> None:
        """Add a job by the pattern of its names, and the execution roles that it runs as."""
        self._names.add(names)
        self._role_arns.update(role_arns)
        if delete:
            self._names_to_delete.add(names)

    def policy(self, *, function_arn: str, log_group_arn: str, place: Place) -> dict[str, Any]:
        """Return the function's identity policy, the same whatever order the jobs were added in."""
        return document(
            [
                Statement(
                    "ManageTuningJobs",
                    [
                        "sagemaker:AddTags",
                        "sagemaker:CreateHyperParameterTuningJob",
                        "sagemaker:DeleteTags",
                        "sagemaker:DescribeHyperParameterTuningJob",
                        "sagemaker:ListTags",
                        "sagemaker:StopHyperParameterTuningJob",
                    ],
                    _jobs(self._names, place),
                ),
                Statement(
                    "DeleteRecords", ["sagemaker:DeleteHyperParameterTuningJob"], _jobs(self._names_to_delete, place)
                ),
                # The call lists jobs of the whole account; IAM knows no narrower resource for it.
                Statement("FindTuningJobs", ["sagemaker:ListHyperParameterTuningJobs"], ["*"]),
                Statement(
                    "PassExecutionRoles",
                    ["iam:PassRole"],
                    sorted(self._role_arns),
                    {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
                ),
                Statement("ContinueLater", ["lambda:InvokeFunction"], [function_arn]),
                Statement("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [log_group_arn]),
            ]
        )


def _jobs(names: set[str], place: Place) -> list[str]:
    return [place.arn("sagemaker", f"hyper-parameter-tuning-job/{name}") for name in sorted(names)]
