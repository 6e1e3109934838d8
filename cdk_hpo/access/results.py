"""Reading what training jobs wrote."""

from aws_cdk import aws_iam as iam

from cdk_hpo.access import kms
from cdk_hpo.access.partition import Place
from cdk_hpo.access.s3 import location
from cdk_hpo.definition.tuning import TuningJobDefinition


def grant_read_results(grantee: iam.IGrantable, definition: TuningJobDefinition, place: Place) -> iam.Grant:
    """Allow to list and get the output of a definition's training jobs, and to decrypt it."""
    jobs = definition.training_jobs
    places = [location(job.output.bucket, job.output.prefix, place).below for job in jobs]
    grant = iam.Grant.add_to_principal(
        grantee=grantee, actions=["s3:GetObject"], resource_arns=[each.objects for each in places]
    )
    for each in places:
        grant = grant.combine(
            iam.Grant.add_to_principal(
                grantee=grantee,
                actions=["s3:ListBucket"],
                resource_arns=[each.bucket_arn],
                conditions={"StringLike": {"s3:prefix": [f"{each.prefix}*"]}},
            )
        )
    for statement in kms.statements(jobs, place):
        if statement.sid.startswith("EncryptOutput") and statement.resources:
            grant = grant.combine(
                iam.Grant.add_to_principal(
                    grantee=grantee,
                    actions=["kms:Decrypt"],
                    resource_arns=list(statement.resources),
                    conditions=dict(statement.conditions or {}),
                )
            )
    return grant
