"""The accounts of the demonstration run, whose password is published: never in production."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import User
from portal.foundation.database import reading

PASSWORD = "contextfile-demo"


@dataclass(frozen=True)
class DemoAccount:
    """What somebody needs to try it."""

    id: int
    role: str
    email: str
    password: str = PASSWORD


def list_demo_accounts() -> list[DemoAccount]:
    """The demo accounts in this database."""
    query = select(User.id, User.demo_role, User.email).where(User.demo_role.is_not(None)).order_by(User.demo_role)
    with reading() as session:
        return [DemoAccount(row.id, row.demo_role or "", row.email) for row in session.execute(query)]
