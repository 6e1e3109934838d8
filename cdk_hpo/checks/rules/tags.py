"""Tags of the job."""

from __future__ import annotations

from cdk_hpo.checks.paths import at
from cdk_hpo.checks.problems import Report
from cdk_hpo.checks.redaction import shown
from cdk_hpo.checks.registry import REQUEST, rule
from cdk_hpo.checks.values import duplicates, structs, text
from cdk_hpo.checks.view import Request


@rule("tag-keys-unique", REQUEST, when="Tags")
def keys_unique(request: Request, report: Report) -> None:
    """No two tags share a key; keys differ by case."""
    for index, key in duplicates(request.data, "Tags", "Key"):
        path = at(None, "Tags", index, "Key")
        report(path, f"{shown(key)} is the key of two tags", "a different key for each", "Remove one.", key)


@rule("tag-key-aws-prefix", REQUEST, when="Tags")
def keys_not_reserved(request: Request, report: Report) -> None:
    """AWS keeps the prefix aws: for itself."""
    for index, tag in structs(request.data, "Tags"):
        key = text(tag, "Key")
        if key is not None and key.lower().startswith("aws:"):
            path = at(None, "Tags", index, "Key")
            found = f"{shown(key)} begins with aws:, which is reserved"
            report(path, found, "keys with another beginning", "Rename it.", key)
