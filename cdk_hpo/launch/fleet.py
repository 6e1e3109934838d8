"""One definition for many data sets."""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aws_cdk import Annotations, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as assets
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.interfaces.aws_iam import IRoleRef
from aws_cdk.interfaces.aws_kms import IKeyRef
from constructs import Construct

from cdk_hpo.access.option_problems import path_of
from cdk_hpo.access.partition import Place
from cdk_hpo.definition.tuning import TuningJobDefinition
from cdk_hpo.launch.acknowledged import Acknowledged
from cdk_hpo.launch.asked import expressions
from cdk_hpo.launch.checked import Checked
from cdk_hpo.launch.cost import MaxCost, bound
from cdk_hpo.launch.images import addresses_to_check
from cdk_hpo.launch.naming import name_prefix, names_in_events
from cdk_hpo.launch.options import refuse_other_times, refuse_text
from cdk_hpo.launch.task_runner import TaskRunner
from cdk_hpo.launch.time_limit import RunTask, TimeLimit, failed
from cdk_hpo.launch.variants import check_variants
from cdk_hpo.launch.workflow import acknowledge_workflow, new_workflow

_JSONATA = sfn.QueryLanguage.JSONATA
_READERS: dict[str, Any] = {
    ".json": sfn.S3JsonItemReader,
    ".jsonl": sfn.S3JsonLItemReader,
    ".csv": sfn.S3CsvItemReader,
}
_ASKED = re.compile(r"\$states\.input\.([A-Za-z_]\w*)")
#: Without it the CDK leaves out every result writer but those of a deprecated class; set for what is in a fleet alone.
_RESULT_WRITER_FLAG = "@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2"
#: Step Functions runs no more children of one map at a time.
_MOST_AT_ONCE = 10_000
#: https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-limits.html
_MOST_TUNING_JOBS = 100


