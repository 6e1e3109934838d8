"""A tuning job with many mistakes, for the demo: `cdk synth` refuses it before anything is deployed or paid for."""

import aws_cdk as cdk

import cdk_hpo as hpo

app = cdk.App()
stack = cdk.Stack(app, "Wrong")
definition = hpo.TuningJobDefinition(
    objective=hpo.Objective.minimize("validation:mlogloss"),
    parameter_ranges=[
        hpo.ContinuousParameter("eta", 0.3, 0.01),
        hpo.IntegerParameter("max_depth", 2, 8),
    ],
    limits=hpo.ResourceLimits(max_training_jobs=20, max_parallel_training_jobs=4),
    training=hpo.TrainingJobDefinition(
        algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1"),
        static_hyper_parameters={"num_round": "50", "max_depth": "6"},
        inputs=[hpo.Channel.from_bucket("train data", "s3://penguins/train/", content_type="text/csv")],
        output=hpo.Output("s3://penguins/models/"),
        resources=hpo.Instances("ml.m5.larg", volume=10),
        enable_managed_spot_training=True,
        stopping=hpo.StoppingCondition(max_runtime=cdk.Duration.minutes(30)),
    ),
)
hpo.HyperParameterTuningJob(stack, "Tuning", definition)
app.synth()
