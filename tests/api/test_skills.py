import time_machine
from flask import Flask

from portal.content.contexts import create_context
from portal.content.skills import create_skill
from tests.api.callers import Caller, assert_refused


def test_a_skill_is_answered_whole(app: Flask, ada: Caller) -> None:
    with app.app_context(), time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        voice = str(create_context(ada.person.id, "Voice", "Plain words.").id)
        skill = create_skill(
            ada.person.id,
            "Summary",
            "In a {{tone}} tone for {{who}}.",
            variables=[{"name": "tone"}, {"name": "who", "description": "Readers", "default": ""}],
            configuration={"contexts": [voice], "temperature": 0.5},
            category="writing",
        )
    expected = {
        "id": str(skill.id),
        "name": "Summary",
        "description": "",
        "template": "In a {{tone}} tone for {{who}}.",
        "variables": [
            {"name": "tone", "description": "", "default": None},
            {"name": "who", "description": "Readers", "default": ""},
        ],
        "configuration": {"contexts": [voice], "temperature": 0.5, "max_tokens": None},
        "category": "writing",
        "active": True,
        "version": 1,
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
    }
    only = ada.allowed("skills:read")
    read = only.send("GET", f"/skills/{skill.id}")
    assert read.get_json() == {"data": expected}
    assert only.send("GET", "/skills").get_json()["data"] == [expected]
    again = only.send("GET", f"/skills/{skill.id}", headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_lists_are_narrowed_searched_and_come_a_page_at_a_time(app: Flask, ada: Caller) -> None:
    with app.app_context():
        for number in range(3):
            create_skill(ada.person.id, f"number {number}", "Hi", category="news" if number else "general")
        create_skill(ada.person.id, "off", "Bye", category="news", active=False)
    for query, names in {
        "?sort=-name&category=news&active=true": ["number 2", "number 1"],
        "?active=false": ["off"],
        "?query=bye": ["off"],
        "?sort=name&limit=2&page=2": ["number 2", "off"],
    }.items():
        answer = ada.send("GET", f"/skills{query}").get_json()
        assert [item["name"] for item in answer["data"]] == names, query
    assert answer["meta"].items() >= {"total": 4, "page": 2, "limit": 2}.items()
    assert ada.send("GET", "/skills?fields=name&query=bye").get_json()["data"] == [{"name": "off"}]
    assert_refused(ada.send("GET", "/skills?active=yes"), 400, "'active'", "true or false")
