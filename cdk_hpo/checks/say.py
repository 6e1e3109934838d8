"""The words for violations of the service model: what was given, what is allowed, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cdk_hpo.checks.paths import Path, at
from cdk_hpo.checks.patterns import LINE_ENDS, ONE_LINE
from cdk_hpo.checks.problems import Problem
from cdk_hpo.checks.redaction import HIDDEN, holds_credential, shown

_TYPES: Final = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "True or False",
    "list": "a list",
    "structure": "a structure (a dictionary)",
}

_PATTERN_WORDS: Final = {
    "ArnOrName": "letters, digits and hyphens, the last no hyphen, or a SageMaker ARN with such a name",
    "ChannelName": "letters, digits, '.', '-' and '_'",
    "FileSystemId": "fs- and 8 or more lower-case hexadecimal digits",
    "HubDataSetArn": "the ARN of a DataSet in a SageMaker hub (…:hub-content/HUB/DataSet/NAME/VERSION)",
    "HyperParameterTrainingJobDefinitionName": "letters, digits and hyphens, the first and last no hyphen",
    "HyperParameterTrainingJobEnvironmentKey": "letters, digits and '_', not beginning with a digit",
    "HyperParameterTuningJobName": "letters, digits and hyphens, the first and last no hyphen",
    "KmsKeyId": "letters, digits, ':', '/', '_' and '-'",
    "RoleArn": "an IAM role ARN, as arn:aws:iam::111122223333:role/NAME",
    "S3Uri": "s3://BUCKET/KEY",
    "SecurityGroupId": "letters, digits and hyphens",
    "SubnetId": "letters, digits and hyphens",
    "TagKey": "letters, digits, spaces and _ . : / = + - @",
    "TagValue": "letters, digits, spaces and _ . : / = + - @",
    "TrainingPlanArn": "a training plan ARN, as arn:aws:sagemaker:REGION:ACCOUNT:training-plan/NAME",
}

# What these may hold beside letters and digits.
_PUNCTUATION: Final = {
    "ChannelName": ".-_",
    "HyperParameterTrainingJobDefinitionName": "-",
    "HyperParameterTrainingJobEnvironmentKey": "_",
    "HyperParameterTuningJobName": "-",
    "KmsKeyId": ":/_-",
    "SecurityGroupId": "-",
    "SubnetId": "-",
    "TagKey": "_.:/=+-@ ",
    "TagValue": "_.:/=+-@ ",
}


def closest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that was probably meant, or None."""
    if len(word) > 100:
        return None
    lower = {choice.lower(): choice for choice in choices}
    if word.lower() in lower:
        return lower[word.lower()]
    plain = word.lower().replace("_", "").replace("-", "").replace(" ", "")
    for choice in lower.values():
        if choice.lower().replace("-", "") == plain or choice.lower() == f"ml.{word.lower()}":
            return choice
    longer = [choice for choice in lower.values() if len(word) > 5 and choice.lower().startswith(word.lower())]
    if len(longer) == 1:
        return longer[0]
    from difflib import get_close_matches

    match = get_close_matches(word.lower(), lower, n=1, cutoff=0.7)
    return lower[match[0]] if match else None


def _did_you_mean(word: str, choices: Iterable[str], otherwise: str) -> str:
    choice = closest(word, choices)
    return f"Did you mean {choice}?" if choice else otherwise


def required_field(here: Path, name: str, data: Mapping[Any, Any]) -> Problem:
    """A member that the service requires is not there."""
    similar = closest(name, [key for key in data if isinstance(key, str)])
    advice = f"Is {similar} meant to be {name}?" if similar and not holds_credential(similar) else f"Add {name}."
    return Problem(here, f"{name} is missing", f"a structure with {name}", advice)


def unknown_field(here: Path, name: object, members: list[str]) -> Problem:
    """A member that the service does not know."""
    if not isinstance(name, str):
        found = f"the key {shown(name)} is no text"
        return Problem(here, found, "the API's field names", "Remove it, or write the field's name.")
    otherwise = f"Remove it; the fields here are {', '.join(members[:12])}{', …' if len(members) > 12 else ''}."
    advice = _did_you_mean(name, members, otherwise)
    written = HIDDEN if holds_credential(name) else json.dumps(name)[1:-1] if len(name) <= 60 else shown(name)
    return Problem(at(here, name), f"unknown field {written}", "fields of the API, spelt exactly", advice)


