"""The languages that code is shown in: how each is named and coloured, and how it writes a text.

Whoever shows code writes what comes from outside through these, so that no value can end the literal that it
stands in. Knows nothing of what the code is for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """How a language is named, coloured, and writes what code carries."""

    label: str
    lexer: str
    extension: str
    """What its files' names end in, without the dot."""
    literal: Callable[[str], str]
    variable: Callable[[str], str]
    """An environment variable's value, by its name."""
    join: Callable[[str, str], str]
    """A text, as a literal, followed by a variable."""

    def inside(self, text: str) -> str:
        """A text as it stands between the quotes of a literal that is already there.

        Args:
            text: what running code is to read; the quotes around it must be those that `literal` writes.
        """
        return self.literal(text)[1:-1]


def _escaping(quote: str, also: str = "") -> Callable[[str], str]:
    """Literals in which a backslash escapes: the quote, what else has a meaning, and control characters."""
    table = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F)}
    table |= {ord(sign): name for sign, name in {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.items()}
    table |= {ord(sign): "\\" + sign for sign in "\\" + quote + also}

    def literal(text: str) -> str:
        return quote + text.translate(table) + quote

    return literal


def _in_shell(text: str) -> str:
    """Between single quotes everything stands for itself, but for the single quote (POSIX XCU §2.2.2)."""
    return "'" + text.replace("'", "'\\''") + "'"


def _plus(text: str, variable: str) -> str:
    return f"{text} + {variable}"


LANGUAGES: Mapping[str, Language] = {
    "curl": Language("curl", "bash", "sh", _in_shell, '"${}"'.format, "{}{}".format),
    "javascript": Language("JavaScript", "javascript", "js", _escaping("'"), "process.env.{}".format, _plus),
    "typescript": Language("TypeScript", "typescript", "ts", _escaping("'"), "process.env.{}!".format, _plus),
    "python": Language("Python", "python", "py", _escaping('"'), 'os.environ["{}"]'.format, _plus),
    "ruby": Language("Ruby", "ruby", "rb", _escaping('"', "#"), 'ENV.fetch("{}")'.format, _plus),
    "php": Language("PHP", "php", "php", _escaping('"', "$"), 'getenv("{}")'.format, "{} . {}".format),
    "go": Language("Go", "go", "go", _escaping('"'), 'os.Getenv("{}")'.format, _plus),
}
"""In the order of the tabs."""
