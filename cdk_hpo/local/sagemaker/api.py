"""The operations of the service."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from . import describe, errors, listing, tags
from .access import Access, Caller, Everything
from .faults import Faults
from .jobs import JobStore, TuningJob
from .models import OPERATIONS as MODEL_OPERATIONS
from .models import Models
from .models import Operation as ModelOperation
from .records import Records
from .simulation import SimulatedEngine
from .training import Ending, Engine, Outcome, definitions
from .validation import validate
from .warm_start import require_alike

Clock = Callable[[], float]
Operation = Callable[["TuningService", dict[str, Any], Caller], dict[str, Any]]


class TuningService:
    """The hyperparameter tuning part of SageMaker, for any number of accounts and regions.

    Parameters
    ----------
    engine
        What carries training jobs out; simulated ones by default.
    access
        What decides who may do what; everybody may do everything by default.
    clock
        Returns seconds since the epoch; the system's clock by default.
    records
        Where the records outlive the process; by default they do not. What an earlier process left there is found
        again, and ends with the first look when it had not.
    """

    def __init__(
        self,
        engine: Engine | None = None,
        access: Access | None = None,
        clock: Clock = time.time,
        records: Records | None = None,
    ) -> None:
        self.jobs = JobStore()
        self.models = Models()
        self._records = records
        if records is not None:
            self.models.kept.update(records.load_models())
            for job in records.load():
                self.jobs.add(job)
        self.faults = Faults()
        self._engine: Engine = engine or SimulatedEngine()
        self._access: Access = access or Everything()
        self._clock = clock
        self._lock = threading.RLock()

    def call(self, operation: str, request: object, caller: Caller | None = None) -> dict[str, Any]:
        """Carry out one request and return the answer in wire form; raise a ServiceError otherwise."""
        fault = self.faults.strike(operation)
        if fault is not None and not fault.after:
            fault.happen()
        handler = _OPERATIONS.get(operation)
        if handler is None:
            raise errors.unknown_operation(operation)
        valid = validate(operation, request)
        with self._lock:
            self.advance()
            answer = handler(self, valid, caller or Caller())
            self._keep()
        if fault is not None and fault.after:
            fault.happen()
        return answer

    def advance(self) -> None:
        """Bring all records up to this moment."""
        with self._lock:
            now = self._clock()
            for job in self.jobs:
                job.advance(now)
            self._keep()

    def end_job(self, name: str, status: Ending, reason: str | None = None, caller: Caller | None = None) -> None:
        """Let a running job end by itself now; nothing happens to one that has ended."""
        who = caller or Caller()
        with self._lock:
            self.advance()
            job = self.jobs.get(who.account, who.region, name)
            job.run.end(Outcome(status=status, at=self._clock(), reason=reason))
            job.modified = job.ended or job.modified
            self._keep()

    # -- the operations ------------------------------------------------------------------------------------------

    def _create(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        name = request["HyperParameterTuningJobName"]
        given_tags = tags.from_list(request.get("Tags") or [])
        arn = _arn(caller, name)
        self._access.authorize(caller, "sagemaker:CreateHyperParameterTuningJob", arn, request_tags=given_tags)
        if given_tags:
            self._access.authorize(
                caller, "sagemaker:AddTags", arn, request_tags=given_tags, creating="CreateHyperParameterTuningJob"
            )
        _require_one_form(request)
        training_arn = arn.replace(":hyper-parameter-tuning-job/", ":training-job/") + "-001-00000000"
        for role in dict.fromkeys(definition["RoleArn"] for definition in definitions(request)):
            self._access.pass_role(caller, role, (arn, training_arn))
        self.jobs.require_free(caller.account, caller.region, name)
        now = self._clock()
        kept = {key: value for key, value in request.items() if key not in ("HyperParameterTuningJobName", "Tags")}
        parents = self._parents(kept, caller.account, caller.region)
        require_alike(kept, parents)
        try:
            run = self._engine.start(name, arn, kept, now, {job.name.lower(): job.run for job in parents})
        except ValueError as error:
            raise errors.invalid(str(error)) from error
        self.jobs.add(
            TuningJob(
                name=name,
                arn=arn,
                account=caller.account,
                region=caller.region,
                request=kept,
                tags=given_tags,
                created=now,
                modified=now,
                run=run,
            )
        )
        return {"HyperParameterTuningJobArn": arn}

    def _describe(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        job = self._named(request, caller, "DescribeHyperParameterTuningJob")
        return describe.tuning_job(job, self._parents(job.request, job.account, job.region))

    def _stop(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        job = self._named(request, caller, "StopHyperParameterTuningJob")
        if job.status != "InProgress":
            raise errors.not_running(job.status)
        now = self._clock()
        job.stopping, job.modified = True, now
        job.run.stop(now)
        return {}

    def _delete(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        job = self._named(request, caller, "DeleteHyperParameterTuningJob")
        if job.ended is None:
            raise errors.still_running(job.status)
        self.jobs.remove(job)
        if self._records is not None:
            self._records.forget(job)
        return {}

    def _list(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        self._access.authorize(caller, "sagemaker:ListHyperParameterTuningJobs", "*")
        found = [
            describe.tuning_job_summary(job)
            for job in self.jobs.within(caller.account, caller.region)
            if _listed(job, request)
        ]
        shown, token = listing.page(
            "ListHyperParameterTuningJobs", request, found, sort_key=_JOB_ORDER[request.get("SortBy", "Name")]
        )
        return {"HyperParameterTuningJobSummaries": shown, **({"NextToken": token} if token else {})}

    def _list_training_jobs(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        job = self._named(request, caller, "ListTrainingJobsForHyperParameterTuningJob")
        order, status = request.get("SortBy", "Name"), request.get("StatusEquals")
        found = [
            describe.training_summary(job, training)
            for training in job.run.training_jobs
            if status in (None, training.status)
            and (order != "FinalObjectiveMetricValue" or training.objective is not None)
        ]
        shown, token = listing.page(
            "ListTrainingJobsForHyperParameterTuningJob", request, found, sort_key=_TRAINING_ORDER[order]
        )
        return {"TrainingJobSummaries": shown, **({"NextToken": token} if token else {})}

    def _describe_training_job(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        name = request["TrainingJobName"]
        arn = f"arn:aws:sagemaker:{caller.region}:{caller.account}:training-job/{name.lower()}"
        found = self.jobs.find_training_job(caller.account, caller.region, name)
        resource_tags = found[0].tags if found else None
        self._access.authorize(caller, "sagemaker:DescribeTrainingJob", arn, resource_tags=resource_tags)
        if found is None:
            raise errors.training_job_not_found()
        return describe.training_job(*found)

    def _add_tags(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        added = tags.from_list(request["Tags"])
        job = self._tagged(request, caller, "AddTags", added)
        job.tags = tags.merged(job.tags, added)
        return {"Tags": tags.to_list(job.tags)}

    def _list_tags(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        job = self._tagged(request, caller, "ListTags")
        shown, token = listing.page(
            "ListTags",
            request,
            tags.to_list(job.tags),
            sort_key=lambda tag: (tag["Key"],),
            default_size=tags.MAX_TAGS,
        )
        return {"Tags": shown, **({"NextToken": token} if token else {})}

    def _delete_tags(self, request: dict[str, Any], caller: Caller) -> dict[str, Any]:
        job = self._tagged(request, caller, "DeleteTags")
        job.tags = tags.without(job.tags, request["TagKeys"])
        return {}

    # -- what they share -----------------------------------------------------------------------------------------

    def _named(self, request: Mapping[str, Any], caller: Caller, operation: str) -> TuningJob:
        """Return the job that the request names, once the caller may do the operation with it."""
        name = request["HyperParameterTuningJobName"]
        try:
            job = self.jobs.get(caller.account, caller.region, name)
        except errors.ServiceError:
            # Who may not look does not learn either whether the job exists.
            self._access.authorize(caller, f"sagemaker:{operation}", _arn(caller, name))
            raise
        self._access.authorize(caller, f"sagemaker:{operation}", job.arn, resource_tags=job.tags)
        return job

    def _tagged(
        self,
        request: Mapping[str, Any],
        caller: Caller,
        operation: str,
        added: Mapping[str, str] | None = None,
    ) -> TuningJob:
        """Return the tuning job whose ARN, or whose training job's ARN, the request names."""
        arn = request["ResourceArn"]
        try:
            job = self.jobs.find_by_arn(arn)
        except errors.ServiceError:
            self._access.authorize(caller, f"sagemaker:{operation}", arn.lower(), request_tags=added)
            raise
        self._access.authorize(
            caller, f"sagemaker:{operation}", arn.lower(), request_tags=added, resource_tags=job.tags
        )
        return job

    def _parents(self, request: Mapping[str, Any], account: str, region: str) -> list[TuningJob]:
        """Return the parents of a warm start that there are."""
        names = _parent_names(request)
        return [job for job in self.jobs.within(account, region) if job.name.lower() in names] if names else []

    def _keep(self) -> None:
        """Write what has changed."""
        if self._records is not None:
            self._records.keep_models(self.models.kept)
            for job in self.jobs:
                self._records.keep(job)


