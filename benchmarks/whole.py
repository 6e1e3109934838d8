"""A whole process that synthesizes an app once, and how large it gets.

python -m benchmarks.whole aws_custom_resource 1
"""

import json
import os
import resource
import sys
from pathlib import Path

from benchmarks.apps import template
from benchmarks.processor import below


def megabytes() -> float:
    """Return the most memory that this process and those below it have held."""
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for process in below(os.getpid()):
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
        fields = dict(line.split(":", 1) for line in lines)
        kilobytes += int(fields.get("VmHWM", "0 kB").split()[0])
    return kilobytes / 1024


if __name__ == "__main__":
    way, jobs = sys.argv[1:]
    template(way, int(jobs))
    print(json.dumps({"megabytes": megabytes()}))
