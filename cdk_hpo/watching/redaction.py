"""What may be a secret is not shown: values by their names or their looks, and whatever repeats them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cdk_hpo.checks.redaction import HIDDEN, is_sensitive

#: "1" or "yes" is nobody's secret, and taking it out of a sentence spoils the sentence.
_SHORTEST = 4
#: Tokens that are no secrets: those of language models.
_HARMLESS = re.compile(r"tokens\b|tokeni[sz]|(num|max|min|pad|mask|eos|bos)[-_]token")


def shown(name: str, value: str) -> str:
    """Return a hyperparameter's value, or that it is hidden."""
    named = is_sensitive(f"{_HARMLESS.sub('', name.lower())}=")
    return HIDDEN if named or is_sensitive(value) else value


class Redaction:
    """Takes out of texts what training job definitions hold and nobody must see.

    Parameters
    ----------
    definitions
        The training job definitions, as the service describes them: all values of their environments count, and the
        static hyperparameters that look like secrets.
    """

    def __init__(self, definitions: Iterable[Mapping[str, Any]]) -> None:
        known: set[str] = set()
        for each in definitions:
            known |= set((each.get("Environment") or {}).values())
            static = each.get("StaticHyperParameters") or {}
            known |= {value for name, value in static.items() if shown(name, value) == HIDDEN}
        # Longest first, or a secret that begins with another one would leave its end behind.
        words = sorted((each for each in known if len(each) >= _SHORTEST), key=lambda each: (-len(each), each))
        self._known = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        """Return the text without secrets; a line that looks like one, though it is not known, goes as a whole."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return "\n".join(HIDDEN if is_sensitive(line) else line for line in text.split("\n"))
