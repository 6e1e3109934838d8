#!/usr/bin/env python3
"""Lint the templates of `app.py` and of all examples with cfn-lint, checkov and cdk-nag.

    python scripts/lint_templates.py            # what is found, and how many findings stand with a reason
    python scripts/lint_templates.py --reasons  # those, too

The linters get an environment of their own, `.lint`, once: checkov brings a hundred packages and wants other versions
of some. A finding that stands is acknowledged at its resource, with the reason, or by an example for all of a construct
of its own; there is no list of exceptions here. Templates without a tuning job, such as a pipeline's, are left out.
Exit status 1 when anything is found.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".lint"
#: cdk-nag runs inside the app, on the CDK of the development environment.
NAG = TOOLS / "nag"
LINTERS = ("cfn-lint==1.58.0", "checkov==3.3.30")
PLUGINS = ("cdk-nag==3.0.2",)
#: cfn-lint asks what exists where; this region has everything.
REGION = "us-east-1"


@dataclass(frozen=True, order=True)
class Finding:
    """What a linter found at a resource of a template."""

    app: str
    resource: str
    rule: str
    text: str
    #: Why it stands; empty when it has to be seen to.
    reason: str = ""


def install() -> None:
    """Install the linters when they are missing."""
    stamp, wanted = TOOLS / "ready", "\n".join((sys.version, *LINTERS, *PLUGINS))
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Installing cfn-lint, checkov and cdk-nag in .lint (once, about a minute) …", flush=True)
    venv.create(TOOLS, with_pip=True, clear=True)
    (TOOLS / ".gitignore").write_text("*\n", encoding="utf-8")
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, *LINTERS], check=True)
    subprocess.run([*pip, "--no-deps", "--target", str(NAG), *PLUGINS], check=True)
    stamp.write_text(wanted, encoding="utf-8")


def synthesize(app: Path, folder: Path) -> None:
    """Write an app's templates and validation report into a folder."""
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    context |= {
        "cdk-hpo:acknowledge-lint-findings": True,
        # Findings are read from the report; the app itself shall not fail.
        "@aws-cdk/core:failSynthOnValidationErrors": False,
        # By its path a finding's construct is found in the template.
        "aws:cdk:enable-path-metadata": True,
    }
    kept = {name: each for name, each in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    environment = kept | {
        "CDK_OUTDIR": str(folder),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "PYTHONPATH": os.pathsep.join((str(NAG), str(ROOT))),
    }
    command = [sys.executable, str(ROOT / "scripts" / "lint_synth.py"), str(app)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if not (folder / "validation-report.json").is_file():
        sys.exit(f"{app.name} cannot be synthesized:\n{done.stdout}{done.stderr}")


def from_cfn_lint(app: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """Run cfn-lint, which leaves out what is acknowledged in a resource's metadata."""
    for found in _json_of(["cfn-lint", "--format", "json", "--regions", REGION, "--", *map(str, templates)]):
        path = [str(part) for part in found["Location"].get("Path") or ()]
        resource = path[1] if path[:1] == ["Resources"] and len(path) > 1 else Path(found["Filename"]).name
        yield Finding(app, resource, found["Rule"]["Id"], found["Message"])
    for template in templates:
        for name, content in _resources(template):
            for rule, reason in content.get("Metadata", {}).get("cfn-lint", {}).get("reasons", {}).items():
                yield Finding(app, name, rule, "", reason)


def from_checkov(app: str, templates: Sequence[Path]) -> Iterator[Finding]:
    """Run checkov, which reads reasons from the metadata of resources."""
    files = [word for template in templates for word in ("--file", str(template))]
    options = ["--framework", "cloudformation", "--skip-download", "--output", "json"]
    report = _json_of(["checkov", *files, *options])
    for part in report if isinstance(report, list) else [report]:
        results = part.get("results", {})
        for found in [*results.get("failed_checks", ()), *results.get("skipped_checks", ())]:
            reason = found["check_result"].get("suppress_comment") or ""
            resource = found["resource"].rpartition(".")[2]
            yield Finding(app, resource, found["check_id"], found["check_name"], reason)
        for error in results.get("parsing_errors", ()):
            yield Finding(app, Path(error).name, "checkov", "the template cannot be read")


def from_validation(app: str, folder: Path, templates: Sequence[Path]) -> Iterator[Finding]:
    """Read what cdk-nag and the CDK's own validation found while the app was synthesized.

    cdk-nag leaves out what is acknowledged at a resource, if it is acknowledged as cdk-nag wants it.
    """
    left_out = [each for each in folder.rglob("*.template.json") if each not in templates]
    left_out_paths = {path for template in left_out for path, _ in _metadata(template)}
    reasons = dict(_reasons_of_constructs(folder))
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    for plugin in report["pluginReports"]:
        for found in plugin["violations"]:
            # A wildcard's finding names it in brackets; an example gives one reason for all of them.
            rule = found["ruleName"].partition("[")[0]
            for construct in found["violatingConstructs"]:
                path = construct.get("constructPath", "")
                if path not in left_out_paths:
                    text = found["description"] + found["ruleName"].removeprefix(rule)
                    yield Finding(app, path, rule, text, _reason_above(path, rule, reasons))
    for template in templates:
        for path, metadata in _metadata(template):
            for each in metadata.get("cdk_nag", {}).get("rules_to_suppress", ()):
                yield Finding(app, path, each["id"], "", each["reason"])


def _metadata(template: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for _, resource in _resources(template):
        metadata = resource.get("Metadata", {})
        yield metadata.get("aws:cdk:path", ""), metadata


def _reason_above(path: str, rule: str, reasons: Mapping[tuple[str, str], str]) -> str:
    """Return the reason at the nearest construct that holds a resource."""
    above = [str(each) for each in PurePosixPath(path).parents]
    return next((reasons[each, rule] for each in above if (each, rule) in reasons), "")


def _reasons_of_constructs(folder: Path) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what the CDK itself keeps, by the construct's path and the rule."""
    for file in folder.rglob("*.metadata.json"):
        for path, entries in json.loads(file.read_text(encoding="utf-8")).items():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    for rule, reason in entry["data"].items():
                        yield (path.lstrip("/"), rule.rpartition("::")[2]), reason


def holds_tuning_jobs(template: Path) -> bool:
    """Tell whether a template has to do with tuning jobs, or is its author's alone."""
    return "hyperparametertuningjob" in template.read_text(encoding="utf-8").lower()


def _resources(template: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from json.loads(template.read_text(encoding="utf-8")).get("Resources", {}).items()


def _json_of(command: list[str]) -> Any:
    """Run a linter and return its report; a linter's status tells findings and failures apart for nobody."""
    done = subprocess.run([str(TOOLS / "bin" / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout or "[]")
    except ValueError:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def lint(app: Path) -> list[Finding]:
    """Return what all linters find in an app."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthesize(app, folder)
        templates = sorted(filter(holds_tuning_jobs, folder.rglob("*.template.json")))
        label = os.path.relpath(app, ROOT)
        return sorted(
            {
                *from_validation(label, folder, templates),
                *from_cfn_lint(label, templates),
                *from_checkov(label, templates),
            }
        )


def main() -> int:
    """Lint every app, print what was found, and tell whether anything has to be seen to."""
    parser = argparse.ArgumentParser(description="Lint the templates of app.py and of all examples.")
    parser.add_argument("--reasons", action="store_true", help="show the findings that stand, with their reasons")
    parser.add_argument("apps", nargs="*", type=Path, help="apps to lint; app.py and examples/*.py by default")
    arguments = parser.parse_args()
    install()
    start = time.monotonic()
    apps = [each.resolve() for each in arguments.apps] or [ROOT / "app.py", *sorted((ROOT / "examples").glob("*.py"))]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        findings = [finding for found in pool.map(lint, apps) for finding in found]
    unexplained = [each for each in findings if not each.reason]
    standing = [each for each in findings if each.reason]
    for each in unexplained:
        print(f"{each.app}: {each.resource}: {each.rule}: {each.text}")
    if arguments.reasons:
        for each in standing:
            print(f"{each.app}: {each.resource}: {each.rule}: stands: {each.reason}")
    print(
        f"{len(apps)} apps, {len(unexplained)} findings to see to, {len(standing)} that stand with a reason "
        f"({time.monotonic() - start:.0f} s)"
    )
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
