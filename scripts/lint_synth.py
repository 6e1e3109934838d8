"""Run a CDK app with cdk-nag's AwsSolutions rules plugged in; for `lint_templates.py`.

python scripts/lint_synth.py app.py
"""

import runpy
import sys
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks


class CheckedApp(cdk.App):
    """An app whose validation report holds what cdk-nag finds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        cdk.Validations.of(self).add_plugins(AwsSolutionsChecks(self))


if __name__ == "__main__":
    # The app makes its own `cdk.App()`, and shall not know about linters.
    cdk.App = CheckedApp  # type: ignore[misc]
    runpy.run_path(sys.argv[1], run_name="__main__")