def _arn(caller: Caller, name: str) -> str:
    """SageMaker keeps the case of a name but lowers it in the ARN."""
    return f"arn:aws:sagemaker:{caller.region}:{caller.account}:hyper-parameter-tuning-job/{name.lower()}"


def _parent_names(request: Mapping[str, Any]) -> set[str]:
    named = (request.get("WarmStartConfig") or {}).get("ParentHyperParameterTuningJobs") or []
    return {parent["HyperParameterTuningJobName"].lower() for parent in named}


def _require_one_form(request: Mapping[str, Any]) -> None:
    single, several = request.get("TrainingJobDefinition"), request.get("TrainingJobDefinitions")
    if (single is None) == (several is None):
        raise errors.invalid(
            "Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be given; "
            + ("both are." if single is not None else "neither is.")
        )


def _listed(job: TuningJob, request: Mapping[str, Any]) -> bool:
    """Apply the filters of ListHyperParameterTuningJobs."""
    if request.get("NameContains", "").lower() not in job.name.lower():
        return False
    if request.get("StatusEquals", job.status) != job.status:
        return False
    return all(
        (bound := request.get(f"{field}{side}")) is None or (moment > bound if side == "After" else moment < bound)
        for field, moment in (("CreationTime", job.created), ("LastModifiedTime", job.modified))
        for side in ("After", "Before")
    )


