"""The example in an environment of its own: its templates, and how those of two environments differ."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: Switches of the CDK that the oldest one does not have, so that the newest must not have them either. This one decides
#: in what form a stack refers to another one.
NEWER_FLAGS = ("@aws-cdk/core:defaultCrossStackReferences",)
#: Functions that the CDK itself brings, e.g. to empty buckets: what they run on is its affair.
CDK_FUNCTION = re.compile(r"^Custom\w+CustomResourceProviderHandler")
#: Templates by the names of their stacks.
Templates = dict[str, dict[str, Any]]


class InstallError(Exception):
    """A step failed; the message says which and what it printed."""


def synthesize(python: Path, folder: Path, out: Path) -> Templates:
    """Synthesize the example in an empty folder, with an interpreter, and return its templates without metadata."""
    folder.mkdir()
    for name in ("app.py", "cdk.json"):
        shutil.copy(ROOT / name, folder)
    context = json.loads((folder / "cdk.json").read_text(encoding="utf-8"))["context"]
    context = {name: each for name, each in context.items() if name not in NEWER_FLAGS}
    kept = {name: each for name, each in os.environ.items() if not name.startswith(("AWS_", "CDK_", "PYTHON"))}
    environment = kept | {
        "CDK_OUTDIR": str(out),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_VALIDATION": "false",
        "PYTHONDONTWRITEBYTECODE": "1",
        # No credentials, no network: synthesis needs neither.
        "AWS_EC2_METADATA_DISABLED": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [python, "app.py"], cwd=folder, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise InstallError(f"the example cannot be synthesized with {python}:\n{done.stdout}{done.stderr}")
    templates = {file.name.removesuffix(".template.json"): _read(file) for file in out.glob("*.template.json")}
    if len(templates) != 2:
        raise InstallError(f"the example gave the templates {sorted(templates)}")
    return templates


def _read(file: Path) -> dict[str, Any]:
    template: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    for name, resource in template["Resources"].items():
        resource.pop("Metadata", None)
        if CDK_FUNCTION.match(name):
            resource["Properties"] = {each: resource["Properties"][each] for each in ("Handler", "Role")}
    # Which library made what, in which version.
    template["Resources"].pop("CDKMetadata", None)
    template.get("Conditions", {}).pop("CDKMetadataAvailable", None)
    return {section: each for section, each in template.items() if each}


def differences(templates: Templates, first: Templates) -> list[str]:
    """Return where templates differ from those of the first environment."""
    return _different(templates, first, "")


def _different(one: Any, two: Any, path: str) -> list[str]:
    if isinstance(one, dict) and isinstance(two, dict):
        keys = {**one, **two}
        return [each for key in keys for each in _different(one.get(key), two.get(key), f"{path}/{key}")]
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        pairs = enumerate(zip(one, two, strict=True))
        return [each for index, pair in pairs for each in _different(*pair, f"{path}/{index}")]
    return [] if one == two else [f"{path} is {json.dumps(one)}, in the first {json.dumps(two)}"]
