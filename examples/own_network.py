#!/usr/bin/env python3
"""Storage and network for tuning jobs, and a job that uses them, in one stack.

    cdk synth --app "python examples/own_network.py"
    cdk deploy --app "python examples/own_network.py"

Training runs in isolated subnets: it reaches S3, but nothing outside, and only the two buckets of this stack.
"""

import aws_cdk as cdk
from constructs import Construct

import cdk_hpo as hpo


class OwnNetwork(cdk.Stack):
    """Everything that a tuning job needs, made here."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        # For data of your own leave out `disposable`: then buckets and key stay when the stack is removed.
        storage = hpo.TuningStorage(self, "Storage", access_logs=True, disposable=True)
        network = hpo.TuningNetwork(
            self,
            "Network",
            s3_buckets=[storage.data_bucket, storage.model_bucket],
            encryption_key=storage.encryption_key,
        )
        definition = hpo.TuningJobDefinition(
            objective=hpo.Objective.maximize("validation:auc"),
            parameter_ranges=[
                hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
                hpo.IntegerParameter("max_depth", 2, 10),
            ],
            limits=hpo.ResourceLimits(
                max_training_jobs=20, max_parallel_training_jobs=4, max_runtime=cdk.Duration.hours(6)
            ),
            training=hpo.TrainingJobDefinition(
                algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
                static_hyper_parameters={"objective": "binary:logistic", "num_round": "100"},
                inputs=[
                    storage.channel("train", "train/", content_type="text/csv"),
                    storage.channel("validation", "validation/", content_type="text/csv"),
                ],
                output=storage.output("models/"),
                checkpoint=storage.checkpoint("own-network/"),
                resources=hpo.Instances(
                    "ml.m5.xlarge",
                    volume=cdk.Size.gibibytes(30),
                    volume_encryption_key=storage.encryption_key,
                ),
                # Capacity that is taken away costs time, not work: training goes on from its checkpoint.
                enable_managed_spot_training=True,
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.hours(1), max_wait=cdk.Duration.hours(2)),
                vpc=network.vpc_config,
            ),
        )
        job = hpo.HyperParameterTuningJob(self, "Tuning", definition)
        cdk.CfnOutput(self, "TuningJobName", value=job.tuning_job_name)
        cdk.CfnOutput(self, "DataBucket", value=storage.data_bucket.bucket_name)


app = cdk.App()
OwnNetwork(app, "OwnNetwork")
app.synth()
