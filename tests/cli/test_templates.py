"""CloudFormation templates and cloud assemblies."""

import sys
from typing import Any

import pytest

from cdk_hpo.checks.examples import base_request
from cdk_hpo.launch.properties import as_properties
from tests.cli.command import INSTANCE_TYPE, Command, Outcome, doubtful_request, resource, template, wrong_request
from tests.shared import accepted_requests

ACKNOWLEDGED = "cdk-hpo:acknowledged"


def check(command: Command, **properties: Any) -> Outcome:
    job = resource(base_request())
    job["Properties"] |= properties
    return command("check", "--format", "json", command.file("a.template.json", template(Job=job)))


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return a request for a template in which one member differs."""
    *way, last = path.split(".")
    request: dict[str, Any] = resource(base_request())["Properties"]["Request"]
    place = request
    for step in way:
        place = place[step]
    place[last] = value
    return request


def test_no_tuning_job(command: Command) -> None:
    done = command("check", command.file("a.json", template()))
    assert done == (0, "Checked 0 tuning jobs in 1 file: nothing to check.\n", "")


def test_name_and_roles_are_known_at_deployment_only(command: Command) -> None:
    request = base_request()
    del request["TrainingJobDefinition"]["RoleArn"]
    assert command("check", command.file("a.json", template(Job=resource(request)))).status == 0
    request = base_request("list")
    for definition in request["TrainingJobDefinitions"]:
        del definition["RoleArn"]
    assert command("check", command.file("a.json", template(Job=resource(request)))).status == 0


def test_a_finding_tells_the_construct(command: Command) -> None:
    job = resource(wrong_request(), Metadata={"aws:cdk:path": "App/Tuning/Resource"})
    command.file("a.json", template(JobABC=job))
    done = command("check", "a.json")
    assert done.status == 1
    assert f": App/Tuning (JobABC): {INSTANCE_TYPE}\n" in done.out
    (finding,) = command("check", "a.json", "--format", "json").json["findings"]
    assert (finding["logicalId"], finding["constructPath"]) == ("JobABC", "App/Tuning")
    assert "xlage" in (command.folder / "a.json").read_text().splitlines()[finding["line"] - 1]


def test_without_metadata_the_logical_id_has_to_do(command: Command) -> None:
    done = command("check", command.file("a.json", template(JobABC=resource(wrong_request()))))
    assert f": JobABC: {INSTANCE_TYPE}\n" in done.out


def test_name_and_tags_stand_beside_the_request(command: Command) -> None:
    done = check(command, Name="a_b", Tags=[{"Key": "aws:x", "Value": "1"}])
    assert done.rules() == ["job-name-pattern", "tag-key-aws-prefix"]
    lines = (command.folder / "a.template.json").read_text().splitlines()
    name, tag = (lines[each["line"] - 1] for each in done.json["findings"])
    assert '"Name"' in name
    assert '"Key"' in tag
    assert check(command, Name={"Ref": "P"}, Tags=[]).rules() == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("HyperParameterTuningJobConfig.ResourceLimits.MaxParallelTrainingJobs", "2"),
        ("TrainingJobDefinition.EnableNetworkIsolation", "true"),
        ("TrainingJobDefinition.EnableNetworkIsolation", "False"),
        ("TrainingJobDefinition.StaticHyperParameters", {"objective": 1, "a": True, "b": 0.5}),
        ("TrainingJobDefinition.StaticHyperParameters", {"\\Ref": "x"}),
        ("HyperParameterTuningJobConfig.RandomSeed", {"Ref": "AWS::NoValue"}),
        ("TrainingJobDefinition.RoleArn", "{{resolve:ssm:/role}}"),
        ("TrainingJobDefinition.ResourceConfig", {"Fn::If": ["A", {}, {}]}),
    ],
)
def test_what_cloudformation_makes_right_is_right(command: Command, path: str, value: Any) -> None:
    assert check(command, Request=changed(path, value)).rules() == []


@pytest.mark.parametrize("name", sorted(accepted_requests()))
def test_what_the_service_accepts_is_right_in_a_template(command: Command, name: str) -> None:
    """In the form that CDK writes, and with all numbers and booleans as text."""
    request = as_properties(accepted_requests()[name])
    for number, each in enumerate((request, as_text(request))):
        done = command("check", "--format", "json", command.file(f"{number}.json", template(Job=resource(each))))
        assert [each for each in done.json["findings"] if each["severity"] == "error"] == []


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_text(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def test_a_left_out_member_is_missing(command: Command) -> None:
    request = changed("TrainingJobDefinition.OutputDataConfig", {"Ref": "AWS::NoValue"})
    assert check(command, Request=request).rules() == ["required-field"]


def test_key_escapes_are_undone(command: Command) -> None:
    request = changed("TrainingJobDefinition.StaticHyperParameters", {"\\Ref": "a\nb", "\\\\x": "1"})
    (finding,) = check(command, Request=request).json["findings"]
    assert finding["path"] == 'TrainingJobDefinition.StaticHyperParameters["Ref"]'


def test_long_integers_are_restored(command: Command) -> None:
    channel = base_request()["TrainingJobDefinition"]["InputDataConfig"][0]
    request = changed("TrainingJobDefinition.InputDataConfig", [channel | {"ShuffleConfig": {"Seed": str(2**60)}}])
    assert check(command, Request=request).rules() == []
    request = changed("TrainingJobDefinition.InputDataConfig", [channel | {"ShuffleConfig": {"Seed": str(2**70)}}])
    assert check(command, Request=request).rules() == ["shuffle-seed-int64"]


def test_either_of_two_is_not_both(command: Command) -> None:
    """A member under a condition may be there or not: only what is wrong either way is told."""
    request = changed("TrainingJobDefinition.ResourceConfig.InstanceType", "ml.m5.xlage")
    nothing = {"Ref": "AWS::NoValue"}
    request["TrainingJobDefinition"]["TuningObjective"] = {"Fn::If": ["A", {"Type": "Minimize"}, nothing]}
    request["TrainingJobDefinitions"] = {"Fn::If": ["A", [], nothing]}
    rules = check(command, Request=request).rules()
    assert "instance-type-enum" in rules
    assert rules == ["instance-type-enum"]


def test_a_computed_request_is_unknown(command: Command) -> None:
    assert check(command, Request={"Fn::If": ["A", {}, {}]}).json["summary"]["jobs"] == 0


def test_a_job_without_request(command: Command) -> None:
    done = command("check", command.file("a.json", template(Job={"Type": "Custom::SageMakerHyperParameterTuningJob"})))
    assert done.status == 2
    assert "the resource Job has no Request among its Properties" in done.err


def test_acknowledged_findings_count_no_more_but_can_be_listed(command: Command) -> None:
    job = resource(wrong_request(), Metadata={ACKNOWLEDGED: {"instance-type-enum": "a new type"}})
    file = command.file("a.json", template(Job=job))
    done = command("check", file, "--strict")
    assert done == (0, "Checked 1 tuning job in 1 file: no findings, 1 acknowledged.\n", "")
    done = command("check", file, "--verbose")
    assert done.status == 0
    assert "Acknowledged: a new type" in done.out


def test_texts_of_a_template_do_not_command_the_terminal(command: Command) -> None:
    metadata = {"aws:cdk:path": "App/\x1b[31m", ACKNOWLEDGED: {"instance-type-enum": "a\nb\x1b"}}
    done = command(
        "check", "--verbose", command.file("a.json", template(Job=resource(wrong_request(), Metadata=metadata)))
    )
    assert "\x1b" not in done.out
    assert "App/\\x1b[31m (Job)" in done.out
    assert "Acknowledged: a\\nb\\x1b" in done.out


@pytest.mark.parametrize("metadata", [{"instance-type-enum": " "}, {"other": "x"}, [], None, {"instance-type-enum": 1}])
def test_what_is_no_acknowledgement(command: Command, metadata: Any) -> None:
    job = resource(wrong_request(), Metadata={ACKNOWLEDGED: metadata})
    assert command("check", command.file("a.json", template(Job=job))).status == 1


def test_templates_in_yaml(command: Command) -> None:
    command.file(
        "a.yaml",
        """
