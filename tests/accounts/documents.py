"""An answer's HTML as a person or a screen reader meets it: fields, what is wrong with them, and what they hold."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

VOID = {"br", "circle", "hr", "img", "input", "line", "link", "meta", "path", "stop"}


class Element:
    """One element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes.get(name, "")

    @property
    def text(self) -> str:
        """All of its text, in one line."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()

    def walk(self) -> Iterator["Element"]:
        """Itself and everything in it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find(self, *tags: str, **attributes: str) -> list["Element"]:
        """Everything in it with one of these tags (any, if none is named) and these attributes."""
        return [
            element
            for element in self.walk()
            if (not tags or element.tag in tags) and attributes.items() <= element.attributes.items()
        ]

    def by_id(self, identifier: str) -> "Element":
        """The one element with this id."""
        (element,) = self.find(id=identifier)
        return element


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("#document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        tags = [element.tag for element in self._open]
        if tag in tags[1:]:
            del self._open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


class Page:
    """A page that was answered."""

    def __init__(self, response: TestResponse) -> None:
        assert response.mimetype == "text/html", f"{response.status} with {response.mimetype}"
        builder = _Builder()
        builder.feed(response.text)
        self.status = response.status_code
        self.source = response.text
        self.document = builder.root

    @property
    def title(self) -> str:
        """The main heading."""
        (heading,) = self.document.find("h1")
        return heading.text

    @property
    def text(self) -> str:
        """Everything that can be read."""
        (body,) = self.document.find("body")
        return body.text

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [link["href"] for link in self.document.find("a")]

    @property
    def form(self) -> Element:
        """The form in the main part."""
        (form,) = self.document.find("main")[0].find("form")
        return form

    def field(self, name: str) -> Element:
        """The field with this name; of several radio buttons the first."""
        return self.form.find("input", "textarea", name=name)[0]

    @property
    def values(self) -> dict[str, Any]:
        """What the form would send as it stands, without its buttons and files; of check boxes a list."""
        values: dict[str, Any] = {}
        for field in self.form.find("input", "textarea"):
            if field["type"] == "file" or (
                field["type"] in {"radio", "checkbox"} and "checked" not in field.attributes
            ):
                continue
            value = field["value"]
            if field["type"] == "checkbox":
                values.setdefault(field["name"], []).append(value)
                continue
            if field.tag == "textarea":  # a browser drops its first line break
                value = "".join(map(str, field.children)).removeprefix("\r").removeprefix("\n")
            values[field["name"]] = value
        return values

    @property
    def errors(self) -> dict[str, str]:
        """By the name of each field that is marked as wrong: the message that describes it to a screen reader."""
        errors = {}
        for field in self.form.find("input", "textarea"):
            if field["aria-invalid"] == "true":
                described = [self.document.by_id(name).text for name in field["aria-describedby"].split()]
                errors[field["name"]] = " ".join(text for text in described if text.startswith("Error: "))
        return errors

    @property
    def summary(self) -> list[str]:
        """The messages of the summary above the form; each that links to a field links to one that is there."""
        alerts = self.document.find(role="alert")
        if not alerts:
            return []
        for link in alerts[0].find("a"):
            assert self.document.by_id(link["href"].removeprefix("#")).tag in {"input", "textarea"}
        return [line.text for line in alerts[0].find("li")]


def assert_fault_at(page: Page, name: str, *words: str) -> None:
    """Only this field is marked, with these words, and the summary says the same and leads to it."""
    assert page.status == 422, page.text
    assert list(page.errors) == [name], page.text
    message = page.errors[name].removeprefix("Error: ")
    for word in words:
        assert word in message
    assert page.summary == [message]
