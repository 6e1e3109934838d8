"""What is known only at deployment is not judged, and hides nothing else."""

from decimal import Decimal
from typing import Any

import pytest

from cdk_hpo.checks import check, is_unknown
from tests.checks.requests import edited, ids

TEXT = "${Token[TOKEN.12]}"
NUMBER = -1.8881545897087626e289
LIST = ["#{Token[TOKEN.13]}"]
IF = {"Fn::If": ["Condition", "a", "b"]}
CONFIG = "HyperParameterTuningJobConfig"
RANGES = f"{CONFIG}.ParameterRanges"
DEFINITION = "TrainingJobDefinition"
RESOURCES = f"{DEFINITION}.ResourceConfig"
S3 = f"{DEFINITION}.InputDataConfig[0].DataSource.S3DataSource"


@pytest.mark.parametrize("value", [TEXT, f"s3://{TEXT}/x", NUMBER, int(NUMBER), LIST, tuple(LIST), IF, {"Ref": "A"}])
def test_tokens_and_intrinsics_are_unknown(value: object) -> None:
    assert is_unknown(value)


class Resolvable:
    """A token as the CDK has them."""

    creation_stack: tuple[str, ...] = ()

    def resolve(self, _: object) -> str:
        return ""


def test_token_objects_are_unknown() -> None:
    assert is_unknown(Resolvable())


@pytest.mark.parametrize("value", [object(), b"x", {1}, Decimal(1), lambda: None], ids=range(5))
def test_other_objects_are_known_to_be_wrong(value: object) -> None:
    assert not is_unknown(value)


@pytest.mark.parametrize(
    "value", ["", "$Token", 0, -1, True, None, 1.5, -1e300, -1e200, float("nan"), [], {}, ["a"], [TEXT, TEXT], {"A": 1}]
)
def test_data_are_known(value: object) -> None:
    assert not is_unknown(value)


def leaves(value: Any, path: str = "") -> list[str]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += leaves(item, f"{path}.{key}" if path else key)
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += leaves(item, f"{path}[{index}]")
    return found


@pytest.mark.parametrize("form", ["single", "list"])
@pytest.mark.parametrize(
    "token", [TEXT, NUMBER, LIST, IF, Resolvable()], ids=["text", "number", "list", "if", "object"]
)
def test_a_token_in_any_place_is_no_finding(form: str, token: object) -> None:
    for path in leaves(edited(base=form)):
        assert check(edited({path: token}, base=form)) == [], path


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        # counts are known although items are not
        ({"Tags": [{"Key": TEXT, "Value": "v"}] * 51}, {"tags-count"}),
        ({f"{DEFINITION}.VpcConfig": {"SecurityGroupIds": [TEXT] * 6, "Subnets": LIST}}, {"security-groups-count"}),
        ({f"{DEFINITION}.Environment": {TEXT: "1", "A-B": "2"}}, {"env-key-pattern"}),
        # uniqueness among what is known
        ({"Tags": [{"Key": key, "Value": "v"} for key in (TEXT, "a", TEXT, "a")]}, {"tag-keys-unique"}),
        ({"Tags": [{"Key": key, "Value": "v"} for key in (TEXT, "a", TEXT, "b")]}, set()),
        # a rule that needs both values waits for both
        ({f"{RANGES}.IntegerParameterRanges[0].MinValue": TEXT}, set()),
        ({f"{DEFINITION}.StoppingCondition.MaxWaitTimeInSeconds": NUMBER}, {"max-wait-needs-spot"}),
        (
            {
                f"{DEFINITION}.StoppingCondition.MaxWaitTimeInSeconds": NUMBER,
                f"{DEFINITION}.EnableManagedSpotTraining": True,
            },
            set(),
        ),
        (
            {
                f"{DEFINITION}.StoppingCondition.MaxWaitTimeInSeconds": 60,
                f"{DEFINITION}.EnableManagedSpotTraining": TEXT,
            },
            {"max-wait-ge-max-runtime"},
        ),
        # an image that is a token may be a built-in algorithm
        ({f"{DEFINITION}.AlgorithmSpecification": {"TrainingImage": TEXT, "TrainingInputMode": "File"}}, set()),
        ({f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions[0].Name": TEXT}, set()),
        # but with metrics of its own it is none
        (
            {
                f"{DEFINITION}.AlgorithmSpecification.TrainingImage": TEXT,
                f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions[0].Name": "another",
            },
            {"objective-in-metric-definitions"},
        ),
        ({f"{DEFINITION}.AlgorithmSpecification.TrainingImage": TEXT}, set()),
        # type and count are given, whatever they are
        ({f"{RESOURCES}.InstanceType": TEXT, f"{RESOURCES}.InstanceCount": NUMBER}, set()),
        ({f"{RESOURCES}.InstanceType": TEXT, f"{RESOURCES}.VolumeSizeInGB": 0}, set()),
        ({f"{S3}.S3DataType": TEXT, f"{S3}.AttributeNames": ["a"]}, set()),
        ({f"{S3}.InstanceGroupNames": [TEXT]}, set()),
        ({f"{S3}.InstanceGroupNames": LIST}, set()),
        ({f"{RANGES}.CategoricalParameterRanges": LIST}, set()),
        ({f"{RANGES}.CategoricalParameterRanges[0].Values": [TEXT, "a", "a"]}, {"categorical-values-unique"}),
        ({f"{CONFIG}.Strategy": "Hyperband", f"{DEFINITION}.StaticHyperParameters": {TEXT: "1"}}, set()),
        ({f"{CONFIG}.Strategy": "Hyperband", f"{DEFINITION}.StaticHyperParameters": {"epochs": TEXT}}, set()),
        ({f"{CONFIG}.Strategy": "Hyperband", f"{CONFIG}.StrategyConfig": IF}, set()),
        ({"HyperParameterTuningJobConfig": IF}, set()),
        ({"Autotune": TEXT, f"{RANGES}": {}}, set()),
    ],
)
def test_rules_know_what_a_token_hides(changes: dict[str, Any], errors: set[str]) -> None:
    assert ids(edited(changes))[0] == errors


def test_few_combinations_are_not_claimed_with_unknown_values() -> None:
    remove = [f"{RANGES}.ContinuousParameterRanges", f"{RANGES}.IntegerParameterRanges"]
    values = f"{RANGES}.CategoricalParameterRanges[0].Values"
    assert ids(edited({values: ["a", "b"]}, remove=remove)) == ({"combinations-ge-max-jobs"}, set())
    assert ids(edited({values: ["a", TEXT]}, remove=remove)) == (set(), set())
    grid = {f"{CONFIG}.Strategy": "Grid", values: ["a", TEXT]}
    assert ids(edited(grid, remove=remove)) == (set(), set())
