"""The checks start quickly: nothing slow is loaded before there is a finding."""

import subprocess
import sys

from tests.shared import ROOT

# Each takes longer to load than all checks together.
SLOW_MODULES = {"dataclasses", "inspect", "pathlib", "typing", "urllib.parse", "cdk_hpo.checks.rule_catalogue"}
START = """
import sys
import cdk_hpo.checks
from cdk_hpo.checks.walk import compiled_request
compiled_request()
print(*sys.modules)
"""


def test_nothing_slow_is_loaded_before_there_is_a_finding() -> None:
    run = subprocess.run([sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True)
    assert SLOW_MODULES.isdisjoint(run.stdout.split())
