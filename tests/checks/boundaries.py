"""Requests on both sides of the rules' bounds, and exactly the rules that report."""

from tests.checks import boundaries_jobs, boundaries_training

CASES = [*boundaries_jobs.CASES, *boundaries_training.CASES]
