"""What samples are made of: every step in every language, the placeholders that get replaced, and no secret."""

import hashlib
import re

import pytest

from portal.docs.reader import PLACEHOLDERS, Values
from portal.foundation.languages import LANGUAGES
from tests.docs.samples.printed import FOLDER, GUIDE, PUBLISHED_AT, SHOWN, filled, path_of

SAMPLES = [(language, step) for language in LANGUAGES for step in SHOWN]
SECRET = "CONTEXTFILE_CLIENT_SECRET"
OWN = Values("own-client", "https://own.example/back", "http://localhost:4567/back", "tasks:read")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_step_and_nothing_else(language: str) -> None:
    assert sorted((FOLDER / language).iterdir()) == sorted(path_of(language, step) for step in SHOWN)


@pytest.mark.parametrize(("language", "step"), SAMPLES)
def test_nothing_is_spelt_like_a_placeholder_that_nobody_replaces(language: str, step: str) -> None:
    code = path_of(language, step).read_text("utf-8")
    assert set(re.findall(r"\bYOUR_\w+", code)) <= {PLACEHOLDERS.client_id, "YOUR_CALLBACK_URL"}
    assert set(re.findall(r"\bCONTEXTFILE_\w+", code)) <= {"CONTEXTFILE_CLIENT_ID", SECRET}
    for url in re.findall(r"https?://[^\s'\"`?]+", code):
        assert url == PLACEHOLDERS.redirect_uri or url.removeprefix(PUBLISHED_AT)[:1] in {"", "/"}, url
    own = filled(language, step, OWN).replace(PUBLISHED_AT, "https://id.example")
    assert not re.search(
        r"YOUR_|yourapp|contextfile\.ai|\bprofile:|<\w+>|example\.com|localhost|127\.0\.0\.1|\b\w*TODO", own
    )


@pytest.mark.parametrize(("language", "step"), SAMPLES)
def test_a_secret_is_read_from_the_environment_alone(language: str, step: str) -> None:
    code = path_of(language, step).read_text("utf-8")
    read = f"=${SECRET}" if language == "curl" else LANGUAGES[language].variable(SECRET)
    lines = [line for line in code.splitlines() if re.search("client_secret|SECRET", line)]
    without = step.endswith("_pkce") or step in {"redirect", "callback", "request"}
    assert [read in line for line in lines] == ([] if without else [True])
    assert not [word for word in re.findall(r"[\w-]{20,}", code) if re.search(r"\d", word)], (
        "this looks like a credential"
    )
    assert not re.search(r"\bcf_", code)


@pytest.mark.parametrize("step", GUIDE)
def test_the_public_guides_own_code_is_shown_word_for_word(step: str) -> None:
    code = re.sub(r"\s", "", path_of("javascript", step).read_text("utf-8"))
    assert hashlib.sha256(code.encode()).hexdigest().startswith(GUIDE[step])
