"""Contexts as Markdown files: what an uploaded one becomes, and what those are called that are taken away."""

import re
import unicodedata
from itertools import count
from pathlib import PurePosixPath
from typing import IO

from flask import Response, send_file
from werkzeug.datastructures import FileStorage

from portal.config import current_settings
from portal.content.contexts import ContextTooLarge, Text
from portal.content.models import NAME_LENGTH
from portal.foundation.markdown import plain_text
from portal.foundation.visible_text import can_be_seen
from portal.library.context_form import say_size

ENDINGS = (".md", ".markdown", ".txt")
_FRONT_MATTER = re.compile(r"---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r" {0,3}#[ \t]+(.*)")
_CLOSING = re.compile(r"(?:^|[ \t])#+$")
_FORBIDDEN = '<>:"/\\|?*'
"""In file names of one system or another."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself."""
_LONGEST_NAME = 60
"""Characters of up to four bytes; file systems allow 255 bytes."""


class UnusableFile(ValueError):
    """A file cannot become a context; the message names it and says why and what would."""


def read_text(upload: FileStorage) -> Text:
    """Make a context's text of an uploaded file; it is called what its first heading says, or else the file's name.

    Front matter is text as any other.

    Raises:
        UnusableFile: another kind of file, too large, or no UTF-8.
    """
    path = PurePosixPath((upload.filename or "").replace("\\", "/"))
    file = f"“{path.name[:100]}”"
    if path.suffix.lower() not in ENDINGS:
        raise UnusableFile(f"{file} is no Markdown or text file; choose files that end in {', '.join(ENDINGS)}.")
    content = upload.read().removeprefix(b"\xef\xbb\xbf")
    most = current_settings().most_context_bytes
    if len(content) > most:
        raise UnusableFile(say_size(file, ContextTooLarge(len(content), most)))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + 1:,} is 0x{content[error.start]:02X}"
        raise UnusableFile(f"{file} is not in UTF-8 ({byte}). Save it as UTF-8 and choose it again.") from None
    if "\0" in text:
        raise UnusableFile(f"{file} holds NUL characters (U+0000), which cannot be stored; remove them.")
    text = text.replace("\r\n", "\n")
    stem = " ".join(path.stem.replace("\0", "").split())
    name = _first_heading(text) or stem or "Untitled"
    return Text(name[:NAME_LENGTH], text)


def _first_heading(text: str) -> str:
    """The words of the first heading of the first level; what looks like one in front matter or code is none."""
    matter = _FRONT_MATTER.match(text)
    in_code = False
    for line in text[matter.end() if matter else 0 :].splitlines():
        if line.startswith(("```", "~~~")):
            in_code = not in_code
        elif not in_code and (heading := _HEADING.fullmatch(line[:1000])):
            return plain_text(_CLOSING.sub("", heading[1].rstrip()))
    return ""


class FileNames:
    """Names of Markdown files in one folder: no two are the same on any system."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def of(self, name: str) -> str:
        """What the file of a context is called that has this name."""
        seen = "".join("-" if one in _FORBIDDEN else one for one in name if can_be_seen(one) or one.isspace())
        stem = " ".join(unicodedata.normalize("NFC", seen).split())[:_LONGEST_NAME].strip(" .")
        stem = f"_{stem}" if _DEVICES.fullmatch(stem) else stem or "Untitled"
        for number in count(self._numbers.get(stem.casefold(), 1)):
            numbered = stem if number == 1 else f"{stem} ({number})"
            if numbered.casefold() not in self._taken:
                self._taken.add(numbered.casefold())
                self._numbers[stem.casefold()] = number
                return f"{numbered}.md"
        raise AssertionError("numbers do not end")


def send_as_file(file: IO[bytes], mimetype: str, name: str) -> Response:
    """An answer that the browser saves."""
    response = send_file(file, mimetype, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
