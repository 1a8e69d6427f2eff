"""Lost updates are refused, and what a client has already is not sent again."""

import gzip

import pytest

from tests.api.callers import Caller, assert_refused


@pytest.fixture
def address(ada: Caller) -> str:
    """A context of Ada's, at its third version."""
    made = ada.send("POST", "/contexts", json={"name": "1", "content": "Plain words. " * 200})
    path = f"/contexts/{made.get_json()['data']['id']}"
    for name in ("2", "3"):
        ada.send("PATCH", path, json={"name": name})
    return path


def change(ada: Caller, address: str, tag: str, method: str = "PATCH", name: str = "mine") -> int:
    body = {"name": name} if method == "PATCH" else {"name": name, "content": ""}
    response = ada.send(method, address, json=body, headers={"If-Match": tag})
    if response.status_code == 412:
        assert_refused(response, 412, "If-Match", "read it again")
        assert response.get_json()["error"] == "precondition_failed"
    return response.status_code


def test_who_has_read_an_older_version_changes_nothing(ada: Caller, address: str) -> None:
    read = ada.send("GET", address)
    assert read.headers["ETag"] == '"3"' == f'"{read.get_json()["data"]["version"]}"'
    assert change(ada, address, '"3"', name="theirs") == 200
    for method in ("PATCH", "PUT", "DELETE"):
        assert change(ada, address, '"3"', method) == 412
    assert ada.send("GET", address).get_json()["data"]["name"] == "theirs"
    assert change(ada, address, '"4"', "PUT") == 200
    assert change(ada, address, '"5"', "DELETE") == 204
    assert change(ada, address, '"6"') == 404


def test_a_change_tells_the_version_that_it_made(ada: Caller, address: str) -> None:
    assert ada.send("PATCH", address, json={"name": "4"}).headers["ETag"] == '"4"'
    assert ada.send("PATCH", address, json={"name": "4"}).headers["ETag"] == '"4"'
    replaced = ada.send("PUT", address, json={"name": "5", "content": ""})
    assert "ETag" not in replaced.headers  # RFC 9110, section 9.3.4
    assert replaced.get_json()["data"]["version"] == 5


def test_only_a_strong_tag_of_the_very_version_matches(ada: Caller, address: str, subtests: pytest.Subtests) -> None:
    for tag in ('"2"', '"4"', 'W/"3"', '"03"', '"3x"', '""', '"٣"', '"99999999999"', "x", '"3-gzip-gzip"', '"2", "x"'):
        with subtests.test(tag=tag):
            assert change(ada, address, tag) == 412
    several = ada.send("PATCH", address, json={}, headers={"If-Match": '"2", "3"'})
    assert_refused(several, 400, "'If-Match'", "several")
    for number, tag in enumerate(('"3"', '"4-gzip"', '"5", "5-gzip"', "*", 'W/"7", "7"')):
        with subtests.test(tag=tag):
            assert change(ada, address, tag, name=f"changed {number}") == 200


def test_what_the_client_has_is_not_sent_again(ada: Caller, address: str, subtests: pytest.Subtests) -> None:
    for tag, status in (('"3"', 304), ('W/"3"', 304), ('"3-gzip"', 304), ('"1", "3"', 304), ("*", 304), ('"2"', 200)):
        for method in ("GET", "HEAD"):
            with subtests.test(tag=tag, method=method):
                response = ada.send(method, address, headers={"If-None-Match": tag})
                assert response.status_code == status
                assert response.headers["ETag"] == '"3"'
                assert "Accept-Encoding" in response.headers["Vary"]
                assert status == 200 or (response.data == b"" and "Content-Type" not in response.headers)
    part = ada.send("GET", f"{address}?fields=name", headers={"If-None-Match": '"3"'})
    assert part.status_code == 304


def test_the_same_in_gzip_has_a_tag_of_its_own(ada: Caller, address: str) -> None:
    plain = ada.send("GET", address)
    zipped = ada.send("GET", address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(zipped.data) == plain.data
    assert (plain.headers["ETag"], zipped.headers["ETag"]) == ('"3"', '"3-gzip"')
    assert change(ada, address, zipped.headers["ETag"]) == 200
