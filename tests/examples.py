"""Definitions that many tests start from."""

import cdk_hpo as hpo


def minimal_definition() -> hpo.TuningJobDefinition:
    """Return a small definition that has no problem."""
    return hpo.TuningJobDefinition(
        objective=hpo.Objective.minimize("loss"),
        parameter_ranges=[hpo.ContinuousParameter("eta", 0.01, 0.3)],
        limits=hpo.ResourceLimits(max_training_jobs=4, max_parallel_training_jobs=2),
        training=hpo.TrainingJobDefinition(
            algorithm=hpo.Algorithm.from_image(
                "111122223333.dkr.ecr.us-east-1.amazonaws.com/train:1",
                metric_definitions=[hpo.MetricDefinition("loss", "loss=([0-9.]+)")],
            ),
            inputs=[hpo.Channel.from_bucket("train", "s3://data-bucket/train/")],
            output=hpo.Output("s3://model-bucket/models/"),
            resources=hpo.Instances("ml.m5.large", volume=10),
            stopping=hpo.StoppingCondition(max_runtime=3600),
        ),
    )
