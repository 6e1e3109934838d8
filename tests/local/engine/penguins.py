"""A tuning job on the penguins of the example, with the built-in algorithm XGBoost."""

from typing import Any

from tests.local.requests import tuning_request
from tests.local.training_jobs.bench import XGBOOST, channel
from tests.shared import ROOT

PENGUINS = ROOT / "examples" / "data" / "penguins"


def penguins(name: str, role: str, jobs: int = 4) -> dict[str, Any]:
    request = tuning_request(name, limits=(jobs, 2))
    request["HyperParameterTuningJobConfig"] |= {
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "validation:mlogloss"},
        "ParameterRanges": {
            "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.01", "MaxValue": "0.5"}],
            "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "2", "MaxValue": "6"}],
        },
        "RandomSeed": 1,
    }
    request["TrainingJobDefinition"] |= {
        "AlgorithmSpecification": {"TrainingImage": XGBOOST, "TrainingInputMode": "File"},
        "RoleArn": role,
        "InputDataConfig": [
            channel(each, f"s3://penguins/{each}/") | {"ContentType": "text/csv"} for each in ("train", "validation")
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://models/out/"},
        "StaticHyperParameters": {"objective": "multi:softprob", "num_class": "3", "num_round": "20"},
    }
    return request
