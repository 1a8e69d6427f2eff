"""The categories of a user's skills and tasks, to choose from."""

from sqlalchemy import func, select

from portal.content.models import Skill, Task
from portal.foundation.database import reading

_MOST = 50


def list_categories(kind: type[Skill] | type[Task], user_id: int) -> list[str]:
    """The categories in which a user has any of a kind, by name; of very many those with most."""
    statement = select(kind.category).where(kind.user_id == user_id).group_by(kind.category)
    with reading() as session:
        return sorted(session.scalars(statement.order_by(func.count().desc(), kind.category).limit(_MOST)))
