"""Definitions are values: comparable, reusable, and unable to hold what no request could."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import cdk_hpo as hpo
from tests.examples import minimal_definition
from tests.shared import ROOT


def test_equal_definitions_are_equal_and_a_variant_is_not() -> None:
    assert minimal_definition() == minimal_definition()
    variant = dataclasses.replace(minimal_definition(), random_seed=7)
    assert variant != minimal_definition()
    assert variant.to_request()["HyperParameterTuningJobConfig"]["RandomSeed"] == 7


def test_a_definition_cannot_be_changed() -> None:
    definition = minimal_definition()
    with pytest.raises(dataclasses.FrozenInstanceError):
        definition.random_seed = 7  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del definition.random_seed
    assert definition == minimal_definition()


def test_a_value_shows_what_it_is_made_of_and_is_known_by_that() -> None:
    limits = hpo.ResourceLimits(max_training_jobs=2, max_parallel_training_jobs=1)
    assert repr(limits) == "ResourceLimits(max_training_jobs=2, max_parallel_training_jobs=1, max_runtime=None)"
    same = hpo.ResourceLimits(max_training_jobs=2, max_parallel_training_jobs=1)
    assert {limits: 1}[same] == 1
    assert limits != hpo.ResourceLimits(max_training_jobs=3, max_parallel_training_jobs=1)
    assert limits != hpo.IntegerParameter("max_training_jobs", 2, 1 + 1)
    assert copy.deepcopy(limits) == pickle.loads(pickle.dumps(limits)) == limits


def test_a_value_can_be_extended_as_any_frozen_dataclass() -> None:
    @dataclasses.dataclass(frozen=True)
    class Team(hpo.ResourceLimits):
        team: str = "search"

        def __post_init__(self) -> None:
            super().__post_init__()
            object.__setattr__(self, "seen", True)

    class Plain(hpo.ResourceLimits):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self.note = "mine"

    ours = Team(max_training_jobs=2, max_parallel_training_jobs=1)
    assert ours == Team(max_training_jobs=2, max_parallel_training_jobs=1, team="search")
    assert ours != dataclasses.replace(ours, team="ads") and "team='search'" in repr(ours)
    assert len({ours, dataclasses.replace(ours, team="ads"), dataclasses.replace(ours)}) == 2
    assert Plain(max_training_jobs=2, max_parallel_training_jobs=1).note == "mine"


def test_a_list_given_is_copied() -> None:
    values = ["gbtree", "dart"]
    parameter = hpo.CategoricalParameter("booster", values)
    values.append("x")
    assert parameter.to_wire()["Values"] == ["gbtree", "dart"]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (0.1, "0.1"),
        (1e-07, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (3, "3"),
        (Decimal("0.10"), "0.10"),
        ("1e-1", "1e-1"),
        (-0.5, "-0.5"),
    ],
)
def test_bounds_are_written_as_text_without_exponent(given: Any, written: str) -> None:
    assert hpo.ContinuousParameter("eta", given, 1).to_wire()["MinValue"] == written


def test_parameters_in_a_list_are_sorted_by_kind() -> None:
    eta, depth = hpo.ContinuousParameter("eta", 0, 1), hpo.IntegerParameter("depth", 1, 9)
    request = dataclasses.replace(minimal_definition(), parameter_ranges=[eta, depth]).to_request()
    assert request["HyperParameterTuningJobConfig"]["ParameterRanges"] == {
        "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "9"}],
        "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}],
    }


#: A mistake, the field that the error must name, and a part of what it must say.
MISTAKES: list[tuple[str, str, str]] = [
    ("hpo.Instances('ml.m5.large', count=-1)", "count", "at least 1, got -1"),
    ("hpo.Instances('ml.m5.large', cout=1)", "cout", "unexpected keyword argument"),
    ("hpo.Instances('')", "instance_type", "an empty one"),
    ("hpo.Objective.maximize(5)", "metric_name", 'expected text, got 5 (int): write "5"'),
    ("hpo.CategoricalParameter('booster', [])", "values", "at least 1, got an empty one"),
    ("hpo.CategoricalParameter('booster', 'gbtree')", "values", "expected a list, got 'gbtree' (str)"),
    ("hpo.CategoricalParameter('n', ['a', 1])", "values", 'item 1: expected text, got 1 (int): write "1"'),
    ("hpo.IntegerParameter('depth', 1, 2.5)", "max_value", "expected a whole number, got 2.5"),
    ("hpo.ContinuousParameter('eta', True, 1)", "min_value", "expected a number"),
    ("hpo.ContinuousParameter('eta', 0, float('nan'))", "max_value", "finite"),
    ("hpo.ResourceLimits(max_training_jobs=0, max_parallel_training_jobs=1)", "max_training_jobs", "at least 1, got 0"),
    ("hpo.ResourceLimits(max_parallel_training_jobs=True)", "max_parallel_training_jobs", "a whole number"),
    ("hpo.ResourceLimits(max_parallel_training_jobs=1, max_runtime=60)", "max_runtime", "at least 120, got 60 (in sec"),
    ("hpo.StoppingCondition(max_runtime='1h')", "max_runtime", "a whole number of seconds, got '1h' (str)"),
    ("hpo.Output(5)", "bucket", 'text such as "s3://bucket/prefix"'),
    ("hpo.Output('s3://b', encryption_key=1)", "encryption_key", "a KMS key"),
    ("hpo.VpcConfig(security_groups=[], subnets=['subnet-1'])", "security_groups", "an empty one"),
    ("hpo.Channel('train', 's3://b/p')", "source", "S3DataSource"),
    ("hpo.WarmStart([], type=hpo.WarmStartType.TRANSFER_LEARNING)", "parents", "an empty one"),
    ("hpo.Algorithm.built_in('xgbost', '1.7-1')", "name", "did you mean 'xgboost'?"),
    ("hpo.Algorithm.built_in('xgboost', '9')", "name", "there are 1, 0.90-1"),
    ("hpo.Algorithm.from_ecr_repository('x')", "repository", "Algorithm.from_image"),
    ("dataclasses.replace(minimal_definition(), name='x' * 33)", "HyperParameterTuningJobName", "33 characters"),
    ("dataclasses.replace(minimal_definition(), name='a_b')", "HyperParameterTuningJobName", "hyphens"),
    ("dataclasses.replace(minimal_definition(), parameter_ranges=[])", "parameter_ranges", "an empty one"),
    ("dataclasses.replace(minimal_definition(), training=[])", "training", "an empty one"),
    ("dataclasses.replace(minimal_definition(), strategy='Bayesian')", "strategy", "Bayesian()"),
    ("hpo.TuningJobDefinition.from_file('no/such.json')", "no/such.json", "there is no file"),
]


@pytest.mark.parametrize(("code", "field", "said"), MISTAKES, ids=[code for code, _, _ in MISTAKES])
def test_a_mistake_is_refused_where_it_is_written(code: str, field: str, said: str) -> None:
    names = {"hpo": hpo, "dataclasses": dataclasses, "minimal_definition": minimal_definition}
    with pytest.raises((hpo.ValidationError, TypeError, FileNotFoundError)) as caught:
        eval(code, names)
    message = str(caught.value)
    assert field in message
    assert said in message
    # The last line of the user's own in the traceback is the one with the mistake.
    package = str(ROOT / "cdk_hpo")
    own = [
        entry
        for entry in caught.traceback
        if not str(entry.path).startswith(package) and entry.path != Path("<string>")
    ]
    assert str(own[-1].path) in ("<string>", __file__) or "dataclasses" in str(own[-1].path)


def test_all_problems_of_one_value_are_told_at_once() -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.Instances("", count=0)
    assert sorted(finding.rule for finding in caught.value.findings) == [
        "instance-count-positive",
        "instance-type-enum",
    ]


def test_what_no_class_can_hold_is_refused_at_once_with_all_of_it() -> None:
    request = minimal_definition().to_request()
    request["HyperParameterTuningJobConfig"]["Strategi"] = "x"
    training = request["TrainingJobDefinition"]
    training["HyperParameterTuningResourceConfig"] = training["ResourceConfig"]
    training["AlgorithmSpecification"]["TrainingInputMode"] = 5
    with pytest.raises(hpo.ValidationError) as caught:
        hpo.TuningJobDefinition.from_request(request)
    assert {finding.rule for finding in caught.value.findings} == {
        "unknown-field",
        "resource-config-exactly-one",
        "wrong-type",
    }


def test_members_without_a_place_are_not_dropped() -> None:
    request = minimal_definition().to_request()
    request["TrainingJobDefinition"]["ResourceConfig"]["InstancePreferences"] = [{"InstanceType": "ml.m5.large"}]
    with pytest.raises(hpo.ValidationError, match="InstanceType"):
        hpo.TuningJobDefinition.from_request(request)


def test_a_value_newer_than_the_library_can_be_used() -> None:
    assert (
        hpo.Channel.from_bucket("c", "s3://b/p", data_type="Newer").to_wire()["DataSource"]["S3DataSource"][
            "S3DataType"
        ]
        == "Newer"
    )


@pytest.mark.parametrize(
    ("content", "said"), [("{", "is not JSON"), ("[]", "holds a JSON list"), ("{}", "HyperParameterTuningJobConfig")]
)
def test_a_file_that_is_no_request(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "job.json"
    file.write_text(content)
    with pytest.raises(ValueError, match=said):
        hpo.TuningJobDefinition.from_file(file)


def test_a_value_knows_where_it_was_written() -> None:
    limits = hpo.ResourceLimits(max_parallel_training_jobs=1)
    assert dict(limits.origins())[""].startswith("tests/definition/test_values.py:")


def test_built_in_images_need_a_region() -> None:
    definition = dataclasses.replace(
        minimal_definition(),
        training=dataclasses.replace(
            minimal_definition().training_jobs[0], algorithm=hpo.Algorithm.built_in("xgboost", "1.7-1")
        ),
    )
    with pytest.raises(ValueError, match='to_request\\(region="us-east-1"\\)'):
        definition.to_request()

    def image(region: str) -> str:
        training = definition.to_request(region=region)["TrainingJobDefinition"]
        return str(training["AlgorithmSpecification"]["TrainingImage"])

    assert image("us-west-2") == "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1"
    assert image("cn-north-1") == "450853457545.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-xgboost:1.7-1"
    with pytest.raises(LookupError, match="known regions"):
        image("mars-1")


@pytest.mark.parametrize(
    ("bucket", "prefix", "address"),
    [
        ("s3://b", None, "s3://b"),
        ("s3://b/", "p", "s3://b/p"),
        ("s3://b/a", "/p/", "s3://b/a/p/"),
        ("https://b/p", None, "https://b/p"),
    ],
)
def test_addresses_in_s3(bucket: str, prefix: str | None, address: str) -> None:
    assert hpo.Output(bucket, prefix).to_wire()["S3OutputPath"] == address


def test_definitions_and_checks_start_neither_jsii_nor_node() -> None:
    code = (
        "import sys, cdk_hpo as hpo\n"
        "from tests.examples import minimal_definition\n"
        "hpo.check(minimal_definition().to_request())\n"
        "assert not {'jsii', 'aws_cdk', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_maps_cannot_be_changed_and_values_can_be_hashed() -> None:
    training = dataclasses.replace(minimal_definition().training_jobs[0], environment={"A": "1"})
    definition = dataclasses.replace(minimal_definition(), training=training)
    held = definition.training_jobs[0].environment
    assert held == {"A": "1"}
    with pytest.raises(TypeError, match=r"dataclasses\.replace"):
        held["A"] = "2"  # type: ignore[index]
    assert hash(definition) == hash(dataclasses.replace(definition))
    assert copy.deepcopy(definition) == definition == pickle.loads(pickle.dumps(definition))


class Numpy(float):
    """A float that writes itself as NumPy's do."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)})"


