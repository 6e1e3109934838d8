"""A stack as a user's own tests have it."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

import cdk_hpo as hpo
from tests.cdk import new_stack


def penguins(
    *,
    stack: cdk.Stack | None = None,
    max_training_jobs: int = 20,
    id: str = "Tuning",
    static_hyper_parameters: dict[str, str] | None = None,
) -> cdk.Stack:
    """Return a stack with a bucket for models and a job; or add a job to one that has a bucket."""
    stack = stack or new_stack("Penguins")
    models = stack.node.try_find_child("Models") or s3.Bucket(stack, "Models")
    assert isinstance(models, s3.Bucket)
    definition = hpo.TuningJobDefinition(
        objective=hpo.Objective.minimize("loss"),
        parameter_ranges=[hpo.ContinuousParameter("eta", 0.01, 0.3), hpo.IntegerParameter("depth", 2, 8)],
        limits=hpo.ResourceLimits(max_training_jobs=max_training_jobs, max_parallel_training_jobs=2),
        training=hpo.TrainingJobDefinition(
            algorithm=hpo.Algorithm.from_image(
                "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1",
                metric_definitions=[hpo.MetricDefinition("loss", "loss=([0-9.]+)")],
            ),
            static_hyper_parameters=static_hyper_parameters,
            inputs=[hpo.Channel.from_bucket("train", "s3://data-bucket/train/")],
            output=hpo.Output(models, "penguins/"),
            resources=hpo.Instances("ml.m5.large", volume=10),
            stopping=hpo.StoppingCondition(max_runtime=3600),
        ),
    )
    hpo.HyperParameterTuningJob(stack, id, definition)
    return stack
