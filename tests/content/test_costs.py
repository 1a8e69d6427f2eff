"""What one person writes must not keep everybody waiting: each of these once took seconds to minutes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.content.contexts import create_context
from portal.content.faults import Faulty
from portal.content.listing import Wanted, list_owned
from portal.content.models import Context, fold
from portal.content.rendering import CannotRender, render
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from tests.factories import Person

SECONDS = 2.0


@contextmanager
def quickly() -> Iterator[None]:
    """However busy the machine is: what these tests are about took many times as long."""
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "template", ["{{ 9**8000000 }}", "{{ 'a'|center(900000000) }}", "{% autoescape 9**9**9 %}{% endautoescape %}"]
)
def test_a_template_that_is_kept_is_not_carried_out(ada: Person, template: str) -> None:
    with quickly():
        assert create_skill(ada.id, "Costly", template).template == template


def test_text_is_folded_in_time_with_its_length_and_does_not_grow_without_end() -> None:
    with quickly():
        marks = fold("a" + "\u0315" * 200_000 + "\u0316" * 200_000)
    assert len(marks) == 400_001
    assert len(fold("\ufdfa" * 1000)) <= 3000
    assert fold("\ufb01n STRASSE Straße") == "fin strasse strasse"


def test_a_search_takes_time_with_the_length_of_the_texts_alone(ada: Person) -> None:
    for _ in range(3):
        create_context(ada.id, "x", "x" * 900_000)
    with quickly():
        assert list_owned(Context, ada.id, Wanted(query="x" * 150 + "y")).total == 0


def test_a_template_is_not_given_more_than_it_may_make() -> None:
    with quickly(), pytest.raises(CannotRender, match="memory"):
        render("{{ input }}", {f"v{number}": "x" * 500_000 for number in range(10)} | {"input": ""})


def test_the_steps_of_a_task_are_not_longer_than_a_text_may_be(ada: Person) -> None:
    skill = create_skill(ada.id, "Say", "{{ input }}")
    steps = [{"skill_id": str(skill.id), "input": {"text": "x" * 99_000}}] * 6
    with pytest.raises(Faulty, match="500,000 characters together"):
        create_task(ada.id, "Long", steps)
