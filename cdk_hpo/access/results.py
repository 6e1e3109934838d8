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
    directories = [each.bucket_arn for each in places if each.is_directory]
    places = [each for each in places if not each.is_directory]
    actions, arns = ["s3:GetObject"], [each.objects for each in places]
    if directories:
        actions, arns = (
            (["s3express:CreateSession"], directories)
            if not places
            else (
                [*actions, "s3express:CreateSession"],
                [*arns, *directories],
            )
        )
    grant = iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=arns)
    for each in places:
        grant = grant.combine(
            iam.Grant.add_to_principal(
                grantee=grantee,
                actions=["s3:ListBucket"],
                resource_arns=[each.bucket_arn],
                conditions={"StringLike": {"s3:prefix": list(each.listings)}},
            )
        )
    for statement in kms.output_keys(jobs, place):
        if statement.resources:
            grant = grant.combine(
                iam.Grant.add_to_principal(
                    grantee=grantee,
                    actions=list(statement.actions),
                    resource_arns=list(statement.resources),
                    conditions=dict(statement.conditions or {}),
                )
            )
    return grant
