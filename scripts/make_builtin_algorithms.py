#!/usr/bin/env python3
"""Make ``cdk_hpo/checks/data/builtin_algorithms.json``: what is documented about tuning each built-in algorithm.

    python scripts/make_builtin_algorithms.py CHECKOUT_OF_THE_DEVELOPER_GUIDE

The facts (names, directions, ranges) come from tables of the SageMaker developer guide as it was last published on
GitHub (awsdocs/amazon-sagemaker-developer-guide); the commit and its date go into the file.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TARGET = Path(__file__).resolve().parent.parent / "cdk_hpo" / "checks" / "data" / "builtin_algorithms.json"
COMMIT = "a869fa5c9bd1074a85bd23748d0463e322ad8939"  # the last one that holds the guide
FOLDER = "doc_source"


class Pages(NamedTuple):
    """Where the guide writes about an algorithm: pages, and its names in the two common tables."""

    tuning: str | None
    hyperparameters: str
    name: str
    short_name: str


ALGORITHMS = {
    "blazingtext": Pages("blazingtext-tuning", "blazingtext_hyperparameters", "BlazingText", "BlazingText"),
    "factorization-machines": Pages(
        "fm-tuning", "fact-machines-hyperparameters", "Factorization Machines", "Factorization Machines"
    ),
    "forecasting-deepar": Pages("deepar-tuning", "deepar_hyperparameters", "DeepAR Forecasting", "DeepAR"),
    "image-classification": Pages("IC-tuning", "IC-Hyperparameter", "Image Classification - MXNet", "-"),
    "ipinsights": Pages("ip-insights-tuning", "ip-insights-hyperparameters", "IP Insights", "IP Insights"),
    "kmeans": Pages("k-means-tuning", "k-means-api-config", "K-Means", "K-Means"),
    "knn": Pages("kNN-tuning", "kNN_hyperparameters", "K-Nearest-Neighbors (k-NN)", "k-NN"),
    "lda": Pages("lda-tuning", "lda_hyperparameters", "LDA", "Latent Dirichlet Allocation"),
    "linear-learner": Pages("linear-learner-tuning", "ll_hyperparameters", "Linear Learner", "Linear Learner"),
    "ntm": Pages("ntm-tuning", "ntm_hyperparameters", "Neural Topic Model", "NTM"),
    "object-detection": Pages(
        "object-detection-tuning",
        "object-detection-api-config",
        "Object Detection - MXNet",
        "Object Detection Algorithm",
    ),
    "object2vec": Pages("object2vec-tuning", "object2vec-hyperparameters", "Object2Vec", "-"),
    "pca": Pages(None, "PCA-reference", "PCA", "PCA"),
    "randomcutforest": Pages("random-cut-forest-tuning", "rcf_hyperparameters", "Random Cut Forest", "RCF"),
    "semantic-segmentation": Pages(
        "semantic-segmentation-tuning", "segmentation-hyperparameters", "Semantic Segmentation", "Semantic Segmentation"
    ),
    "seq2seq": Pages("seq-2-seq-tuning", "seq-2-seq-hyperparameters", "Seq2Seq Modeling", "Sequence-to-Sequence"),
    "xgboost": Pages("xgboost-tuning", "xgboost_hyperparameters", "XGBoost", "XGBoost"),
}
MISSPELT = {"optimzer": "optimizer"}  # on the page about semantic segmentation


def git(checkout: str, *words: str) -> str:
    """Run git in the checkout and return what it prints."""
    return subprocess.run(["git", "-C", checkout, *words], check=True, capture_output=True, text=True).stdout


def plain(cell: str) -> str:
    """Remove the marks of Markdown from a cell."""
    return re.sub(r"\\(.)", r"\1", cell).replace("`", "").replace("\u200b", "").strip()


def tables(checkout: str, page: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Read a page's tables: header and rows."""
    rows: list[list[str]] = []
    for line in [*git(checkout, "show", f"{COMMIT}:{FOLDER}/{page}.md").splitlines(), ""]:
        if line.startswith("|"):
            rows.append([plain(cell) for cell in line.strip().strip("|").split(" | ")])
        elif rows:
            yield rows[0], rows[2:]
            rows = []


