"""Which characters of a name or a text can be seen: the others disguise what it says."""

import unicodedata

_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters, marks and symbols to Unicode, empty space to the eye: fillers, joiners, the blank Braille pattern."""


def can_be_seen(character: str) -> bool:
    """Whether a character shows, or is a space of any width (ideographic, no-break), as people write names."""
    return (character.isprintable() or unicodedata.category(character) == "Zs") and character not in _BLANKS
