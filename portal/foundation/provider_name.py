"""Names that nobody else may have: those that people would take for the provider's own.

Read as eyes read: without accents, strokes, spaces and punctuation, each character as the Latin letter that it looks
like (Unicode's confusables, UTS #39), and repeated letters as one.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby

from confusable_homoglyphs import confusables

PROVIDER = "ContextFile"
_LATIN = re.compile(r"LATIN (?:SMALL |CAPITAL |LETTER )+([A-Z])(?: WITH .+)?(?: SIGN)?")
"""Unicode's names of letters with strokes and hooks, small capitals, and letters in circles and squares."""
_ALIKE = str.maketrans("l1|!0", "iiiio")
"""What a sans-serif cannot tell apart."""
_SIGNS = str.maketrans("©₡¢тҭ†‡₣ƒғ×хҳχŋɵөθєэ", "cccttttfffxxxxnoooee")
"""Signs and letters that Unicode does not list as confusable."""


@cache
def _look_alikes() -> dict[int, str]:
    """Every character that looks like a letter of the provider's name, or like one that does, and that letter."""
    table: dict[int, str] = {}
    for letter in sorted(set(PROVIDER.casefold())):
        forms = {letter, letter.upper()}
        for _ in range(2):
            forms |= {found["c"] for form in forms for found in confusables.confusables_data.get(form, ())}
        table |= {ord(form): letter for form in forms if len(form) == 1 and not form.isascii()}
    return table


def _letter(character: str) -> str:
    named = _LATIN.search(unicodedata.name(character, ""))
    return named[1] if named and not character.isascii() else character


def _as_seen(text: str) -> str:
    text = text.translate(_look_alikes()).casefold().translate(_SIGNS)
    text = "".join(map(_letter, unicodedata.normalize("NFKD", text))).translate(_look_alikes())
    letters = (character for character in text.casefold().translate(_ALIKE) if character.isalnum())
    return "".join(letter for letter, _ in groupby(letters))


_PROVIDER_AS_SEEN = _as_seen(PROVIDER)


def fault_of_name(name: str) -> str | None:
    """Why nobody else may have this name, as a sentence that names the cure; None if they may."""
    if _PROVIDER_AS_SEEN in _as_seen(name):
        return f"“{name}” reads like {PROVIDER}’s own name. Choose one without “{PROVIDER}” and what looks like it."
    return None
