"""How much an app may ask for: per app and user, and said in each answer."""

from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from portal.foundation import clock
from tests.api.callers import Caller, assert_refused, connect
from tests.factories import make_client
from tests.fixtures.applications import MakeApp
from tests.fixtures.statements import cost
from tests.fixtures.valkey import Valkey

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
START = 1_800_000_000 - 1_800_000_000 % 60


@pytest.fixture
def limited(make_app: MakeApp) -> Flask:
    return make_app(rate_limits=True, api_requests_per_minute=4, executions_per_minute=1)


def test_each_answer_says_how_many_are_left_and_one_too_many_has_to_wait(limited: Flask, ada: Caller) -> None:
    ada = replace(ada, app=limited)
    with time_machine.travel(START + 18, tick=False) as traveller:
        ada = ada.allowed("contexts:read")
        answers = [ada.send("GET", path) for path in ("/contexts", "/contexts/1", "/profile", "/contexts?page=0")]
        assert [answer.status_code for answer in answers] == [200, 404, 403, 400]
        assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"requests";q=4;w=60'}
        assert [answer.headers["RateLimit"] for answer in answers] == [f'"requests";r={n};t=42' for n in (3, 2, 1, 0)]
        refused = ada.send("GET", "/contexts")
        assert_refused(refused, 429, "4 requests", "Retry-After")
        assert refused.get_json()["error"] == "too_many_requests"
        assert refused.headers["Retry-After"] == "42"
        assert refused.headers["RateLimit"] == '"requests";r=0;t=42'
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
        traveller.shift(42)
        assert ada.send("GET", "/contexts").headers["RateLimit"] == '"requests";r=3;t=60'


def test_each_app_of_each_user_counts_for_itself(limited: Flask, ada: Caller, bob: Caller) -> None:
    scope = "profile:read"
    with time_machine.travel(START, tick=False):
        ada, bob = replace(ada, app=limited).allowed(scope), replace(bob, app=limited).allowed(scope)
        other = connect(limited, ada.person, make_client(limited, ada.person, name="Other"), scope)
        again = ada.allowed(scope)  # another token of the same app
        for _ in range(5):
            ada.send("GET", "/profile")
        assert again.send("GET", "/profile").status_code == 429
        assert other.send("GET", "/profile").status_code == bob.send("GET", "/profile").status_code == 200


def test_executions_are_counted_as_well(limited: Flask, ada: Caller) -> None:
    with time_machine.travel(START, tick=False):
        ada = replace(ada, app=limited).allowed("skills:execute")
        first = ada.send("POST", "/skills/1/execute", json={})
        assert first.headers["RateLimit-Policy"] == '"requests";q=4;w=60, "executions";q=1;w=60'
        assert first.headers["RateLimit"] == '"requests";r=3;t=60, "executions";r=0;t=60'
        assert_refused(ada.send("POST", "/skills/1/execute", json={}), 429, "1 executions")
        assert ada.send("GET", "/runs").status_code == 200


def test_nodes_share_the_quotas_and_without_their_store_each_grants_its_own(
    make_app: MakeApp, ada: Caller, valkey: Valkey
) -> None:
    settings = {"rate_limits": True, "api_requests_per_minute": 1000, "redis_url": valkey.url}
    nodes = [replace(ada.allowed("profile:read"), app=make_app(**settings)) for _ in range(2)]

    def left(node: Caller) -> int:
        answer = node.send("GET", "/profile")
        assert answer.status_code == 200
        return int(answer.headers["RateLimit"].partition(";r=")[2].partition(";")[0])

    with time_machine.travel(clock.now(), tick=False):  # within one minute
        assert [left(node) for node in nodes * 2] == [999, 998, 997, 996]
        valkey.kill()
        assert [left(node) for node in nodes * 2] == [999, 999, 998, 998]


def test_who_has_no_good_token_is_told_and_counted_nothing(limited: Flask, ada: Caller) -> None:
    nobody = replace(ada, app=limited, token="cf_at_nonsense")
    for _ in range(5):
        response = nobody.send("GET", "/profile")
        assert response.status_code == 401
        assert "RateLimit" not in response.headers


def test_turned_off_nothing_is_counted_or_said(ada: Caller) -> None:
    answer = ada.send("GET", "/profile")
    assert not [name for name, _ in answer.headers if name.startswith("RateLimit")]


def test_counting_costs_no_statement(limited: Flask, ada: Caller) -> None:
    counted, uncounted = replace(ada, app=limited), ada
    assert cost(limited, lambda: counted.send("GET", "/profile")) == cost(
        ada.app, lambda: uncounted.send("GET", "/profile")
    )
