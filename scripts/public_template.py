"""The names that a template gets from this library: those that stacks in production hold on to."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "lambda"))


def template_names() -> Iterator[tuple[str, list[str]]]:
    """Yield groups of names: a title, and its lines."""
    from cdk_hpo.launch.acknowledged import METADATA_KEY
    from cdk_hpo.launch.job import RESOURCE_TYPE

    yield "resource type and metadata in templates", [METADATA_KEY, RESOURCE_TYPE]
    yield f"properties of {RESOURCE_TYPE}", _properties()
    yield f"attributes of {RESOURCE_TYPE}", _attributes()
    yield "constructs and resources, by their paths below the stack", _paths()


class _Asked(dict[str, Any]):
    """Properties that remember which of them were read."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().get(key, default)


def _properties() -> list[str]:
    """Return the properties that the function reads."""
    from tuning_job import event

    asked = _Asked({"Request": {}})
    raw = {
        "RequestType": "Create",
        "RequestId": "r",
        "StackId": "s",
        "LogicalResourceId": "l",
        "ResponseURL": "https://answers.example.com/",
        "ResourceProperties": asked,
    }
    event.read(raw, SimpleNamespace(type_name="structure", members={}))
    return sorted({"ServiceToken", *asked.names})


def _attributes() -> list[str]:
    """Return the attributes that the function answers with."""
    from tuning_job.attributes import attributes_of
    from tuning_job.event import WaitFor
    from tuning_job.job import Job

    job = Job(name="n", status="Completed", created=0.0, arn="a", tags={}, details={})
    basic = attributes_of(job, WaitFor.CREATED)
    return sorted(
        name if name in basic else f"{name} (with WaitFor.COMPLETED)" for name in attributes_of(job, WaitFor.COMPLETED)
    )


def _paths() -> list[str]:
    """Return the paths of the resources of a stack with everything in it: logical ids are made of them."""
    from aws_cdk import App, CfnResource, Duration, Stack
    from aws_cdk.aws_scheduler import ScheduleExpression

    import cdk_hpo as hpo

    stack = Stack(App(), "Stack")
    storage = hpo.TuningStorage(stack, "TuningStorage", access_logs=True)
    network = hpo.TuningNetwork(stack, "TuningNetwork", encryption_key=storage.encryption_key)
    definition = hpo.TuningJobDefinition(
        objective=hpo.Objective.minimize("validation:rmse"),
        parameter_ranges=[hpo.ContinuousParameter("eta", 0.01, 0.3)],
        limits=hpo.ResourceLimits(max_training_jobs=4, max_parallel_training_jobs=2),
        training=hpo.TrainingJobDefinition(
            algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
            static_hyper_parameters={"num_round": "50"},
            inputs=[storage.channel("train", "train/", content_type="text/csv")],
            output=storage.output("models/"),
            resources=hpo.Instances("ml.m5.large", volume=10),
            stopping=hpo.StoppingCondition(max_runtime=3600),
            vpc=network.vpc_config,
        ),
    )
    job = hpo.HyperParameterTuningJob(stack, "HyperParameterTuningJob", definition, wait_for=hpo.WaitFor.COMPLETED)
    job.create_best_model("CfnModel")
    hpo.HyperParameterTuningTask(stack, "HyperParameterTuningTask", definition)
    best = hpo.BestModel(stack, "BestModel", job)
    best.run_on_completion()
    hpo.TuningAlarms(stack, "TuningAlarms", [job])
    hpo.TuningDashboard(stack, "TuningDashboard", [job])
    weekly = ScheduleExpression.rate(Duration.days(7))
    hpo.TuningSchedule(stack, "TuningSchedule", definition, schedule=weekly)
    hpo.TuningFleet(
        stack,
        "TuningFleet",
        definition,
        max_concurrency=2,
        results_bucket=storage.model_bucket,
        variants=[{"Name": "a"}, {"Name": "b"}],
    )
    stack.node.root.synth()
    return sorted(
        f"{each.node.path.removeprefix('Stack/')} ({each.cfn_resource_type})"
        for each in stack.node.find_all()
        if CfnResource.is_cfn_resource(each)
    )
