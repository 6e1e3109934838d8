"""The folders of a training job.

There is no container, so the job's own folder stands for a container's root, and ``/opt/ml`` lies in it.
https://docs.aws.amazon.com/sagemaker/latest/dg/amazon-sagemaker-toolkits.html
"""

from pathlib import Path

from .order import JobError

ML = "/opt/ml"


class Layout:
    """Where a training job finds and leaves things.

    Parameters
    ----------
    root
        The job's own folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ml = self.inside(ML)
        self.code = self.ml / "code"
        self.config = self.ml / "input" / "config"
        self.data = self.ml / "input" / "data"
        self.model = self.ml / "model"
        self.output = self.ml / "output"
        self.output_data = self.output / "data"
        self.failure = self.output / "failure"
        self.temporary = root / "tmp"
        for folder in (self.code, self.config, self.data, self.model, self.output_data, self.temporary):
            folder.mkdir(parents=True, exist_ok=True)

    def inside(self, path: str) -> Path:
        """Return where a path of the container lies; JobError when it leaves the container."""
        found = self.root / path.lstrip("/")
        if not found.resolve().is_relative_to(self.root.resolve()):
            raise JobError(f"ClientError: The path {path} leads out of the container.")
        return found

    def translated(self, value: str) -> str:
        """Return a hyperparameter's value, which may be a path below /opt/ml, as it is valid here."""
        quote = '"' if value.startswith('"') else ""
        path = value.removeprefix(quote)
        inside = path == ML or path.startswith((f"{ML}/", f'{ML}"'))
        return f"{quote}{self.root}{path}" if inside else value
