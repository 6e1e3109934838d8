"""Requests on both sides of the rules' bounds: changes to a base request, and exactly the rules that report.

Each line: base ("single" or "list"), changes by path, paths to remove, ids of errors, ids of warnings.
"""

from typing import Any, NamedTuple

CONFIG = "HyperParameterTuningJobConfig"
LIMITS = f"{CONFIG}.ResourceLimits"
RANGES = f"{CONFIG}.ParameterRanges"
INTEGER = f"{RANGES}.IntegerParameterRanges[0]"
CONTINUOUS = f"{RANGES}.ContinuousParameterRanges[0]"
CATEGORICAL = f"{RANGES}.CategoricalParameterRanges[0]"
ONE = "TrainingJobDefinition"
TWO = "TrainingJobDefinitions[1]"
ALGORITHM = f"{ONE}.AlgorithmSpecification"
CHANNEL = f"{ONE}.InputDataConfig[0]"
S3 = f"{CHANNEL}.DataSource.S3DataSource"
RESOURCES = f"{ONE}.ResourceConfig"
TUNING = f"{ONE}.HyperParameterTuningResourceConfig"
STOPPING = f"{ONE}.StoppingCondition"
SPOT = f"{ONE}.EnableManagedSpotTraining"
STATIC = f"{ONE}.StaticHyperParameters"
HYPERBAND = {f"{CONFIG}.Strategy": "Hyperband"}
BAND = f"{CONFIG}.StrategyConfig.HyperbandStrategyConfig"
KMEANS = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1"
XGBOOST = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
PARENT = {"WarmStartType": "TransferLearning", "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "p"}]}
VPC = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
FILES = {"FileSystemId": "fs-12345678", "FileSystemAccessMode": "ro", "FileSystemType": "EFS", "DirectoryPath": "/d"}
GROUP = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "InstanceGroupName": "g"}
G5, G6 = {"InstanceType": "ml.g5.xlarge"}, {"InstanceType": "ml.g6.xlarge"}
M5 = {"InstanceType": "ml.m5.xlarge", "InstanceCount": 1, "VolumeSizeInGB": 30}
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
PLAN = "arn:aws:sagemaker:us-east-1:123456789012:training-plan/plan-a"


class Case(NamedTuple):
    """A request on one side of a bound."""

    base: str
    changes: dict[str, Any]
    remove: list[str]
    errors: set[str]
    warnings: set[str]


