"""What is wrong with a training job's input."""


class UserError(Exception):
    """Data or hyperparameters that the algorithm refuses; the text says which and why."""
