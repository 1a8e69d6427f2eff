"""What must be refused in words, and never with a 500: unhandled exceptions fail these tests."""

from dataclasses import replace

import pytest

from tests.api.callers import Caller, assert_refused
from tests.fixtures.applications import MakeApp

JSON = "application/json"

BODIES = {
    "nothing": (b"", ["Invalid JSON"]),
    "half an object": (b'{"name":', ["Invalid JSON", "line 1"]),
    "a list": (b"[]", ["object", "[]"]),
    "null": (b"null", ["object", "null"]),
    "a number": (b"1", ["object"]),
    "a string": (b'"name"', ["object"]),
    "not UTF-8": (b'{"name": "\xff", "content": ""}', ["Invalid JSON"]),
    "UTF-16": ('{"name": "a", "content": ""}'.encode("utf-16"), ["Invalid JSON"]),
    "a byte order mark": (b'\xef\xbb\xbf{"name": "a", "content": ""}', ["Invalid JSON"]),
    "a bare control character": (b'{"name": "a\x00", "content": ""}', ["Invalid JSON"]),
    "a NUL in the name": (rb'{"name": "a\u0000", "content": ""}', ["'name'", "NUL", "remove"]),
    "a NUL in the content": (rb'{"name": "a", "content": "\u0000"}', ["'content'", "NUL"]),
    "a NUL in the description": (
        rb'{"name": "a", "content": "", "description": "\u0000"}',
        ["'description'"],
    ),
    "a NUL in the type": (rb'{"name": "a", "content": "", "context_type": "\u0000"}', ["'context_type'"]),
    "a NUL in a field's name": (rb'{"\u0000": 1}', ["Unknown"]),
    "a lone surrogate": (rb'{"name": "\ud800", "content": ""}', ["Invalid JSON"]),
    "surrogates in the wrong order": (rb'{"name": "\udc00\ud800", "content": ""}', ["Invalid JSON"]),
    "numbers for texts": (b'{"name": 1, "content": 2.5}', ["'name'", "string", "'1'", "'content'", "'2.5'"]),
    "true and null for texts": (
        b'{"name": true, "content": null}',
        ["'name'", "'true'", "'content'", "'null'"],
    ),
    "lists and objects for texts": (b'{"name": ["a"], "content": {"b": 1}}', ["'name'", "'content'"]),
    "no number at all": (b'{"name": NaN, "content": Infinity}', ["'name'", "'content'"]),
    "an integer of 4,000 digits": (b'{"name": ' + b"1" * 4000 + b', "content": ""}', ["'name'", "string"]),
    "an integer of 5,000 digits": (b'{"name": ' + b"1" * 5000 + b', "content": ""}', ["Invalid JSON"]),
    "a float out of range": (b'{"name": 1e999, "content": ""}', ["'name'"]),
    "deep nesting": (b"[" * 100_000, ["Invalid JSON"]),
    "nesting in a field": (b'{"name": ' + b"[" * 150 + b"]" * 150 + b', "content": ""}', ["'name'"]),
    "an empty name": (b'{"name": "", "content": ""}', ["'name'", "1 character"]),
    "a blank name": (b'{"name": " \\t ", "content": ""}', ["'name'", "1 character"]),
    "a long name": (b'{"name": "' + b"n" * 201 + b'", "content": ""}', ["'name'", "200", "201"]),
    "a long description": (
        b'{"name": "a", "content": "", "description": "' + b"d" * 1001 + b'"}',
        ["'description'", "1000", "1001"],
    ),
    "a long type": (
        b'{"name": "a", "content": "", "context_type": "' + b"t" * 51 + b'"}',
        ["'context_type'", "50", "51"],
    ),
    "an unknown field": (
        b'{"name": "a", "content": "", "titel": ""}',
        ["'titel'", "Unknown", "context_type"],
    ),
    "fields that are not the client's to set": (
        b'{"name": "a", "content": "", "id": "1", "user_id": "1", "created_at": 0}',
        ["'id'", "'user_id'", "'created_at'"],
    ),
    "a thousand unknown fields": (
        b"{" + b",".join(b'"k%d": 1' % number for number in range(1000)) + b"}",
        ["more"],
    ),
    "a field with a huge name": (b'{"' + b"k" * 100_000 + b'": 1}', ["Unknown"]),
}
FIELDS_LEFT_OUT = {
    "an empty object": (b"{}", ["'name'", "'content'", "required"]),
    "no content": (b'{"name": "a"}', ["'content'", "required"]),
    "no name": (b'{"content": "a"}', ["'name'", "required"]),
}
CONTENT_TYPES: dict[str | None, list[str]] = {
    None: ["none"],
    "application/x-www-form-urlencoded": ["'application/x-www-form-urlencoded'"],
    "multipart/form-data; boundary=x": ["'multipart/form-data; boundary=x'"],
    "text/plain": ["'text/plain'"],
    "application/" + "x" * 5000: [],
}
IDS = [
    "0", "-1", "1", "abc", "1.0", "1e3", "0x10", "9223372036854775807", "9223372036854775808", "9" * 5000,
    "%00", "1%00", "%D9%A1", "%20", "%ed%a0%80", "%ff", "'", "1;--", "None", "<script>",
]  # fmt: skip
QUERIES = {
    "page=0": ["'page'", "1", "'0'"],
    "page=-1": ["'page'", "'-1'"],
    "page=": ["'page'", "integer"],
    "page=two": ["'page'", "integer", "'two'"],
    "page=1.5": ["'page'", "'1.5'"],
    "page=1000001": ["'page'", "1000000"],
    "page=9223372036854775808": ["'page'"],
    f"page={'9' * 5000}": ["'page'"],
    "page=%00": ["'page'"],
    "page=1&page=2": ["'page'", "once"],
    "limit=0": ["'limit'", "'0'"],
    "limit=101": ["'limit'", "100", "'101'"],
    "limit=all": ["'limit'", "'all'"],
    "sort=size": ["'sort'", "'-created_at'", "'size'"],
    "fields=": ["'fields'", "''", "id, name"],
    "fields=id,user_id": ["'fields'", "'user_id'", "id, name"],
    "fields=id,%00": ["'fields'"],
    f"query={'q' * 201}": ["'query'", "200"],
    "query=%00": ["'query'", "NUL"],
    "cursor=": ["cursor", "begin without"],
    "cursor=x&page=1": ["'page'", "'cursor'", "not both"],
    f"cursor={'c' * 2001}": ["'cursor'", "2000"],
    "offset=3": ["'offset'", "Unknown", "page, limit"],
    "%00=1": ["Unknown"],
}


