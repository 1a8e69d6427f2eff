import time_machine

from tests.api.callers import Caller


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
        fresh = ada.allowed("contexts:write")
        made = fresh.send("POST", "/contexts", json={"name": "Voice", "content": "Old.", "description": "d"})
    data = made.get_json()["data"]
    with time_machine.travel("2026-03-01T12:05:00Z", tick=False):
        response = fresh.send("PATCH", f"/contexts/{data['id']}", json={"content": "New.", "description": ""})
    expected = {**data, "content": "New.", "description": "", "updated_at": "2026-03-01T12:05:00Z"}
    assert response.status_code == 200
    assert response.get_json() == {"data": expected}
    assert ada.send("GET", f"/contexts/{data['id']}").get_json() == {"data": expected}


def test_an_empty_change_changes_nothing(ada: Caller) -> None:
    made = ada.send("POST", "/contexts", json={"name": "Voice", "content": "Plain words."}).get_json()
    response = ada.send("PATCH", f"/contexts/{made['data']['id']}", json={})
    assert response.status_code == 200
    assert response.get_json() == made


def test_a_deleted_context_is_gone(ada: Caller) -> None:
    made = ada.send("POST", "/contexts", json={"name": "Voice", "content": ""}).get_json()["data"]
    response = ada.send("DELETE", f"/contexts/{made['id']}")
    assert (response.status_code, response.data) == (204, b"")
    assert ada.send("GET", f"/contexts/{made['id']}").status_code == 404
    assert ada.send("DELETE", f"/contexts/{made['id']}").status_code == 404
    assert ada.send("GET", "/contexts").get_json()["data"] == []


def test_lists_come_a_page_at_a_time_and_say_how_much_there_is(ada: Caller) -> None:
    for number in range(3):
        ada.send("POST", "/contexts", json={"name": f"number {number}", "content": "Plain words."})
    first = ada.send("GET", "/contexts?limit=2").get_json()
    second = ada.send("GET", "/contexts?limit=2&page=2").get_json()
    beyond = ada.send("GET", "/contexts?limit=2&page=1000000").get_json()
    assert first["meta"] == {"total": 3, "page": 1, "limit": 2}
    assert second["meta"] == {"total": 3, "page": 2, "limit": 2}
    assert beyond == {"data": [], "meta": {"total": 3, "page": 1000000, "limit": 2}}
    assert {item["name"] for item in first["data"] + second["data"]} == {"number 0", "number 1", "number 2"}
    assert {item["content"] for item in first["data"]} == {"Plain words."}


def test_a_list_can_be_narrowed_to_one_type(ada: Caller) -> None:
    ada.send("POST", "/contexts", json={"name": "Voice", "content": "", "context_type": "brand"})
    ada.send("POST", "/contexts", json={"name": "Bio", "content": ""})
    answer = ada.send("GET", "/contexts?context_type=brand").get_json()
    assert [item["name"] for item in answer["data"]] == ["Voice"]
    assert answer["meta"]["total"] == 1
