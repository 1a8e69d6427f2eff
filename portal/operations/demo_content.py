"""What the demo user keeps: a few context files, skills and a task, so that every read scope opens something."""

from portal.content.contexts import create_context
from portal.content.skills import create_skill
from portal.content.tasks import create_task

_CONTEXTS = (
    (
        "Brand voice",
        "brand",
        "How Northwind Coffee sounds in writing.",
        "# Brand voice\n\nWarm, plain, a little dry.\n\n- Say *you*, not *our customers*.\n- Never *delight*.\n",
    ),
    (
        "About Uma",
        "bio",
        "A short biography for bylines.",
        "# Uma User\n\nRuns marketing at Northwind Coffee. Writes a monthly letter on roasting. Lives in Lisbon.\n",
    ),
    (
        "Glossary",
        "glossary",
        "Words that are used in one sense only.",
        "# Glossary\n\n**Lot**: one harvest from one farm.\n\n**Cupping**: tasting side by side, blind.\n",
    ),
)


def fill_account(user_id: int) -> None:
    """Write the demo content into an account."""
    ids = {}
    for name, context_type, description, content in _CONTEXTS:
        context = create_context(
            user_id, name=name, content=content, description=description, context_type=context_type
        )
        ids[name] = str(context.id)
    letter = create_skill(
        user_id,
        name="Monthly letter",
        description="Drafts the monthly letter from a few notes.",
        template="Write this month’s letter in our brand voice.\n\nTopic: {{ topic }}\n\nNotes:\n{{ input }}\n",
        variables=[{"name": "topic", "description": "What the letter is about", "default": "What is new this month"}],
        configuration={"contexts": [ids["Brand voice"], ids["Glossary"]]},
        category="writing",
    )
    summary = create_skill(
        user_id,
        name="One-line summary",
        description="Says it in one line.",
        template="Summarize in one line, {{ tone }}:\n\n{{ input }}\n",
        variables=[{"name": "tone", "description": "How it should sound", "default": "plainly"}],
        configuration={"contexts": []},
        category="writing",
    )
    translation = create_skill(
        user_id,
        name="Translation",
        description="Says the same in another language.",
        template="Translate into {{ language }}; keep names and numbers as they are:\n\n{{ input }}\n",
        variables=[{"name": "language", "description": "The language to translate into"}],
        category="languages",
    )
    create_task(
        user_id,
        name="Letter and teaser",
        description="Drafts the letter from a few notes, then a teaser for it, in English and in Portuguese.",
        steps=[
            {"name": "Draft", "skill_id": str(letter.id)},
            {"name": "Teaser", "skill_id": str(summary.id), "variables": {"tone": {"text": "warm and a little dry"}}},
            {
                "name": "In Portuguese",
                "skill_id": str(translation.id),
                "variables": {"language": {"text": "Portuguese"}},
            },
        ],
        category="newsletter",
    )
