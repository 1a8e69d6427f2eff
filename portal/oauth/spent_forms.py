"""One-time tokens of forms: a copy of a form that answers with a secret is spent with it."""

from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.database import insert_if_absent
from portal.oauth.models import SpentForm

KEPT_SECONDS = 30 * 86400
"""Longer than any session: nobody can send a page that is older."""


def spend_form(session: Session, token: str) -> bool:
    """Spend a form's token, in the transaction that makes what it pays for. False if it was spent before.

    Args:
        token: what makes this copy of the form different from every other.
    """
    return insert_if_absent(session, SpentForm, {"token": token, "spent_at": clock.now()})
