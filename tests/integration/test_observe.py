"""Alarms and a dashboard in the local cloud."""

import json

from aws_cdk import Stack

import cdk_hpo as hpo
from cdk_hpo.local import LocalCloud
from tests.examples import minimal_definition
from tests.integration.deployment import Deployer


def test_they_are_deployed_and_know_each_other(cloud: LocalCloud, deployer: Deployer) -> None:
    def build(stack: Stack) -> None:
        job = hpo.HyperParameterTuningJob(stack, "Tuning", minimal_definition())
        hpo.TuningAlarms(stack, "Alarms", [job])
        hpo.TuningDashboard(stack, "Dashboard", [job], dashboard_name="observed")

    deployer.deploy("Observed", build)
    cloudwatch, events = cloud.client("cloudwatch"), cloud.client("events")
    rules = {each["Name"]: json.loads(each["EventPattern"]) for each in events.list_rules()["Rules"]}
    watched = {
        name: pattern["detail"]["HyperParameterTuningJobStatus"]
        for name, pattern in rules.items()
        if name.startswith("Observed-")
    }
    assert sorted(status for (status,) in watched.values()) == ["Completed", "Failed", "InProgress", "Stopped"]
    alarms = {each["MetricName"]: each for each in cloudwatch.describe_alarms()["MetricAlarms"]}
    ((name, value),) = ((each["Name"], each["Value"]) for each in alarms["TriggeredRules"]["Dimensions"])
    assert name == "RuleName" and watched[value] == ["Failed"]
    assert {each["Value"] for each in alarms["Failures"]["Dimensions"]} >= {"Observed"}
    body = cloudwatch.get_dashboard(DashboardName="observed")["DashboardBody"]
    shown = json.loads(body)["widgets"]
    assert {each[3] for each in shown[1]["properties"]["metrics"]} == set(watched)
    (log,) = [each for each in cloud.client("logs").describe_log_groups()["logGroups"] if each["logGroupName"] in body]
    assert "TuningJobFunction" in log["logGroupName"]