SortKey = Callable[[dict[str, Any]], tuple[Any, ...]]
# The name comes last everywhere, so that the order is total and pages neither overlap nor leave gaps.
_JOB_ORDER: dict[str, SortKey] = {
    "Name": lambda job: (job["HyperParameterTuningJobName"],),
    "Status": lambda job: (job["HyperParameterTuningJobStatus"], job["HyperParameterTuningJobName"]),
    "CreationTime": lambda job: (job["CreationTime"], job["HyperParameterTuningJobName"]),
}
_TRAINING_ORDER: dict[str, SortKey] = {
    "Name": lambda job: (job["TrainingJobName"],),
    "Status": lambda job: (job["TrainingJobStatus"], job["TrainingJobName"]),
    "CreationTime": lambda job: (job["CreationTime"], job["TrainingJobName"]),
    "FinalObjectiveMetricValue": lambda job: (
        job["FinalHyperParameterTuningJobObjectiveMetric"]["Value"],
        job["TrainingJobName"],
    ),
}
_OPERATIONS: dict[str, Operation] = {
    "CreateHyperParameterTuningJob": TuningService._create,
    "DescribeHyperParameterTuningJob": TuningService._describe,
    "StopHyperParameterTuningJob": TuningService._stop,
    "DeleteHyperParameterTuningJob": TuningService._delete,
    "ListHyperParameterTuningJobs": TuningService._list,
    "ListTrainingJobsForHyperParameterTuningJob": TuningService._list_training_jobs,
    "DescribeTrainingJob": TuningService._describe_training_job,
    "AddTags": TuningService._add_tags,
    "ListTags": TuningService._list_tags,
    "DeleteTags": TuningService._delete_tags,
}


def _of_models(carry_out: ModelOperation) -> Operation:
    return lambda service, request, caller: carry_out(service.models, request, caller, service._access)


_OPERATIONS |= {name: _of_models(each) for name, each in MODEL_OPERATIONS.items()}
