#!/usr/bin/env python3
"""An example app: which of three species is this penguin? XGBoost, tuned by SageMaker, in a network without internet.

Two stacks, because their lives differ: data and models stay, tuning jobs come and go.

    cdk deploy PenguinStorage                        # buckets, key, network; then upload the data
    cdk deploy PenguinTuning                         # the tuning job
    cdk deploy PenguinTuning -c max_training_jobs=8  # a job cannot be changed: a new one, and the old one is stopped
"""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

import cdk_hpo as hpo


class Storage(cdk.Stack):
    """What outlives a tuning job: data, models, their key, and the network that training runs in."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=cdk.RemovalPolicy.DESTROY)
        self.data = self.bucket("Data")
        self.models = self.bucket("Models")

        # Isolated subnets reach S3 through the gateway endpoint, which costs nothing, and nothing else.
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Training", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24)
            ],
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
            },
        )
        self.security_group = ec2.SecurityGroup(self, "TrainingGroup", vpc=self.vpc, description="Training jobs")

        cdk.CfnOutput(self, "DataBucket", value=self.data.bucket_name)
        cdk.CfnOutput(self, "ModelBucket", value=self.models.bucket_name)

    def bucket(self, id: str) -> s3.Bucket:
        """Return a private bucket that takes encrypted connections only."""
        return s3.Bucket(
            self,
            id,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            # An example is thrown away, once its buckets are empty; for data of your own choose RETAIN.
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


class Tuning(cdk.Stack):
    """The tuning job. Its execution role, and the function that creates it, come with it."""

    def __init__(self, scope: Construct, id: str, *, storage: Storage) -> None:
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
                    hpo.Channel.from_bucket("train", storage.data, "train/", content_type="text/csv"),
                    hpo.Channel.from_bucket("validation", storage.data, "validation/", content_type="text/csv"),
                ],
                output=hpo.Output(storage.models, "penguins/", encryption_key=storage.key),
                resources=hpo.Instances(
                    self.node.try_get_context("instance_type") or "ml.m5.large",
                    volume=cdk.Size.gibibytes(10),
                    volume_encryption_key=storage.key,
                ),
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(30)),
                vpc=hpo.VpcConfig.from_vpc(
                    storage.vpc,
                    security_groups=[storage.security_group],
                    subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
                ),
                enable_inter_container_traffic_encryption=True,
            ),
        )
        job = hpo.HyperParameterTuningJob(self, "Tuning", definition)
        cdk.Tags.of(self).add("application", "penguins")
        cdk.CfnOutput(self, "TuningJobName", value=job.tuning_job_name)


app = cdk.App()
Tuning(app, "PenguinTuning", storage=Storage(app, "PenguinStorage"))
app.synth()