class TuningFleet(TaskRunner, Construct):
    """A workflow that runs one definition for many variants, some at a time.

    What differs between variants stands in the definition as ``"{% $states.input.NAME %}"``, and for a number as
    ``cdk.Token.as_number("{% $states.input.NAME %}")``; each variant gives the values by name.

    Parameters
    ----------
    scope : Construct
        The construct that holds this one.
    id : str
        The construct's id.
    definition : TuningJobDefinition
        The job, without a name.
    variants : sequence of mapping, optional
        The variants themselves, at least one; they are uploaded with the app, as JSON. What is known only when the app
        is deployed, such as the name of a bucket, belongs into the definition:
        ``"{% 's3://BUCKET/' & $states.input.folder %}"``.
    manifest : str, optional
        Instead: the key of a file with the variants in ``manifest_bucket``, by its ending a JSON array (``.json``),
        JSON lines (``.jsonl``) or CSV with a header (``.csv``). It is read when the workflow runs.
    manifest_bucket : IBucket, optional
        The bucket of the manifest.
    max_concurrency : int
        How many tuning jobs run at a time, 1 to 10,000. With the definition's parallel training jobs and instances it
        must fit the account's quotas: each job that does not is tried again for about a day. A region runs 100 tuning
        jobs at once; a larger number gets a warning, ``cdk-hpo:fleet-concurrency``.
    results_bucket : IBucket
        Where the results of all variants are collected. If it has a key of its own, the workflow may use that.
    results_prefix : str, optional
        The beginning of their keys. ``fleet/`` by default.
    tolerated_failure_percentage : float, optional
        The share of variants that may fail without failing the workflow, 0 (default) to 100.
    role : IRoleRef, optional
        The execution role of training jobs that have none of their own; one is made by default. What variants name at
        run time, their data for example, must be granted to it.
    run_timeout : Duration, optional
        After what time one job is given up and stopped; the definition's own limits by default.
    tuning_job_name_prefix : str, optional
        The beginning of the jobs' names, up to 18 lower-case letters, digits and hyphens; from the construct's path by
        default.
    acknowledged_rules : mapping of str to str, optional
        Rules of the checks that are not to stand in the way, by id, each with the reason.
    encryption_key : IKeyRef, optional
        One KMS key for everything that the training jobs store.
    max_cost : MaxCost, optional
        A ceiling for what the instances of one variant's job can cost by its limits.
    logs : LogOptions, optional
        Writes the events of the workflow to a log. Not by default: Step Functions itself keeps them for 90 days.
    tracing_enabled : bool, optional
        Whether AWS X-Ray traces the workflow. Not by default; of a map like this it sees little.

    Raises
    ------
    ValidationError
        When the service would refuse what is known of the definition.
    ValueError
        When an option is outside its limits, the variants are given twice or not at all, or one of them lacks a value
        or is not JSON.

    Notes
    -----
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        definition: TuningJobDefinition,
        *,
        max_concurrency: int,
        results_bucket: s3.IBucket,
        variants: Sequence[Mapping[str, Any]] | None = None,
        manifest: str | None = None,
        manifest_bucket: s3.IBucket | None = None,
        results_prefix: str = "fleet/",
        tolerated_failure_percentage: float = 0,
        role: IRoleRef | None = None,
        run_timeout: Duration | None = None,
        tuning_job_name_prefix: str | None = None,
        acknowledged_rules: Mapping[str, str] | None = None,
        encryption_key: IKeyRef | None = None,
        max_cost: MaxCost | None = None,
        logs: sfn.LogOptions | None = None,
        tracing_enabled: bool | None = None,
    ) -> None:
        path = path_of(scope, id)
        refuse_text(path, role=role, encryption_key=encryption_key)
        refuse_other_times(path, run_timeout=run_timeout)
        prefix = name_prefix(path, tuning_job_name_prefix)
        checked = Checked.at(scope, id, definition, Acknowledged(acknowledged_rules))
        request = checked.request(addresses_to_check(Place.of(Stack.of(scope))))
        checked.warnings(request)
        _check_options(path, definition, max_concurrency, tolerated_failure_percentage)
        if (variants is None) == (manifest is None) or (manifest is None) != (manifest_bucket is None):
            raise ValueError(f"{path}: give either variants, or manifest with manifest_bucket")
        if manifest is not None and Path(manifest).suffix not in _READERS:
            raise ValueError(f"{path}: manifest: expected a key that ends in .json, .jsonl or .csv, got {manifest!r}")
        if variants is not None:
            wanted = [name for each in expressions(Stack.of(scope), request) for name in _ASKED.findall(each)]
            check_variants(path, variants, wanted)
        bound(max_cost, path, definition)
        super().__init__(scope, id)
        self.node.set_context(_RESULT_WRITER_FLAG, True)
        self._event_names = names_in_events(prefix, None)
        #: The state that runs the job of one variant.
        self.task = tune = RunTask(
            self,
            "Tune",
            definition,
            role=role,
            query_language=_JSONATA,
            tuning_job_name_prefix=prefix,
            acknowledged_rules=acknowledged_rules,
            encryption_key=encryption_key,
            max_cost=max_cost,
            task_timeout=None if run_timeout is None else sfn.Timeout.duration(run_timeout),
        )
        each = sfn.DistributedMap(
            self,
            "Each variant",
            query_language=_JSONATA,
            item_reader=self._reader(variants, manifest, manifest_bucket),
            max_concurrency=max_concurrency,
            tolerated_failure_percentage=tolerated_failure_percentage,
            result_writer_v2=sfn.ResultWriterV2(bucket=results_bucket, prefix=results_prefix),
            map_execution_type=sfn.StateMachineType.STANDARD,
        )
        first: sfn.IChainable = tune
        if run_timeout is not None:
            first = TimeLimit(self, "Limit", prefix).around(tune, [tune], failed(self, "Given up"))
        each.item_processor(first)
        #: The workflow of the whole fleet: start it by hand, by a schedule, or from another workflow.
        self.state_machine = new_workflow(self, each, logs=logs, tracing_enabled=tracing_enabled)
        if run_timeout is not None:
            # IAM knows no narrower resource for a list.
            look = iam.PolicyStatement(actions=["sagemaker:ListHyperParameterTuningJobs"], resources=["*"])
            self.state_machine.add_to_role_policy(look)
        self._grant_keys(results_bucket, manifest_bucket)
        acknowledge_workflow(self.state_machine)
        if max_concurrency > _MOST_TUNING_JOBS:
            Annotations.of(self).add_warning_v2("cdk-hpo:fleet-concurrency", _TOO_MANY.format(max_concurrency))

    def grant_start_execution(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to start the workflow.

        Parameters
        ----------
        grantee : IGrantable
            Who gets the permission.
        """
        return self.state_machine.grant_start_execution(grantee)

    def _grant_keys(self, results: s3.IBucket, manifest: s3.IBucket | None) -> None:
        # The CDK's reader and writer allow the objects alone; a result in parts is read again to be put together.
        # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
        if results.encryption_key is not None:
            results.encryption_key.grant(self.state_machine, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey")
        if manifest is not None and manifest.encryption_key is not None:
            manifest.encryption_key.grant_decrypt(self.state_machine)

    def _reader(
        self, variants: Sequence[Mapping[str, Any]] | None, manifest: str | None, bucket: s3.IBucket | None
    ) -> sfn.IItemReader:
        if variants is None:
            reader: sfn.IItemReader = _READERS[Path(str(manifest)).suffix](bucket=bucket, key=manifest)
            return reader
        # They travel as a file: the text of a workflow has little room.
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "variants.json"
            file.write_text(json.dumps([dict(each) for each in variants], sort_keys=True), encoding="utf-8")
            asset = assets.Asset(self, "Variants", path=str(file))
        return sfn.S3JsonItemReader(bucket=asset.bucket, key=asset.s3_object_key)


_TOO_MANY = (
    "max_concurrency is {}, but a region runs at most 100 tuning jobs at once, a quota that cannot be raised: the jobs "
    "above it are tried again for about a day, and then fail"
)


def _check_options(path: str, definition: TuningJobDefinition, concurrency: int, tolerated: float) -> None:
    if definition.name is not None:
        raise ValueError(f"{path}: each variant's job has a name of its own: leave the definition's name out")
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or not 1 <= concurrency <= _MOST_AT_ONCE:
        raise ValueError(
            f"{path}: max_concurrency: expected a whole number from 1 to {_MOST_AT_ONCE}, got {concurrency!r}"
        )
    if not 0 <= tolerated <= 100:
        raise ValueError(f"{path}: tolerated_failure_percentage: expected a number from 0 to 100, got {tolerated!r}")
