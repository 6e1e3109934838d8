#!/usr/bin/env python3
"""A workflow that tunes, asks a person, and makes a model of the best training job when the answer is yes.

    cdk deploy --app "python examples/approval.py" --parameters Reviewer=you@example.com

Start it with the prefix of the data, ``{"data": "s3://…/2024-11/"}``. The message to the reviewer holds what to run
for yes and for no.
"""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

import cdk_hpo as hpo

JSONATA = sfn.QueryLanguage.JSONATA
#: Where cdk.Validations keeps reasons; not all versions of the CDK have that.
ACKNOWLEDGED = "aws:cdk:acknowledged-rules"
MESSAGE = (
    "{% 'Tuning job ' & $states.input.HyperParameterTuningJobName & ' has found ' & "
    "$states.input.BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.MetricName & ' ' & "
    "$string($states.input.BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value) & "
    "'. To make a model of it:\\naws stepfunctions send-task-success --task-output \"{}\" --task-token ' & "
    "$states.context.Task.Token & '\\nTo leave it:\\naws stepfunctions send-task-failure --error Refused "
    "--task-token ' & $states.context.Task.Token %}"
)


class Approval(cdk.Stack):
    """Tune, ask, make a model."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        reviewer = cdk.CfnParameter(self, "Reviewer", default="reviewer@example.com")
        storage = hpo.TuningStorage(self, "Storage", access_logs=True, disposable=True)
        key = storage.encryption_key
        # Who reads a message can give the answer, so it is encrypted as the data are.
        topic = sns.Topic(self, "Reviews", enforce_ssl=True, master_key=key)
        topic.add_subscription(subscriptions.EmailSubscription(reviewer.value_as_string))

        tune = hpo.HyperParameterTuningTask(self, "Tune", self._definition(storage), query_language=JSONATA)
        data: s3.IBucket = storage.data_bucket
        data.grant_read(tune.role)
        cdk.Annotations.of(tune).acknowledge_warning("cdk-hpo:access-at-run-time", "granted here")
        ask = tasks.SnsPublish.jsonata(
            self,
            "Ask",
            topic=topic,
            message=sfn.TaskInput.from_text(MESSAGE),
            integration_pattern=sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
            task_timeout=sfn.Timeout.duration(cdk.Duration.days(7)),
            outputs="{% $states.input %}",
        )
        ask.add_catch(sfn.Succeed.jsonata(self, "Refused"), errors=["Refused"])
        promote = hpo.BestModel(self, "Best", tune)
        body = sfn.DefinitionBody.from_chainable(tune.next(ask).next(promote))
        workflow = sfn.StateMachine(
            self, "Workflow", definition_body=body, query_language=JSONATA, tracing_enabled=True
        )
        key.grant(workflow, "kms:Decrypt", "kms:GenerateDataKey")  # to send to the topic
        self._acknowledge(tune, workflow)
        cdk.CfnOutput(self, "WorkflowArn", value=workflow.state_machine_arn)
        cdk.CfnOutput(self, "DataBucket", value=data.bucket_name)

    def _acknowledge(self, tune: Construct, workflow: sfn.StateMachine) -> None:
        """Say why findings of cdk-nag and cfn-lint stand."""
        reasons = {"AwsSolutions-IAM5": "which data a run gets, only its input tells"}
        tune.node.add_metadata(ACKNOWLEDGED, reasons)
        reasons = {
            "AwsSolutions-IAM5": "names of jobs and models end in random characters",
            "AwsSolutions-SF1": "a log would hold what the answer is given with",
        }
        workflow.node.add_metadata(ACKNOWLEDGED, reasons)
        workflow.node.default_child.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3005"]}})

    def _definition(self, storage: hpo.TuningStorage) -> hpo.TuningJobDefinition:
        return hpo.TuningJobDefinition(
            objective=hpo.Objective.maximize("validation:auc"),
            parameter_ranges=[
                hpo.ContinuousParameter("eta", 0.01, 0.3, scaling=hpo.ScalingType.LOGARITHMIC),
                hpo.IntegerParameter("max_depth", 2, 8),
            ],
            limits=hpo.ResourceLimits(max_training_jobs=8, max_parallel_training_jobs=2),
            training=hpo.TrainingJobDefinition(
                algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
                static_hyper_parameters={"objective": "binary:logistic", "num_round": "100"},
                inputs=[
                    hpo.Channel.from_bucket(name, f"{{% $states.input.data & '{name}/' %}}", content_type="text/csv")
                    for name in ("train", "validation")
                ],
                output=storage.output("models/"),
                resources=hpo.Instances(
                    "ml.m5.large", volume=cdk.Size.gibibytes(10), volume_encryption_key=storage.encryption_key
                ),
                stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(30)),
            ),
        )


app = cdk.App()
Approval(app, "Approval")
app.synth()
