"""The letters of this room, in words. A writer mints the link that its letter carries, when that is sent.

It locks the account's row first: what ends links in that moment, ends this one too, or it is not made.
"""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from sqlalchemy import select

from portal.accounts.email_links import UNDO_SECONDS, mint
from portal.accounts.models import User
from portal.foundation import audit
from portal.foundation.circumstances import facts_of
from portal.foundation.database import reading, transaction
from portal.foundation.mail import Letter, OutgoingMail, Step, Writer

Data = Mapping[str, Any]
ONCE = "The link works once, for 1 hour."


def _link(endpoint: str, **values: str) -> str:
    return url_for(f"accounts.{endpoint}", _external=True, **values)


def _user(mail: OutgoingMail) -> User | None:
    with reading() as session:
        return session.get(User, mail.user_id)


def _sign_up(mail: OutgoingMail, data: Data) -> Letter:
    """A link to finish, or word that there is an account: the page says the same either way."""
    with transaction() as session:
        if session.scalar(select(User.id).where(User.email == mail.recipient)):
            return Letter(
                mail.recipient,
                "You already have an account",
                (
                    "Somebody, we hope you, wanted to create a ContextFile account with this address. "
                    "There is one already: log in to it.",
                    f"If you have forgotten its password, choose a new one: {_link('reset_password')}",
                ),
                Step("Log in", _link("log_in")),
                facts_of(data),
                ("Then you need to do nothing. Nothing was changed, and nobody was let in.",),
            )
        token = mint(session, "sign_up", mail.recipient, next_path=data["next_path"])
    return Letter(
        mail.recipient,
        "Finish creating your account",
        (f"Open this link to create your ContextFile account with {mail.recipient}. {ONCE}",),
        Step("Create your account", _link("finish_sign_up", token=token)),
        facts_of(data),
        ("Then you need to do nothing: without the link, there is no account.",),
    )


def _reset(mail: OutgoingMail, data: Data) -> Letter | None:
    with transaction() as session:
        whose = select(User.id).where(User.email == mail.recipient, User.disabled_at.is_(None))
        if (user_id := session.scalar(whose.with_for_update())) is None:
            return None
        token = mint(session, "reset", mail.recipient, user_id=user_id)
    return Letter(
        mail.recipient,
        "Choose a new password",
        (f"Open this link to choose a new password for your ContextFile account. {ONCE}",),
        Step("Choose a new password", _link("new_password", token=token)),
        facts_of(data),
        ("Then you need to do nothing: your password stays as it is. Do not pass the link on.",),
    )


def _password_changed(mail: OutgoingMail, data: Data) -> Letter | None:
    if (user := _user(mail)) is None:
        return None
    return Letter(
        user.email,
        "Your password was changed",
        (
            "The password of your ContextFile account was changed. Every other browser was logged out, "
            "and the apps that you had connected have to ask you again.",
        ),
        facts=facts_of(data),
        undo=("Choose a new password now. It logs out whoever chose this one.",),
        undo_step=Step("Choose a new password", _link("reset_password")),
    )


def _new_sign_in(mail: OutgoingMail, data: Data) -> Letter | None:
    if (user := _user(mail)) is None:
        return None
    return Letter(
        user.email,
        "New log-in to your account",
        ("Somebody logged in to your ContextFile account with your password, from a browser or place new to us.",),
        facts=facts_of(data),
        undo=("Then somebody else knows your password. Choose a new one now: it logs every browser out.",),
        undo_step=Step("Change your password", _link("reset_password")),
    )


def _confirm_email(mail: OutgoingMail, data: Data) -> Letter | None:
    """To the new address; a password that was changed meanwhile has ended the wish."""
    with transaction() as session:
        user = session.get(User, mail.user_id, with_for_update=True)
        if user is None or user.credentials_version != data["version"]:
            return None
        if session.scalar(select(User.id).where(User.email == mail.recipient)):
            return Letter(
                mail.recipient,
                "This address already has an account",
                (
                    "Somebody, we hope you, wanted to use this address for another ContextFile account. "
                    "It has an account of its own already, and one address can have one account.",
                    "To use it for the other account, give this one another address first, or delete it.",
                ),
                Step("Log in", _link("log_in")),
                facts_of(data),
                ("Then you need to do nothing. Nothing was changed, and nobody was let in.",),
            )
        token = mint(session, "change", mail.recipient, user_id=user.id)
    return Letter(
        mail.recipient,
        "Confirm your new email address",
        (f"Open this link to use {mail.recipient} for your ContextFile account. {ONCE}",),
        Step("Confirm the address", _link("confirm_email", token=token)),
        facts_of(data),
        ("Then do not open the link. Without it, nothing is changed.",),
    )


def _email_changed(mail: OutgoingMail, data: Data) -> Letter | None:
    """To the old address. Once somebody has put an earlier address back, a later one has nothing to undo."""
    undo_step = None
    with transaction() as session:
        user = session.get(User, mail.user_id, with_for_update=True)
        if user is None:
            return None
        undone = audit.list_events(
            audit.SecurityEvent.user_id == user.id,
            audit.SecurityEvent.kind == "email_change_undone",
            audit.SecurityEvent.at >= data["at"],
            most=1,
        )
        if not undone.events:
            token = mint(session, "undo", data["old"], user_id=user.id, seconds=UNDO_SECONDS, since=data["at"])
            undo_step = Step("Put this address back", _link("undo_email", token=token))
    return Letter(
        mail.recipient,
        "Your email address was changed",
        (f"Your ContextFile account now belongs to {data['new']}. This address is no longer used for it.",),
        facts=facts_of(data),
        undo=(
            "Put this address back within 7 days: it logs everybody out, "
            "and you choose a new password right afterwards.",
        )
        if undo_step
        else ("The change was undone meanwhile; there is nothing that you need to do.",),
        undo_step=undo_step,
    )


def _email_confirmed(mail: OutgoingMail, data: Data) -> Letter:
    return Letter(
        mail.recipient,
        "Your new email address is in use",
        (f"Your ContextFile account now belongs to {data['new']}: log in with it from now on.",),
        Step("Open your settings", _link("settings")),
        facts_of(data),
        (f"Then the change can be undone by the link that we sent to {data['old']}.",),
    )


def _account_deleted(mail: OutgoingMail, _data: Data) -> Letter:
    return Letter(
        mail.recipient,
        "Your account was deleted",
        (
            "Your ContextFile account is gone, with everything in it: contexts, skills, tasks, apps that you "
            "registered, and the access that you had given to apps.",
            "This is the last mail that we send you.",
        ),
        undo=("It cannot be undone. You can create a new account with this address.",),
        undo_step=Step("Create an account", _link("sign_up")),
    )


WRITERS: dict[str, Writer] = {
    "sign_up": _sign_up,
    "reset": _reset,
    "password_changed": _password_changed,
    "new_sign_in": _new_sign_in,
    "confirm_email": _confirm_email,
    "email_changed": _email_changed,
    "email_confirmed": _email_confirmed,
    "account_deleted": _account_deleted,
}