def single(changes: dict[str, Any], *errors: str, warn: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Case:
    return Case("single", changes, list(remove), set(errors), set(warn))


def several(changes: dict[str, Any], *errors: str, warn: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Case:
    return Case("list", changes, list(remove), set(errors), set(warn))


def spot(wait: int | None = 3600, **more: Any) -> dict[str, Any]:
    return {SPOT: True} | ({} if wait is None else {f"{STOPPING}.MaxWaitTimeInSeconds": wait}) | more


def image(address: str, metric: str = "test:msd", direction: str = "Minimize") -> dict[str, Any]:
    return {
        f"{ALGORITHM}.TrainingImage": address,
        f"{CONFIG}.HyperParameterTuningJobObjective": {"Type": direction, "MetricName": metric},
    }


def in_list(member: str, value: Any) -> dict[str, Any]:
    return {f"TrainingJobDefinitions[{index}].{member}": value for index in (0, 1)}


def long_arn(service: str, resource: str, size: int) -> str:
    """Return an ARN of some length; its region takes the place that is left."""
    account = ":123456789012:"
    return f"arn:aws:{service}{'r' * (size - len(f'arn:aws:{service}{account}{resource}'))}{account}{resource}"


DATA_SET = "hub-content/hub/DataSet/ds"
NO_METRICS = (f"{ALGORITHM}.MetricDefinitions",)
NO_NUMBERS = (f"{RANGES}.ContinuousParameterRanges", f"{RANGES}.IntegerParameterRanges")
NO_CONTINUOUS = (f"{RANGES}.ContinuousParameterRanges",)
NO_RESOURCES = (RESOURCES,)

CASES = [
    # texts: lengths, characters, lines
    single({"HyperParameterTuningJobName": ""}, "job-name-length"),
    single({"HyperParameterTuningJobName": "a\n"}, "job-name-pattern"),
    single({"HyperParameterTuningJobName": "-a"}, "job-name-pattern"),
    single({"HyperParameterTuningJobName": "a" * 33 + "_"}, "job-name-length"),
    single({"HyperParameterTuningJobName": "a_" + "a" * 32}, "job-name-length", "job-name-pattern"),
    single(
        {f"{ONE}.RoleArn": "arn:aws:iam::" + "\u0661" * 12 + ":role/r"},
        "role-arn-pattern",
    ),
    single({f"{ONE}.RoleArn": "arn:aws:iam::1:role"}, "role-arn-length"),
    single({f"{ONE}.RoleArn": "arn:aws-us-gov:iam::123456789012:role/r"}),
    single({f"{ONE}.RoleArn": "arn:aws-cn:iam::123456789012:role/r\n"}, "role-arn-pattern"),
    single({f"{S3}.S3Uri": "s3://b/a\u2028b"}, "s3-uri-pattern"),
    single({f"{CHANNEL}.ContentType": "a\u2028b"}, "no-line-breaks"),
    single({f"{CHANNEL}.ContentType": "a\rb"}, "no-line-breaks"),
    single({f"{CHANNEL}.ContentType": "a\u200bb\tc"}),
    single({f"{ONE}.Environment": {"A": "a\nb"}}),
    single({"Tags": [{"Key": "größe ٣\u2003x", "Value": "名前"}]}),
    single({"Tags": [{"Key": "a\tb", "Value": ""}]}, "tag-charset"),
    single({"Tags": [{"Key": "a", "Value": "x\u0301"}]}, "tag-charset"),
    single({"Tags": [{"Key": "AwS:x", "Value": ""}]}, "tag-key-aws-prefix"),
    single({f"{ALGORITHM}.AlgorithmName": "a-"}, "algorithm-name-pattern", remove=(f"{ALGORITHM}.TrainingImage",)),
    single({f"{ALGORITHM}.AlgorithmName": "a" * 64}, "algorithm-name-pattern", remove=(f"{ALGORITHM}.TrainingImage",)),
    single({f"{S3}.AttributeNames": ["a" * 257]}, "attribute-name-length", warn=("attribute-names-augmented-only",)),
    # types and numbers
    single({SPOT: "true"}, "wrong-type"),
    single({SPOT: 1}, "wrong-type"),
    single({f"{LIMITS}.MaxNumberOfTrainingJobs": True}, "wrong-type"),
    single({f"{LIMITS}.MaxNumberOfTrainingJobs": 5.0}, "wrong-type"),
    single({f"{RANGES}.IntegerParameterRanges": {"Name": "a"}}, "wrong-type"),
    single({"Tags": None}, "wrong-type"),
    single({f"{CONFIG}.RandomSeed": -2147483649}, "int32-range", "random-seed-min"),
    single({f"{CHANNEL}.ShuffleConfig": {"Seed": -(2**63)}}),
    single({f"{CHANNEL}.ShuffleConfig": {"Seed": -(2**63) - 1}}, "shuffle-seed-int64"),
    single({f"{LIMITS}.MaxRuntimeInSeconds": 15768000}, warn=("tuning-runtime-30-days",)),
    single({f"{LIMITS}.MaxRuntimeInSeconds": 15768001}, "tuning-runtime-range", warn=("tuning-runtime-30-days",)),
    single({f"{STOPPING}.MaxRuntimeInSeconds": 2**31}, "int32-range", "max-runtime-28-days"),
    single({f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": float("inf")}, "target-metric-finite"),
    single({f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": 10**400}),
    single({f"{CONFIG}.TuningJobCompletionCriteria.TargetObjectiveMetricValue": True}, "wrong-type"),
    # definitions
    single({}, "definitions-exactly-one", remove=(ONE,)),
    several({f"{CONFIG}.ParameterRanges": {}}),
    several({f"{CONFIG}.HyperParameterTuningJobObjective": {}}, "required-field", "list-mode-no-config-objective"),
    several(
        {}, "ranges-required", warn=("list-mode-definition-ranges",), remove=tuple(in_list("HyperParameterRanges", 0))
    ),
    several({"Autotune.Mode": "Enabled"}, remove=tuple(in_list("HyperParameterRanges", 0))),
    several(in_list("Environment", {f"V{n}": "" for n in range(24)})),
    several(in_list("Environment", {f"V{n}": "" for n in range(25)}), "env-total-max"),
    several({f"{TWO}.HyperParameterRanges.ContinuousParameterRanges[0].Name": "objective"}, "static-tunable-overlap"),
    several({f"{TWO}.TuningObjective.MetricName": "x"}, "objective-in-metric-definitions"),
    several(
        {f"{TWO}.HyperParameterRanges.AutoParameters": [{"Name": "a", "ValueHint": "1"}]},
        "auto-parameters-need-autotune",
    ),
    several({}, "list-mode-definition-objective", remove=(f"{TWO}.TuningObjective",)),
    single(
        {f"{ONE}.TuningObjective": {"Type": "Minimize", "MetricName": "val_loss"}},
        warn=("single-mode-definition-objective",),
    ),
    # ranges
    single({f"{INTEGER}.MinValue": "+1"}),
    single({f"{INTEGER}.MinValue": " 1"}, "integer-range-integers"),
    single({f"{INTEGER}.MinValue": "1e0"}, "integer-range-integers"),
    single({f"{INTEGER}.MinValue": "\u0661"}, "integer-range-integers"),
    single({f"{INTEGER}.MinValue": "1_0"}, "integer-range-integers"),
    single({f"{INTEGER}.MinValue": ""}, "integer-range-integers"),
    single({f"{INTEGER}.MaxValue": "8\n"}, "integer-range-integers", "no-line-breaks"),
    single({f"{CONTINUOUS}.MinValue": ".1", f"{CONTINUOUS}.MaxValue": "1."}),
    single({f"{CONTINUOUS}.MinValue": "nan"}, "continuous-range-numbers"),
    single({f"{CONTINUOUS}.MaxValue": "inf"}, "continuous-range-numbers"),
    single({f"{CONTINUOUS}.MaxValue": "0x1"}, "continuous-range-numbers"),
    single({f"{CONTINUOUS}.MinValue": "."}, "continuous-range-numbers"),
    single({f"{INTEGER}.MinValue": "9", f"{INTEGER}.MaxValue": "10"}),
    single({f"{INTEGER}.MinValue": "9007199254740993", f"{INTEGER}.MaxValue": "9007199254740992"}, "range-min-le-max"),
    single({f"{INTEGER}.MinValue": "9007199254740992", f"{INTEGER}.MaxValue": "9007199254740993"}),
    single({f"{CONTINUOUS}.MinValue": "0.10", f"{CONTINUOUS}.MaxValue": "1e-1"}, "range-min-lt-max"),
    single({f"{CONTINUOUS}.MinValue": "-0", f"{CONTINUOUS}.MaxValue": "0"}, "range-min-lt-max"),
    single({f"{CONTINUOUS}.MinValue": "1e400", f"{CONTINUOUS}.MaxValue": "1e401"}),
    single({f"{CONTINUOUS}.MinValue": "1e-400", f"{CONTINUOUS}.ScalingType": "Logarithmic"}),
    single({f"{CONTINUOUS}.MinValue": "-1", f"{CONTINUOUS}.ScalingType": "Logarithmic"}, "log-scale-positive"),
    single({f"{INTEGER}.MinValue": "0", f"{INTEGER}.ScalingType": "Logarithmic"}, "log-scale-positive"),
    single({f"{CONTINUOUS}.MinValue": "-0.1", f"{CONTINUOUS}.ScalingType": "ReverseLogarithmic"}, "reverse-log-range"),
    single({f"{CONTINUOUS}.MaxValue": "0.99999999999999999999", f"{CONTINUOUS}.ScalingType": "ReverseLogarithmic"}),
    single(
        {f"{INTEGER}.MinValue": "-1", f"{INTEGER}.ScalingType": "ReverseLogarithmic"}, "reverse-log-continuous-only"
    ),
    single({CATEGORICAL: {"Name": "opt", "Values": []}}, "categorical-values-count"),
    single({f"{CATEGORICAL}.Name": "depth"}, "range-name-unique"),
    single(
        {f"{RANGES}.AutoParameters": [{"Name": "eta", "ValueHint": "1"}], "Autotune.Mode": "Enabled"},
        "range-name-unique",
    ),
    single({f"{RANGES}.AutoParameters": []}),
    single({f"{CATEGORICAL}.Name": "_tuning_objective_metric"}, warn=("reserved-hyperparameter",)),
    single({STATIC: {f"s{n}": "1" for n in range(100)}}, "hyperparameters-total-max"),
    single(
        {STATIC: {f"s{n}": "1" for n in range(100)}, "Autotune.Mode": "Enabled", RANGES: {}},
        warn=("hyperparameters-total-headroom",),
    ),
    single(
        {
            f"{RANGES}.ContinuousParameterRanges": [
                {"Name": f"f{n}", "MinValue": "0", "MaxValue": "1"} for n in range(31)
            ]
        },
        "tunable-count-max",
    ),
    single(
        {
            f"{RANGES}.ContinuousParameterRanges": [
                {"Name": f"f{n}", "MinValue": "0", "MaxValue": "1"} for n in range(29)
            ]
        },
        "tunable-count-max",
    ),
    # combinations
    single({f"{LIMITS}.MaxNumberOfTrainingJobs": 14}, remove=NO_CONTINUOUS),
    single({f"{LIMITS}.MaxNumberOfTrainingJobs": 15}, "combinations-ge-max-jobs", remove=NO_CONTINUOUS),
    single({f"{LIMITS}.MaxNumberOfTrainingJobs": 15, "Autotune.Mode": "Enabled"}, remove=NO_CONTINUOUS),
    single(
        {f"{LIMITS}.MaxNumberOfTrainingJobs": 8},
        "combinations-ge-max-jobs",
        remove=(*NO_CONTINUOUS, f"{RANGES}.CategoricalParameterRanges"),
    ),
    single(
        {f"{CATEGORICAL}.Values": ["a", "b", "b"], f"{LIMITS}.MaxNumberOfTrainingJobs": 3},
        "categorical-values-unique",
        "combinations-ge-max-jobs",
        remove=NO_NUMBERS,
    ),
    single(
        {f"{CONFIG}.Strategy": "Random", f"{LIMITS}.MaxNumberOfTrainingJobs": 15},
        "combinations-ge-max-jobs",
        remove=NO_CONTINUOUS,
    ),
    single({}, remove=(*NO_CONTINUOUS, f"{LIMITS}.MaxNumberOfTrainingJobs")),
    # strategies
    single({f"{CONFIG}.Strategy": "Grid", f"{LIMITS}.MaxNumberOfTrainingJobs": 2}, remove=NO_NUMBERS),
    single(
        {f"{CONFIG}.Strategy": "Grid", f"{LIMITS}.MaxNumberOfTrainingJobs": 3},
        "grid-max-jobs-equals-combinations",
        remove=NO_NUMBERS,
    ),
    single({f"{CONFIG}.Strategy": "Grid"}, "grid-categorical-only", remove=(f"{LIMITS}.MaxNumberOfTrainingJobs",)),
    several({f"{CONFIG}.Strategy": "Grid"}, "grid-categorical-only"),
    several(
        {f"{CONFIG}.Strategy": "Grid"}
        | in_list("HyperParameterRanges", {"CategoricalParameterRanges": [{"Name": "a", "Values": ["x", "y"]}]})
    ),
    several(
        {f"{CONFIG}.Strategy": "Grid"}
        | in_list(
            "HyperParameterRanges",
            {"CategoricalParameterRanges": [{"Name": name, "Values": [str(n) for n in range(28)]} for name in "ab"]},
        ),
        "grid-combinations-max",
    ),
    single({f"{CONFIG}.StrategyConfig": {}}, "strategy-config-hyperband-only"),
    single({f"{CONFIG}.Strategy": "hyperband", f"{BAND}.MaxResource": 9}, "strategy-enum"),
    single(HYPERBAND | {f"{CONFIG}.StrategyConfig": {}}, "hyperband-max-resource-required"),
    single(HYPERBAND | {STATIC: {"Epochs": "10"}}, "hyperband-max-resource-required"),
    single(HYPERBAND | {STATIC: {"n-epochs": "0"}}, "hyperband-max-resource-inferable"),
    single(HYPERBAND | {STATIC: {"n_epochs": "1.0"}}, "hyperband-max-resource-inferable"),
    single(HYPERBAND | {STATIC: {"num_epochs": "x", "epochs": "3"}}),
    single(HYPERBAND | {STATIC: {"numepochs": "20001"}}, "hyperband-max-resource-limit"),
    single(HYPERBAND | {STATIC: {"epochs": "9"}, f"{BAND}.MinResource": 10}, "hyperband-min-le-max"),
    single(HYPERBAND | {STATIC: {"epochs": "x"}, f"{BAND}.MaxResource": 9}),
    single(HYPERBAND | {f"{BAND}.MaxResource": 0}, "hyperband-resource-min"),
    single({f"{BAND}.MaxResource": 20001}, "strategy-config-hyperband-only"),
    several(
        HYPERBAND | {"TrainingJobDefinitions[0].StaticHyperParameters": {"epochs": "9"}},
        "hyperband-max-resource-required",
    ),
    several(HYPERBAND | in_list("StaticHyperParameters", {"epochs": "9"})),
    # limits
    single(
        {f"{CONFIG}.Strategy": "Random", f"{LIMITS}.MaxNumberOfTrainingJobs": 10000}, warn=("max-jobs-default-quota",)
    ),
    single({f"{CONFIG}.Strategy": "Random", f"{LIMITS}.MaxNumberOfTrainingJobs": 10001}, "max-jobs-quota"),
    single({f"{CONFIG}.Strategy": "random", f"{LIMITS}.MaxNumberOfTrainingJobs": 751}, "strategy-enum"),
    single(HYPERBAND | {f"{BAND}.MaxResource": 9, f"{LIMITS}.MaxNumberOfTrainingJobs": 751}, "max-jobs-quota"),
    single(
        {f"{LIMITS}.MaxNumberOfTrainingJobs": 200, f"{LIMITS}.MaxParallelTrainingJobs": 100},
        warn=("max-parallel-default-quota",),
    ),
    single({f"{LIMITS}.MaxParallelTrainingJobs": 101}, "max-parallel-quota", warn=("max-parallel-le-max-jobs",)),
    single({f"{LIMITS}.MaxParallelTrainingJobs": 10}, remove=(f"{LIMITS}.MaxNumberOfTrainingJobs",)),
    # warm start and early stopping
    single(
        {"WarmStartConfig": {**PARENT, "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "DEV-JOB"}]}},
        "warm-start-self-parent",
    ),
    single(
        {
            "WarmStartConfig": {
                **PARENT,
                "ParentHyperParameterTuningJobs": [
                    {"HyperParameterTuningJobName": "p"},
                    {"HyperParameterTuningJobName": "P"},
                ],
            }
        },
        warn=("warm-start-parents-unique",),
    ),
    single({"WarmStartConfig": {**PARENT, "ParentHyperParameterTuningJobs": []}}, "warm-start-parents-count"),
    single(
        {"WarmStartConfig": PARENT, f"{CONFIG}.Strategy": "Grid"},
        warn=("warm-start-strategy",),
        remove=(*NO_NUMBERS, f"{LIMITS}.MaxNumberOfTrainingJobs"),
    ),
    several({f"{CONFIG}.TrainingJobEarlyStoppingType": "Off"}),
    # algorithms and metrics
    single({f"{ALGORITHM}.TrainingImage": "", f"{ALGORITHM}.AlgorithmName": "a"}),
    single({}, "algorithm-exactly-one", remove=(f"{ALGORITHM}.TrainingImage",)),
    single({f"{ALGORITHM}.MetricDefinitions": []}, "metric-definitions-required"),
    single(image(KMEANS), remove=NO_METRICS),
    single(image(KMEANS.replace(":1", "@sha256:" + "0" * 64)), remove=NO_METRICS),
    single(image(KMEANS.removesuffix(":1")), remove=NO_METRICS),
    single(image(KMEANS.replace("174872318107", "111122223333")), "metric-definitions-required", remove=NO_METRICS),
    single(image("390948362332.dkr.ecr.cn-northwest-1.amazonaws.com.cn/kmeans:1"), remove=NO_METRICS),
    single(
        image("763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.0"),
        "metric-definitions-required",
        remove=NO_METRICS,
    ),
    single(image(XGBOOST, "validation:auc", "Maximize"), remove=NO_METRICS),
    single(image(XGBOOST, "validation:auc"), warn=("builtin-objective-direction",), remove=NO_METRICS),
    single(image(XGBOOST, "mine"), warn=("builtin-objective-metric",), remove=NO_METRICS),
    single(image(XGBOOST, "mine") | {STATIC: {"sagemaker_program": "a.py"}}, remove=NO_METRICS),
    single({f"{CONFIG}.HyperParameterTuningJobObjective.MetricName": "VAL_LOSS"}, "objective-in-metric-definitions"),
    single({f"{ALGORITHM}.MetricDefinitions[0].Regex": "a(b)(c)"}, warn=("metric-regex-capture",)),
    single({f"{ALGORITHM}.MetricDefinitions[0].Regex": "a(?:b)(c)"}),
    single({f"{ALGORITHM}.MetricDefinitions[0].Regex": "a{99999999999}"}, warn=("metric-regex-valid",)),
    # channels
    single({f"{CHANNEL}.CompressionType": "Gzip", f"{CHANNEL}.InputMode": "Pipe"}),
    single({f"{CHANNEL}.CompressionType": "Gzip", f"{CHANNEL}.InputMode": "FastFile"}, "compression-pipe-only"),
    single(
        {
            f"{CHANNEL}.CompressionType": "Gzip",
            f"{CHANNEL}.InputMode": "File",
            f"{ALGORITHM}.TrainingInputMode": "Pipe",
        },
        "compression-pipe-only",
    ),
    single({f"{CHANNEL}.CompressionType": "Gzip", f"{CHANNEL}.InputMode": "pipe"}, "input-mode-enum"),
    single(
        {f"{CHANNEL}.RecordWrapperType": "RecordIO", f"{CHANNEL}.InputMode": "FastFile"}, "record-wrapper-pipe-only"
    ),
    single(
        {
            f"{S3}.S3DataType": "AugmentedManifestFile",
            f"{S3}.AttributeNames": ["a"],
            f"{CHANNEL}.InputMode": "FastFile",
        },
        "augmented-manifest-pipe-only",
    ),
    single(
        {
            f"{S3}.S3DataType": "AugmentedManifestFile",
            f"{S3}.AttributeNames": [],
            f"{CHANNEL}.InputMode": "Pipe",
            f"{S3}.S3Uri": "s3://b/m/",
        },
        warn=("augmented-manifest-needs-attributes", "manifest-uri-is-object"),
    ),
    single({f"{S3}.S3DataType": "Converse", f"{CHANNEL}.InputMode": "FastFile"}),
    single({f"{S3}.AttributeNames": []}),
    single({f"{S3}.InstanceGroupNames": ["g"], RESOURCES: {"InstanceGroups": [GROUP], "VolumeSizeInGB": 1}}),
    single(
        {f"{S3}.InstanceGroupNames": ["G"], RESOURCES: {"InstanceGroups": [GROUP], "VolumeSizeInGB": 1}},
        warn=("instance-group-names-known",),
    ),
    single({f"{CHANNEL}.DataSource.FileSystemDataSource": FILES}, "data-source-exactly-one", "file-system-needs-vpc"),
    single(
        {
            f"{CHANNEL}.DataSource": {"FileSystemDataSource": FILES},
            f"{ONE}.VpcConfig": VPC,
            f"{CHANNEL}.InputMode": "FastFile",
        },
        warn=("file-system-file-mode",),
    ),
    single(
        {f"{ONE}.CheckpointConfig": {"S3Uri": "s3://b/c", "LocalPath": "opt/ml"}}, warn=("absolute-directory-path",)
    ),
    single({f"{ONE}.CheckpointConfig": {"S3Uri": "s3://b/c", "LocalPath": ""}}),
    single({f"{ONE}.InputDataConfig": []}, "channels-count"),
    single({}, remove=(f"{ONE}.InputDataConfig",)),
    # resources
    single({RESOURCES: {}}, "resource-needs-instances"),
    single({RESOURCES: {"InstanceGroups": []}}, "resource-needs-instances"),
    single({}, "resource-config-exactly-one", remove=NO_RESOURCES),
    single({TUNING: {"InstanceType": "ml.m5.xlarge"}}, "resource-type-and-count", remove=NO_RESOURCES),
    single({TUNING: {"InstanceCount": 1}}, "resource-type-and-count", remove=NO_RESOURCES),
    single({TUNING: {"InstanceConfigs": []}}, "instance-configs-count", remove=NO_RESOURCES),
    single(
        {TUNING: {"InstanceConfigs": [M5], "InstanceType": "ml.m5.xlarge"}},
        "instance-configs-exclusive",
        remove=NO_RESOURCES,
    ),
    single({TUNING: {"InstanceConfigs": [{**M5, "InstanceCount": 0}]}}, "instance-count-positive", remove=NO_RESOURCES),
    single({TUNING: {**M5, "InstanceCount": 0}}, "instance-count-positive", remove=NO_RESOURCES),
    single(
        {TUNING: {"InstanceConfigs": [{**M5, **G5, "VolumeSizeInGB": 251}]}},
        "tuning-volume-size-local-storage",
        warn=("instance-configs-documented-types",),
        remove=NO_RESOURCES,
    ),
    single(
        {TUNING: {"InstanceConfigs": [M5, {**M5, **G5}], "VolumeKmsKeyId": KEY}},
        "volume-kms-local-storage",
        warn=("instance-configs-documented-types",),
        remove=NO_RESOURCES,
    ),
    single({TUNING: {**M5, "VolumeKmsKeyId": "alias/a"}}, "volume-kms-format", remove=NO_RESOURCES),
    single(
        {TUNING: {**M5, "AllocationStrategy": "Prioritized", "InstanceConfigs": []}},
        "instance-configs-count",
        "instance-configs-exclusive",
        remove=NO_RESOURCES,
    ),
    single(
        {RESOURCES: {"InstanceGroups": [{**GROUP, "InstanceCount": 0}], "VolumeSizeInGB": 1}}, "instance-count-positive"
    ),
    single({f"{RESOURCES}.InstanceGroups": [GROUP]}, "instance-groups-exclusive"),
    single({f"{RESOURCES}.InstanceGroups": []}),
    single({RESOURCES: {"InstanceGroups": [GROUP]}}, "volume-size-required"),
    single({RESOURCES: {"InstanceGroups": [{**GROUP, **G5}]}}),
    single(
        {
            RESOURCES: {
                "InstanceGroups": [GROUP, {**GROUP, **G5, "InstanceGroupName": "h"}],
                "VolumeSizeInGB": 1,
                "VolumeKmsKeyId": KEY,
            }
        },
        "volume-kms-local-storage",
    ),
    single({f"{RESOURCES}.VolumeSizeInGB": 0}, "volume-size-required"),
    single({f"{RESOURCES}.VolumeSizeInGB": -1}, "volume-size-min"),
    single({RESOURCES: {**G5, "InstanceCount": 1, "VolumeSizeInGB": 251}}, warn=("volume-size-local-storage",)),
    single({RESOURCES: {**G5, "InstanceCount": 1, "VolumeSizeInGB": 250}}),
    single({RESOURCES: {**G5, "InstanceCount": 1, "VolumeKmsKeyId": ""}}),
    single({RESOURCES: {"InstanceType": "ml.p6e-gb200.36xlarge", "InstanceCount": 1, "VolumeKmsKeyId": KEY}}),
    single(
        {
            RESOURCES: {"InstancePreferences": [G5, G6], "InstanceCount": 1},
            SPOT: True,
            f"{STOPPING}.MaxWaitTimeInSeconds": 3600,
        },
        "instance-preferences-exclusive",
    ),
    single({RESOURCES: {"InstancePreferences": [G5, G6]}}, "instance-preferences-count-style"),
    single(
        {RESOURCES: {"InstancePreferences": [{**G5, "InstanceCount": 1}], "InstanceCount": 1}},
        "instance-preferences-count-style",
    ),
    single({RESOURCES: {"InstancePreferences": [{**G5, "InstanceCount": 0}]}}, "instance-count-positive"),
    single({RESOURCES: {"InstancePreferences": [], "InstanceCount": 1}}, "instance-preferences-count"),
    single(
        {RESOURCES: {"InstancePreferences": [{**G5, "TrainingPlanArns": []}], "InstanceCount": 1}},
        "training-plan-arns-count",
    ),
    single({RESOURCES: {"InstancePreferences": [{**G5, "TrainingPlanArns": [PLAN]}], "InstanceCount": 1}}),
    single({f"{RESOURCES}.SelectedInstanceCount": 1}, "selected-instance-read-only"),
    single({f"{RESOURCES}.KeepAlivePeriodInSeconds": 21600}, warn=("keep-alive-ignored",)),
    single({f"{RESOURCES}.KeepAlivePeriodInSeconds": 1}, warn=("keep-alive-ignored",)),
    single({f"{RESOURCES}.TrainingPlanArn": PLAN + "\n"}, "training-plan-arn"),
    single(
        {f"{RESOURCES}.InstancePlacementConfig": {"PlacementSpecifications": [{"InstanceCount": 0}]}},
        "instance-count-positive",
        warn=("placement-config-ultraserver-only",),
    ),
    # keys and output
    single({f"{ONE}.OutputDataConfig.KmsKeyId": ""}),
    single({f"{ONE}.OutputDataConfig.KmsKeyId": "mrk-" + "0" * 32}),
    single({f"{ONE}.OutputDataConfig.KmsKeyId": "arn:aws-cn:kms:cn-north-1:123456789012:alias/a"}),
    single({f"{ONE}.OutputDataConfig.KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/mrk-" + "0" * 32}),
    single({f"{ONE}.OutputDataConfig.KmsKeyId": "arn:aws:s3:::bucket"}, "output-kms-format"),
    single({f"{RESOURCES}.VolumeKmsKeyId": "arn:aws:kms:us-east-1:123456789012:alias/a"}, "volume-kms-format"),
    single({f"{RESOURCES}.VolumeKmsKeyId": "mrk-" + "0" * 32}),
    single(
        {f"{ONE}.OutputDataConfig": {"KmsKeyId": KEY, "S3OutputPath": "s3://b--use1-az4--x-s3"}},
        "output-kms-s3-express",
    ),
    single({f"{ONE}.OutputDataConfig": {"KmsKeyId": KEY, "S3OutputPath": "s3://b/p--use1-az4--x-s3"}}),
    single({f"{ONE}.OutputDataConfig": {"KmsKeyId": "", "S3OutputPath": "s3://b--use1-az4--x-s3/p"}}),
    # stopping and spot
    single({SPOT: False, f"{STOPPING}.MaxWaitTimeInSeconds": 7200}, "max-wait-needs-spot"),
    single(spot(None), "spot-needs-max-wait"),
    single(spot(3601), warn=("spot-without-checkpoint",)),
    single(spot(3601) | {f"{ONE}.CheckpointConfig": {"S3Uri": "s3://b/c"}}),
    single({STOPPING: {"MaxWaitTimeInSeconds": 60}, SPOT: True}),
    single(spot(3601) | image(KMEANS), warn=("spot-builtin-max-wait", "spot-without-checkpoint"), remove=NO_METRICS),
    single(spot(3601) | image(XGBOOST, "validation:rmse"), warn=("spot-without-checkpoint",), remove=NO_METRICS),
    single({f"{STOPPING}.MaxPendingTimeInSeconds": 2419200}, warn=("max-pending-accelerated-only",)),
    single(
        {f"{STOPPING}.MaxPendingTimeInSeconds": 2419201}, "max-pending-range", warn=("max-pending-accelerated-only",)
    ),
    single(
        {
            f"{STOPPING}.MaxPendingTimeInSeconds": 1800,
            RESOURCES: {
                "VolumeSizeInGB": 1,
                "InstanceGroups": [GROUP, {**GROUP, "InstanceGroupName": "h", "InstanceType": "ml.trn1.2xlarge"}],
            },
        }
    ),
    single(
        {f"{ONE}.VpcConfig": {"SecurityGroupIds": ["SG-1"], "Subnets": ["subnet_1"]}},
        "subnet-id-pattern",
        warn=("security-group-id-form", "subnet-id-form"),
    ),
    single(
        {f"{ONE}.VpcConfig": {"SecurityGroupIds": ["sg-" + "1" * 30], "Subnets": ["subnet-1"]}},
        "security-group-id-pattern",
    ),
    # credentials
    single({f"{CATEGORICAL}.Values": ["a", "ASIA0000000000000000"]}, "hyperparameter-secrets"),
    single({STATIC: {"key": "-----BEGIN PRIVATE KEY-----"}}, "hyperparameter-secrets"),
    single({STATIC: {"key": "-----BEGIN EC PRIVATE KEY-----"}}, "hyperparameter-secrets"),
    single({STATIC: {"key": "-----BEGIN PUBLIC KEY-----", "other": "AKIA000000000000000", "more": "XAKIA" + "0" * 16}}),
    single(
        {f"{RANGES}.AutoParameters": [{"Name": "k", "ValueHint": "AKIA0000000000000000"}], "Autotune.Mode": "Enabled"},
        "hyperparameter-secrets",
    ),
    single({f"{ONE}.Environment": {"K": "-----BEGIN OPENSSH PRIVATE KEY-----\nx"}}, warn=("environment-secrets",)),
    # lengths of texts that have a form as well
    *(
        single(
            {f"{ALGORITHM}.AlgorithmName": long_arn("sagemaker:", f"algorithm/{'a' * 63}", size)},
            *errors,
            remove=(f"{ALGORITHM}.TrainingImage", *NO_METRICS),
        )
        for size, errors in ((170, ()), (171, ("algorithm-name-pattern",)))
    ),
    *(
        single(
            {f"{CHANNEL}.DataSource": {"DatasetSource": {"DatasetArn": long_arn("sagemaker:r-", DATA_SET, size)}}},
            *errors,
        )
        for size, errors in ((2048, ()), (2049, ("dataset-arn-pattern",)))
    ),
    *(
        single({f"{RESOURCES}.TrainingPlanArn": long_arn("sagemaker:", "training-plan/", size)}, *errors)
        for size, errors in (
            (49, ("training-plan-arn",)),
            (50, ()),
            (2048, ()),
            (2049, ("training-plan-arn",)),
        )
    ),
    *(
        single(
            {
                f"{CHANNEL}.DataSource": {"FileSystemDataSource": {**FILES, "FileSystemId": "fs-" + "0" * digits}},
                f"{ONE}.VpcConfig": VPC,
            },
            *errors,
        )
        for digits, errors in ((18, ()), (19, ("file-system-id",)))
    ),
    single({f"{ONE}.OutputDataConfig.KmsKeyId": "alias/" + "a" * 2042}),
    single({f"{ONE}.OutputDataConfig.KmsKeyId": "alias/" + "a" * 2043}, "kms-key-charset"),
    single({f"{ONE}.VpcConfig": {"SecurityGroupIds": ["sg-" + "1" * 29], "Subnets": ["subnet-" + "1" * 25]}}),
    single(
        {f"{ONE}.VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-" + "1" * 26]}}, "subnet-id-pattern"
    ),
    single({f"{RESOURCES}.InstanceType": "ml.m4.xlarge"}),
    several({"TrainingJobDefinitions": []}, "definitions-count", "ranges-required"),
]
