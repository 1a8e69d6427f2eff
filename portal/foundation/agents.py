"""What a User-Agent header says, in a few words for people. Parsed when a page shows it: the parser is large."""

from portal.foundation.visible_text import can_be_seen

MOST_CHARACTERS = 60


def describe_agent(agent: str) -> str:
    """Such as “Firefox on Linux”, “python-requests”, or “an unknown program”; nobody has to tell the truth in it."""
    from ua_parser import parse  # noqa: PLC0415  # 7 MB and a tenth of a second, for pages that few open

    agent = "".join(character for character in agent[:200] if can_be_seen(character))
    found = parse(agent)
    program = found.user_agent.family if found.user_agent else agent.partition("/")[0].partition(" ")[0]
    system = f" on {found.os.family[:MOST_CHARACTERS]}" if found.os else ""
    return (program[:MOST_CHARACTERS] + system) if program.strip() else "an unknown program"
