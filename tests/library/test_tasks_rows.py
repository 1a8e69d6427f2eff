"""The buttons between a task's steps: whatever is moved, what names a step goes on naming that one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.library.task_step_rows import LOST, Choice, Row, change_rows, read_kept, write_steps
from tests.fixtures.examples import bounded

MOST = 5


@given(
    named=st.lists(st.integers(1, MOST), min_size=2, max_size=MOST),
    pressed=st.lists(st.tuples(st.sampled_from(["up", "down", "remove"]), st.integers(0, MOST)), max_size=6),
)
@bounded(200)
def test_a_named_step_is_followed_or_has_to_be_chosen_again(named: list[int], pressed: list[tuple[str, int]]) -> None:
    rows = [
        Row(
            skill_id="7",
            name=f"row {place}",
            variables={"from": Choice(f"step-{min(step, place)}" if place else "text")},
        )
        for place, step in enumerate(named)
    ]
    meant = {f"row {place}": f"row {min(step, place) - 1}" for place, step in enumerate(named) if place}
    for verb, place in pressed:
        rows = change_rows(rows, f"{verb}-{place}")
        names = [row.name for row in rows]
        for row_place, row in enumerate(rows):
            earlier, choice = names[:row_place], row.variables["from"]
            if step := choice.step():
                assert earlier[step - 1] == meant[row.name]
            elif meant.get(row.name):
                assert choice.word == LOST
                assert meant[row.name] not in earlier
                meant[row.name] = ""  # it stays lost, wherever the other one moves


def test_a_chain_stays_one_when_its_first_step_changes() -> None:
    chain = [
        Row("1", "draft", Choice("input")),
        Row("2", "teaser", Choice("before")),
        Row("3", "title", Choice("before")),
    ]
    swapped = change_rows(chain, "up-1")
    assert [(row.name, row.input.word) for row in swapped] == [
        ("teaser", "input"), ("draft", "before"), ("title", "before"),
    ]  # fmt: skip
    shorter = change_rows(swapped, "remove-0")
    assert [(row.name, row.input.word) for row in shorter] == [("draft", "input"), ("title", "before")]


@pytest.mark.parametrize("button", ["", "up-0", "down-2", "remove-3", "up-99", "jump-1", "remove--1", "up-٣"])
def test_a_button_that_there_is_not_changes_nothing(button: str) -> None:
    rows = [Row("1", "a", Choice("input")), Row("2", "b", Choice("before")), Row("3", "c", Choice("step-1"))]
    assert change_rows(list(rows), button) == rows


def test_what_is_read_from_a_task_is_written_as_it_was() -> None:
    class Known:
        id = 7
        variables = ({"name": "tone", "default": "dry"}, {"name": "who"}, {"name": "where", "default": ""})

    steps = [
        {"skill_id": "7", "variables": {"who": {"from": "input"}}},
        {"skill_id": "7", "name": "b", "variables": {"who": {"from": "step", "step": 1}, "tone": {"text": ""}}},
        {"skill_id": "7", "input": {"from": "input"}, "variables": {"who": {"text": "us\n"}}},
        {"skill_id": "7", "input": {"from": "step", "step": 3}, "variables": {"who": {"text": "us"}}},
    ]
    assert write_steps(read_kept(steps, {7: Known()})) == steps  # type: ignore[dict-item]  # as much as is read of it
