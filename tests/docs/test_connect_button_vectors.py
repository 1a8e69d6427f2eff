"""Every builder of the authorization URL writes the same one: the page's in Python, and the custom element's."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from portal.docs.authorization_url import authorization_url
from portal.docs.connect_button_files import ELEMENT
from tests.fixtures.databases import missing

ROOT = Path(__file__).parents[2]
VECTORS: list[dict[str, Any]] = json.loads((ROOT / "tests" / "connect_button" / "vectors.json").read_text("utf-8"))
RUN_IN_NODE = """
import { readFileSync } from 'node:fs'
const { authorizationUrl } = await import(process.argv[1])
const results = JSON.parse(readFileSync(process.argv[2])).map(({ options }) => {
  try { return { url: authorizationUrl(options) } } catch (error) { return { error: error.message } }
})
console.log(JSON.stringify(results))
"""


def snake(name: str) -> str:
    """The name of an option as Python writes it."""
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name)


def expected(vector: dict[str, Any]) -> dict[str, str]:
    return {kind: vector[kind] for kind in ("url", "error") if kind in vector}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_page_writes_the_url_of_the_vectors(vector: dict[str, Any]) -> None:
    options = {snake(name): value for name, value in vector["options"].items()}
    try:
        result = {"url": authorization_url(**options)}
    except ValueError as error:
        result = {"error": str(error)}
    assert result == expected(vector)


def test_the_element_writes_the_urls_of_the_vectors() -> None:
    node = shutil.which("node") or missing("Node is missing; install it, so that the element can be run")
    element, vectors = ROOT / "static" / ELEMENT, ROOT / "tests" / "connect_button" / "vectors.json"
    command = [node, "--input-type=module", "-e", RUN_IN_NODE, element.as_uri(), str(vectors)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(done.stdout) == [expected(vector) for vector in VECTORS]
