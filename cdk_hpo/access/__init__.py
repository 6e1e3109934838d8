"""Least privilege, derived from a definition and the resources behind it."""