@pytest.fixture
def address(ada: Caller) -> str:
    """A context of Ada's."""
    made = ada.send("POST", "/contexts", json={"name": "Voice", "content": "Plain words."})
    return f"/contexts/{made.get_json()['data']['id']}"


def test_a_body_that_is_no_context_is_refused_with_the_cure(ada: Caller, subtests: pytest.Subtests) -> None:
    for case, (body, words) in (BODIES | FIELDS_LEFT_OUT).items():
        with subtests.test(case):
            response = ada.send("POST", "/contexts", data=body, content_type=JSON)
            assert_refused(response, 400, *words)
            assert len(response.text) < 2000
    assert ada.send("GET", "/contexts").get_json()["meta"]["total"] == 0


def test_a_change_that_is_none_is_refused_and_changes_nothing(
    ada: Caller, address: str, subtests: pytest.Subtests
) -> None:
    before = ada.send("GET", address).get_json()
    for case, (body, _) in BODIES.items():
        with subtests.test(case):
            assert_refused(ada.send("PATCH", address, data=body, content_type=JSON), 400)
    assert ada.send("GET", address).get_json() == before


def test_a_body_that_is_not_sent_as_json_is_refused(ada: Caller, address: str, subtests: pytest.Subtests) -> None:
    body = b'{"name": "a", "content": ""}'
    for method, path in (("POST", "/contexts"), ("PATCH", address)):
        for content_type, words in CONTENT_TYPES.items():
            with subtests.test(method=method, content_type=content_type):
                response = ada.send(method, path, data=body, content_type=content_type)
                assert_refused(response, 415, "application/json", *words)


def test_a_huge_body_is_refused_with_the_limit(ada: Caller, address: str, make_app: MakeApp) -> None:
    small = replace(ada, app=make_app(most_context_bytes=1000))
    body = b'{"name": "a", "content": "' + b"c" * 120_000 + b'"}'
    for method, path in (("POST", "/contexts"), ("PATCH", address), ("PUT", address)):
        assert_refused(small.send(method, path, data=body, content_type=JSON), 413, "106000 bytes")


@pytest.mark.parametrize(
    ("method", "kind"),
    [("GET", "context"), ("PATCH", "context"), ("DELETE", "context"), ("GET", "skill"), ("GET", "task")],
)
def test_what_is_no_id_is_not_found(ada: Caller, subtests: pytest.Subtests, method: str, kind: str) -> None:
    for text in IDS:
        with subtests.test(id=text[:30]):
            response = ada.send(method, f"/{kind}s/{text}", json=None if method == "GET" else {"name": "a"})
            assert_refused(response, 404, kind, f"GET /api/v1/{kind}s")
            assert len(response.text) < 2000


def test_an_object_has_one_address_only(ada: Caller, address: str) -> None:
    number = address.removeprefix("/contexts/")
    for other in (f"0{number}", number.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})):
        assert_refused(ada.send("GET", f"/contexts/{other}"), 404)


@pytest.mark.parametrize("path", ["/contexts", "/skills", "/tasks"])
def test_a_wrong_query_is_refused_with_the_cure(ada: Caller, subtests: pytest.Subtests, path: str) -> None:
    for query, words in QUERIES.items():
        with subtests.test(query=query[:30]):
            response = ada.send("GET", f"{path}?{query}")
            assert_refused(response, 400, *words)
            assert len(response.text) < 2000


def test_a_type_that_no_context_can_have_is_refused(ada: Caller) -> None:
    for value in ("", "%20", "%00", "t" * 51):
        assert_refused(ada.send("GET", f"/contexts?context_type={value}"), 400, "'context_type'")


def test_a_get_may_name_a_content_type_and_send_nothing(ada: Caller) -> None:
    """The public guide's snippet does."""
    for path in ("/profile", "/contexts", "/skills", "/tasks"):
        assert ada.send("GET", path, headers={"Content-Type": JSON}).status_code == 200
