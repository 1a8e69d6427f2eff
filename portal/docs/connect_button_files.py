"""The button's files: the rules of its stylesheet, and the element's address with the hash of its content."""

import base64
import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

CLASS = "connect-with-contextfile"
ELEMENT = "connect/1.0.0/connect-with-contextfile.js"
ARTWORK = "connect/1.0.0/artwork"


@dataclass(frozen=True)
class ButtonFiles:
    """What is read from the folder of static files, once for each application."""

    integrity: str
    """Of the element, as <script> takes it (Subresource Integrity §3.1)."""
    rules: tuple[str, ...]
    """Of the stylesheet, without its layer: in one, other people's own rules for links would win."""
    artwork: tuple[str, ...]
    """Names of the drawings, without their endings."""

    def rules_for(self, modifiers: Collection[str]) -> str:
        """The rules that a button with these modifiers needs."""
        return "\n\n".join(rule for rule in self.rules if set(re.findall(rf"{CLASS}--(\w+)", rule)) <= set(modifiers))


@cache
def read_button_files(folder: Path) -> ButtonFiles:
    """Read them."""
    digest = hashlib.sha384((folder / ELEMENT).read_bytes()).digest()
    layer = (folder / "css" / "connect-button.css").read_text("utf-8").partition("{\n")[2].rpartition("}")[0]
    drawings = sorted(path.stem for path in (folder / ARTWORK).glob("*.svg"))
    return ButtonFiles(
        f"sha384-{base64.b64encode(digest).decode()}", tuple(dedent(layer).strip().split("\n\n")), tuple(drawings)
    )
