"""Ways to get a tuning job into a stack, each by hand. A module has two functions.

``prepare(stack)`` makes what all jobs of a stack share, and ``add(stack, index, shared)`` makes one job. A module
imports no more than its own way needs.
"""
