"""The server reads every address of the vectors as what it was made of."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from portal.oauth.inbound import parse_parameters

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text())
PARAMETERS = {
    "clientId": "client_id",
    "redirectUri": "redirect_uri",
    "state": "state",
    "codeChallenge": "code_challenge",
    "prompt": "prompt",
    "loginHint": "login_hint",
    "resource": "resource",
}


def written(options: dict[str, Any]) -> dict[str, str]:
    """The parameters that these options ask for."""
    scope = options["scope"] if isinstance(options["scope"], str) else " ".join(options["scope"])
    expected = {PARAMETERS[option]: value for option, value in options.items() if option in PARAMETERS and value}
    if "code_challenge" in expected:
        expected["code_challenge_method"] = "S256"
    return expected | {"response_type": "code", "scope": " ".join(dict.fromkeys(scope.split()))}


@pytest.mark.parametrize("vector", [one for one in VECTORS if "url" in one], ids=lambda one: str(one["name"]))
def test_the_server_reads_back_what_was_meant(vector: dict[str, Any]) -> None:
    url = urlsplit(vector["url"])
    parameters = parse_parameters(url.query.encode("ascii"))
    assert url.path.endswith("/oauth/authorize")
    assert parameters.values == written(vector["options"])
    assert not parameters.repeated
    assert not parameters.garbled


def test_every_vector_has_a_name_of_its_own_and_one_ending() -> None:
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)
    assert all(("url" in vector) != ("error" in vector) for vector in VECTORS)
