"""Where the reference data lies: the folder ``shared`` beside the checkout."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
ACCEPTED = SHARED / "cases" / "accepted"


def accepted_requests() -> dict[str, dict[str, Any]]:
    """Read the requests that the service is known to accept, by file stem."""
    files = sorted(ACCEPTED.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no accepted requests in {ACCEPTED}: the folder 'shared' must lie beside the checkout")
    return {file.stem: json.loads(file.read_text(encoding="utf-8"))["request"] for file in files}
