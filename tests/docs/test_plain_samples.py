"""Samples that are no program: JSON as the server answers it, and the package's props as its source has them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.docs.errors import PARTS, read_entries
from tests.accounts.visitor import visit_signed_in

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "portal" / "docs" / "samples"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / "json" / name).read_text())


def test_a_list_looks_as_it_is_described(app: Flask) -> None:
    schemas = app.test_client().get("/openapi.json").get_json()["components"]["schemas"]
    shown = sample("list.json")
    [item] = shown["data"]
    assert item.keys() - {"…"} < schemas["Context"]["properties"].keys()
    assert shown["meta"].keys() == schemas["Meta"]["properties"].keys()


def test_an_error_looks_as_the_server_says_it(app: Flask) -> None:
    shown = sample("oauth_error.json")
    said = [(entry.code, text) for part in PARTS for entry in read_entries(part) for text in entry.texts]
    assert (shown["error"], shown["error_description"]) in said


def test_every_prop_of_the_button_is_explained(app: Flask) -> None:
    page = visit_signed_in(app).open("/docs/react")
    explained = {code.text for cell in page.document.find("td") for code in cell.find("code")}
    for file, name in (
        ("ConnectWithContextFile.tsx", "ConnectWithContextFileProps"),
        ("authorizationUrl.ts", "Authoriz"),
    ):
        source = (ROOT / "react" / "src" / file).read_text()
        found = re.search(rf"interface {name}\w*[^{{]*\{{(.*?)^\}}", source, re.DOTALL | re.MULTILINE)
        assert found
        props = set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))
        assert len(props) > 5
        assert props - explained <= {"codeChallenge"}, "the button makes that one itself"


def test_every_name_that_the_package_exports_is_on_its_page(app: Flask) -> None:
    text = visit_signed_in(app).open("/docs/react").source
    index = (ROOT / "react" / "src" / "index.ts").read_text()
    names = re.findall(r"\b(\w+)(?=[,} ])", " ".join(re.findall(r"\{(.*?)\}", index)))
    functions = {name for name in names if not name[0].isupper() or name == "ConnectWithContextFile"} - {"type"}
    assert functions == {"buildAuthorizationUrl", "ConnectWithContextFile", "generateCSRFToken", "useConnectCallback"}
    assert all(name in text for name in functions)
