"""What a template can ask of a tuning job, in a short form; with secrets planted where users have them."""

from dataclasses import dataclass, fields
from typing import Any

from tests.handler.world import request

SECRETS = {
    "environment": "env-s3cret-of-mine",
    "hyperparameter": "hunter2hunter2",
    "tag": "tag-s3cret-of-mine",
    "signature": "signature-of-the-answer-address",
}
ECHO = f"Value '{SECRETS['environment']}', '{SECRETS['hyperparameter']}', '{SECRETS['tag']}' failed"
LIMITS = {"A": "2", "B": "3", "C": "4"}


@dataclass(frozen=True, kw_only=True)
class Job:
    """One tuning job of a template; ``config`` is one of three requests, ``tags`` is one letter for each tag."""

    config: str = "A"
    tags: str = ""
    wait_for: str = "created"
    on_delete: str = "stop"
    timeout: int = 3600
    name: str | None = None
    on_limit: str | None = None
    retain: bool = False

    def __repr__(self) -> str:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        shown = (f"{name}={value!r}" for name, value in given.items() if value != _DEFAULTS.get(name))
        return f"Job({', '.join(shown)})"

    def properties(self) -> dict[str, Any]:
        """Return the properties as CloudFormation sends them."""
        body = request(MaxNumberOfTrainingJobs=LIMITS[self.config])
        body["TrainingJobDefinition"]["Environment"] = {"API": SECRETS["environment"]}
        body["TrainingJobDefinition"]["StaticHyperParameters"]["db_password"] = SECRETS["hyperparameter"]
        tags = [{"Key": key, "Value": SECRETS["tag"]} for key in ("owner", *self.tags)]
        optional = {"Name": self.name, "OnLimit": self.on_limit, "Retain": "true" if self.retain else None}
        return {
            "ServiceToken": "arn:aws:lambda:x",
            "ServiceTimeout": str(self.timeout),
            "Request": body,
            "Tags": tags,
            "NamePrefix": "models-tuning",
            "WaitFor": self.wait_for,
            "OnDelete": self.on_delete,
            **{key: value for key, value in optional.items() if value},
        }


_DEFAULTS = {field.name: field.default for field in fields(Job) if field.name != "config"}
