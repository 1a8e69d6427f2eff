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
    for name, context_type, description, content in _CONTEXTS:
        create_context(user_id, name=name, content=content, description=description, context_type=context_type)
    letter = create_skill(
        user_id,
        name="Monthly letter",
        description="Drafts the monthly letter from a few notes.",
        template="Write this month’s letter in our brand voice.\n\nNotes:\n{{ input }}\n\nTopic: {{ topic }}\n",
        variables=[{"name": "topic", "description": "What the letter is about"}],
        configuration={"contexts": ["Brand voice", "Glossary"]},
    )
    summary = create_skill(
        user_id,
        name="One-line summary",
        description="Says it in one line.",
        template="Summarize in one line:\n\n{{ input }}\n",
        variables=[],
        configuration={"contexts": []},
    )
    create_task(
        user_id,
        name="Letter and teaser",
        description="Drafts the letter, then a teaser for it.",
        steps=[{"skill_id": str(letter.id)}, {"skill_id": str(summary.id)}],
    )
