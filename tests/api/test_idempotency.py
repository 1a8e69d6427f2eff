"""A request that is sent again with its Idempotency-Key does nothing again."""

import pytest
from flask import Flask

from tests.api.callers import Caller, assert_refused, connect
from tests.factories import make_client

BODY = {"name": "Voice", "content": "Plain words."}


def create(caller: Caller, key: str, path: str = "/contexts", **body: str) -> dict[str, str]:
    response = caller.send("POST", path, json={**BODY, **body}, headers={"Idempotency-Key": key})
    assert response.status_code == 201, response.text
    made: dict[str, str] = response.get_json()["data"]
    assert response.headers["Location"].endswith(made["id"])
    return made


def count(caller: Caller) -> int:
    total: int = caller.send("GET", "/contexts").get_json()["meta"]["total"]
    return total


def test_the_same_request_makes_one_context_and_answers_with_it_as_it_is_now(ada: Caller) -> None:
    made = create(ada, "k-1")
    assert create(ada, "k-1") == made == create(ada, '"k-1"')
    ada.send("PATCH", f"/contexts/{made['id']}", json={"name": "Tone"})
    assert create(ada, "k-1")["name"] == "Tone"
    assert create(ada, "k-2")["id"] != made["id"]
    assert count(ada) == 2


def test_each_app_and_each_user_has_keys_of_their_own(app: Flask, ada: Caller, bob: Caller) -> None:
    other = connect(app, ada.person, make_client(app, ada.person, name="Other"), "contexts:write")
    assert len({create(caller, "k")["id"] for caller in (ada, other, bob)}) == 3


def test_another_request_with_the_same_key_is_refused(ada: Caller) -> None:
    create(ada, "k")
    task = {"name": "Voice"}
    for path, body in (("/contexts", {**BODY, "name": "Tone"}), ("/contexts?x", BODY), ("/tasks", task)):
        response = ada.send("POST", path, json=body, headers={"Idempotency-Key": "k"})
        assert_refused(response, 422, "Idempotency-Key", "key of its own")
        assert response.get_json()["error"] == "idempotency_key_reused"
    assert count(ada) == 1


def test_what_was_deleted_since_is_not_made_again(ada: Caller) -> None:
    made = create(ada, "k")
    ada.send("DELETE", f"/contexts/{made['id']}")
    response = ada.send("POST", "/contexts", json=BODY, headers={"Idempotency-Key": "k"})
    assert_refused(response, 409, "Idempotency-Key", "deleted", "new key")
    assert response.get_json()["error"] == "idempotency_key_used"


def test_a_request_that_was_refused_has_not_used_its_key(ada: Caller) -> None:
    assert_refused(ada.send("POST", "/contexts", json={"name": ""}, headers={"Idempotency-Key": "k"}), 400)
    create(ada, "k")


def test_what_is_no_key_is_refused(ada: Caller, subtests: pytest.Subtests) -> None:
    for key in ("", " ", "a b", "é", "k" * 256, '"a b"', "\x7f"):
        with subtests.test(key=key[:10]):
            response = ada.send("POST", "/contexts", json=BODY, headers={"Idempotency-Key": key})
            assert_refused(response, 400, "'Idempotency-Key'", "255")
    assert count(ada) == 0
    for key in ("k" * 255, f'"{"k" * 254}"', '"', '""'):
        create(ada, key)
