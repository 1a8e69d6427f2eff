"""Contexts from files and to files: what they are called, what is refused, and that an import is all or nothing."""

from io import BytesIO
from zipfile import ZipFile

import time_machine
from flask import Flask
from werkzeug.datastructures import FileStorage

from portal.library.context_files import FileNames, read_text
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.library.contexts import CONTEXTS, kept, make_context, path_of

IMPORT = f"{CONTEXTS}/import"
NOW = 1_800_000_000


def send(visitor: Visitor, *files: tuple[str, bytes], **fields: str) -> Page | None:
    """Import files: the page that refuses them, or None."""
    values = visitor.open(IMPORT).values | fields
    answer = visitor.request(
        IMPORT, "POST", data={**values, "files": [(BytesIO(content), name) for name, content in files]}
    )
    return None if answer.status_code == 303 else Page(answer)


def test_each_file_becomes_a_context_named_after_its_heading_or_itself(visitor: Visitor, ada: Person) -> None:
    refused = send(
        visitor,
        ("a.md", b"\xef\xbb\xbfIntro\r\n\r\n# **Brand** `voice` #\r\n"),
        ("b.MARKDOWN", b"---\n# no heading\ntags: [x]\n---\n```\n# nor this\n```\n## nor this\n# Heading\n"),
        ("sub/folder/Plain text.txt", "Größe".encode()),
        ("empty.md", b""),
        context_type="imported",
    )
    assert refused is None
    contexts = kept(visitor, ada)
    assert [one.name for one in contexts] == ["Brand voice", "empty", "Heading", "Plain text"]
    assert contexts[0].content == "Intro\n\n# **Brand** `voice` #\n"
    assert contexts[2].content.startswith("---\n# no heading\ntags: [x]\n---\n")
    assert {one.context_type for one in contexts} == {"imported"}
    assert "4 files are imported" in visitor.open(CONTEXTS).text


def test_the_name_of_a_file_is_made_one_that_can_be_kept(app: Flask) -> None:
    with app.app_context():
        for name, content, called in (
            ("a\0b\r\nc.md", b"No heading", "ab c"),
            ("file.md", b"#  ###\n# Not the first\n", "file"),
            ("\0.md", b"", "Untitled"),
        ):
            assert read_text(FileStorage(BytesIO(content), name)).name == called


def test_one_file_that_cannot_be_imported_stops_all_and_each_fault_is_named(make_app: MakeApp) -> None:
    app = make_app(most_context_bytes=1_000)
    ada = make_person(app)
    visitor = visit_signed_in(app, ada)
    page = send(
        visitor,
        ("good.md", b"# Good"),
        ("latin.md", "café".encode("latin-1")),
        ("notes.pdf", b"%PDF"),
        ("nul.md", b"a\0b"),
        ("large.md", b"x" * 1_001),
    )
    assert page is not None
    assert page.status == 422
    for fault in (
        "“latin.md” is not in UTF-8 (byte 4 is 0xE9)",
        "“notes.pdf” is no Markdown or text file",
        "“nul.md” holds NUL characters",
        "“large.md” has 1,001 bytes, and 1,000 is the most",
        "Nothing was imported",
    ):
        assert any(fault in line for line in page.summary), fault
    assert kept(visitor, ada) == []


def test_an_import_that_would_be_too_much_is_none(make_app: MakeApp) -> None:
    app = make_app(most_contexts=2)
    ada = make_person(app)
    visitor = visit_signed_in(app, ada)
    make_context(visitor, ada)
    page = send(visitor, ("a.md", b"A"), ("b.md", b"B"))
    assert page is not None
    assert "With 2 more you would have more than 2 contexts" in page.errors["files"]
    assert len(kept(visitor, ada)) == 1


def test_no_file_and_very_many_files_are_refused(visitor: Visitor) -> None:
    nothing = send(visitor, ("", b""))
    assert nothing is not None
    assert "Choose at least one file" in nothing.errors["files"]
    many = send(visitor, *[(f"{number}.md", b"x") for number in range(501)])
    assert many is not None
    assert "You chose 501 files; 500 at once are the most" in many.errors["files"]


def test_all_of_ones_contexts_can_be_taken_away_as_files(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        ada = make_person(app)
        visitor = visit_signed_in(app, ada)
        make_context(visitor, make_person(app), "Somebody else’s")
        for name in ("../etc/passwd", "Voice", "voice", "Größe"):
            make_context(visitor, ada, name, content=f"# {name}\n")
        for number in range(40):
            make_context(visitor, ada, f"Number {number}")
        answer = visitor.request(f"{CONTEXTS}/export.zip")
    assert answer.headers["Content-Disposition"] == "attachment; filename=contexts-2027-01-15.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len({name.casefold() for name in names}) == 44
        assert {"-etc-passwd.md", "Größe.md"} <= set(names)
        assert archive.read("Größe.md").decode() == "# Größe\n"
        assert archive.getinfo("Größe.md").date_time == (2027, 1, 15, 8, 0, 0)


def test_one_context_is_a_file_at_its_own_address(visitor: Visitor, ada: Person) -> None:
    context = make_context(visitor, ada, 'Größe "x"\r\n', content="# Größe\n")
    answer = visitor.request(f"{path_of(context)}.md")
    assert answer.data.decode() == "# Größe\n"
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20-x-.md" in answer.headers["Content-Disposition"]


def test_a_file_name_works_on_every_system_and_comes_once() -> None:
    names = FileNames()
    given = [
        "a",
        "A",
        "a",
        "a (2)",
        "CON",
        "nul.txt",
        ". .",
        "\u202e\0",
        'x/\\:*?"<>|y',
        " two  words. ",
        "é",
        "e\u0301",
    ]
    assert [names.of(name) for name in given] == [
        "a.md", "A (2).md", "a (3).md", "a (2) (2).md", "_CON.md", "_nul.txt.md", "Untitled.md", "Untitled (2).md",
        "x---------y.md", "two words.md", "é.md", "é (2).md",
    ]  # fmt: skip
    assert len(names.of("字" * 300).encode()) < 255
