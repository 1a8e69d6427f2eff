"""The errors page has every text that the server can answer with, word for word, and nothing that it cannot."""

import re
from collections import Counter

import pytest

from portal.docs.errors import MEANINGS, PARTS, Entry, errors_markdown, read_entries
from portal.oauth.client_authentication import FAILURES_ALLOWED
from portal.oauth.client_documents import FETCHES_BY_VISITOR, FETCHES_OF_ADDRESS
from portal.oauth.client_events import CAUSES
from portal.oauth.registration import REGISTRATIONS_ALLOWED
from tests.docs.public_texts import Refusal, read_refusals

ENTRIES = [entry for part in PARTS for entry in read_entries(part)]
ON_PAGES = {"page", "documents"}
"""Parts of which people see the text alone, neither code nor status."""
WITHOUT_STATUS = {"content", "runs", *ON_PAGES, "redirect", "redirect-uris", "differences"}


def test_every_text_of_the_source_is_on_the_page_and_no_other() -> None:
    ours = {text for entry in ENTRIES if not entry.outside for text in entry.texts}
    source = {refusal.text for refusal in read_refusals() if not refusal.is_cure}
    assert len(source) > 150, "the source is not read any more"
    assert sorted(source - ours) == [], "the server says this, and prose/errors/ does not explain it"
    assert sorted(ours - source) == [], "prose/errors/ explains this, and the server does not say it"


def test_every_cure_that_a_person_reads_is_on_the_page_and_no_other() -> None:
    source = {refusal.text for refusal in read_refusals() if refusal.is_cure}
    assert {cure for entry in ENTRIES for cure in entry.cures} == source


def fits(entry: Entry, refusal: Refusal) -> bool:
    """Whether an entry agrees with all that the source alone says of a text."""
    if refusal.text not in entry.texts or entry.outside:
        return False
    if entry.part not in ON_PAGES and refusal.code not in {None, entry.code}:
        return False
    if entry.part not in WITHOUT_STATUS and refusal.status not in {None, str(entry.status)}:
        return False
    return entry.cause == refusal.cause if refusal.cause in CAUSES else entry.cause in {"", refusal.code, entry.code}


def test_code_status_and_cause_are_those_of_the_source() -> None:
    texts = [refusal for refusal in read_refusals() if not refusal.is_cure]
    assert [refusal for refusal in texts if not any(fits(entry, refusal) for entry in ENTRIES)] == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_an_error_says_what_it_has_to(entry: Entry) -> None:
    assert (entry.status is None) == (entry.part in WITHOUT_STATUS)
    assert bool(entry.code) == (entry.part not in {*ON_PAGES, "content", "redirect-uris", "differences"})
    assert entry.cause == "" or entry.cause in CAUSES
    for words in (entry.why, entry.do):
        assert words[0].isupper() or words[0] == "`"
        assert words.endswith(".")
    assert not re.search(r"[\\*\[\]<>&`…]|_ | _", entry.title), "the title has marks of Markdown in it"
    assert len(entry.title) <= 70


def test_each_error_has_a_place_of_its_own() -> None:
    slugs = Counter(re.sub(r"[^a-z0-9]+", "-", entry.title.lower()) for entry in ENTRIES)
    assert [slug for slug, count in slugs.items() if count > 1] == []


def test_each_code_has_its_meaning_and_is_in_the_list_with_all_its_places() -> None:
    assert {entry.code for entry in ENTRIES if entry.code} == MEANINGS.keys()
    assert {refusal.code for refusal in read_refusals() if refusal.code} <= MEANINGS.keys()
    sections = dict(section.split("\n\n") for section in errors_markdown("codes").split("\n\n### "))
    assert [heading.strip("#` ") for heading in sections] == sorted(MEANINGS)
    assert sections["`invalid_scope`"].endswith("Seen in the redirect and at the OAuth endpoints.")


def test_each_cause_of_the_activity_page_is_explained() -> None:
    explained = "\n".join(errors_markdown(part) for part in PARTS)
    assert [words for words in CAUSES.values() if f"- **In Activity:** {words}\n" not in explained + "\n"] == []


@pytest.mark.parametrize(
    ("title", "limit"),
    [
        ("Too many failed attempts", FAILURES_ALLOWED),
        ("Too many registrations from this address", REGISTRATIONS_ALLOWED),
        ("Too many client documents were fetched for you or from there", FETCHES_BY_VISITOR),
        ("Too many client documents were fetched for you or from there", FETCHES_OF_ADDRESS),
    ],
)
def test_a_limit_is_named_as_it_is(title: str, limit: str) -> None:
    (entry,) = (entry for entry in ENTRIES if entry.title == title)
    number, unit = limit.split("/")
    assert re.search(rf"\bMore than (.* more than )?{number} .*{unit}", entry.why)


def test_an_error_is_a_section_with_what_one_sees_why_and_what_to_do() -> None:
    section = errors_markdown("token").partition("\n\n### ")[0]
    lines = section.splitlines()
    assert lines[0] == "### The code was used before"
    assert lines[2].startswith("- **You see:** `invalid_grant` with status 400: `The code was used before; the tokens")
    assert [line.partition(":**")[0] for line in lines[3:]] == ["- **Why", "- **What to do", "- **In Activity"]
