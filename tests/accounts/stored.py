"""Everything that the database holds, as somebody reads it who stole a copy."""

from flask import Flask
from sqlalchemy import func, select

from portal.foundation.audit import SecurityEvent, list_events
from portal.foundation.database import Base


def count_rows(app: Flask, table: str) -> int:
    """How many rows a table has."""
    with app.extensions["database"].autocommit.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(Base.metadata.tables[table])))


def dump(app: Flask) -> str:
    """Every value of every row: texts as they are, bytes as hexadecimal and as text."""
    values: list[str] = []
    with app.extensions["database"].autocommit.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(table.select()):
                for value in row:
                    values.append(value.hex() if isinstance(value, bytes) else str(value))
                    if isinstance(value, bytes):
                        values.append(value.decode("latin-1"))
    return "\n".join(values)


def counts(app: Flask) -> dict[str, int]:
    """How many rows each table has: what a refused request must leave as it was."""
    return {table.name: count_rows(app, table.name) for table in Base.metadata.sorted_tables}


def kinds(app: Flask, user_id: int | None) -> list[str]:
    """What the security log tells of an account, the earliest first; of one second in any order."""
    whose = SecurityEvent.user_id == user_id if user_id else SecurityEvent.user_id.is_(None)
    with app.app_context():
        return [event.kind for event in reversed(list_events(whose, most=1000).events)]


def link_count(app: Flask) -> int:
    """How many mailed links are still open."""
    return count_rows(app, "email_links")