def tunable(kind: str, cell: str) -> dict[str, Any]:
    """Read the type and the recommended range of a hyperparameter."""
    found: dict[str, Any] = {"type": re.sub(r"ParameterRanges?$", "", kind)}
    bounds = re.findall(r"MinValue:?\s*([-+.\deE]+),?\s*MaxValue:?\s*([-+.\deE]+)", cell)
    listed = re.search(r"\[(.*)\]", cell)
    if found["type"] == "Categorical":
        if listed:
            found["values"] = [value.strip(" '\"\u2018\u2019") for value in listed[1].split(",")]
    elif len(bounds) == 1:
        found["min"], found["max"] = (bound.rstrip(".") for bound in bounds[0])
    elif listed and not bounds:
        found["min"], found["max"] = re.split(r"\s*[-,]\s*", listed[1])
    return found


def facts(checkout: str, pages: Pages, common: dict[str, list[str]], content: dict[str, str]) -> dict[str, Any]:
    """Collect what the guide says about one algorithm."""
    metrics: dict[str, str] = {}
    ranges: dict[str, Any] = {}
    for header, rows in tables(checkout, pages.tuning) if pages.tuning else ():
        for row in rows:
            if header[0] == "Metric Name":
                metrics[row[0]] = row[2]
            elif row[0] not in ranges:
                ranges[MISSPELT.get(row[0], row[0])] = tunable(row[1], row[2])
    required: list[str] = []
    optional: list[str] = []
    for _, rows in tables(checkout, pages.hyperparameters):
        for row in rows:
            (required if re.match(r".*\*\*Required\*\*", row[1]) else optional).append(row[0])
    channels, modes = next(cells for name, cells in common.items() if name.startswith(pages.name))
    types = [kind for kind, users in content.items() if pages.short_name in [user.strip() for user in users.split(",")]]
    return {
        "metrics": dict(sorted(metrics.items())),
        "tunable": dict(sorted(ranges.items())),
        "required": sorted(set(required)),
        "optional": sorted(set(optional) - set(required)),
        "channels": channels,
        "input_modes": modes.split(" or "),
        "content_types": sorted(types),
    }


def written(table: dict[str, Any]) -> str:
    """Write the table with one fact in a line."""
    lines = []
    for algorithm, entry in table["algorithms"].items():
        parts = []
        for key, value in entry.items():
            inner = json.dumps(value)
            if key == "tunable":
                rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(item)}" for name, item in value.items())
                inner = f"{{\n{rows}\n   }}" if rows else "{}"
            parts.append(f"   {json.dumps(key)}: {inner}")
        lines.append(f"  {json.dumps(algorithm)}: {{\n" + ",\n".join(parts) + "\n  }")
    head = f' "about": {json.dumps(table["about"])},\n "source": {json.dumps(table["source"])},\n'
    return f'{{\n{head} "algorithms": {{\n' + ",\n".join(lines) + "\n }\n}\n"


def main(checkout: str) -> None:
    """Write the table."""
    common = {row[0]: [row[1], row[2]] for _, rows in tables(checkout, "common-info-all-im-models") for row in rows}
    content = {
        row[0]: row[1] for head, rows in tables(checkout, "cdf-training") if "ContentType" in head for row in rows
    }
    source = git(checkout, "log", "-1", "--format=awsdocs/amazon-sagemaker-developer-guide@%H, %cs", COMMIT).strip()
    table = {
        "about": "What can be tuned: metrics with their directions, hyperparameters, ranges, channels, input modes.",
        "source": f"{source}, {FOLDER}",
        "algorithms": {name: facts(checkout, pages, common, content) for name, pages in ALGORITHMS.items()},
    }
    text = written(table)
    json.loads(text)
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
