"""Markdown that people and models write, as HTML that can do nothing: for the portal's own pages.

Raw HTML in it is text, and so is a link that leads to no web or mail address. An image from elsewhere, which the
content security policy stops, becomes a link to it. Knows no page.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

MOST_SHOWN = 30_000
"""Characters that are rendered. More would be slow to make and heavy to load."""
_MOST_ADDRESSES = 200_000
"""Characters of all links' addresses. A long one that is defined once can be referred to thousands of times."""
_LEADS_AWAY = re.compile("https?://|mailto:", re.IGNORECASE)
_PARSER = MarkdownIt("js-default", {"maxNesting": 40})  # each level of quotation reads all of its lines again


def plain_text(line: str) -> str:
    """The words of a line of Markdown, without the marks of emphasis, code and links."""
    children = _PARSER.parseInline(line)[0].children or []
    return "".join(child.content for child in children if child.type in {"text", "code_inline"}).strip()


def is_long(markdown: str) -> bool:
    """Whether `render_markdown` shows only the beginning."""
    return len(markdown) > MOST_SHOWN


def render_markdown(markdown: str) -> Markup:
    """Render a text, or the beginning of a long one, up to the end of a line.

    Its headings come below the page's own: the highest one becomes an <h2>.
    """
    if is_long(markdown):
        markdown = markdown[: markdown.rfind("\n", 1, MOST_SHOWN) + 1 or MOST_SHOWN]
    tokens = _PARSER.parse(markdown)
    _lower_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = list(_without_surprises(token.children))
    addresses = sum(
        len(str(child.attrs.get("href", ""))) + len(str(child.attrs.get("title", "")))
        for token in tokens
        for child in token.children or ()
    )
    if addresses > _MOST_ADDRESSES:
        return Markup('<pre tabindex="0">{}</pre>').format(markdown)
    html = _PARSER.renderer.render(list(_scrolling(tokens)), _PARSER.options, {})
    return Markup(html)  # noqa: S704  # the preset escapes HTML


def _lower_headings(tokens: Sequence[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    lower = 2 - min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + lower, 6)}"


def _without_surprises(children: Sequence[Token]) -> Iterator[Token]:
    """Links that say that they lead away, and images that can be shown."""
    open_link: list[bool] = []
    for child in children:
        match child.type:
            case "link_open":
                open_link.append(_LEADS_AWAY.match(str(child.attrs["href"])) is not None)
                if open_link[-1]:
                    yield _to_elsewhere(child)
            case "link_close":
                if open_link.pop():
                    yield child
            case "image" if not str(child.attrs["src"]).startswith("data:"):
                address = str(child.attrs["src"])
                text = Token("text", "", 0, content=child.content or address)
                if open_link or not _LEADS_AWAY.match(address):
                    yield text
                else:
                    yield _to_elsewhere(Token("link_open", "a", 1, attrs={"href": address}))
                    yield text
                    yield Token("link_close", "a", -1)
            case _:
                yield child


def _to_elsewhere(opening: Token) -> Token:
    """In another tab: the text may stand beside one that is being written."""
    opening.attrs |= {"rel": "nofollow noreferrer", "target": "_blank"}
    return opening


def _scrolling(tokens: Sequence[Token]) -> Iterator[Token]:
    """What may be wider than the page scrolls by itself, also from the keyboard."""
    for token in tokens:
        if token.type in {"fence", "code_block"}:
            yield Token(
                "html_block",
                "",
                0,
                content=str(Markup('<pre tabindex="0"><code>{}</code></pre>\n').format(token.content)),
            )
        elif token.type == "table_open":
            yield Token("html_block", "", 0, content='<div class="wide" tabindex="0">\n')
            yield token
        elif token.type == "table_close":
            yield token
            yield Token("html_block", "", 0, content="</div>\n")
        else:
            yield token
