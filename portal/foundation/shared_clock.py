"""The clock that all nodes share: PostgreSQL's.

A code lives for a minute, a refresh may be repeated for ten seconds, a run is leased for half of one: each is written
by one node and checked by another. Nodes whose clocks differ would refuse each other's codes, so each reads its own
clock corrected by how far it is from the database's. With SQLite there is one machine, and nothing to correct.
"""

import logging
import time
from threading import Thread

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.foundation import clock
from portal.foundation.database import Database

log = logging.getLogger(__name__)
_EVERY_SECONDS = 60.0
_TRIFLE_SECONDS = 0.5
"""What is left alone: all times are whole seconds."""
_NOTABLE_SECONDS = 5


def follow(app: Flask) -> None:
    """Set this process's clock by the database's, now and then again for as long as it lives."""
    database: Database = app.extensions["database"]
    if database.autocommit.dialect.name != "postgresql":
        return
    told = _set(database, 0.0)
    Thread(target=_keep_setting, args=(database, told), daemon=True).start()


def seconds_behind(database: Database) -> float:
    """How many seconds the database's clock is ahead of this machine's; less than none: behind it.

    Raises:
        SQLAlchemyError: the database does not answer.
    """
    with database.autocommit.connect() as connection:
        connection.exec_driver_sql("SELECT 1")  # a new connection takes its time before, not between, the two looks
        before = time.time()
        theirs = connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))
        return float(theirs) - (before + time.time()) / 2


def _set(database: Database, told: float) -> float:
    try:
        behind = seconds_behind(database)
    except SQLAlchemyError:  # a database that is away comes back; until then the clock goes on as it is
        return told
    clock.correct_by(behind if abs(behind) > _TRIFLE_SECONDS else 0.0)
    if abs(behind - told) < _NOTABLE_SECONDS:
        return told
    way = "behind" if behind > 0 else "ahead of"
    log.warning("this machine's clock is %.0f s %s the database's, which is followed: set it", abs(behind), way)
    return behind


def _keep_setting(database: Database, told: float) -> None:
    while True:
        time.sleep(_EVERY_SECONDS)
        told = _set(database, told)
