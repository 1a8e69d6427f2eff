from collections.abc import Iterator

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from portal.foundation.event_stream import Event, event_stream
from tests.fixtures.applications import MakeApp

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def streaming(make_app: MakeApp) -> Flask:
    """An application with room for one stream."""
    app = make_app(threads=2)

    @app.get("/events")
    def events() -> Response:
        def happen() -> Iterator[Event | None]:
            yield Event("first\nlast", event="step", id="7")
            yield None
            yield Event("", id="8")

        return event_stream(happen())

    return app


@pytest.fixture
def client(streaming: Flask) -> FlaskClient:
    return streaming.test_client()


def test_events_are_written_as_the_standard_says(client: FlaskClient) -> None:
    response = client.get("/events")
    assert response.mimetype == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.text == (
        "retry: 2000\n\nid: 7\nevent: step\ndata: first\ndata: last\n\n"
        ": nothing new\n\nid: 8\nevent: message\ndata: \n\n"
    )


def test_who_finds_no_room_gets_what_there_is_and_comes_back_later(client: FlaskClient, streaming: Flask) -> None:
    holding = client.get("/events", buffered=False)
    next(holding.iter_encoded())
    other = streaming.test_client().get("/events")
    assert other.text.endswith("data: last\n\n")
    holding.close()
    assert streaming.test_client().get("/events").text.endswith("id: 8\nevent: message\ndata: \n\n")
