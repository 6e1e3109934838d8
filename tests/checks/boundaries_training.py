"""Both sides of the bounds: channels, resources, keys, stopping, credentials, long texts."""

from tests.checks.boundary_forms import (
    ALGORITHM,
    CATEGORICAL,
    CHANNEL,
    DATA_SET,
    FILES,
    G5,
    G6,
    GROUP,
    KEY,
    KMEANS,
    M5,
    NO_METRICS,
    NO_RESOURCES,
    ONE,
    PLAN,
    RANGES,
    RESOURCES,
    S3,
    SPOT,
    STATIC,
    STOPPING,
    TUNING,
    VPC,
    XGBOOST,
    image,
    long_arn,
    several,
    single,
    spot,
)

CASES = [
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
    single(
        spot(**{f"{RESOURCES}.KeepAlivePeriodInSeconds": 1}), "keep-alive-not-with-spot", warn=("keep-alive-ignored",)
    ),
    single(spot(**{f"{RESOURCES}.KeepAlivePeriodInSeconds": 0})),
    single(
        {RESOURCES: {"InstanceGroups": [GROUP], "VolumeSizeInGB": 1, "KeepAlivePeriodInSeconds": 1}},
        "keep-alive-not-with-instance-groups",
        warn=("keep-alive-ignored",),
    ),
    single({RESOURCES: {"InstanceGroups": [GROUP], "VolumeSizeInGB": 1, "KeepAlivePeriodInSeconds": 0}}),
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
