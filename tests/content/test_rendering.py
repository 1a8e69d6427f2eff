"""A template gets its values and nothing else, and cannot go on for ever."""

import pytest

from portal.content import rendering
from portal.content.rendering import CannotRender, render

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_values_are_filled_in_and_nothing_is_escaped() -> None:
    assert render("Dear {{ name }}:\n{{ input }}\n", {"name": "<Uma>", "input": "a & b"}) == "Dear <Uma>:\na & b\n"
    assert render("{% for word in input.split() %}{{ loop.index }}{{ word|upper }} {% endfor %}", {"input": "a b"}) == (
        "1A 2B "
    )


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ input.__class__.__mro__ }}", "unsafe"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "unsafe"),
        ("{{ missing }}", "'missing' is undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ 'a' * 1000000000 }}", "more than 256 MB of memory"),
        ("{% for i in range(2000) %}{{ 'x' * 1000 }}{% endfor %}", "more than 1,000,000 characters"),
        ("{{ " + "(" * 5000, "nested too deeply"),
    ],
)
def test_a_template_that_reaches_too_far_is_ended_with_the_reason(template: str, reason: str) -> None:
    with pytest.raises(CannotRender, match=reason):
        render(template, {"input": "x"})


def test_a_template_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "SECONDS", 1)
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    with pytest.raises(CannotRender, match="took longer than"):
        render(endless, {})


def test_what_no_database_can_store_is_taken_out() -> None:
    assert render(r"{{ 'a\x00b' }}", {}) == "ab"
    assert render(r"{{ '\ud800' }}", {}) == "?"
