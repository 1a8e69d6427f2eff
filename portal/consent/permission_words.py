"""Permissions within a sentence, for letters and lists; the screens have them one below the other."""

from portal.oauth.scopes import SCOPES, parse


def in_one_line(scope: frozenset[str]) -> str:
    """Such as “view basic profile information; view tasks and workflows”; scopes that do not exist are left out."""
    sentences = [known.sentence for known in SCOPES.values() if known.name in scope]
    return "; ".join(sentence[0].lower() + sentence[1:] for sentence in sentences)


def read_text(text: str) -> str:
    """What the security log says of an app's access, where that is a list of scopes; any other text as it is."""
    scope = parse(text)
    line = in_one_line(scope)
    return line[0].upper() + line[1:] if line and scope <= SCOPES.keys() else text
