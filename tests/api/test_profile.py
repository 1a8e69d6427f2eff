import time_machine
from flask import Flask

from tests.api.callers import connect
from tests.factories import make_client, make_person


def test_the_profile_says_who_allowed_the_app_and_no_more(app: Flask) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        person = make_person(app, name="Grace Hopper", email="grace@people.example")
        answer = connect(app, person, make_client(app, person), "profile:read").send("GET", "/profile").get_json()
    assert answer == {
        "data": {
            "id": str(person.id),
            "name": "Grace Hopper",
            "email": "grace@people.example",
            "created_at": "2026-03-01T12:00:00Z",
        }
    }
