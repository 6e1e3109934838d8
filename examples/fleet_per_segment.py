#!/usr/bin/env python3
"""A model for each customer segment: one definition, as many tuning jobs as there are segments, two at a time.

    cdk deploy --app "python examples/fleet_per_segment.py"

Then start the workflow whose ARN is printed. Each segment has its data below ``segments/NAME/`` in the data bucket.
"""

import aws_cdk as cdk
from constructs import Construct

import cdk_hpo as hpo

SEGMENTS = ("retail", "travel", "food", "energy")


class FleetPerSegment(cdk.Stack):
    """Storage for all segments, and the workflow that goes through them."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        storage = hpo.TuningStorage(self, "Storage", access_logs=True, disposable=True)
        bucket = storage.data_bucket.bucket_name
        definition = hpo.TuningJobDefinition(
            objective=hpo.Objective.minimize("validation:rmse"),
            parameter_ranges=[
                hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
                hpo.IntegerParameter("max_depth", 2, 8),
            ],
            limits=hpo.ResourceLimits(max_training_jobs=12, max_parallel_training_jobs=3),
            training=hpo.TrainingJobDefinition(
                algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
                static_hyper_parameters={"objective": "reg:squarederror", "num_round": "100"},
                # The segment comes from the variant; the bucket is known when the stack is deployed.
                inputs=[
                    hpo.Channel.from_bucket(
                        name,
                        f"{{% 's3://{bucket}/segments/' & $states.input.segment & '/{name}/' %}}",
                        content_type="text/csv",
                    )
                    for name in ("train", "validation")
                ],
                output=storage.output("segments/"),
                resources=hpo.Instances(
                    "ml.m5.large", volume=cdk.Size.gibibytes(10), volume_encryption_key=storage.encryption_key
                ),
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(20)),
            ),
        )
        fleet = hpo.TuningFleet(
            self,
            "Fleet",
            definition,
            variants=[{"segment": name} for name in SEGMENTS],
            max_concurrency=2,
            tolerated_failure_percentage=25,
            results_bucket=storage.model_bucket,
        )
        # Which data a variant names, only the workflow knows.
        storage.data_bucket.grant_read(fleet.role, "segments/*")
        cdk.Annotations.of(fleet.task).acknowledge_warning("cdk-hpo:access-at-run-time", "granted here")
        # cdk-nag asks about the asterisks of that grant; not all versions of the CDK have cdk.Validations to answer.
        reasons = {"AwsSolutions-IAM5": "the CDK grants reading below a prefix in this form"}
        fleet.task.node.add_metadata("aws:cdk:acknowledged-rules", reasons)
        cdk.CfnOutput(self, "Workflow", value=fleet.state_machine.state_machine_arn)
        cdk.CfnOutput(self, "ResultsBucket", value=storage.model_bucket.bucket_name)


app = cdk.App()
FleetPerSegment(app, "FleetPerSegment")
app.synth()
