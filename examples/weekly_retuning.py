#!/usr/bin/env python3
"""Retune every Monday, start from what the last run has found, and register the best model if it is better.

    cdk deploy --app "python examples/weekly_retuning.py"

The parameter ``/churn/production`` remembers what has been promoted last: a run that found nothing better changes
nothing. A message goes to the topic when a run has failed.
"""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from constructs import Construct

import cdk_hpo as hpo


class WeeklyRetuning(cdk.Stack):
    """A schedule, a registry for what it finds, and somebody to tell."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        storage = hpo.TuningStorage(self, "Storage", access_logs=True, disposable=True)
        retuning = hpo.TuningSchedule(
            self,
            "Weekly",
            self._definition(storage),
            schedule=scheduler.ScheduleExpression.cron(week_day="MON", hour="4", minute="0"),
            warm_start=hpo.WarmStartType.TRANSFER_LEARNING,  # the data are new each week
        )
        registry = sagemaker.CfnModelPackageGroup(self, "Registry", model_package_group_name="churn")
        best = hpo.BestModel(
            self,
            "Best",
            retuning,
            threshold=0.6,
            parameter_name="/churn/production",
            model_package_group=registry,
            content_types=["text/csv"],
            response_types=["text/csv"],
        )
        best.run_on_completion()

        topic = sns.Topic(self, "Trouble", enforce_ssl=True, master_key=storage.encryption_key)
        # A policy of the topic's own, here by enforce_ssl, takes the place of the default that lets alarms publish.
        topic.grant_publish(iam.ServicePrincipal("cloudwatch.amazonaws.com"))
        hpo.TuningAlarms(self, "Alarms", [retuning], actions=[actions.SnsAction(topic)])
        hpo.TuningDashboard(self, "Dashboard", [retuning])
        cdk.CfnOutput(self, "Workflow", value=retuning.state_machine.state_machine_arn)

    def _definition(self, storage: hpo.TuningStorage) -> hpo.TuningJobDefinition:
        return hpo.TuningJobDefinition(
            objective=hpo.Objective.maximize("validation:auc"),
            parameter_ranges=[
                hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
                hpo.IntegerParameter("max_depth", 2, 8),
            ],
            limits=hpo.ResourceLimits(max_training_jobs=20, max_parallel_training_jobs=4),
            training=hpo.TrainingJobDefinition(
                algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
                static_hyper_parameters={"objective": "binary:logistic", "num_round": "100"},
                inputs=[
                    storage.channel("train", "train/", content_type="text/csv"),
                    storage.channel("validation", "validation/", content_type="text/csv"),
                ],
                output=storage.output("churn/"),
                resources=hpo.Instances(
                    "ml.m5.large", volume=cdk.Size.gibibytes(10), volume_encryption_key=storage.encryption_key
                ),
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(30)),
            ),
        )


app = cdk.App()
WeeklyRetuning(app, "WeeklyRetuning")
app.synth()
