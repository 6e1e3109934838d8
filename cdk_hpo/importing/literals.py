"""Text as Python writes it, in the form in which ruff would leave it."""

import unicodedata

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(text: str) -> str:
    """Return the shortest readable literal of a text: raw where that saves backslashes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    if "\\" in text and _is_raw(text, quote):
        return f"r{quote}{text}{quote}"
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def _is_raw(text: str, quote: str) -> bool:
    # Behind a backslash a quote does not end a raw text, and then the other quotes would do as well.
    ends = quote in text or text.endswith("\\") or '\\"' in text
    return not ends and text.isascii() and text.isprintable()


def _escaped(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return f"\\{character}"
    # Signs that look like others (dashes, quotes, spaces) are shown for what they are.
    if (character.isascii() and character.isprintable()) or character.isalnum():
        return character
    code = ord(character)
    named = _NAMED.get(character)
    if named is not None:
        return named
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in ("W", "F") else 1 for each in text)
