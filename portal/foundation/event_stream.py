"""Server-sent events (HTML Standard §9.2): an answer that goes on while something happens.

Each stream holds a thread of the server, so a process has room for some only. Who finds none gets what there is at
once, and the browser, or the client's library, comes back by itself: slower, and never refused.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from flask import Response, stream_with_context

from portal.foundation import draining
from portal.foundation.waiting_room import place_to_wait

_COME_BACK_MILLISECONDS = 2000
_END_OF_LINE = re.compile("\r\n|\r|\n")
"""What ends a line here; Python's own `splitlines` knows more, which JSON may hold as they are (U+2028)."""


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        data: what it says; may have several lines.
        event: its type.
        id: what a client that comes back sends as Last-Event-ID.
    """

    data: str
    event: str = "message"
    id: str = ""

    def __str__(self) -> str:
        lines = [f"event: {self.event}", *(f"data: {line}" for line in _END_OF_LINE.split(self.data))]
        return "\n".join([f"id: {self.id}", *lines] if self.id else lines) + "\n\n"


def event_stream(events: Iterator[Event | None]) -> Response:
    """Answer with events as they come.

    Args:
        events: None is "nothing new yet": it keeps the connection open, and ends a stream that has no room.
    """
    place = ExitStack()
    has_place = place.enter_context(place_to_wait())

    def lines() -> Iterator[str]:
        with place:  # at the end of the events; and below, if the client goes before that
            yield f"retry: {_COME_BACK_MILLISECONDS}\n\n"
            for event in events:
                if event is None and (draining.has_begun() or not has_place):
                    return
                yield ": nothing new\n\n" if event is None else str(event)

    response = Response(stream_with_context(lines()), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep the events back
    response.call_on_close(place.close)
    return response
