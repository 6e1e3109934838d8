"""Names to text, such as environment variables: any of it may be a secret, so messages show next to nothing of it."""

from collections.abc import Mapping
from typing import Any

from cdk_hpo.checks.redaction import HIDDEN, is_sensitive_name
from cdk_hpo.definition._codec import Codec, Problem, Text
from cdk_hpo.definition._shown import concealed, quoted, text_hint
from cdk_hpo.definition._tokens import is_token


class FrozenMap(dict[str, str]):
    """A dictionary that cannot be changed, and so can be a part of a value."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> Any:
        return FrozenMap, (dict(self),)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a definition cannot be changed: make a variant with dataclasses.replace(…)")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


class TextMap(Codec):
    """Names to text, stored so that it cannot be changed."""

    def normalise(self, given: Any) -> Any:
        if not isinstance(given, Mapping):
            if is_token(given):
                return given
            # Where names and values are is anybody's guess.
            raise Problem(f"expected a dictionary of text to text, got {concealed(given)}")
        text = Text()
        out = {}
        for key, each in given.items():
            try:
                out[text.normalise(key)] = self._normalised(text, key, each)
            except Problem as problem:
                name = quoted(key) if isinstance(key, str) else concealed(key)
                raise Problem(f"at {name}: {problem}") from None
        return FrozenMap(out)

    def _normalised(self, text: Text, key: object, given: Any) -> Any:
        """Return one value; of what is no number a message shows only the kind."""
        if isinstance(given, str) or is_token(given, int, float):
            return text.normalise(given)
        if not isinstance(given, int | float):
            raise Problem(f"expected text, got {concealed(given)}{text_hint(given)}")
        if isinstance(key, str) and is_sensitive_name(key):
            raise Problem(f"expected text, got a number {HIDDEN}: write it in quotes")
        return text.normalise(given)

    def encode(self, held: Any, owner: Any, context: Any) -> Any:
        return dict(held) if isinstance(held, dict) else held
