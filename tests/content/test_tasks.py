from portal.content.tasks import create_task, get_task, list_tasks
from tests.factories import Person


def test_somebody_elses_task_is_not_found(ada: Person, bob: Person) -> None:
    task = create_task(ada.id, "Newsletter", [])
    assert get_task(bob.id, task.id) is None
    assert list_tasks(bob.id, 1, 20) == ([], 0)


def test_steps_keep_their_order(ada: Person) -> None:
    steps = [{"skill_id": str(2**62 + number), "name": f"step {number}"} for number in (3, 1, 2)]
    made = create_task(ada.id, "Newsletter", steps, description="Every Monday", active=False)
    read = get_task(ada.id, made.id)
    assert read is not None
    for task in (made, read):
        assert task.steps == steps
        assert (task.name, task.description, task.active) == ("Newsletter", "Every Monday", False)


def test_lists_come_a_page_at_a_time(ada: Person) -> None:
    made = {create_task(ada.id, f"number {number}", []).id for number in range(3)}
    first, total = list_tasks(ada.id, 1, 2)
    second, _ = list_tasks(ada.id, 2, 2)
    assert (len(first), len(second), total) == (2, 1, 3)
    assert {task.id for task in first + second} == made