@pytest.mark.parametrize(("given", "written"), [(Numpy(0.1), "0.1"), (10**30, "1" + "0" * 30)])
def test_unusual_numbers(given: Any, written: str) -> None:
    assert hpo.ContinuousParameter("x", given, given).to_wire()["MinValue"] == written
    if isinstance(given, int):
        assert hpo.IntegerParameter("x", given, given).to_wire()["MinValue"] == written


def test_paths_of_refused_arguments_are_those_of_the_request() -> None:
    with pytest.raises(hpo.ValidationError) as caught:
        dataclasses.replace(minimal_definition(), parameter_ranges=[], name=3)  # type: ignore[arg-type]
    assert [finding.path for finding in caught.value.findings] == [
        "HyperParameterTuningJobConfig.ParameterRanges",
        "HyperParameterTuningJobName",
    ]
    assert caught.value.findings[0].source.endswith("API_CreateHyperParameterTuningJob.html")


@pytest.mark.parametrize("folder", ["cdk_hpo_app", "my_dataclasses.py.d"])
def test_where_a_value_was_written_in_folders_with_tricky_names(tmp_path: Path, folder: str) -> None:
    file = tmp_path / folder / "dataclasses.py"
    names: dict[str, Any] = {}
    exec(
        compile("import cdk_hpo\nlimits = cdk_hpo.ResourceLimits(max_parallel_training_jobs=1)", str(file), "exec"),
        names,
    )
    assert dict(names["limits"].origins())[""].endswith(f"{folder}/dataclasses.py:2")


def test_a_variant_that_starts_from_other_jobs() -> None:
    warm = minimal_definition().warm_started_from("first", "second", type=hpo.WarmStartType.TRANSFER_LEARNING)
    assert warm.to_request()["WarmStartConfig"] == {
        "ParentHyperParameterTuningJobs": [
            {"HyperParameterTuningJobName": "first"},
            {"HyperParameterTuningJobName": "second"},
        ],
        "WarmStartType": "TransferLearning",
    }
    with pytest.raises(hpo.ValidationError, match="parents"):
        minimal_definition().warm_started_from()
