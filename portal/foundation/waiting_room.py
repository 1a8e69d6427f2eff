"""Room for requests that wait for something: each holds a thread of the server, and the others must get theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import Flask, current_app


def init_app(app: Flask, threads: int) -> None:
    """Let half of a process's threads wait."""
    app.extensions["waiting_room"] = BoundedSemaphore(max(1, threads // 2))


@contextmanager
def place_to_wait() -> Iterator[bool]:
    """Whether there is a place; it is held to the end of the block."""
    room: BoundedSemaphore = current_app.extensions["waiting_room"]
    has_place = room.acquire(blocking=False)
    try:
        yield has_place
    finally:
        if has_place:
            room.release()
