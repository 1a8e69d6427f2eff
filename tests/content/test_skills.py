from portal.content.skills import create_skill, get_skill, list_skills
from tests.factories import Person


def test_somebody_elses_skill_is_not_found(ada: Person, bob: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Summarize {{text}}.")
    assert get_skill(bob.id, skill.id) is None
    assert list_skills(bob.id, 1, 20) == ([], 0)


def test_what_was_created_is_what_is_read(ada: Person) -> None:
    made = create_skill(
        ada.id,
        "Summary",
        "Summarize in a {{tone}} tone.",
        description="Short and true",
        variables=[{"name": "tone", "default": "friendly"}, {"name": "äöü"}],
        configuration={"max_words": 150},
        active=False,
    )
    read = get_skill(ada.id, made.id)
    assert read is not None
    for skill in (made, read):
        assert (skill.name, skill.template) == ("Summary", "Summarize in a {{tone}} tone.")
        assert skill.variables == [{"name": "tone", "default": "friendly"}, {"name": "äöü"}]
        assert skill.configuration == {"max_words": 150}
        assert (skill.description, skill.active) == ("Short and true", False)


def test_a_skill_needs_no_more_than_a_name_and_a_template(ada: Person) -> None:
    skill = create_skill(ada.id, "Summary", "Summarize.")
    assert (skill.description, skill.variables, skill.configuration, skill.active) == ("", [], {}, True)


def test_lists_come_a_page_at_a_time(ada: Person) -> None:
    made = {create_skill(ada.id, f"number {number}", "").id for number in range(3)}
    first, total = list_skills(ada.id, 1, 2)
    second, _ = list_skills(ada.id, 2, 2)
    assert (len(first), len(second), total) == (2, 1, 3)
    assert {skill.id for skill in first + second} == made
