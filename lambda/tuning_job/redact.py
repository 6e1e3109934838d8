"""Keeping what the user may have meant to be secret out of answers and logs.

The service repeats parts of a request in its messages. Values that may be secrets are taken out of them:
every value of ``Environment``, static hyperparameters whose name or value looks like a secret, and tag
values.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MASK = "***"
_SECRET_NAME = re.compile(
    r"(?i)pass|secret|token|credential|auth(?!or)|private|api[-_]?key|access[-_]?key|(^|[-_.])key$|(^|[-_.])pwd?$"
    r"|cookie|bearer|(^|[-_.])dsn$|conn(ection)?[-_]?str"
)
# Long unbroken runs of letters and digits, as keys and tokens have them.
_SECRET_VALUE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9+/=_.~-]{20,}")
# A user and a password in an address, a pair in a connection string, a key in PEM form.
_SECRET_PART = re.compile(r"://[^/@\s]+:[^/@\s]+@|(?i:pwd|password|secret|token|key)\s*=|-----BEGIN ")
_SHORTEST = 4  # "1" or "yes" is nobody's secret, and taking it out of a sentence spoils the sentence
_CERTAIN = 8  # from here on a value is taken out even inside a word


def secrets_of(request: Mapping[str, Any], tags: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of a request and of tags that must not be shown."""
    yield from (str(value) for value in tags.values())
    definitions = [request.get("TrainingJobDefinition"), *_items(request.get("TrainingJobDefinitions"))]
    for definition in definitions:
        if isinstance(definition, Mapping):
            yield from (str(value) for value in _map(definition.get("Environment")).values())
            static = _map(definition.get("StaticHyperParameters"))
            yield from (str(value) for key, value in static.items() if looks_secret(key, str(value)))


def looks_secret(name: str, value: str) -> bool:
    """Tell whether a hyperparameter may be a secret, by its name or by what its value looks like."""
    shaped = _SECRET_VALUE.fullmatch(value) or _SECRET_PART.search(value)
    return _SECRET_NAME.search(name) is not None or shaped is not None


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


class Redactor:
    """Takes known secrets out of texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
        # Longest first, or a secret that begins with another one would leave its end behind.
        patterns = (_pattern(secret) for secret in sorted(known, key=len, reverse=True))
        self._pattern = re.compile("|".join(patterns)) if known else None

    def __call__(self, text: str) -> str:
        """Return the text with every known secret masked."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret as it is and as it looks inside JSON and inside a message on one line."""
    yield secret
    yield secret.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    yield " ".join(secret.split())


def _pattern(secret: str) -> str:
    escaped = re.escape(secret)
    return escaped if len(secret) >= _CERTAIN else rf"(?<![A-Za-z0-9]){escaped}(?![A-Za-z0-9])"
