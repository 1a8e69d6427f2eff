"""What a User-Agent header says, in a few words; it may say anything."""

import time

import pytest

from portal.foundation.agents import MOST_CHARACTERS, describe_agent


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1",
            "Mobile Safari on iOS",
        ),
        ("python-requests/2.32", "Python Requests"),
        ("acme-notes/1.0 (build 7)", "acme-notes"),
        ("", "an unknown program"),
        ("   ", "an unknown program"),
        ("/1.0", "an unknown program"),
    ],
)
def test_it_names_the_program_and_the_system(agent: str, words: str) -> None:
    assert describe_agent(agent) == words


@pytest.mark.standard("ContextFile security rule", "64", "A User-Agent's text is shortened and reversed by nothing")
@pytest.mark.parametrize(
    "agent",
    [
        "x" * 5000, "Mozilla/5.0 (" * 300, "a\u202eb\0c/1", "<script>alert(1)</script>", "((((((((((" * 20,
        "Mozilla/5.0 (Linux; Android 14; " + "; ".join("a" * 9 for _ in range(20)) + ") Build/", "\u3164\u2800",
    ],
)  # fmt: skip
def test_whatever_it_says_is_a_few_characters_that_can_be_seen_and_soon_found(agent: str) -> None:
    describe_agent("warm/1")  # the parser is loaded with the first
    began = time.perf_counter()
    words = describe_agent(agent)
    assert time.perf_counter() - began < 0.5
    assert 0 < len(words) <= 2 * MOST_CHARACTERS
    assert not {"\u202e", "\0", "\u3164"} & set(words)
