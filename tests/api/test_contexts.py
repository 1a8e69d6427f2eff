from dataclasses import replace

import time_machine
from flask import Flask

from tests.api.callers import Caller, assert_refused
from tests.fixtures.applications import MakeApp


def test_a_created_context_is_answered_whole_with_its_address(ada: Caller) -> None:
    sent = {
        "name": "Voice",
        "content": "# Häuser 😀\n",
        "description": "How we sound",
        "context_type": "brand",
    }
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        response = ada.allowed("contexts:write").send("POST", "/contexts", json=sent)
    data = response.get_json()["data"]
    assert response.status_code == 201
    assert data == {
        **sent,
        "id": data["id"],
        "size": 15,
        "version": 1,
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
    }
    assert response.headers["Location"] == f"/api/v1/contexts/{data['id']}"
    assert ada.send("GET", f"/contexts/{data['id']}").get_json() == {"data": data}


def test_description_and_type_may_be_left_out(ada: Caller) -> None:
    data = ada.send("POST", "/contexts", json={"name": " Voice ", "content": ""}).get_json()["data"]
    assert (data["name"], data["content"]) == ("Voice", "")
    assert (data["description"], data["context_type"]) == ("", "general")


def test_ids_are_strings_that_javascript_cannot_round(ada: Caller) -> None:
    data = ada.send("POST", "/contexts", json={"name": "Voice", "content": ""}).get_json()["data"]
    assert isinstance(data["id"], str)
    assert data["id"].isdecimal()


def test_the_largest_texts_are_kept(ada: Caller) -> None:
    sent = {
        "name": "😀" * 200,
        "content": "😀" * 100_000,
        "description": "é" * 1000,
        "context_type": "t" * 50,
    }
    response = ada.send("POST", "/contexts", json=sent)
    assert response.status_code == 201
    assert response.get_json()["data"].items() >= sent.items()


def test_odd_but_harmless_texts_are_kept_as_they_are(ada: Caller) -> None:
    content = "\u202e<script>alert(1)</script>\x7f\u2028 ' \" \\ %00 {{x}} \ufeff"
    made = ada.send("POST", "/contexts", json={"name": "'; DROP TABLE contexts; --", "content": content})
    read = ada.send("GET", f"/contexts/{made.get_json()['data']['id']}").get_json()["data"]
    assert read["name"] == "'; DROP TABLE contexts; --"
    assert read["content"] == content


def test_a_change_touches_only_what_it_names(ada: Caller) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        fresh = ada.allowed("contexts:write", "contexts:read")
        made = fresh.send("POST", "/contexts", json={"name": "Voice", "content": "Old.", "description": "d"})
    data = made.get_json()["data"]
    with time_machine.travel("2026-03-01T12:05:00Z", tick=False):
        response = fresh.send("PATCH", f"/contexts/{data['id']}", json={"content": "New.", "description": ""})
    changed = {"content": "New.", "description": "", "updated_at": "2026-03-01T12:05:00Z", "version": 2}
    expected = {**data, **changed}
    assert response.status_code == 200
    assert response.get_json() == {"data": expected}
    assert ada.send("GET", f"/contexts/{data['id']}").get_json() == {"data": expected}


def test_an_empty_change_changes_nothing(ada: Caller) -> None:
    made = ada.send("POST", "/contexts", json={"name": "Voice", "content": "Plain words."}).get_json()
    response = ada.send("PATCH", f"/contexts/{made['data']['id']}", json={})
    assert response.status_code == 200
    assert response.get_json() == made


def test_a_replaced_context_keeps_its_id_and_nothing_that_the_body_leaves_out(ada: Caller) -> None:
    first = {"name": "Voice", "content": "Old.", "description": "d", "context_type": "brand"}
    made = ada.send("POST", "/contexts", json=first).get_json()["data"]
    address = f"/contexts/{made['id']}"
    replaced = ada.send("PUT", address, json={"name": "Tone", "content": "Neu é"}).get_json()["data"]
    expected = {"name": "Tone", "content": "Neu é", "description": "", "context_type": "general", "size": 6}
    assert replaced == {**made, **expected, "version": 2, "updated_at": replaced["updated_at"]}
    assert ada.send("GET", address).get_json()["data"] == replaced
    assert_refused(ada.send("PUT", address, json={"name": "Tone"}), 400, "'content'")
    assert_refused(ada.send("PUT", "/contexts/1", json={"name": "Tone", "content": ""}), 404)


