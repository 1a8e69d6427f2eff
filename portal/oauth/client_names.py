"""Names that clients may not have: those that people would take for the provider's own.

Read as eyes read: without accents, spaces and punctuation, and with each character as the Latin letter that it
looks like (Unicode's confusables, UTS #39).
"""

import unicodedata
from contextlib import suppress

from confusable_homoglyphs import confusables

PROVIDER = "ContextFile"
_ALIKE = str.maketrans("l1|!0", "iiiio")
"""What a sans-serif cannot tell apart."""


def _look_alikes() -> dict[int, str]:
    """Every character that looks like a letter of the provider's name, and that letter."""
    table: dict[int, str] = {}
    for letter in sorted(set(PROVIDER.casefold())):
        with suppress(KeyError):  # there is none of x
            table[ord(unicodedata.lookup(f"LATIN LETTER SMALL CAPITAL {letter}"))] = letter
        for form in (letter, letter.upper()):
            for found in confusables.confusables_data.get(form, ()):
                if len(found["c"]) == 1 and not found["c"].isascii():
                    table[ord(found["c"])] = letter
    return table


_LOOK_ALIKES = _look_alikes()


def _as_seen(text: str) -> str:
    read = unicodedata.normalize("NFKD", text.translate(_LOOK_ALIKES)).translate(_LOOK_ALIKES)
    return "".join(character for character in read.casefold().translate(_ALIKE) if character.isalnum())


_PROVIDER_AS_SEEN = _as_seen(PROVIDER)


def fault_of_name(name: str) -> str | None:
    """Why a client may not have this name, as a sentence that names the cure; None if it may."""
    if _PROVIDER_AS_SEEN in _as_seen(name):
        return f"“{name}” reads like {PROVIDER}’s own name. Choose one without “{PROVIDER}” and what looks like it."
    return None
