"""How values appear in messages: short, and never a credential."""

from __future__ import annotations

import json
import re
from functools import cache

HIDDEN = "(hidden)"
_SUSPICIOUS = ("secret", "passw", "pwd", "credential", "api_key", "api-key", "apikey", "bearer", "token")
LONGEST = 60
_LARGEST = 1 << 128


@cache
def _credential() -> re.Pattern[str]:
    return re.compile(
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
        r"|-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    )


@cache
def _certain() -> re.Pattern[str]:
    return re.compile("(?:AKIA|ASIA)[A-Z0-9]{16}|PRIVATE KEY")


@cache
def _assignment() -> re.Pattern[str]:
    # "password=…" is hidden, "s3://bucket/tokenizer" is not.
    return re.compile(r"(?:secret|passw|pwd|credential|api[_-]?key|token)[a-z_-]*[\"']?\s*[=:]|bearer\s")


@cache
def _in_an_address() -> re.Pattern[str]:
    # GitHub's tokens, user and password in an address, and the signature of a signed one.
    return re.compile(r"gh[pousr]_[A-Za-z0-9]{20}|://[^/@\s]*:[^/@\s]*@|X-Amz-(?:Signature|Security-Token)=")


@cache
def _before_a_host() -> re.Pattern[str]:
    # User and password in an address without "https://". What follows the tag of an image is its digest.
    return re.compile(r"(?<![^\s\"'=])[^\s/@:\"'=]{1,100}:[^\s/@\"']{1,200}@(?!sha\d)[^\s/:.]*[.:/]")


@cache
def _language_model() -> re.Pattern[str]:
    # Their tokens are no secrets.
    return re.compile(r"tokens\b|tokeni[sz]|(num|max|min|pad|mask|eos|bos)[-_]token")


@cache
def _secret_access_key() -> re.Pattern[str]:
    return re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])")


def is_credential(text: str) -> bool:
    """Tell whether a text holds an unmistakable credential: an AWS access key id or a PEM private key."""
    if "AKIA" not in text and "ASIA" not in text and "PRIVATE KEY" not in text:
        return False
    return _credential().search(text) is not None


def holds_credential(text: str) -> bool:
    """Tell whether a name holds what :func:`is_credential` looks for, even inside a longer word."""
    if "AKIA" not in text and "ASIA" not in text and "PRIVATE KEY" not in text:
        return False
    return _certain().search(text) is not None


def is_sensitive(text: str) -> bool:
    """Tell whether a text may be a secret: then it is not repeated. Wider than :func:`is_credential`."""
    lower = text.lower()
    return (
        (any(word in lower for word in _SUSPICIOUS) and _assignment().search(lower) is not None)
        or holds_credential(text)
        or _in_an_address().search(text) is not None
        or ("@" in text and _before_a_host().search(text) is not None)
        or (len(text) >= 40 and _secret_access_key().search(text) is not None)
    )


def is_sensitive_name(name: str) -> bool:
    """Tell whether what has this name, or a text that holds it, may be a secret."""
    lower = _language_model().sub("", name.lower())
    return any(word in lower for word in _SUSPICIOUS) or holds_credential(name)


def shown(value: object) -> str:
    """Describe a value in a few words for a message."""
    if isinstance(value, str):
        return _shown_text(value)
    if value is None or isinstance(value, (bool, float)):
        return repr(value)
    if isinstance(value, int):
        # Python refuses to print integers of more than some thousand digits.
        return repr(int(value)) if -_LARGEST < value < _LARGEST else "an integer of more than 38 digits"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)} items"
    return "a structure"


def reported(value: object) -> object:
    """Return the value itself when it is harmless, short and has a JSON form, else a description of it."""
    if isinstance(value, str):
        harmless = len(value) <= LONGEST and not is_sensitive(value)
        return str(value) if harmless else _shown_text(value)
    if isinstance(value, float):
        return value if value - value == 0 else repr(value)  # infinities and NaN have no JSON form
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and -_LARGEST < value < _LARGEST:
        return int(value)
    return shown(value)


def _shown_text(text: str) -> str:
    if is_sensitive(text):
        return f"a text of {len(text)} characters {HIDDEN}"
    if len(text) > LONGEST:
        return f'{json.dumps(text[: LONGEST - 20])[:-1]}…" ({len(text)} characters)'
    return json.dumps(text, ensure_ascii=not text.isprintable())