def test_as_many_bytes_as_the_settings_say_are_kept_and_no_more(ada: Caller, make_app: MakeApp) -> None:
    small = replace(ada, app=make_app(most_context_bytes=1000))
    escaped = '{"name": "a", "content": "' + r"\u00e9" * 500 + '"}'
    made = small.send("POST", "/contexts", data=escaped, content_type="application/json")
    assert made.get_json()["data"]["size"] == 1000
    address = f"/contexts/{made.get_json()['data']['id']}"
    for method, path in (("POST", "/contexts"), ("PATCH", address), ("PUT", address)):
        response = small.send(method, path, json={"name": "a", "content": "é" * 501})
        assert_refused(response, 413, "'content'", "1002", "1000")
        assert response.get_json()["error"] == "context_too_large"
    assert small.send("GET", address).get_json()["data"]["version"] == 1


def test_as_many_contexts_as_the_settings_say_are_kept_and_no_more(ada: Caller, make_app: MakeApp) -> None:
    few = replace(ada, app=make_app(most_contexts=1, most_tasks=1))
    for path, body in (("/contexts", {"name": "a", "content": ""}), ("/tasks", {"name": "a"})):
        assert few.send("POST", path, json=body).status_code == 201
        response = few.send("POST", path, json=body)
        assert_refused(response, 409, "1 ", "delete")
        assert response.get_json()["error"] == f"too_many_{path[1:]}"


def test_a_deleted_context_is_gone(ada: Caller) -> None:
    made = ada.send("POST", "/contexts", json={"name": "Voice", "content": ""}).get_json()["data"]
    response = ada.send("DELETE", f"/contexts/{made['id']}")
    assert (response.status_code, response.data) == (204, b"")
    assert ada.send("GET", f"/contexts/{made['id']}").status_code == 404
    assert ada.send("DELETE", f"/contexts/{made['id']}").status_code == 404
    assert ada.send("GET", "/contexts").get_json()["data"] == []


def test_a_list_can_be_narrowed_to_one_type(ada: Caller) -> None:
    ada.send("POST", "/contexts", json={"name": "Voice", "content": "", "context_type": "brand"})
    ada.send("POST", "/contexts", json={"name": "Bio", "content": ""})
    answer = ada.send("GET", "/contexts?context_type=brand").get_json()
    assert [item["name"] for item in answer["data"]] == ["Voice"]
    assert answer["meta"]["total"] == 1


def test_a_list_can_be_searched(ada: Caller) -> None:
    for name, content in (("Voice", "Dry and plain"), ("Bio", "Häuser"), ("Glossary", "")):
        ada.send("POST", "/contexts", json={"name": name, "content": content})
    for query, names in (("plain", ["Voice"]), ("HÄUSER bio", ["Bio"]), ("plain bio", []), ("%25", [])):
        answer = ada.send("GET", f"/contexts?query={query}").get_json()
        assert [item["name"] for item in answer["data"]] == names
        assert answer["meta"]["total"] == len(names)


def test_an_app_that_may_write_and_not_read_is_told_nothing_of_what_others_have_written(
    app: Flask, ada: Caller
) -> None:
    writer, headers = ada.allowed("contexts:write"), {"Idempotency-Key": "once"}
    body = {"name": "Voice", "content": "Plain words."}
    made = writer.send("POST", "/contexts", json=body, headers=headers).get_json()["data"]
    assert made["content"] == "Plain words."  # which it has sent itself
    path = f"/contexts/{made['id']}"
    ada.send("PATCH", path, json={"content": "A secret."})
    for method, address, sent in (("POST", "/contexts", body), ("PATCH", path, {})):
        answer = writer.send(method, address, json=sent, headers=headers if method == "POST" else {})
        assert answer.status_code in {200, 201}
        assert answer.get_json()["data"].keys() == {"id", "version", "created_at", "updated_at"}
    both = ada.allowed("contexts:write", "contexts:read")
    assert both.send("PATCH", path, json={}).get_json()["data"]["content"] == "A secret."