Resources:
  Job:
    Type: Custom::SageMakerHyperParameterTuningJob
    Properties:
      Name: !Sub "${AWS::StackName}-x"
      Request:
        HyperParameterTuningJobConfig:
          Strategy: bayesian
          HyperParameterTuningJobObjective: {Type: Minimize, MetricName: val_loss}
          ResourceLimits: {MaxNumberOfTrainingJobs: "10", MaxParallelTrainingJobs: !Ref Jobs}
          ParameterRanges:
            ContinuousParameterRanges: [{Name: eta, MinValue: 0.01, MaxValue: 0.3}]
        TrainingJobDefinition:
          AlgorithmSpecification:
            TrainingImage: !Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/a:1"
            TrainingInputMode: !If [Big, Pipe, File]
            MetricDefinitions: [{Name: val_loss, Regex: "val_loss=([0-9.]+)"}]
          OutputDataConfig: {S3OutputPath: !Join ["", ["s3://", !Ref B]], KmsKeyId: !Ref AWS::NoValue}
          ResourceConfig: {InstanceType: ml.m5.xlarge, InstanceCount: 1, VolumeSizeInGB: 30}
          StoppingCondition: {MaxRuntimeInSeconds: 3600}
""",
    )
    done = command("check", "a.yaml")
    assert done.status == 1
    assert done.out.startswith("a.yaml:9: Job: HyperParameterTuningJobConfig.Strategy\n")
    assert "1 error." in done.out


def test_a_cloud_assembly_with_all_that_is_in_it(command: Command) -> None:
    def assembly(folder: str, *stacks: str, **artifacts: Any) -> None:
        for stack in stacks:
            artifacts[stack] = {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": f"{stack}.template.json"},
            }
            command.file(f"{folder}/{stack}.template.json", template(**{stack: resource(wrong_request())}))
        command.file(f"{folder}/manifest.json", {"version": "1", "artifacts": artifacts})

    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    assets = {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}}
    assembly("cdk.out", "A", Prod=nested, Assets=assets, Tree={"type": "cdk:tree"})
    assembly("cdk.out/assembly-Prod", "B")
    command.file("cdk.out/C.nested.template.json", template(C=resource(wrong_request())))
    sources = {"x": {"source": {"path": "C.nested.template.json"}}, "y": {"source": {"path": "asset.1"}}}
    command.file("cdk.out/A.assets.json", {"files": sources})
    command.file("cdk.out/Removed.template.json", template(Old=resource(wrong_request())))
    done = command("check", "--format", "json", "cdk.out")
    assert done.status == 1
    assert [(each["file"], each["logicalId"]) for each in done.json["findings"]] == [
        ("cdk.out/assembly-Prod/B.template.json", "B"),
        ("cdk.out/C.nested.template.json", "C"),
        ("cdk.out/A.template.json", "A"),
    ]


def test_a_folder_of_templates(command: Command) -> None:
    command.file("templates/A.template.json", template(A=resource(doubtful_request())))
    command.file("templates/other.json", {"x": 1})
    done = command("check", "templates")
    assert done.status == 0
    assert "1 warning." in done.out


@pytest.mark.parametrize(
    "manifest",
    [
        "{",
        [],
        {"artifacts": []},
        {"artifacts": {"A": {"type": "aws:cloudformation:stack"}}},
        {"artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}},
    ],
)
def test_a_damaged_assembly(command: Command, manifest: Any) -> None:
    command.file("cdk.out/manifest.json", manifest)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)  # as other libraries do: an assembly in itself is found all the same
    try:
        done = command("check", "cdk.out")
    finally:
        sys.setrecursionlimit(limit)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("cdk-hpo: cdk.out")


def test_an_assembly_without_stacks(command: Command) -> None:
    command.file("cdk.out/manifest.json", {"artifacts": {}})
    assert command("check", "cdk.out") == (0, "Checked 0 tuning jobs in 0 files: nothing to check.\n", "")


def test_an_assembly_whose_template_is_missing(command: Command) -> None:
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.template.json"}}
    command.file("cdk.out/manifest.json", {"artifacts": {"A": stack}})
    done = command("check", "cdk.out")
    assert done.status == 2
    assert "cdk.out/A.template.json: cannot be read" in done.err
