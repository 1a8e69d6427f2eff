"""What SMTP_URL and MAIL_FROM may say."""

import pytest

from portal.foundation.mail_settings import fault_of_sender, fault_of_server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example", "http://mail.example", "smtp://", "smtps://:465", "smtp://mail.example:0",
        "smtp://mail.example:x", "smtp://mail.example:99999", "smtp://mail.example/x", "smtp://mail.example?x",
        "smtp://mail.example#x", "smtps://user:hunter/2@mail.example", "smtps://user:hunter#2@mail.example",
        "smtps://user:hunter[2@mail.example", "smtps://user:hunter2%0d%0aQUIT@mail.example",
        "smtps://user:hunter2é@mail.example", "smtp+ssl://mail.example",
    ],
)  # fmt: skip
def test_another_servers_address_is_refused_without_the_password(url: str) -> None:
    fault = fault_of_server(url)
    assert fault
    assert "hunter" not in fault


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example", "smtps://mail.example:2465/", "smtp+plain://localhost:1025", "smtp://[::1]:25",
        "smtps://user@mail.example", "smtps://user%40mail.example:hunter%2F2%23%25@mail.example",
    ],
)  # fmt: skip
def test_a_servers_address_is_taken(url: str) -> None:
    assert fault_of_server(url) is None


@pytest.mark.parametrize(
    "sender",
    [
        "ContextFile", "a@b.example, c@d.example", "a@", "@b.example", "a b@c.example", "a@b <c@d.example>",
        "x <a@b.example>\r\nBcc: c@d.example", "é@b.example", " ", "<>", "group: a@b.example, c@d.example;",
    ],
)  # fmt: skip
def test_what_is_not_one_sender_is_refused(sender: str) -> None:
    assert "such as ContextFile <no-reply@id.example>" in (fault_of_sender(sender) or "")


@pytest.mark.parametrize("sender", ["a@b.example", "ContextFile <a@b.example>", "Überblick, Inc. <a@b.example>"])
def test_a_sender_is_taken(sender: str) -> None:
    assert (fault_of_sender(sender) is None) == ("," not in sender)
