"""Reading what training jobs wrote."""

from functools import reduce

from aws_cdk import aws_iam as iam

from cdk_hpo.access import kms
from cdk_hpo.access.partition import Place
from cdk_hpo.access.s3 import location
from cdk_hpo.access.statements import Statement
from cdk_hpo.definition.tuning import TuningJobDefinition


def grant_read_results(grantee: iam.IGrantable, definition: TuningJobDefinition, place: Place) -> iam.Grant:
    """Allow to list and get the output of a definition's training jobs, and to decrypt it."""
    return reduce(
        lambda grant, another: grant.combine(another),
        (_granted(grantee, each) for each in read_statements(definition, place) if each.resources),
    )


def read_statements(definition: TuningJobDefinition, place: Place) -> list[Statement]:
    """Return what is needed to list and get the output of a definition's training jobs, and to decrypt it."""
    jobs = definition.training_jobs
    places = [location(job.output.bucket, job.output.prefix, place).below for job in jobs]
    folders = [each for each in places if not each.is_directory]
    return [
        Statement("ReadOutput", ["s3:GetObject"], [each.objects for each in folders]),
        Statement("OpenOutput", ["s3express:CreateSession"], [each.bucket_arn for each in places if each.is_directory]),
        *(
            Statement(
                "ListOutput", ["s3:ListBucket"], [each.bucket_arn], {"StringLike": {"s3:prefix": list(each.listings)}}
            )
            for each in folders
        ),
        *kms.output_keys(jobs, place),
    ]


def _granted(grantee: iam.IGrantable, statement: Statement) -> iam.Grant:
    return iam.Grant.add_to_principal(
        grantee=grantee,
        actions=list(statement.actions),
        resource_arns=list(statement.resources),
        conditions=dict(statement.conditions or {}),
    )
