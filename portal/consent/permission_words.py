"""Permissions within a sentence, for letters and lists; the screens have them one below the other."""

from portal.oauth.scopes import SCOPES, parse


def in_one_line(scope: frozenset[str]) -> str:
    """Such as “view basic profile information; view tasks and workflows”; scopes that do not exist are left out."""
    sentences = [known.sentence for known in SCOPES.values() if known.name in scope]
    return "; ".join(sentence[0].lower() + sentence[1:] for sentence in sentences)


def read_event(kind: str, text: str) -> str:
    """What the security log says of an app's access, where that is a list of scopes; any other text as it is.

    Args:
        kind: of the event; of a reduction the scopes are those that were taken out.
    """
    scope = parse(text)
    line = in_one_line(scope)
    if not line or not scope <= SCOPES.keys():
        return text
    return f"No longer: {line}" if kind == "app_narrowed" else line[0].upper() + line[1:]
