"""The words for violations of the service model: what was given, what is allowed, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from cdk_hpo.checks.paths import Path, at
from cdk_hpo.checks.patterns import LINE_ENDS, ONE_LINE, matcher
from cdk_hpo.checks.problems import Problem
from cdk_hpo.checks.redaction import HIDDEN, LONGEST, holds_credential, is_sensitive, shown

_TYPES = {
    "string": "a text",
    "integer": "an integer",
    "number": "a number",
    "boolean": "True or False",
    "list": "a list",
    "structure": "a structure (a dictionary)",
}

_PATTERN_WORDS = {
    "ArnOrName": "letters, digits and hyphens, the last no hyphen, or a SageMaker ARN with such a name",
    "ChannelName": "letters, digits, '.', '-' and '_'",
    "FileSystemId": "fs- and 8 or more lower-case hexadecimal digits",
    "HubDataSetArn": "the ARN of a DataSet in a SageMaker hub (…:hub-content/HUB/DataSet/NAME/VERSION)",
    "HyperParameterTrainingJobDefinitionName": "letters, digits and hyphens, the first and last no hyphen",
    "HyperParameterTrainingJobEnvironmentKey": "letters, digits and '_', not beginning with a digit",
    "HyperParameterTuningJobName": "letters, digits and hyphens, the first and last no hyphen",
    "KmsKeyId": "a key id, key ARN or alias, of letters, digits, ':', '/', '_' and '-'",
    "RoleArn": "an IAM role ARN, as arn:aws:iam::111122223333:role/NAME",
    "S3Uri": "s3://BUCKET/KEY",
    "SecurityGroupId": "letters, digits and hyphens",
    "SubnetId": "letters, digits and hyphens",
    "TagKey": "letters, digits, spaces and _ . : / = + - @",
    "TagValue": "letters, digits, spaces and _ . : / = + - @",
    "TrainingPlanArn": "a training plan ARN, as arn:aws:sagemaker:REGION:ACCOUNT:training-plan/NAME",
}

# What these may hold beside letters and digits.
_PUNCTUATION = {
    "ArnOrName": "-:/.",
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


# What a text of these kinds is not, when its form is wrong.
_NO_SUCH = {
    "ArnOrName": "is no name or ARN of an algorithm",
    "FileSystemId": "is no file system id",
    "HubDataSetArn": "is no ARN of a hub's DataSet",
    "RoleArn": "is no ARN of a role",
    "S3Uri": "is no S3 address",
    "TrainingPlanArn": "is no ARN of a training plan",
}

# What stands in for a character that is not allowed, where the rest can stay.
_FILLERS = {
    "ArnOrName": "-",
    "ChannelName": "-",
    "HyperParameterTrainingJobDefinitionName": "-",
    "HyperParameterTrainingJobEnvironmentKey": "_",
    "HyperParameterTuningJobName": "-",
    "TagKey": "-",
    "TagValue": "-",
}

_OR_LEAVE_OUT = ", or leave the field out where it is optional."
_MOST_LISTED = 10


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
    longer = [choice for choice in lower.values() if len(word) > 2 and choice.lower().startswith(word.lower())]
    if len(longer) == 1:
        return longer[0]
    from difflib import get_close_matches

    match = get_close_matches(word.lower(), lower, n=1, cutoff=0.7)
    return lower[match[0]] if match else None


def _did_you_mean(word: str, choices: Iterable[str], otherwise: str) -> str:
    choice = closest(word, choices)
    return f"Did you mean {choice}?" if choice else otherwise


def _named(here: Path) -> str:
    """Name a field as the start of a sentence; an item of a list or map is named after the whole."""
    if here is None:
        return "the request"
    outer, step = here[0], here[1]
    if isinstance(step, str) and (outer is None or len(outer) == 2):
        return step if step.isidentifier() and not holds_credential(step) else "the field"
    return f"an item of {_named(outer)}"


def required_field(here: Path, name: str, strange: Iterable[object]) -> Problem:
    """A member that the service requires is not there; ``strange`` are the keys that it does not know."""
    similar = closest(name, [key for key in strange if isinstance(key, str)])
    advice = f"Is {similar} meant to be {name}?" if similar and not holds_credential(similar) else f"Add {name}."
    return Problem(here, f"{name} is missing", f"{_named(here)} with {name}", advice)


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
    what = f"{_kind(value)} {HIDDEN}" if private and value is not None else _typed(value)
    if isinstance(value, (bool, int, float)):
        what = f"{what} where {_TYPES[expected]} belongs"
    if value is None:
        advice = "Leave the field out, or give it a value."
    elif expected == "string" and isinstance(value, (bool, int, float)):
        advice = "Write it in quotes, as text." if private else f"Write it as text: {_quoted(value)}."
    elif expected == "list" and isinstance(value, (str, Mapping)):
        advice = "Put it into a list."
    else:
        advice = f"Write {_TYPES[expected]}."
    return Problem(here, what, _TYPES[expected], advice, HIDDEN if private else value)


def _typed(value: object) -> str:
    if value is None or isinstance(value, (list, tuple, Mapping)):
        return shown(value)
    return f"{_kind(value)} {shown(value)}"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "the boolean"
    if isinstance(value, str):
        return "the text"
    return "the number" if isinstance(value, (int, float)) else f"an object of the class {type(value).__name__}"


def _quoted(value: object) -> str:
    return f'"{str(value).lower()}"' if isinstance(value, bool) else f'"{shown(value)}"'


def wrong_key_type(here: Path, key: object) -> Problem:
    """A key of a map that is no text."""
    return Problem(here, f"the key {shown(key)} is no text", "keys that are texts", "Write the key as text.")


def _bounds(least: int | None, most: int | None, unit: str) -> str:
    if most == 1:
        unit = unit.removesuffix("s")
    if least is None or (least <= 0 and unit):
        return f"at most {most:,} {unit}".rstrip()
    if most is None:
        return f"at least {least:,} {unit}".rstrip()
    return f"exactly {least:,} {unit}".rstrip() if least == most else f"{least:,} to {most:,} {unit}".rstrip()


def wrong_count(here: Path, size: int, least: int, most: int | None, unit: str) -> Problem:
    """A list or map with too few or too many items."""
    if size < least:
        advice = f"Add {least if least > 1 else 'one'}{_OR_LEAVE_OUT}"
    else:
        advice = f"Remove {size - (most or 0)} of them."
    return Problem(here, f"{_named(here)} has {size or 'no'} {unit}", _bounds(least, most, unit), advice, size)


def wrong_length(here: Path, value: str, name: str, least: int, most: int | None, private: bool) -> Problem:
    """A text that is too short or too long."""
    size = len(value)
    if most is not None and size > most:
        advice = _name_of_arn(value, name) or f"Shorten it by {size - most}."
    elif name in _PATTERN_ADVICE and value:
        advice = _PATTERN_ADVICE[name](value)
    else:
        advice = "Write a longer text." if value else f"Write something{_OR_LEAVE_OUT}"
    if private:
        found = f"a text of {size} characters"
    elif not value:
        found = "an empty text"
    else:
        found = f"{shown(value)} has {size} characters" if size <= LONGEST else f"{shown(value)} is too long"
    return Problem(here, found, _bounds(least, most, "characters"), advice, HIDDEN if private else value)


def wrong_pattern(here: Path, value: str, name: str, pattern: str, private: bool) -> Problem:
    """A text with characters or a form that the service refuses."""
    if pattern in ONE_LINE:
        found = f"a text of {len(value)} characters" if private else shown(value)
        breaks = sum(value.count(end) for end in LINE_ENDS)
        advice = "Write it in one line."
        count = "a line break" if breaks == 1 else f"{breaks} line breaks"
        return Problem(here, f"{found} holds {count}", "a single line", advice, HIDDEN if private else value)
    allowed = _PATTERN_WORDS.get(name, f"texts that match {pattern}")
    found = "a text" if private else shown(value)
    wrong = _wrong_characters(value, name)
    if wrong:
        what = f"holds {', '.join(shown(character) for character in wrong[:8])}"
    else:
        what = _NO_SUCH.get(name, "begins or ends wrongly" if value else "is empty")
    return Problem(here, f"{found} {what}", allowed, _correction(value, name, pattern), value)


def _wrong_characters(value: str, name: str) -> list[str]:
    """Return the characters that are the matter; none where it is the form of the whole."""
    if name not in _PUNCTUATION:
        return []
    letters = str.isalnum if name in ("TagKey", "TagValue") else _is_ascii_alnum
    return list(dict.fromkeys(c for c in value if not letters(c) and c not in _PUNCTUATION[name]))


def _correction(value: str, name: str, pattern: str) -> str:
    """Say what to write instead: a name that would do where one can be made of what was given."""
    if name in _PATTERN_ADVICE:
        return _PATTERN_ADVICE[name](value)
    of_arn = _name_of_arn(value, name)
    if of_arn is not None:
        return of_arn
    filler = _FILLERS.get(name)
    if filler is not None and value and len(value) <= LONGEST and not is_sensitive(value):
        plain = "".join(c if c not in _wrong_characters(value, name) else filler for c in value).strip("-")
        if plain and matcher(pattern)(plain):
            return f"Write {shown(plain)}, for example."
    return "Replace or remove these characters." if _wrong_characters(value, name) else "Write it in this form."


def _name_of_arn(value: str, name: str) -> str | None:
    """Say which name an ARN holds where a tuning job's name belongs; None when it is no such ARN."""
    arn, separator, job = value.partition(":hyper-parameter-tuning-job/")
    if name != "HyperParameterTuningJobName" or not separator or not job or not arn.startswith("arn:"):
        return None
    return f"Write only the name that stands in the ARN: {shown(job)}."


