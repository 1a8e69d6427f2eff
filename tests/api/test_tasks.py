import time_machine
from flask import Flask

from portal.content.tasks import create_task
from tests.api.callers import Caller


def test_a_task_is_answered_whole(app: Flask, ada: Caller) -> None:
    with app.app_context(), time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        task = create_task(ada.person.id, "Newsletter", [{"skill_id": "1"}, {"skill_id": "2"}])
    expected = {
        "id": str(task.id),
        "name": "Newsletter",
        "description": "",
        "steps": [{"skill_id": "1"}, {"skill_id": "2"}],
        "active": True,
        "created_at": "2026-03-01T12:00:00Z",
        "updated_at": "2026-03-01T12:00:00Z",
    }
    assert ada.send("GET", f"/tasks/{task.id}").get_json() == {"data": expected}
    assert ada.send("GET", "/tasks").get_json() == {
        "data": [expected],
        "meta": {"total": 1, "page": 1, "limit": 20},
    }


def test_lists_come_a_page_at_a_time(app: Flask, ada: Caller) -> None:
    with app.app_context():
        made = {str(create_task(ada.person.id, f"number {number}", []).id) for number in range(3)}
    pages = [ada.send("GET", f"/tasks?limit=2&page={page}").get_json() for page in (1, 2)]
    assert {item["id"] for page in pages for item in page["data"]} == made
    assert [page["meta"]["total"] for page in pages] == [3, 3]
