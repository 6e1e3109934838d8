"""Where the reference data lies: a folder ``shared`` beside the checkout, which may be newer, or ``tests/data``."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_NEWER, _KEPT = ROOT.parent / "shared", ROOT / "tests" / "data"
SHARED = _NEWER if (_NEWER / "rules").is_dir() else _KEPT
ACCEPTED = SHARED / "cases" / "accepted"


def accepted_requests() -> dict[str, dict[str, Any]]:
    """Read the requests that the service is known to accept, by file stem."""
    files = sorted(ACCEPTED.glob("*.json"))
    return {file.stem: json.loads(file.read_text(encoding="utf-8"))["request"] for file in files}
