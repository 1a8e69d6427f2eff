"""Which of this room's rows nobody needs any more."""

from portal.accounts.models import EmailLink, UserSession
from portal.foundation import clock
from portal.foundation.purging import Dead


def list_dead() -> list[Dead]:
    """Log-in sessions and mailed links that have expired: they open nothing, and no page shows them."""
    next_second = clock.now() + 1  # what expires in this one has expired
    return [
        Dead("log-in sessions", UserSession, UserSession.expires_at, before=next_second),
        Dead("mailed links", EmailLink, EmailLink.expires_at, before=next_second),
    ]
