"""Reading what an account says about its holder."""

from portal.accounts.models import User
from portal.foundation.database import reading


def get_user(user_id: int) -> User:
    """The account with this key.

    Raises:
        LookupError: there is none (any more).
    """
    with reading() as session:
        user = session.get(User, user_id)
    if user is None:
        raise LookupError(user_id)
    return user
