from typing import Any

import pytest

from portal.content.contexts import create_context, delete_context
from portal.content.faults import Faulty
from portal.content.listing import Page, Wanted
from portal.content.skills import contexts_of, create_skill, delete_skill, get_skill, list_skills, update_skill
from tests.factories import Person


def paths(error: Faulty) -> list[str]:
    return [".".join(map(str, fault.path)) for fault in error.faults]


def test_somebody_elses_skill_is_not_found(ada: Person, bob: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Summarize {{ input }}.")
    assert get_skill(bob.id, skill.id) is None
    assert list_skills(bob.id, Wanted()) == Page([], 0, None)
    assert update_skill(bob.id, skill.id, {"name": "Mine now"}) is None
    assert delete_skill(bob.id, skill.id) is False
    assert get_skill(ada.id, skill.id) is not None


@pytest.mark.parametrize(
    ("template", "variables", "path"),
    [
        ("Say {{ tone }}.", [], "template"),
        ("{% if %}", [], "template"),
        ("{{ " + "(" * 5000, [], "template"),
        ("Hi\n{% if x %}{% include 'x' %}{% endif %}{% import 'y' as y %}", [], "template"),
        ("{% from 'x' import y %}", [], "template"),
        ("{% extends 'x' %}", [], "template"),
        (" ", [], "template"),
        ("x" * 100_001, [], "template"),
        ("Hi", [{"name": "Big"}], "variables.0.name"),
        ("Hi", [{"name": "tone"}, {"name": "tone"}], "variables.1.name"),
        ("Hi", [{"name": "input"}], "variables.0.name"),
        ("Hi", [{"name": f"v{number}"} for number in range(51)], "variables"),
    ],
)
def test_a_skill_that_could_not_run_is_not_kept(
    ada: Person, template: str, variables: list[dict[str, Any]], path: str
) -> None:
    with pytest.raises(Faulty) as refused:
        create_skill(ada.id, "Summary", template, variables=variables)
    assert paths(refused.value) == [path]
    assert list_skills(ada.id, Wanted()).total == 0


def test_a_skill_uses_nobody_elses_context(ada: Person, bob: Person) -> None:
    bobs = create_context(bob.id, "Voice", "Plain words.")
    with pytest.raises(Faulty) as refused:
        create_skill(ada.id, "Summary", "Hi", configuration={"contexts": [str(bobs.id)]})
    assert paths(refused.value) == ["configuration.contexts"]


def test_the_contexts_of_a_skill_come_in_its_order_without_deleted_ones(ada: Person) -> None:
    made = [create_context(ada.id, name, "").id for name in ("a", "b", "c")]
    configuration = {"contexts": [str(one) for one in reversed(made)]}
    create_skill(ada.id, "Summary", "Hi", configuration=configuration)
    delete_context(ada.id, made[1])
    assert [context.name for context in contexts_of(ada.id, configuration)] == ["c", "a"]


def test_what_was_created_is_what_is_read(ada: Person) -> None:
    made = create_skill(
        ada.id,
        "Summary",
        "Summarize in a {{tone}} tone.",
        description="Short and true",
        variables=[{"name": "tone", "default": "friendly"}, {"name": "who"}],
        configuration={"max_tokens": 150},
        category="writing",
        active=False,
    )
    read = get_skill(ada.id, made.id)
    assert read is not None
    for skill in (made, read):
        assert (skill.name, skill.template) == ("Summary", "Summarize in a {{tone}} tone.")
        assert skill.variables == [{"name": "tone", "default": "friendly"}, {"name": "who"}]
        assert skill.configuration == {"max_tokens": 150}
        assert (skill.description, skill.category, skill.active) == ("Short and true", "writing", False)


def test_a_skill_needs_no_more_than_a_name_and_a_template(ada: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Summarize.")
    assert (skill.description, skill.variables, skill.configuration, skill.active) == ("", [], {}, True)


def test_a_change_is_checked_as_a_new_skill_is(ada: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Summarize.")
    with pytest.raises(Faulty):
        update_skill(ada.id, skill.id, {"template": "{{ tone }}", "variables": []})
    changed = update_skill(ada.id, skill.id, {"template": "{{ tone }}", "variables": [{"name": "tone"}]})
    assert changed is not None
    assert (changed.template, changed.version) == ("{{ tone }}", 2)


def test_lists_come_a_page_at_a_time(ada: Person) -> None:
    made = {create_skill(ada.id, f"number {number}", "Hi").id for number in range(3)}
    first, second = list_skills(ada.id, Wanted(1, 2)), list_skills(ada.id, Wanted(2, 2))
    assert (len(first.items), len(second.items), first.total) == (2, 1, 3)
    assert {skill.id for skill in first.items + second.items} == made
