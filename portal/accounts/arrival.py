"""What follows when somebody has proven who they are: a new session, a line in the log, and word if it is unusual."""

from sqlalchemy import delete, select

from portal.accounts.models import UserSession
from portal.accounts.password_change import is_current
from portal.accounts.sessions import add_session
from portal.accounts.sign_in import WrongCredentials
from portal.foundation import audit, clock
from portal.foundation.agents import describe_agent
from portal.foundation.audit import DAY, SecurityEvent
from portal.foundation.circumstances import circumstances
from portal.foundation.credentials import digest
from portal.foundation.database import reading, transaction
from portal.foundation.mail import enqueue

KNOWN_DAYS = 90
"""How long a browser and a place are not news."""


def arrive(user_id: int, *, version: int = 0, leaving: str | None = None, new_account: bool = False) -> str:
    """Sign a browser in and return the value for its cookie.

    Args:
        version: of the credentials that were compared: a change of the password ends also a log-in on its way.
        leaving: the value of the session that it was in, which ends (ASVS 7.2.4).
        new_account: whether it has just signed up, which says enough.

    Raises:
        WrongCredentials: the password was changed since it was compared.
    """
    tell = not new_account and not _is_known(user_id)
    with transaction() as session:
        if not new_account and not is_current(session, user_id, version):
            raise WrongCredentials
        if leaving:
            session.execute(delete(UserSession).where(UserSession.digest == digest(leaving)))
        value = add_session(session, user_id)
        if not new_account:
            audit.record(session, "signed_in", user_id=user_id)
        if tell:
            enqueue(session, "new_sign_in", user_id=user_id, **circumstances())
    return value


def _is_known(user_id: int) -> bool:
    """Whether somebody has signed in lately from here with this kind of browser."""
    origin = audit.current_origin()
    query = (
        select(SecurityEvent.agent)
        .distinct()
        .where(
            SecurityEvent.user_id == user_id,
            SecurityEvent.at > clock.now() - KNOWN_DAYS * DAY,
            SecurityEvent.kind.in_(("signed_in", "signed_up")),
            SecurityEvent.network == origin.network,
        )
    )
    with reading() as session:
        agents = set(session.scalars(query))
    if not agents or origin.agent in agents:
        return bool(agents)
    # Versions of one browser are one browser; reading what they are takes long, and mostly it is the same one.
    return describe_agent(origin.agent) in map(describe_agent, agents)
