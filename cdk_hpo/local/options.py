"""What a local cloud can be started with."""

import re
from dataclasses import dataclass

DEFAULT_PORT = 4566


@dataclass(frozen=True, kw_only=True)
class Options:
    """The settings of one local cloud; see LocalCloud for what they mean."""

    port: int = 0
    account: str = "123456789012"
    region: str = "us-east-1"
    iam: bool = True
    job_seconds: float = 1.0
    stop_seconds: float = 0.3
    train: bool = False
    images: str | None = None
    state: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        if not re.fullmatch(r"\d{12}", self.account):
            raise ValueError(f"account must be twelve digits, got {self.account!r}")
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", self.region):
            raise ValueError(f"region must be the name of an AWS region such as us-east-1, got {self.region!r}")
        if not 0 <= self.port <= 65535:
            raise ValueError(f"port must be between 0 and 65535, got {self.port}")
        for name, seconds in (("job_seconds", self.job_seconds), ("stop_seconds", self.stop_seconds)):
            if not 0 <= seconds < float("inf"):
                raise ValueError(f"{name} must be a number of seconds from 0, got {seconds}")
