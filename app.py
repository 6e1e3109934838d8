#!/usr/bin/env python3
"""An example app: which of three species is this penguin? XGBoost, tuned by SageMaker, in a network without internet.

Two stacks, because their lives differ: data and models stay, tuning jobs come and go.

    cdk deploy PenguinStorage                        # buckets, key, network; then upload the data
    cdk deploy PenguinTuning                         # the tuning job
    cdk deploy PenguinTuning -c max_training_jobs=8  # a job cannot be changed: a new one, and the old one is stopped
"""

import aws_cdk as cdk
from constructs import Construct

import cdk_hpo as hpo


class Storage(cdk.Stack):
    """What outlives a tuning job: data, models, their key, and the network that training runs in."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        # An example is thrown away, with everything in its buckets; for data of your own leave out `disposable`.
        self.storage = hpo.TuningStorage(self, "Storage", access_logs=True, disposable=True)
        # Isolated subnets reach S3 through the gateway endpoint, which costs nothing, and nothing else.
        self.network = hpo.TuningNetwork(self, "Network", encryption_key=self.storage.encryption_key)

        cdk.CfnOutput(self, "DataBucket", value=self.storage.data_bucket.bucket_name)
        cdk.CfnOutput(self, "ModelBucket", value=self.storage.model_bucket.bucket_name)


class Tuning(cdk.Stack):
    """The tuning job. Its execution role, and the function that creates it, come with it."""

    def __init__(self, scope: Construct, id: str, *, base: Storage) -> None:
        super().__init__(scope, id)
        definition = hpo.TuningJobDefinition(
            strategy=hpo.Bayesian(),
            objective=hpo.Objective.minimize("validation:mlogloss"),
            parameter_ranges=[
                hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
                hpo.ContinuousParameter("subsample", 0.5, 1.0),
                hpo.IntegerParameter("max_depth", 2, 8),
            ],
            limits=hpo.ResourceLimits(
                max_training_jobs=int(self.node.try_get_context("max_training_jobs") or 6),
                max_parallel_training_jobs=2,
                max_runtime=cdk.Duration.hours(2),
            ),
            training=hpo.TrainingJobDefinition(
                algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
                static_hyper_parameters={"objective": "multi:softprob", "num_class": "3", "num_round": "50"},
                inputs=[
                    base.storage.channel("train", "train/", content_type="text/csv"),
                    base.storage.channel("validation", "validation/", content_type="text/csv"),
                ],
                output=base.storage.output("penguins/"),
                resources=hpo.Instances(
                    self.node.try_get_context("instance_type") or "ml.m5.large",
                    volume=cdk.Size.gibibytes(10),
                    volume_encryption_key=base.storage.encryption_key,
                ),
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(30)),
                vpc=base.network.vpc_config,
                enable_inter_container_traffic_encryption=True,
            ),
        )
        job = hpo.HyperParameterTuningJob(self, "Tuning", definition)
        cdk.Tags.of(self).add("application", "penguins")
        cdk.CfnOutput(self, "TuningJobName", value=job.tuning_job_name)


app = cdk.App()
Tuning(app, "PenguinTuning", base=Storage(app, "PenguinStorage"))
app.synth()
