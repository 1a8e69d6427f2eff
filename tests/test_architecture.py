"""The house rules that can be read off the files: floors, rooms, sizes, names, templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.applications import build

ROOT = Path(__file__).parents[1]
DOORS = {"consent", "library", "developer", "docs", "api", "operations"}
DOMAINS = {"oauth", "content", "accounts"}
FOUNDATION = {"foundation", "config"}
ALLOWED = {
    **{room: {room} | DOMAINS | FOUNDATION for room in DOORS},
    **{room: {room} | FOUNDATION for room in DOMAINS},
    **dict.fromkeys(FOUNDATION, FOUNDATION),
}
WIRING = {"__init__", "__main__", "cli", "migrations"}  # they put the rooms together, and may know them all
FACELESS = ("oauth", "content")
FACE = {
    "flask_login",
    "flask_wtf",
    "wtforms",
    "render_template",
    "render_template_string",
    "flash",
    "session",
}
LONGEST = 250
GENERATED = {"versions", "node_modules", "__pycache__", "fonts", "icons"}
SHOWN = {"samples", "quickstarts"}
"""Folders of the documentation's code: programs of their own, that their readers keep by their own rules."""
BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def files(*patterns: str) -> list[str]:
    """Our own files, as paths from the root of the repository."""
    found = {path.relative_to(ROOT) for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(str(path) for path in found if not GENERATED & set(path.parts))


MODULES = [path for path in files("portal/**/*.py") if not SHOWN & set(Path(path).parts)]
TEMPLATES = files("templates/**/*.*")


def room_of(path: str) -> str:
    return Path(path).relative_to("portal").with_suffix("").parts[0]


def imports(path: str) -> Iterator[str]:
    """Every dotted name that a module imports: `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) not in WIRING])
def test_imports_only_go_down_and_never_to_another_room_of_the_floor(path: str) -> None:
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("portal.")}
    assert rooms <= ALLOWED[room_of(path)]


def test_every_module_belongs_to_a_floor() -> None:
    assert {room_of(path) for path in MODULES} <= WIRING | ALLOWED.keys()


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) in FACELESS])
def test_the_domains_without_a_face_know_no_page_form_or_session(path: str) -> None:
    assert not {part for name in imports(path) for part in name.split(".")} & FACE


@pytest.mark.parametrize("path", [path for path in MODULES if room_of(path) != "foundation"])
def test_time_is_read_from_the_clock_alone(path: str) -> None:
    source = (ROOT / path).read_text()
    assert not re.search(r"\btime\.time|datetime\.now|utcnow|\.today\(", source)


@pytest.mark.parametrize(
    "path",
    files(
        "*.py", "portal/**/*.py", "tests/**/*.py", "tests/**/*.mjs", "tests/*.sh",
        "templates/**/*.*", "static/**/*.css", "static/**/*.js",
    ),
)  # fmt: skip
def test_a_file_has_one_subject_and_so_a_length_to_match(path: str) -> None:
    assert len((ROOT / path).read_text().splitlines()) <= LONGEST


def test_no_file_or_folder_is_a_drawer() -> None:
    paths = files("portal/**/*", "tests/**/*", "templates/**/*", "static/**/*")
    assert [path for path in paths if BANNED & set(re.split(r"[/._-]", path.lower()))] == []


def test_every_template_compiles() -> None:
    app = build(database_url="sqlite:///:memory:")
    names = app.jinja_env.list_templates()
    assert len(names) >= len(TEMPLATES) > 0
    for name in names:
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("path", [path for path in TEMPLATES if not path.startswith("templates/mail/")])
def test_no_template_holds_a_script_or_style_that_the_content_security_policy_would_stop(path: str) -> None:
    text = (ROOT / path).read_text()
    inline = r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"'{]|javascript:|<script(?![^>]*\ssrc=)"
    assert re.findall(inline, text, re.IGNORECASE) == []
