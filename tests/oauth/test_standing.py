"""Whether what an app has begun for somebody may go on."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, update

from portal.accounts.models import User
from portal.foundation.database import transaction
from portal.oauth.bearer import find_access
from portal.oauth.models import Authorization, Client
from portal.oauth.standing import authorization_stands
from tests.api.callers import Caller, connect
from tests.factories import make_client, make_person

SCOPE = "skills:execute"


@pytest.fixture
def caller(app: Flask) -> Caller:
    person = make_person(app)
    return connect(app, person, make_client(app, person), SCOPE)


def authorization_of(caller: Caller) -> int:
    with caller.app.app_context():
        access = find_access(caller.token, "/api/v1")
    assert access is not None
    return access.authorization_id


def test_it_stands_for_the_scope_that_was_allowed_also_when_it_has_expired(caller: Caller) -> None:
    key = authorization_of(caller)
    with caller.app.app_context():
        assert authorization_stands(key, SCOPE)
        assert not authorization_stands(key, "skills")
        assert not authorization_stands(key, "tasks:execute")
        assert not authorization_stands(key ^ 1, SCOPE)
        with time_machine.travel("2036-01-01", tick=False):
            assert authorization_stands(key, SCOPE)


@pytest.mark.parametrize(
    "end",
    [
        update(Authorization).values(revoked_at=1),
        update(Authorization).values(scope="profile:read"),
        update(Client).values(suspended_at=1),
        update(User).values(disabled_at=1),
        update(User).values(credentials_version=User.credentials_version + 1),
        delete(Client),
    ],
    ids=["revoked", "scope taken out", "app suspended", "account disabled", "password changed", "app deleted"],
)
def test_it_stands_no_more(caller: Caller, end: object) -> None:
    key = authorization_of(caller)
    with caller.app.app_context():
        with transaction() as session:
            session.connection().execute(end)  # type: ignore[call-overload]
        assert not authorization_stands(key, SCOPE)
