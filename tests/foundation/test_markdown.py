"""Markdown of people and models: what it may become on a page, and what it may not."""

import pytest

from portal.foundation.markdown import MOST_SHOWN, is_long, plain_text, render_markdown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](javascript:alert(1))",
        '[x](https://a.example/" onclick="alert(1))',
        "`<b>`\n\n```<b>\n<b>\n```",
        "| <b> |\n|---|\n| <i> |",
    ],
)
def test_nothing_in_it_becomes_markup_of_its_own(hostile: str) -> None:
    html = render_markdown(hostile)
    assert not [
        tag for tag in ("<script", "<img", "<b>", "<i>", ' onclick="', 'href="javascript', 'href="data') if tag in html
    ]


def test_a_link_leads_to_the_web_in_another_tab_and_tells_nothing_of_where_it_was() -> None:
    assert render_markdown("[a](https://a.example/?x=1&y)") == (
        '<p><a href="https://a.example/?x=1&amp;y" rel="nofollow noreferrer" target="_blank">a</a></p>\n'
    )
    assert "mailto:" in render_markdown("<ada@people.example>")


def test_a_link_that_would_lead_into_the_portal_is_its_words() -> None:
    assert render_markdown("[a *b*](other.md) [c](/logout) [d](//e.example)") == "<p>a <em>b</em> c d</p>\n"


def test_an_image_from_elsewhere_is_a_link_to_it() -> None:
    link = '<a href="https://a.example/b.png" rel="nofollow noreferrer" target="_blank">{}</a>'
    assert render_markdown("![our logo](https://a.example/b.png)") == f"<p>{link.format('our logo')}</p>\n"
    assert render_markdown("![](https://a.example/b.png)") == f"<p>{link.format('https://a.example/b.png')}</p>\n"
    assert render_markdown("[![badge](https://x.example)](https://a.example/b.png)").count("<a ") == 1
    assert render_markdown("![plan](plan.png)") == "<p>plan</p>\n"
    assert "<img" in render_markdown("![dot](data:image/png;base64,iVBORw0KGgo=)")


def test_its_headings_come_below_the_pages() -> None:
    assert render_markdown("# A\n\n## B\n\n###### C") == "<h2>A</h2>\n<h3>B</h3>\n<h6>C</h6>\n"
    assert render_markdown("### A\n\n#### B") == "<h2>A</h2>\n<h3>B</h3>\n"


def test_of_a_long_text_whole_lines_are_shown() -> None:
    line = "x" * 99 + "\n"
    assert not is_long(line * (MOST_SHOWN // 100))
    assert render_markdown(line * MOST_SHOWN).count("x" * 99) == MOST_SHOWN // 100
    assert render_markdown("x" * MOST_SHOWN * 2).count("x") == MOST_SHOWN


def test_a_definition_that_is_used_thousands_of_times_does_not_grow() -> None:
    bomb = f"[a]: https://a.example/{'x' * 10_000}\n\n" + "[a]\n" * 4_000
    assert len(render_markdown(bomb)) < 2 * len(bomb)


def test_the_words_of_a_line_are_without_its_marks() -> None:
    assert plain_text("**Brand** voice of [`Acme`](https://a.example) & co") == "Brand voice of Acme & co"
