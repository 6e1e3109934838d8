"""Both sides of the bounds: names, types, definitions, ranges, strategies, limits, algorithms."""

from tests.checks.boundary_forms import (
    ALGORITHM,
    BAND,
    CATEGORICAL,
    CHANNEL,
    CONFIG,
    CONTINUOUS,
    HYPERBAND,
    INTEGER,
    KMEANS,
    LIMITS,
    NO_CONTINUOUS,
    NO_METRICS,
    NO_NUMBERS,
    ONE,
    PARENT,
    RANGES,
    S3,
    SPOT,
    STATIC,
    STOPPING,
    TWO,
    XGBOOST,
    image,
    in_list,
    several,
    single,
)

CASES = [
    # texts: lengths, characters, lines
    single({"HyperParameterTuningJobName": ""}, "job-name-length"),
    single({"HyperParameterTuningJobName": "a\n"}, "job-name-pattern"),
    single({"HyperParameterTuningJobName": "-a"}, "job-name-pattern"),
    single({"HyperParameterTuningJobName": "a" * 33 + "_"}, "job-name-length", "job-name-pattern"),
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
]
