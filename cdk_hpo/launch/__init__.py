"""The ways to run a definition from a stack."""
