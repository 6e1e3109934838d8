"""The parts of the command ``cdk-hpo``: read, check, report."""
