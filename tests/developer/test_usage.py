"""Usage: charts that can be read without seeing them, the same numbers in a table and as a file."""

import csv
import io

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert

from portal.developer.usage import _cell
from portal.foundation import clock
from portal.foundation.database import transaction
from portal.oauth.client_events import CAUSES
from portal.oauth.event_models import ClientDay
from portal.oauth.record_writing import DAY
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS
from tests.developer.events import key_of, note_failures
from tests.factories import Person, make_client
from tests.fixtures.statements import cost

TODAY = 20_000
NOON = TODAY * DAY + 12 * 3600
HEADER = "day,authorized_users,authorizations,denials,active_tokens,exchanges,refreshes,failed_calls,error_rate"


@pytest.fixture
def client_id(app: Flask, ada: Person) -> str:
    return make_client(app, ada).client_id


def count(app: Flask, client_id: str, *rows: tuple[int, str, str, int]) -> None:
    key = key_of(app, client_id)
    values = [
        {"client_id": key, "day": TODAY - ago, "what": what, "detail": detail, "count": number}
        for ago, what, detail, number in rows
    ]
    with app.app_context(), transaction() as session:
        session.execute(insert(ClientDay), values)


def chart(page: Page, title: str) -> str:
    (section,) = [section for section in page.document.find("section") if title in (h.text for h in section.find("h2"))]
    return section.text


def cells(page: Page, day: str) -> list[str]:
    (row,) = [row for row in page.document.find("tr") if row.find("th")[0].text == day]
    return [cell.text for cell in row.find("td")]


def test_an_app_that_nobody_used_says_so_and_has_zeros_in_its_file(developer: Visitor, client_id: str) -> None:
    page = developer.open(f"{APPS}/{client_id}/usage")
    assert "Nobody has used this app yet" in page.text
    assert f"{APPS}/{client_id}/usage.csv" in page.links
    assert not page.document.find("table")
    answer = developer.request(f"{APPS}/{client_id}/usage.csv")
    lines = list(csv.reader(io.StringIO(answer.text)))
    assert len(lines) == 91
    assert all(line[1:] == ["0"] * 8 for line in lines[1:])


def test_each_chart_has_a_headline_a_change_and_words_for_those_who_do_not_see_it(
    app: Flask, ada: Person, client_id: str
) -> None:
    count(
        app, client_id,
        (0, "allowed", "", 30), (40, "allowed", "", 20), (75, "allowed", "", 500),
        (29, "denied", "", 4), (30, "denied", "", 9),
        (1, "refreshed", "", 1234),
        (2, "failed", "token secret_wrong", 3), (45, "failed", "token secret_wrong", 20),
    )  # fmt: skip
    with time_machine.travel(NOON, tick=False):
        page = visit_signed_in(app, ada).open(f"{APPS}/{client_id}/usage")
    assert "30 in 30 days +10 (+50%) on the 30 days before" in chart(page, "Authorizations")
    assert "550 from 7 Jul to today. Highest: 500 on 21 Jul." in chart(page, "Authorizations")
    assert "4 in 30 days −5 (−56%) on the 30 days before" in chart(page, "Denials")
    assert "1,234 in 30 days +1,234 on the 30 days before" in chart(page, "Refreshes")
    assert "0 now No change in 30 days" in chart(page, "Active tokens")
    assert "0.2% in 30 days −49.8 points on the 30 days before" in chart(page, "Error rate")
    for drawing in page.document.find("svg", role="img"):
        for name in drawing["aria-labelledby"].split():
            assert page.document.by_id(name).text
    assert cells(page, "4 Oct 2024") == ["0", "30", "0", "0", "0", "0", "0", "0%"]
    assert cells(page, "2 Oct 2024") == ["0", "0", "0", "0", "0", "0", "3", "100%"]


def test_causes_stand_the_most_frequent_first_with_their_part_of_all_calls_and_lead_to_the_calls(
    app: Flask, ada: Person, client_id: str
) -> None:
    count(
        app, client_id,
        (0, "allowed", "", 90),
        (0, "failed", "token secret_wrong", 1), (1, "failed", "revoke secret_wrong", 1),
        (5, "failed", "authorize redirect_uri_mismatch", 8), (40, "failed", "token code_expired", 50),
    )  # fmt: skip
    with time_machine.travel(NOON, tick=False):
        developer = visit_signed_in(app, ada)
        page = developer.open(f"{APPS}/{client_id}/usage")
        causes = [row.text for row in page.document.find("table")[0].find("tr")][1:]
        assert causes[0].startswith(f"{CAUSES['redirect_uri_mismatch']} 8 8%")
        assert causes[1].startswith(f"{CAUSES['secret_wrong']} 2 2%")
        assert len(causes) == 2
        (link,) = [link for link in page.links if "cause=secret_wrong" in link]
        assert developer.open(link).title == "Activity"


def test_the_file_is_a_csv_with_a_line_for_each_day_and_a_column_for_each_cause(
    app: Flask, ada: Person, client_id: str
) -> None:
    count(app, client_id, (0, "allowed", "", 1), (0, "failed", "token secret_wrong", 2))
    with time_machine.travel(NOON, tick=False):
        answer = visit_signed_in(app, ada).request(f"{APPS}/{client_id}/usage.csv")
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=usage-{client_id}.csv"
    lines = answer.text.split("\r\n")
    assert lines[0] == f"{HEADER},failed_secret_wrong"
    assert lines[1] == "2024-07-07,0,0,0,0,0,0,0,0,0"
    assert lines[90:] == ["2024-10-04,0,1,0,0,0,0,2,0.666667,2", ""]
    assert "ada" not in answer.text.lower()


@pytest.mark.standard("ContextFile security rule", "64", "What strangers send is inert in the CSV file")
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_can_be_a_formula(text: str) -> None:
    assert _cell(text) == f"'{text}"


def test_todays_calls_show_at_once(app: Flask, developer: Visitor, client_id: str) -> None:
    note_failures(app, client_id, "secret_wrong", "secret_wrong")
    assert "100%" in chart(developer.open(f"{APPS}/{client_id}/usage"), "Error rate")


def test_a_page_takes_as_many_statements_for_one_number_as_for_many(
    app: Flask, developer: Visitor, client_id: str
) -> None:
    few = cost(app, lambda: developer.open(f"{APPS}/{client_id}/usage"))
    until_now = TODAY - clock.now() // DAY
    count(app, client_id, *((until_now + ago, "failed", f"token {ago}", 1) for ago in range(80)))
    assert "Nobody has used this app yet" not in developer.open(f"{APPS}/{client_id}/usage").text
    assert cost(app, lambda: developer.open(f"{APPS}/{client_id}/usage")) == few
