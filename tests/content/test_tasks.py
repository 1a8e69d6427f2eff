from typing import Any

import pytest

from portal.content.faults import Faulty
from portal.content.listing import Page, Wanted
from portal.content.skills import create_skill
from portal.content.tasks import create_task, delete_task, get_task, list_tasks, update_task
from tests.factories import Person


def test_somebody_elses_task_is_not_found(ada: Person, bob: Person) -> None:
    task = create_task(ada.id, "Newsletter", [])
    assert get_task(bob.id, task.id) is None
    assert list_tasks(bob.id, Wanted()) == Page([], 0, None)
    assert update_task(bob.id, task.id, {"name": "Mine now"}) is None
    assert delete_task(bob.id, task.id) is False
    assert get_task(ada.id, task.id) is not None


def test_steps_keep_their_order(ada: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Hi")
    steps = [{"skill_id": str(skill.id), "name": f"step {number}"} for number in (3, 1, 2)]
    made = create_task(ada.id, "Newsletter", steps, description="Every Monday", category="news", active=False)
    read = get_task(ada.id, made.id)
    assert read is not None
    for task in (made, read):
        assert task.steps == steps
        assert (task.name, task.description, task.active) == ("Newsletter", "Every Monday", False)
        assert task.category == "news"


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ({"skill_id": "1"}, "steps.1.skill_id"),
        ({"input": {"from": "step", "step": 2}}, "steps.1.input"),
        ({"input": {"from": "step", "step": 0}}, "steps.1.input"),
        ({"variables": {"tone": {"text": "dry"}, "who": {"from": "step", "step": 9}}}, "steps.1.variables.who"),
        ({"variables": {"tone": {"text": "dry"}, "mood": {"text": "x"}}}, "steps.1.variables.mood"),
        ({"variables": {}}, "steps.1.variables.tone"),
    ],
)
def test_a_step_that_could_not_run_is_refused_with_its_place(ada: Person, step: dict[str, Any], path: str) -> None:
    variables = [{"name": "tone"}, {"name": "who", "default": "us"}]
    skill = create_skill(ada.id, "Summary", "Hi", variables=variables)
    good = {"skill_id": str(skill.id), "variables": {"tone": {"text": "dry"}}}
    with pytest.raises(Faulty) as refused:
        create_task(ada.id, "Newsletter", [good, {**good, **step}])
    assert [".".join(map(str, fault.path)) for fault in refused.value.faults] == [path]


def test_a_step_of_somebody_elses_skill_is_refused_as_one_that_never_was(ada: Person, bob: Person) -> None:
    skill = create_skill(bob.id, "Summary", "Hi")
    texts = []
    for number in (skill.id, skill.id ^ 1):
        with pytest.raises(Faulty) as refused:
            create_task(ada.id, "Newsletter", [{"skill_id": str(number)}])
        texts.append(str(refused.value).replace(str(number), "ID"))
    assert texts[0] == texts[1]


def test_too_many_steps_are_refused(ada: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Hi")
    with pytest.raises(Faulty):
        create_task(ada.id, "Newsletter", [{"skill_id": str(skill.id)}] * 51)


def test_lists_come_a_page_at_a_time(ada: Person) -> None:
    made = {create_task(ada.id, f"number {number}", []).id for number in range(3)}
    first, second = list_tasks(ada.id, Wanted(1, 2)), list_tasks(ada.id, Wanted(2, 2))
    assert (len(first.items), len(second.items), first.total) == (2, 1, 3)
    assert {task.id for task in first.items + second.items} == made
