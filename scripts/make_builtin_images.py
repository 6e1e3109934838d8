"""Make ``cdk_hpo/definition/data/builtin_images.json``: registry accounts and tags of the built-in algorithms.

    python scripts/make_builtin_images.py CHECKOUT_OF_SAGEMAKER_PYTHON_SDK

The facts come from the SageMaker Python SDK's ``image_uri_config`` folder; the commit and its date go into the file.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ALGORITHMS = (
    "blazingtext",
    "factorization-machines",
    "forecasting-deepar",
    "image-classification",
    "ipinsights",
    "kmeans",
    "knn",
    "lda",
    "linear-learner",
    "ntm",
    "object-detection",
    "object2vec",
    "pca",
    "randomcutforest",
    "semantic-segmentation",
    "seq2seq",
    "xgboost",
)
FOLDER = "sagemaker-core/src/sagemaker/core/image_uri_config"
TARGET = Path(__file__).resolve().parent.parent / "cdk_hpo" / "definition" / "data" / "builtin_images.json"


def git(checkout: str, *words: str) -> str:
    """Run git in the checkout and return what it prints."""
    return subprocess.run(["git", "-C", checkout, *words], check=True, capture_output=True, text=True).stdout


def tag_of(version: str, entry: dict[str, Any]) -> str:
    """Return the image tag of a version: the training image for CPUs where the tag names a processor."""
    processors = entry.get("processors") or []
    python = entry.get("py_versions") or []
    parts = [version, *(["cpu"] if processors == ["cpu"] else []), *python[-1:]]
    return "-".join(parts)


def main(checkout: str) -> None:
    """Write the table."""
    registries: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    algorithms: dict[str, Any] = {}
    for algorithm in ALGORITHMS:
        config = json.loads(git(checkout, "show", f"HEAD:{FOLDER}/{algorithm}.json"))
        config = config.get("training", config)
        for version, entry in config["versions"].items():
            accounts = dict(sorted(entry["registries"].items()))
            key = names.setdefault(json.dumps(accounts), f"r{len(names)}")
            registries[key] = accounts
            algorithms.setdefault(algorithm, {})[version] = {
                "repository": entry["repository"],
                "tag": tag_of(version, entry),
                "registry": key,
            }
    source = git(checkout, "log", "-1", "--format=aws/sagemaker-python-sdk@%H, %cs").strip()
    table = {"source": f"{source}, {FOLDER}", "algorithms": algorithms, "registries": registries}
    TARGET.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
