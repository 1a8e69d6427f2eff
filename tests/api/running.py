"""Skills and tasks that an app can run, and running them."""

from typing import Any

from werkzeug.test import TestResponse

from portal.content.models import Skill, Task
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from tests.api.callers import Caller

LETTER = "Write in a {{ tone }} tone:\n{{ input }}"


def make_letter(caller: Caller, template: str = LETTER, **more: Any) -> Skill:
    """A skill of the caller's person, whose variable has a default."""
    with caller.app.app_context():
        variables = [{"name": "tone", "default": "dry"}]
        return create_skill(caller.person.id, "Letter", template, variables=variables, **more)


def make_chain(caller: Caller) -> Task:
    """A task of the caller's person that carries a skill out twice: the second time with what the first generated."""
    skill = make_letter(caller)
    with caller.app.app_context():
        steps = [{"skill_id": str(skill.id), "name": "Draft"}, {"skill_id": str(skill.id), "name": "Polish"}]
        return create_task(caller.person.id, "Letter twice", steps)


def run_letter(caller: Caller, **request: Any) -> TestResponse:
    """Have a new skill carried out."""
    return caller.send("POST", f"/skills/{make_letter(caller).id}/execute", **{"json": {"input": "Hi"}, **request})


def start_chain(caller: Caller) -> dict[str, Any]:
    """Start a new task; its run, which waits."""
    response = caller.send("POST", f"/tasks/{make_chain(caller).id}/execute", json={"input": "Hi"})
    assert response.status_code == 202
    run: dict[str, Any] = response.get_json()["data"]
    return run
