"""Which passwords are refused: short ones, and those that whoever guesses tries first (ASVS 6.2.1, 6.2.4, 6.2.11).

No rule of composition, and no character that is not allowed (NIST SP 800-63B §3.1.1.2).
"""

from portal.accounts.passwords import FEWEST_CHARACTERS, MOST_CHARACTERS
from portal.foundation.provider_name import PROVIDER


def fault_of_password(password: str, *, email: str, name: str) -> str | None:
    """Why somebody may not choose this password, as a sentence that names the cure; None if they may.

    Args:
        email: their address.
        name: their name.
    """
    if len(password) < FEWEST_CHARACTERS:
        return f"Use {FEWEST_CHARACTERS} characters or more."
    if len(password) > MOST_CHARACTERS:
        return f"Use at most {MOST_CHARACTERS} characters."
    typed = password.strip().casefold()
    if typed in {email.casefold(), email.partition("@")[0].casefold()}:
        return "This is your email address, which others try first. Choose something that nobody knows of you."
    if typed in {name.strip().casefold(), PROVIDER.casefold()}:
        return "This is a name, which others try first. Choose something that nobody knows of you."
    if _is_common(typed):
        return "This is one of the most common passwords, which others try first. Choose a less usual one."
    return None


def _is_common(password: str) -> bool:
    """Whether it is among the 30,000 most common ones, in small letters."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # noqa: PLC0415  # 13 MB, where nobody chooses a password

    return password in FREQUENCY_LISTS["passwords"]