def _role_advice(value: str) -> str:
    parts = value.split(":")
    if len(parts) < 6:
        return "Write the role's ARN, not its name."
    if not (len(parts[4]) == 12 and parts[4].isdecimal()):
        return "Correct the account number: it has 12 digits."
    return "Write it in this form."


def _address_advice(value: str) -> str:
    if not value.lower().startswith(("s3:", "https:")):
        return "Begin it with s3:// and the bucket's name."
    return "Write the bucket's name after s3://." if value.lower().startswith("s3://") else "Write it in this form."


_PATTERN_ADVICE = {"RoleArn": _role_advice, "S3Uri": _address_advice}


def _is_ascii_alnum(character: str) -> bool:
    return character.isascii() and character.isalnum()


def wrong_number(here: Path, value: int, least: int | None, most: int | None) -> Problem:
    """A number outside its bounds."""
    above = most is not None and value > most
    advice = f"Lower it to {most} or less." if above else f"Raise it to {least} or more."
    return Problem(here, f"{_named(here)} is {shown(value)}", _bounds(least, most, ""), advice, value)


def not_finite(here: Path, value: float) -> Problem:
    """A number that has no JSON form."""
    return Problem(
        here, f"{value!r} is not a finite number", "a finite number", "Write a number, or leave it out.", value
    )


def wrong_member(here: Path, value: str, values: list[str]) -> Problem:
    """A text that is none of an enum's members."""
    found = f"{shown(value)} is unknown" if value else "an empty text"
    if len(values) <= _MOST_LISTED:
        advice = _did_you_mean(value, values, f"Write {values[0]}." if len(values) == 1 else "Write one of these.")
        return Problem(here, found, ", ".join(values), advice, value)
    # Only instance types have that many members.
    otherwise = "Write ml.FAMILY.SIZE, for example ml.m5.large; the API reference has the list."
    advice = _did_you_mean(value, values, otherwise)
    return Problem(here, found, f"the {len(values)} instance types for training", advice, value)
