"""Somebody who keeps many things and uses many apps, and one request to each endpoint that concerns them."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal.accounts.sessions import open_session
from portal.content.contexts import Text, create_context, create_contexts
from portal.content.run_models import SUCCEEDED, Run, RunStep
from portal.content.runs import Starter, start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.foundation import audit, clock
from portal.foundation.credentials import new_id
from portal.foundation.database import transaction
from portal.oauth.client_events import note_edit
from portal.oauth.clients import find_client
from portal.oauth.consents import remember
from portal.oauth.models import RedirectUri
from portal.oauth.scopes import SCOPES, write
from tests.api.callers import Caller, connect
from tests.factories import Person, make_client, make_person
from tests.oauth.parties import Client, Owner
from tests.oauth.registrations import manage, registered, replacement, send

Request = Callable[[], TestResponse]
APPS = "/developer/oauth-apps"


class LivedIn:
    """The account of somebody who is a developer too, grown by `grow`; and how its endpoints are asked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.owner = Owner(app, make_person(app, name="Ada Lovelace")).log_in()
        self.person: Person = self.owner.person
        self.client = Client(app, make_client(app, self.person))
        self.caller: Caller = connect(app, self.person, self.client.registered, *SCOPES)
        with app.app_context():
            found = find_client(self.client.registered.client_id)
        assert found is not None
        self.key = found.key

    def grow(self, count: int) -> None:
        """Have so many more of everything that a list shows."""
        with self.app.app_context():
            create_contexts(self.person.id, [Text(f"Voice {n}", "Plain words.") for n in range(count)])
            skills = [create_skill(self.person.id, f"Letter {n}", "{{ input }}") for n in range(count)]
            for skill in skills:
                create_task(self.person.id, f"Letter of {skill.name}", [{"skill_id": str(skill.id)}])
                open_session(self.person.id)
            with transaction() as session:
                for number, skill in enumerate(skills):
                    session.add(self._run(skill.id))
                    note_edit(session, self.key, "edited", self.person.name, "Name")
                    audit.record(session, "signed_out", user_id=self.person.id)
                    uri = f"https://client.example/{skill.id}"
                    about = {"client_id": self.key, "position": number + 2, "created_at": clock.now()}
                    session.add(RedirectUri(id=new_id(), uri=uri, **about))
        for number in range(count):
            made = make_client(self.app, self.person, name=f"App {number}")
            self._allow(connect(self.app, self.person, made, "profile:read"))

    def _run(self, skill_id: int) -> Run:
        now = clock.now()
        about = {"user_id": self.person.id, "client_id": self.key, "app": "Acme Notes", "name": "Letter"}
        times = {"created_at": now, "started_at": now, "finished_at": now, "lease_until": now}
        step = RunStep(position=1, name="Letter", skill_id=skill_id, plan={}, status=SUCCEEDED, output="Hi")
        about |= {"kind": "skill", "source_id": skill_id, "input": "Hi", "generator": "local", "status": SUCCEEDED}
        return Run(id=new_id(), **about, **times, steps=[step])

    def _allow(self, other: Caller) -> None:
        with self.app.app_context():
            client = find_client(other.oauth_app.client_id)
            assert client is not None
            with transaction() as session:
                remember(session, self.person.id, client.key, frozenset({"profile:read"}), pkce=True)

    def requests(self) -> dict[str, Request]:
        """One request to each endpoint, by its method and rule; what each needs is there, and no other uses it up."""
        return {**self._protocol(), **self._registration(), **self._content(), **self._running(), **self._pages()}

    def _protocol(self) -> dict[str, Request]:
        code = self.client.obtain_code(self.owner)
        first, second = self.client.obtain_tokens(self.owner), self.client.obtain_tokens(self.owner)
        new = Client(self.app, make_client(self.app, self.person, name="New"))  # nobody has decided about it yet
        asked = new.request_uri(scope=write(frozenset(SCOPES)))
        page = self.owner.browser.get(asked)
        anybody = self.app.test_client()
        return {
            "POST /api/oauth/token (code)": lambda: self.client.exchange(code),
            "POST /api/oauth/token (refresh)": lambda: self.client.refresh(first["refresh_token"]),
            "POST /api/oauth/introspect": lambda: self._post("introspect", self.caller.token),
            "POST /api/oauth/revoke": lambda: self.client.revoke(second["refresh_token"]),
            "GET /oauth/authorize": lambda: self.owner.browser.get(asked),
            "POST /oauth/authorize": lambda: self.owner.answer(page, "allow"),
            "GET /.well-known/oauth-authorization-server": lambda: anybody.get(
                "/.well-known/oauth-authorization-server"
            ),
            "GET /.well-known/oauth-protected-resource/<path:resource>": lambda: anybody.get(
                "/.well-known/oauth-protected-resource/api/v1"
            ),
        }

    def _post(self, endpoint: str, token: str) -> TestResponse:
        return self.client.post(f"/api/oauth/{endpoint}", token=token)

    def _registration(self) -> dict[str, Request]:
        path = "/api/oauth/register"
        first, second = registered(self.app), registered(self.app)
        changed = replacement(first, client_name="Acme Notes 2")
        return {
            f"POST {path}": lambda: send(self.app),
            f"GET {path}/<client_id>": lambda: manage(self.app, first, "GET"),
            f"PUT {path}/<client_id>": lambda: manage(self.app, first, "PUT", changed),
            f"DELETE {path}/<client_id>": lambda: manage(self.app, second, "DELETE"),
        }

    def _call(self, method: str, path: str, **request: Any) -> Request:
        return lambda: self.caller.send(method, path, **request)

    def _content(self) -> dict[str, Request]:
        with self.app.app_context():
            first, second = (create_context(self.person.id, name, "Plain words.") for name in ("First", "Second"))
            skill = create_skill(self.person.id, "Letter", "{{ input }}")
            steps = [{"skill_id": str(skill.id)}]
            task, other = (create_task(self.person.id, name, steps) for name in ("First", "Second"))
        context, body = f"/contexts/{first.id}", {"name": "Voice", "content": "Plain words."}
        planned = {"name": "Letter", "steps": steps}
        calls = {
            "GET /profile": self._call("GET", "/profile"),
            "GET /contexts": self._call("GET", "/contexts"),
            "POST /contexts": self._call("POST", "/contexts", json=body),
            "GET /contexts/<context_id>": self._call("GET", context),
            "PATCH /contexts/<context_id>": self._call("PATCH", context, json={"name": "Sound"}),
            "PUT /contexts/<context_id>": self._call("PUT", context, json=body),
            "DELETE /contexts/<context_id>": self._call("DELETE", f"/contexts/{second.id}"),
            "GET /skills": self._call("GET", "/skills"),
            "GET /skills/<skill_id>": self._call("GET", f"/skills/{skill.id}"),
            "GET /tasks": self._call("GET", "/tasks"),
            "POST /tasks": self._call("POST", "/tasks", json=planned),
            "GET /tasks/<task_id>": self._call("GET", f"/tasks/{task.id}"),
            "PATCH /tasks/<task_id>": self._call("PATCH", f"/tasks/{task.id}", json={"name": "Note"}),
            "PUT /tasks/<task_id>": self._call("PUT", f"/tasks/{task.id}", json=planned),
            "DELETE /tasks/<task_id>": self._call("DELETE", f"/tasks/{other.id}"),
        }
        return _under_the_api(calls)

    def _running(self) -> dict[str, Request]:
        at_once = {"json": {"input": "Hi"}, "headers": {"Prefer": "respond-async"}}
        with self.app.app_context():
            skill = create_skill(self.person.id, "Letter", "{{ input }}")
            task = create_task(self.person.id, "Letter", [{"skill_id": str(skill.id)}])
            waiting = start_task_run(self.person.id, task, "Hi", Starter(self.key, "Acme Notes"))
            with transaction() as session:
                session.add(done := self._run(skill.id))
        calls = {
            "GET /runs": self._call("GET", "/runs"),
            "GET /runs/<run_id>": self._call("GET", f"/runs/{done.id}"),
            "GET /runs/<run_id>/events": self._call("GET", f"/runs/{done.id}/events"),
            "POST /runs/<run_id>/cancel": self._call("POST", f"/runs/{waiting.id}/cancel"),
            "POST /skills/<skill_id>/execute": self._call("POST", f"/skills/{skill.id}/execute", **at_once),
            "POST /tasks/<task_id>/execute": self._call("POST", f"/tasks/{task.id}/execute", **at_once),
            "POST /tasks/<task_id>/run": self._call("POST", f"/tasks/{task.id}/run", **at_once),
        }
        return _under_the_api(calls)

    def _pages(self) -> dict[str, Request]:
        app = f"{APPS}/{self.client.registered.client_id}"
        paths = {
            **{path: path for path in ("/contexts", "/skills", "/tasks", "/runs", "/docs/connect", APPS)},
            **{path: path for path in ("/settings/connected-apps", "/settings/sessions", "/settings/history")},
            f"{APPS}/<client_id>": app,
            **{f"{APPS}/<client_id>/{page}": f"{app}/{page}" for page in ("redirect-uris", "activity", "usage")},
        }
        anybody = self.app.test_client()
        return {
            **{f"GET {rule}": self._open(path) for rule, path in paths.items()},
            "GET /docs/connect (anybody)": lambda: anybody.get("/docs/connect"),
        }

    def _open(self, path: str) -> Request:
        return lambda: self.owner.browser.get(path)


def _under_the_api(calls: dict[str, Request]) -> dict[str, Request]:
    """With the addresses as the application knows them."""
    return {call.replace(" ", " /api/v1", 1): request for call, request in calls.items()}