def wrong_type(here: Path, value: object, expected: str, private: bool = False) -> Problem:
    """A value of another type than the model's."""
    what = f"{type(value).__name__} {HIDDEN}" if private and value is not None else _typed(value)
    if value is None:
        advice = "Leave the field out, or give it a value."
    elif expected == "string" and isinstance(value, (bool, int, float)):
        advice = f"Write it as text{'' if private else f': {_quoted(value)}'}."
    elif expected == "list" and isinstance(value, (str, Mapping)):
        advice = "Put it into a list."
    else:
        advice = f"Write {_TYPES[expected]}."
    return Problem(
        here, f"{what} where {_TYPES[expected]} belongs", _TYPES[expected], advice, HIDDEN if private else value
    )


def _typed(value: object) -> str:
    if value is None or isinstance(value, (list, tuple, Mapping)):
        return shown(value)
    return f"{type(value).__name__} {shown(value)}"


def _quoted(value: object) -> str:
    return f'"{str(value).lower()}"' if isinstance(value, bool) else f'"{shown(value)}"'


def wrong_key_type(here: Path, key: object) -> Problem:
    """A key of a map that is no text."""
    return Problem(here, f"the key {shown(key)} is no text", "keys that are texts", "Write the key as text.")


def _bounds(least: int | None, most: int | None, unit: str) -> str:
    if least is None or (least <= 0 and unit):
        return f"at most {most:,} {unit}".rstrip()
    if most is None:
        return f"at least {least:,} {unit}".rstrip()
    return f"exactly {least:,} {unit}".rstrip() if least == most else f"{least:,} to {most:,} {unit}".rstrip()


def wrong_count(here: Path, size: int, least: int, most: int | None, unit: str) -> Problem:
    """A list or map with too few or too many items."""
    if size < least:
        advice = "Add one, or leave the field out." if least == 1 else "Add some."
    else:
        advice = f"Remove {size - (most or 0)} of them."
    return Problem(here, f"{size} {unit}", _bounds(least, most, unit), advice, size)


def wrong_length(here: Path, value: str, least: int, most: int | None, private: bool) -> Problem:
    """A text that is too short or too long."""
    size = len(value)
    found = f"a text of {size} characters" if private else f"{shown(value)} has {size} characters"
    advice = f"Shorten it by {size - most}." if most is not None and size > most else "Write a longer text."
    return Problem(here, found, _bounds(least, most, "characters"), advice, HIDDEN if private else value)


def wrong_pattern(here: Path, value: str, name: str, pattern: str, private: bool) -> Problem:
    """A text with characters or a form that the service refuses."""
    if pattern in ONE_LINE:
        found = f"a text of {len(value)} characters" if private else shown(value)
        breaks = sum(value.count(end) for end in LINE_ENDS)
        advice = "Write it in one line."
        return Problem(
            here, f"{found} holds {breaks} line breaks", "a single line", advice, HIDDEN if private else value
        )
    allowed = _PATTERN_WORDS.get(name, f"texts that match {pattern}")
    found = "a text" if private else shown(value)
    return Problem(here, f"{found} has a form that the service refuses", allowed, _correction(value, name), value)


def _correction(value: str, name: str) -> str:
    """Name the characters that are not allowed, where that is the matter."""
    if name not in _PUNCTUATION:
        return "Write it in this form."
    letters = str.isalnum if name in ("TagKey", "TagValue") else _is_ascii_alnum
    wrong = dict.fromkeys(c for c in value if not letters(c) and c not in _PUNCTUATION[name])
    if not wrong:
        return "Change its beginning or end." if value else "Write something."
    return f"Replace {', '.join(shown(character) for character in list(wrong)[:8])}."


def _is_ascii_alnum(character: str) -> bool:
    return character.isascii() and character.isalnum()


def wrong_number(here: Path, value: int, least: int | None, most: int | None) -> Problem:
    """A number outside its bounds."""
    advice = f"Lower it to {most} or less." if most is not None and value > most else "Raise it."
    return Problem(here, shown(value), _bounds(least, most, ""), advice, value)


def not_finite(here: Path, value: float) -> Problem:
    """A number that has no JSON form."""
    return Problem(
        here, f"{value!r} is not a finite number", "a finite number", "Write a number, or leave it out.", value
    )


def wrong_member(here: Path, value: str, values: list[str]) -> Problem:
    """A text that is none of an enum's members."""
    few = len(values) <= 10
    allowed = ", ".join(values) if few else f"one of {len(values)} values such as {', '.join(values[:3])}"
    advice = _did_you_mean(value, values, "Write one of these." if few else "See the list in the documentation.")
    return Problem(here, f"{shown(value)} is unknown", allowed, advice, value)
