"""Tuning jobs to look at: on a terminal while they run, and as a report in one file.

A report needs the extra ``report`` (``pip install 'cdk-hpo[report]'``); importing this module does not.
"""

from .report import write_report

__all__ = ["write_report"]
