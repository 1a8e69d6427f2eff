"""Markdown to the HTML of a guide: anchors, sections, code blocks. Knows no route and no particular page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jinja2 import Environment
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from portal.foundation.highlighting import highlight

_LANGUAGES = {"javascript": "JavaScript", "jsx": "React", "text": "URL"}


@dataclass(frozen=True)
class Heading:
    """A place that a list of contents leads to."""

    level: int
    slug: str
    title: str


@dataclass(frozen=True)
class Document:
    """A guide in both of its forms."""

    markdown: str
    html: Markup
    headings: Sequence[Heading]


def render(markdown: str, templates: Environment) -> Document:
    """Render a guide.

    Args:
        markdown: the complete text.
        templates: where `components/code.html` and the specimens (`docs/<name>.html`) are.
    """
    code_block = templates.get_template("components/code.html").make_module().__dict__["code_block"]

    def fence(_self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType) -> str:
        language, _, name = tokens[index].info.partition(" ")
        if language == "specimen":  # the Markdown lists what the page shows
            return templates.get_template(f"docs/{name}.html").render()
        lines = highlight(tokens[index].content, language)
        return str(code_block(f"code-{index}", _LANGUAGES[language], lines))

    parser = MarkdownIt("js-default")
    parser.add_render_rule("fence", fence)
    tokens = parser.parse(markdown)
    headings = list(_anchor_headings(tokens))
    html = parser.renderer.render(list(_in_sections(tokens)), parser.options, {})
    return Document(markdown, Markup(html), headings)  # noqa: S704 -- our own prose; the preset escapes HTML


def _anchor_headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Give every heading an id, and make its words the link to itself."""
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            slug = re.sub(r"[^a-z0-9]+", "-", words.content.lower()).strip("-")
            opening.attrSet("id", slug)
            if opening.tag != "h1":
                words.children = [
                    Token("link_open", "a", 1, attrs={"href": f"#{slug}"}),
                    *(words.children or []),
                    Token("link_close", "a", -1),
                ]
            yield Heading(int(opening.tag[1]), slug, words.content)


def _in_sections(tokens: Sequence[Token]) -> Iterator[Token]:
    """Put each heading below the first in a <section> with what follows it, for the stylesheet to lay out."""
    open_levels: list[int] = []
    for token in tokens:
        if token.type == "heading_open" and token.level == 0 and token.tag != "h1":
            level = int(token.tag[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
                yield _html("</section>\n")
            open_levels.append(level)
            about = f' class="about-{token.attrs["id"]}"' if level == 2 else ""
            yield _html(f"<section{about}>\n")
        yield token
    yield _html("</section>\n" * len(open_levels))


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
