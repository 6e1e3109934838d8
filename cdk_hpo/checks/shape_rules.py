"""Which rule a constraint of the service model belongs to: one line per shape.

Kinds: ``size`` is the length of a text or the number of items, ``range`` the bounds of a number.
Types, required and unknown members have the same rule everywhere (see walk.py).
"""

from __future__ import annotations

ENUMS: dict[str, str] = {
    "AutotuneMode": "autotune-mode-enum",
    "CompleteOnConvergence": "convergence-enum",
    "CompressionType": "compression-type-enum",
    "FileSystemAccessMode": "file-system-access-mode-enum",
    "FileSystemType": "file-system-type-enum",
    "HyperParameterScalingType": "scaling-type-enum",
    "HyperParameterTuningAllocationStrategy": "allocation-strategy-enum",
    "HyperParameterTuningJobObjectiveType": "objective-type-enum",
    "HyperParameterTuningJobStrategyType": "strategy-enum",
    "HyperParameterTuningJobWarmStartType": "warm-start-type-enum",
    "OutputCompressionType": "output-compression-enum",
    "RecordWrapper": "record-wrapper-enum",
    "S3DataDistribution": "s3-distribution-enum",
    "S3DataType": "s3-data-type-enum",
    "TrainingInputMode": "input-mode-enum",
    "TrainingInstanceType": "instance-type-enum",
    "TrainingJobEarlyStoppingType": "early-stopping-enum",
}

SIZES: dict[str, str] = {
    "AlgorithmImage": "training-image-length",
    "ArnOrName": "algorithm-name-pattern",
    "AttributeName": "attribute-name-length",
    "AttributeNames": "attribute-names-count",
    "AutoParameters": "auto-parameters-count",
    "CategoricalParameterRanges": "tunable-count-max",
    "ChannelName": "channel-name-length",
    "ContentType": "content-type-length",
    "ContinuousParameterRanges": "tunable-count-max",
    "DirectoryPath": "directory-path-length",
    "FileSystemId": "file-system-id",
    "HubContentArn": "hub-content-arn-length",
    "HubDataSetArn": "dataset-arn-pattern",
    "HyperParameterKey": "static-key-length",
    "HyperParameterTrainingJobDefinitionName": "definition-name-length",
    "HyperParameterTrainingJobDefinitions": "definitions-count",
    "HyperParameterTrainingJobEnvironmentKey": "env-key-length",
    "HyperParameterTrainingJobEnvironmentMap": "env-count-max",
    "HyperParameterTrainingJobEnvironmentValue": "env-value-length",
    "HyperParameterTuningInstanceConfigs": "instance-configs-count",
    "HyperParameterTuningJobName": "job-name-length",
    "HyperParameterValue": "static-value-length",
    "HyperParameters": "static-count-max",
    "InputDataConfig": "channels-count",
    "InstanceGroupName": "instance-group-name-length",
    "InstanceGroupNames": "instance-group-names-count",
    "InstanceGroups": "instance-groups-count",
    "InstancePreferenceList": "instance-preferences-count",
    "IntegerParameterRanges": "tunable-count-max",
    "KmsKeyId": "kms-key-charset",
    "MetricDefinitionList": "metric-definitions-count",
    "MetricName": "metric-name-length",
    "MetricRegex": "metric-regex-length",
    "ParameterKey": "hyperparameter-name-length",
    "ParameterValue": "range-value-length",
    "ParameterValues": "categorical-values-count",
    "ParentHyperParameterTuningJobs": "warm-start-parents-count",
    "PlacementSpecifications": "placement-specs-count",
    "RoleArn": "role-arn-length",
    "S3Uri": "s3-uri-length",
    "SecurityGroupId": "security-group-id-pattern",
    "String256": "ultraserver-id-length",
    "SubnetId": "subnet-id-pattern",
    "Subnets": "subnets-count",
    "TagKey": "tag-key-length",
    "TagList": "tags-count",
    "TagValue": "tag-value-length",
    "TrainingPlanArn": "training-plan-arn",
    "TrainingPlanArnList": "training-plan-arns-count",
    "VpcSecurityGroupIds": "security-groups-count",
}

PATTERNS: dict[str, str] = {
    "ArnOrName": "algorithm-name-pattern",
    "ChannelName": "channel-name-pattern",
    "FileSystemId": "file-system-id",
    "HubDataSetArn": "dataset-arn-pattern",
    "HyperParameterTrainingJobDefinitionName": "definition-name-pattern",
    "HyperParameterTrainingJobEnvironmentKey": "env-key-pattern",
    "HyperParameterTuningJobName": "job-name-pattern",
    "KmsKeyId": "kms-key-charset",
    "RoleArn": "role-arn-pattern",
    "S3Uri": "s3-uri-pattern",
    "SecurityGroupId": "security-group-id-pattern",
    "SubnetId": "subnet-id-pattern",
    "TagKey": "tag-charset",
    "TagValue": "tag-charset",
    "TrainingPlanArn": "training-plan-arn",
}
# A pattern of any characters but line breaks has this rule, whatever the shape.
ONE_LINE = "no-line-breaks"

RANGES: dict[str, str] = {
    "HyperParameterTuningMaxRuntimeInSeconds": "tuning-runtime-range",
    "HyperbandStrategyMaxResource": "hyperband-resource-min",
    "HyperbandStrategyMinResource": "hyperband-resource-min",
    "KeepAlivePeriodInSeconds": "keep-alive-range",
    "MaxNumberOfTrainingJobs": "max-number-min",
    "MaxNumberOfTrainingJobsNotImproving": "not-improving-min",
    "MaxParallelTrainingJobs": "max-parallel-min",
    "MaxPendingTimeInSeconds": "max-pending-range",
    "MaxRuntimeInSeconds": "max-runtime-min",
    "MaxWaitTimeInSeconds": "max-wait-min",
    "MaximumRetryAttempts": "retry-attempts-range",
    "OptionalVolumeSizeInGB": "volume-size-min",
    "RandomSeed": "random-seed-min",
    "TrainingInstanceCount": "instance-count-min",
    "VolumeSizeInGB": "volume-size-min",
}

# Maps whose values are the user's own: never repeated in a message.
PRIVATE = frozenset({"HyperParameterValue", "HyperParameterTrainingJobEnvironmentValue"})
