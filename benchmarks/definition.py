"""The same tuning job as a definition of this library."""

from typing import Any

import cdk_hpo as hpo
from benchmarks.request import IMAGE


def definition(data: Any, models: Any) -> hpo.TuningJobDefinition:
    """Return the job of `request`, its data in one bucket and its models in another: objects or addresses."""
    return hpo.TuningJobDefinition(
        strategy=hpo.Bayesian(),
        objective=hpo.Objective.minimize("loss"),
        parameter_ranges=[
            hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
            hpo.ContinuousParameter("alpha", 0.0, 2.0),
            hpo.IntegerParameter("max_depth", 2, 8),
            hpo.CategoricalParameter("booster", ["gbtree", "dart"]),
        ],
        limits=hpo.ResourceLimits(max_training_jobs=20, max_parallel_training_jobs=4, max_runtime=7200),
        early_stopping=hpo.EarlyStopping.AUTO,
        training=hpo.TrainingJobDefinition(
            algorithm=hpo.Algorithm.from_image(
                IMAGE, metric_definitions=[hpo.MetricDefinition("loss", "loss=([0-9.]+)")]
            ),
            static_hyper_parameters={"objective": "multi:softprob", "num_class": "3", "num_round": "50"},
            inputs=[
                hpo.Channel.from_bucket("train", data, "train/", content_type="text/csv"),
                hpo.Channel.from_bucket("validation", data, "validation/", content_type="text/csv"),
            ],
            output=hpo.Output(models, "penguins/"),
            resources=hpo.Instances("ml.m5.large", volume=10),
            stopping=hpo.StoppingCondition(max_runtime=1800),
        ),
    )
