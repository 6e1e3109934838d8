"""What a deployment knows of its job afterwards, and the metrics of failures."""

import pytest
from aws_cdk import Duration
from tuning_job.attributes import attributes_of
from tuning_job.event import WaitFor
from tuning_job.job import Job

import cdk_hpo as hpo
from cdk_hpo.launch.outcome import TuningJobOutcome
from tests.cdk import JOB, new_stack, resources, template_of
from tests.examples import minimal_definition

RESULTS = {
    "best_training_job_name": "BestTrainingJobName",
    "best_training_job_arn": "BestTrainingJobArn",
    "best_objective_value": "ObjectiveValue",
    "best_hyper_parameters": "HyperParameters",
    "best_tuned_hyper_parameters": "TunedHyperParameters",
    "best_model_artifact": "ModelArtifact",
    "training_job_status_counters": "TrainingJobStatusCounters",
    "objective_status_counters": "ObjectiveStatusCounters",
}
ALWAYS = {
    "tuning_job_arn": "Arn",
    "tuning_job_status": "Status",
    "tuning_job_failure_reason": "FailureReason",
}


def test_attributes_are_those_that_the_function_gives() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition(), wait_for=hpo.WaitFor.COMPLETED)
    logical = stack.resolve(job.tuning_job_name)["Ref"]
    asked = {name: stack.resolve(getattr(job, name))["Fn::GetAtt"] for name in ALWAYS | RESULTS}
    assert asked == {name: [logical, attribute] for name, attribute in (ALWAYS | RESULTS).items()}
    done = Job(name="n", status="Completed", created=0, arn="a")
    assert set(ALWAYS.values()) <= attributes_of(done, WaitFor.CREATED).keys()
    assert set((ALWAYS | RESULTS).values()) <= attributes_of(done, WaitFor.COMPLETED).keys()


def test_no_property_is_forgotten_here() -> None:
    properties = {name for name, each in vars(TuningJobOutcome).items() if isinstance(each, property)}
    assert properties == set(ALWAYS | RESULTS) - {"tuning_job_arn"}


@pytest.mark.parametrize("name", RESULTS)
def test_results_of_a_job_that_is_not_waited_for(name: str) -> None:
    job = hpo.HyperParameterTuningJob(new_stack(), "Job", minimal_definition())
    with pytest.raises(ValueError, match=r"WaitFor\.COMPLETED"):
        getattr(job, name)


def test_metrics_of_failures() -> None:
    stack = new_stack()
    job = hpo.HyperParameterTuningJob(stack, "Job", minimal_definition())
    job.metric_failures().create_alarm(stack, "Failed", threshold=1, evaluation_periods=1)
    hpo.HyperParameterTuningJob.metric_all_failures(stack, period=Duration.hours(1)).create_alarm(
        stack, "AnyFailed", threshold=1, evaluation_periods=1
    )
    template = template_of(stack)
    one, every = (each["Properties"] for each in resources(template, "AWS::CloudWatch::Alarm"))
    (logical_id,) = [name for name, each in template["Resources"].items() if each["Type"] == JOB]
    assert {each["Name"]: each["Value"] for each in one["Dimensions"]} == {
        "StackName": "Stack",
        "LogicalId": logical_id,
    }
    assert (one["Namespace"], one["MetricName"], one["Statistic"], one["Period"]) == ("CdkHpo", "Failures", "Sum", 300)
    assert (every["Dimensions"], every["Period"]) == ([{"Name": "StackName", "Value": "Stack"}], 3600)
