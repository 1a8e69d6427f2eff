"""Markdown to the HTML of a page: anchors, sections, code blocks and tabs. Knows no route and no particular page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jinja2 import Environment
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from portal.foundation.highlighting import highlight
from portal.foundation.languages import LANGUAGES

_TITLES = {"json": "JSON", "jsx": "React", "shell": "Terminal", "text": "URL"}
_ENDPOINT = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /")
_FIRST = "javascript"
"""Shown to who has chosen no language yet: the public guide's own."""


@dataclass(frozen=True)
class Section:
    """A heading with what follows it up to the next: a place that a list of contents and the search lead to."""

    level: int
    slug: str
    title: str
    text: str
    """Its prose without marks; code blocks are left out."""


@dataclass(frozen=True)
class Document:
    """A page in both of its forms."""

    markdown: str
    html: Markup
    sections: Sequence[Section]
    has_tabs: bool
    """Whether some of its code is in several languages."""
    personal: bool
    """Whether some of its code says what is the reader's own."""

    @property
    def places(self) -> list[tuple[str, str]]:
        """What a list of contents shows, slug and title: the main headings, and every endpoint."""
        shown = (section for section in self.sections if section.level == 2 or _ENDPOINT.match(section.title))
        return [(section.slug, section.title) for section in shown]


@dataclass(frozen=True)
class _Tab:
    """Code in one of several languages, as the template shows it."""

    language: str
    label: str
    html: Markup


def render(markdown: str, templates: Environment, *, personal: bool = False) -> Document:
    """Render a page.

    Args:
        markdown: the complete text. Code blocks that follow one another become tabs, unless they have titles.
        templates: where `components/code.html` and the specimens (`docs/<name>.html`) are.
        personal: whether the text says what is the reader's own.
    """
    parser = MarkdownIt("js-default")
    tokens = parser.parse(markdown)
    _anchor_headings(tokens)
    sections = list(_read_sections(tokens))
    tokens = list(_in_sections(tokens))
    drawn = list(_draw_code(tokens, templates))
    html = parser.renderer.render(drawn, parser.options, {})
    has_tabs = any(len(group) > 1 for group in _grouped(tokens))
    return Document(markdown, Markup(html), sections, has_tabs, personal)  # noqa: S704 -- our own prose; the preset escapes HTML


def _anchor_headings(tokens: Sequence[Token]) -> None:
    """Give every heading an id of its own, and make its words the link to itself."""
    taken: set[str] = set()
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            plain = re.sub(r"[^a-z0-9]+", "-", words.content.lower()).strip("-")
            slug = next(slug for slug in _numbered(plain) if slug not in taken)
            taken.add(slug)
            opening.attrSet("id", slug)
            if _ENDPOINT.match(words.content):
                opening.attrSet("class", "endpoint")
            if opening.tag != "h1":
                words.children = [
                    Token("link_open", "a", 1, attrs={"href": f"#{slug}"}),
                    *(words.children or []),
                    Token("link_close", "a", -1),
                ]


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in range(2, 1000))


def _read_sections(tokens: Sequence[Token]) -> Iterator[Section]:
    heading: tuple[int, str, str] | None = None
    text: list[str] = []
    for before, token in pairwise([Token("", "", 0), *tokens]):
        if token.type == "heading_open":
            if heading:
                yield Section(*heading, " ".join(text))
            text = []
        elif token.type == "inline" and before.type == "heading_open":
            heading = (int(before.tag[1]), str(before.attrs["id"]), _plain(token))
        elif token.type == "inline":
            text.append(_plain(token))
    if heading:
        yield Section(*heading, " ".join(text))


def _plain(inline: Token) -> str:
    """The words of a paragraph, without what marks them."""
    kept = {"text", "code_inline"}
    pieces = (
        child.content if child.type in kept else " " * (child.type == "softbreak") for child in inline.children or []
    )
    return "".join(pieces)


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


def _grouped(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens one by one, but code blocks that are one another's translations together."""
    group: list[Token] = []
    for token in tokens:
        language, _, title = token.info.partition(" ")
        translation = token.type == "fence" and language in LANGUAGES and not title
        if group and not (translation and language not in {other.info for other in group}):
            yield group
            group = []
        if translation:
            group.append(token)
        else:
            yield [token]
    if group:
        yield group


def _draw_code(tokens: Sequence[Token], templates: Environment) -> Iterator[Token]:
    pieces = templates.get_template("components/code.html").make_module().__dict__
    for number, group in enumerate(_grouped(tokens)):
        token, name = group[0], f"code-{number}"
        language, _, title = token.info.partition(" ")
        if token.type != "fence":
            yield token
        elif language == "specimen":  # the Markdown lists what the page shows
            yield _html(templates.get_template(f"docs/{title}.html").render())
        elif len(group) > 1:
            tabs = [_Tab(one.info, LANGUAGES[one.info].label, _coloured(one)) for one in group]
            yield _html(str(pieces["code_tabs"](name, tabs, _FIRST)))
        else:
            label = LANGUAGES[language].label if language in LANGUAGES else _TITLES.get(language, language)
            yield _html(str(pieces["code_block"](name, title or label, _coloured(token))))


def _coloured(fence: Token) -> Markup:
    language = fence.info.partition(" ")[0]
    return highlight(fence.content, LANGUAGES[language].lexer if language in LANGUAGES else language)


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
