"""What the states of a promotion say, in JSONata: they hand what they know on in one member of their data.

Nothing is kept in variables, so that the states can stand anywhere in a workflow, in a branch or a map as well.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

#: The member of the data, which is what a workflow gets in the end, too.
MEMBER = "BestModel"
_IT = f"$states.input.{MEMBER}"


def expression(text: str) -> str:
    """Return a JSONata expression as a state holds it."""
    return f"{{% {text} %}}"


def of_it(member: str) -> str:
    """Return the expression for a part of what is known."""
    return expression(f"{_IT}.{member}")


def known_more(members: str) -> str:
    """Return the output of a state that adds members (the inside of a JSONata object) to what is known."""
    return expression(_merged(members))


def _merged(members: str) -> str:
    return f"$merge([$states.input, {{'{MEMBER}': $merge([{_IT}, {{{members}}}])}}])"


#: The metric in the service's answer may lack the direction; the job's configuration, or its definition's, has it.
CANDIDATE = expression(
    "("
    " $job := $states.result;"
    " $best := $job.BestTrainingJob;"
    " $metric := $best.FinalHyperParameterTuningJobObjectiveMetric;"
    " $own := $job.TrainingJobDefinitions[DefinitionName = $best.TrainingJobDefinitionName].TuningObjective;"
    " $shared := $job.HyperParameterTuningJobConfig.HyperParameterTuningJobObjective;"
    f" $merge([$states.input, {{'{MEMBER}': {{"
    "'TuningJobName': $job.HyperParameterTuningJobName,"
    " 'TuningJobStatus': $job.HyperParameterTuningJobStatus,"
    " 'TrainingJobName': $best.TrainingJobName,"
    " 'MetricName': $metric.MetricName,"
    " 'Goal': [$metric.Type, $shared.Type, $own.Type][0],"
    " 'Objective': $metric.Value,"
    " 'HyperParameters': $best.TunedHyperParameters"
    "}}]) )"
)

_KEPT = (
    "TuningJobName",
    "TrainingJobName",
    "MetricName",
    "Goal",
    "Objective",
    "HyperParameters",
    "ModelArtifact",
    "ModelName",
    "ModelPackageArn",
)
#: What a parameter holds; members that are not known are left out.
RECORD = expression("$string({" + ", ".join(f"'{name}': {_IT}.{name}" for name in _KEPT) + "})")
PRODUCTION = known_more("'Production': $parse($states.result.Parameter.Value)")
MODEL_NAME = f"'ModelName': {_IT}.TrainingJobName"
#: An event may come twice, and a call be sent again: the model is there then.
ALREADY_MADE = expression(
    "$contains($states.errorOutput.Cause, 'already existing model') ? "
    + _merged(MODEL_NAME)
    + " : $error($states.errorOutput.Cause)"
)
_DESCRIPTION = expression(f"{_IT}.MetricName & ' = ' & $string({_IT}.Objective) & ' in ' & {_IT}.TuningJobName")


def reasons(threshold: float | None, *, production: bool) -> Iterator[tuple[str, str]]:
    """Yield what stands against a promotion: condition and reason (as JSONata text), the first that holds counts."""
    yield f"$not({_IT}.TuningJobStatus in ['Completed', 'Stopped'])", f"'the tuning job is ' & {_IT}.TuningJobStatus"
    # A value that is no number comes as text, and one that is missing not at all.
    yield (
        f"$not($type({_IT}.Objective) = 'number' and {_IT}.Goal in ['Maximize', 'Minimize'])",
        "'no training job has an objective value'",
    )
    if threshold is not None:
        bound = json.dumps(threshold)
        yield _not_better(bound), f"'the objective value does not beat the threshold, {bound}'"
    if production:
        other = f"{_IT}.Production"
        # A comparison with what is missing is false, whether it asks for what is equal or for what is not.
        same = f"{other}.MetricName = {_IT}.MetricName and {other}.Goal = {_IT}.Goal"
        yield f"$exists({other}) and $not({same})", "'the model in production was judged by another metric'"
        yield (
            f"$exists({other}) and {_not_better(f'{other}.Objective')}",
            f"'the objective value does not beat that in production, ' & $string({other}.Objective)",
        )


def _not_better(bound: str) -> str:
    return f"$not({_IT}.Goal = 'Minimize' ? {_IT}.Objective < {bound} : {_IT}.Objective > {bound})"


def winner(image: str | None, environment: Mapping[str, str] | None) -> str:
    """Return the output of the state that looks at the winner: its artifact, and a container that serves it."""
    address = "$states.result.AlgorithmSpecification.TrainingImage" if image is None else json.dumps(image)
    variables = "" if environment is None else f", 'Environment': {json.dumps(dict(environment))}"
    # What was not compressed is a prefix; the address alone is for all uses, batch and serverless ones too.
    folder = "$substring($artifact, -1) = '/' ? $artifact : $artifact & '/'"
    prefix = f"{{'S3Uri': {folder}, 'S3DataType': 'S3Prefix', 'CompressionType': 'None'}}"
    return expression(
        "( $artifact := $states.result.ModelArtifacts.S3ModelArtifacts;"
        " $files := $states.result.OutputDataConfig.CompressionType = 'NONE'"
        f" ? {{'ModelDataSource': {{'S3DataSource': {prefix}}}}} : {{'ModelDataUrl': $artifact}}; "
        + _merged(
            "'ModelArtifact': $artifact,"
            " 'EnableNetworkIsolation': $states.result.EnableNetworkIsolation = true,"
            f" 'Container': $merge([{{'Image': {address}{variables}}}, $files])"
        )
        + " )"
    )


def model_package(
    group: str, approval: str, content_types: list[str] | None, response_types: list[str] | None
) -> dict[str, Any]:
    """Return the request for a version in a group of the model registry."""
    types = {"SupportedContentTypes": content_types, "SupportedResponseMIMETypes": response_types}
    return {
        "ModelPackageGroupName": group,
        "ModelPackageDescription": _DESCRIPTION,
        "ModelApprovalStatus": approval,
        # The same winner is registered once; the end of its name is its own.
        "ClientToken": expression(f"$substring({_IT}.TrainingJobName, -36)"),
        "CustomerMetadataProperties": {
            "TuningJobName": of_it("TuningJobName"),
            "TrainingJobName": of_it("TrainingJobName"),
            "Objective": expression(f"$string({_IT}.Objective)"),
        },
        "InferenceSpecification": {
            "Containers": [of_it("Container")],
            **{name: each for name, each in types.items() if each is not None},
        },
    }


def model(role_arn: str, tags: Mapping[str, str] | None) -> dict[str, Any]:
    """Return the request for a model, which has the winner's name: no other has, and it is at most 63 long."""
    return {
        "ModelName": of_it("TrainingJobName"),
        "PrimaryContainer": of_it("Container"),
        "ExecutionRoleArn": role_arn,
        "EnableNetworkIsolation": of_it("EnableNetworkIsolation"),
        **({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}),
    }
