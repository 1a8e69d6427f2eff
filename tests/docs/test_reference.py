"""The reference page: all of the OpenAPI document is on it, and its links lead somewhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.docs import reference
from portal.docs.reference import NOT_SERVED, reference_markdown
from tests.fixtures.applications import MakeApp

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PROSE = (Path(reference.__file__).parent / "prose" / "reference.md").read_text("utf-8")
PARTS = re.findall(r"^<!-- reference: (\S+) -->$", PROSE, re.MULTILINE)
Json = dict[str, Any]


def whole(document: Json) -> str:
    """The page's Markdown, without its samples."""
    return re.sub(
        r"^<!-- reference: (\S+) -->$", lambda found: reference_markdown(document, found[1]), PROSE, flags=re.MULTILINE
    )


def sections(text: str) -> dict[str, str]:
    """What is below each heading of the third level."""
    found = re.split(r"^#{2,3} (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


@pytest.fixture
def document(app: Flask) -> Json:
    """The document that the application serves."""
    described: Json = app.extensions["openapi"]()
    return described


def test_every_endpoint_is_on_the_page_once_with_all_that_the_document_says_of_it(document: Json) -> None:
    page = whole(document)
    on_the_page = sections(page)
    seen = 0
    for path, methods in document["paths"].items():
        for method in reference.METHODS:
            if method not in methods:
                continue
            heading, operation = f"{method.upper()} {path}", methods[method]
            assert page.count(f"### {heading}\n") == 1, heading
            section = on_the_page[heading]
            assert f"{operation['summary']}." in section
            assert operation.get("description", "") in section
            sent = [*methods.get("parameters", []), *operation.get("parameters", [])]
            assert [one["name"] for one in sent if f"| `{one['name']}` |" not in section] == [], heading
            assert [status for status in operation["responses"] if str(status) not in section] == [], heading
            for scheme in operation["security"]:
                for scope in scheme.get("oauth2", []):
                    assert f"[`{scope}`](/docs/scopes)" in section
            seen += 1
    assert seen == len(re.findall(r"^### [A-Z]+ /", page, re.MULTILINE)) > 15


def test_every_field_is_on_the_page(document: Json) -> None:
    page = whole(document)
    errors = {"Error", "OAuthError"}  # their forms are the page on errors
    for name in document["components"]["schemas"].keys() - errors:
        for field in document["components"]["schemas"][name]["properties"]:
            assert f"| `{field}` |" in page, f"{name}: {field}"


def test_every_error_is_on_the_page_with_its_cause_and_its_cure(document: Json) -> None:
    page, seen = whole(document), 0

    def look(value: object) -> None:
        nonlocal seen
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            look(part)
        if isinstance(value, dict) and {"summary", "description", "value"} <= value.keys():
            assert f"{value['summary']} *{value['description']}* |" in page
            seen += 1

    look(document["paths"])
    look(document["components"]["responses"])
    assert seen > 40
    for code in ("not_found", "method_not_allowed"):  # of addresses that are in no document
        assert f"`{code}`" in page


def test_links_within_the_page_lead_to_its_headings(document: Json) -> None:
    page = whole(document)
    slugs = [re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") for heading in sections(page)]
    links = set(re.findall(r"\]\(#([^)]+)\)", page))
    assert len(links) > 5
    assert links <= set(slugs)
    assert len(slugs) == len(set(slugs))


def test_every_table_has_two_columns_in_every_row(document: Json) -> None:
    rows = [line for line in whole(document).splitlines() if line.startswith("|")]
    assert len(rows) > 200
    assert [row for row in rows if len(re.findall(r"(?<!\\)\|", row)) != 3] == []


def test_what_is_not_served_is_not_described(make_app: MakeApp, document: Json) -> None:
    assert NOT_SERVED not in whole(document)
    without = make_app(registration="off").extensions["openapi"]()
    assert reference_markdown(without, "/api/oauth/register") == NOT_SERVED
    assert "registration_access_token" not in whole(without)


def test_a_path_stands_for_itself_and_for_what_is_below_it(document: Json) -> None:
    headings = re.findall("^### (.+)$", reference_markdown(document, "/api/v1/skills"), re.MULTILINE)
    assert headings == [
        "GET /api/v1/skills",
        "GET /api/v1/skills/{skill_id}",
        "POST /api/v1/skills/{skill_id}/execute",
    ]
    assert reference_markdown(document, "/api/v1/skill") == NOT_SERVED


def test_the_errors_that_endpoints_share_are_listed_once(document: Json) -> None:
    shared = reference_markdown(document, "/api/v1#errors")
    assert re.findall(r"^\| (\d+) ", shared, re.MULTILINE) == ["401", "401", "429", "500", "503"]
    assert "invalid_client" not in shared
