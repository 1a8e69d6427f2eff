"""A page's Markdown, complete: prose with what its directives stand for filled in. Knows no HTML.

A directive stands alone on its line, such as `<!-- sample: exchange -->`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.config import Settings
from portal.docs.errors import errors_markdown
from portal.docs.facts import figures, table
from portal.docs.reader import PLACEHOLDERS, Values
from portal.docs.reference import reference_markdown
from portal.docs.samples import file_of_quickstart, fill, in_languages, in_one

_PROSE = Path(__file__).parent / "prose"
_DIRECTIVE = re.compile(r"^<!-- (\w+): (\S+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Server:
    """What pages say of the server that they are read on."""

    settings: Settings
    openapi: Mapping[str, Any]


def page_markdown(name: str, server: Server, values: Values) -> str:
    """One page.

    Args:
        name: the file in `prose/`, without its ending.
        values: what stands in the samples.
    """
    filled_by: dict[str, Callable[[str], str]] = {
        "sample": lambda path: (in_one if "/" in path else in_languages)(path, values),
        "file": lambda path: file_of_quickstart(path, values),
        "table": lambda name: table(name, server.openapi),
        "errors": errors_markdown,
        "reference": lambda part: fill(reference_markdown(server.openapi, part), "json", values),
    }
    text = (_PROSE / f"{name}.md").read_text("utf-8").replace(PLACEHOLDERS.issuer, values.issuer)
    for _ in range(2):  # what a directive stands for may hold samples
        text = _DIRECTIVE.sub(lambda found: filled_by[found[1]](found[2]), text)
    for word, figure in figures(server.settings).items():
        text = text.replace(f"{{{word}}}", figure)
    return text


def for_elsewhere(markdown: str, issuer: str) -> str:
    """A page's Markdown for who reads it without this site: links lead here, and what only a page shows is text."""
    return re.sub(r"\]\(/", f"]({issuer}/", markdown).replace("```specimen ", "```text ")
