"""How long is left, in words: a page that takes a second to make says the same as one that does not."""

import pytest

from portal.developer.overview import in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 min"),
        (59, "1 min"),
        (90 * 60 - 1, "1 h"),
        (3569, "59 min"),
        (3599, "1 h"),
        (3600, "1 h"),
        (86_399, "24 h"),
        (86_400, "24 h"),
        (2 * 86_400 - 1, "2 days"),
        (604_799, "7 days"),
        (604_800, "7 days"),
    ],
)
def test_a_second_less_changes_no_word(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
