#!/usr/bin/env python3
"""Tuning as a stage of a delivery pipeline (CDK Pipelines): a commit that changes the definition tunes anew.

    cdk deploy --app "python examples/pipeline.py"

The stage waits for the search, so what follows it can use the best model; a search that fails stops the pipeline.
"""

import aws_cdk as cdk
from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import pipelines
from constructs import Construct

import cdk_hpo as hpo

BUCKET, PREFIX = "my-models", "pipeline/"


class Tuning(cdk.Stack):
    """The tuning job, and the model of what it found."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        definition = hpo.TuningJobDefinition(
            objective=hpo.Objective.maximize("validation:auc"),
            parameter_ranges=[
                hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
                hpo.IntegerParameter("max_depth", 2, 8),
            ],
            limits=hpo.ResourceLimits(
                max_training_jobs=8, max_parallel_training_jobs=4, max_runtime=cdk.Duration.minutes(40)
            ),
            training=hpo.TrainingJobDefinition(
                algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
                static_hyper_parameters={"objective": "binary:logistic", "num_round": "100"},
                inputs=[
                    hpo.Channel.from_bucket(name, f"s3://my-training-data/{name}/", content_type="text/csv")
                    for name in ("train", "validation")
                ],
                output=hpo.Output(f"s3://{BUCKET}/{PREFIX}"),
                resources=hpo.Instances("ml.m5.large", volume=cdk.Size.gibibytes(10)),
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(10)),
            ),
        )
        job = hpo.HyperParameterTuningJob(
            self,
            "Tuning",
            definition,
            wait_for=hpo.WaitFor.COMPLETED,
            on_limit=hpo.OnLimit.WAIT,  # other jobs of the account may use the quota up for a while
        )
        self.artifact = cdk.CfnOutput(self, "ModelArtifact", value=job.best_model_artifact)


class TuningStage(cdk.Stage):
    """What the pipeline deploys."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.tuning = Tuning(self, "Tuning")


class Pipeline(cdk.Stack):
    """The pipeline: it builds the app, updates itself, and deploys the stage."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        repository = codecommit.Repository.from_repository_name(self, "Repository", "churn")
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            synth=pipelines.ShellStep(
                "Synth",
                input=pipelines.CodePipelineSource.code_commit(repository, "main"),
                commands=["pip install cdk-hpo", "npx cdk synth --app 'python examples/pipeline.py'"],
            ),
        )
        stage = TuningStage(self, "Production")
        models = s3.Bucket.from_bucket_name(self, "Models", BUCKET)
        read = iam.PolicyStatement(actions=["s3:GetObject"], resources=[models.arn_for_objects(f"{PREFIX}*")])
        pipeline.add_stage(
            stage,
            post=[
                pipelines.CodeBuildStep(
                    "Look",
                    env_from_cfn_outputs={"MODEL": stage.tuning.artifact},
                    commands=['aws s3 cp "$MODEL" model.tar.gz', "tar tzf model.tar.gz"],
                    role_policy_statements=[read],
                )
            ],
        )


app = cdk.App()
Pipeline(app, "Pipeline")
app.synth()
