"""The demonstration data: two people, two apps, and something to read. Made once; found again afterwards.

Secrets are not stored, so the demo app's is derived from SECRET_KEY each time it is asked for.
"""

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

from flask import Flask
from sqlalchemy import select

from portal.accounts.demo_accounts import PASSWORD, DemoAccount, list_demo_accounts
from portal.accounts.models import User
from portal.accounts.registration import EmailTaken, sign_up
from portal.config import SettingsError, current_settings
from portal.foundation import audit, clock
from portal.foundation.credentials import digest, encode
from portal.foundation.database import reading, transaction
from portal.oauth.client_profiles import new_secret, register_client
from portal.oauth.clients import SECRET_PREFIX
from portal.oauth.models import Client, RedirectUri
from portal.operations.demo_content import fill_account

DEFAULT_REDIRECT_URI = "http://127.0.0.1:3000/callback"
_PEOPLE = {"developer": ("Dana Developer", "dana@example.com"), "user": ("Uma User", "uma@example.com")}
_APPS = {
    "confidential": ("web", "Acme Notes", "Drafts your notes in your own voice.", "https://acme-notes.example"),
    "public": (
        "device",
        "Pocket Writer",
        "A command-line companion that reads your context files.",
        "https://pocket.example",
    ),
}


@dataclass(frozen=True)
class Demo:
    """What a client library needs to try the product."""

    user: dict[str, str]
    clients: dict[str, dict[str, str]]


def refuse_in_production() -> None:
    """Raises: SettingsError if anybody but this machine's users can reach the portal."""
    if current_settings().production:
        raise SettingsError(
            "Demo accounts have a published password; they exist only on a loopback PUBLIC_URL and HOST."
        )


def refuse_demo_accounts(app: Flask) -> None:
    """Raises: SettingsError if a production start finds demo accounts in its database."""
    with app.app_context():
        accounts = list_demo_accounts()
    if accounts:
        emails = ", ".join(account.email for account in accounts)
        raise SettingsError(
            f"DATABASE_URL: this database holds demo accounts ({emails}) whose password is published.\n"
            "Use another database, or remove them: flask --app app demo --remove"
        )


def make_demo(redirect_uris: Sequence[str] = ()) -> Demo:
    """Make the demo accounts and apps, or find them, and register further redirect URIs with both apps.

    Args:
        redirect_uris: checked ones; the first is the one that the answer names.

    Raises:
        SettingsError: somebody real has the address of a demo account.
    """
    accounts = _find_or_make_accounts()
    registered = {app.type: app for app in _demo_apps(accounts["developer"].id)}
    secret = _demo_secret()
    for type_, (kind, name, description, homepage) in _APPS.items():
        if type_ not in registered:
            register_client(
                owner_id=accounts["developer"].id,
                actor=_PEOPLE["developer"][0],
                kind=kind,
                name=name,
                description=description,
                homepage_uri=homepage,
                redirect_uris=(DEFAULT_REDIRECT_URI,),
                secret=secret,
            )
    clients = {}
    for app in _demo_apps(accounts["developer"].id):
        _update(app.id, redirect_uris, secret if app.type == "confidential" else None)
        clients[app.type] = {"client_id": app.client_id}
        if app.type == "confidential":
            clients[app.type]["client_secret"] = secret
        clients[app.type]["redirect_uri"] = redirect_uris[0] if redirect_uris else DEFAULT_REDIRECT_URI
    return Demo({"email": accounts["user"].email, "password": PASSWORD}, clients)


def remove_demo() -> int:
    """Remove the demo accounts and all that is theirs; returns how many there were."""
    with transaction() as session:
        users = session.scalars(select(User).where(User.demo_role.is_not(None))).all()
        for user in users:
            audit.forget_person(session, user.id)
            session.delete(user)
    return len(users)


def _find_or_make_accounts() -> dict[str, DemoAccount]:
    made = {account.role for account in list_demo_accounts()}
    missing = {role: person for role, person in _PEOPLE.items() if role not in made}
    with reading() as session:
        emails = [email for _, email in missing.values()]
        taken = session.scalars(select(User.email).where(User.email.in_(emails), User.demo_role.is_(None))).all()
    if taken:
        raise SettingsError(
            f"DATABASE_URL: in this database {', '.join(taken)} is somebody's own account, and the demonstration "
            "needs that address. Use another database."
        )
    for role, (name, email) in missing.items():
        with suppress(EmailTaken):  # another process was quicker
            user_id = sign_up(name, email, PASSWORD, demo_role=role)
            if role == "user":
                fill_account(user_id)
    return {account.role: account for account in list_demo_accounts()}


def _demo_apps(owner_id: int) -> list[Client]:
    names = [name for _, name, _, _ in _APPS.values()]
    with transaction() as session:
        return list(session.scalars(select(Client).where(Client.owner_id == owner_id, Client.name.in_(names))))


def _demo_secret() -> str:
    key = current_settings().secret_key.encode()
    return encode(SECRET_PREFIX, hmac.digest(key, b"the demo app's client secret", hashlib.sha256))


def _update(client_key: int, redirect_uris: Sequence[str], secret: str | None) -> None:
    """Add what is new: redirect URIs, and the secret if SECRET_KEY has changed since the last time."""
    with transaction() as session:
        client = session.get_one(Client, client_key)
        known = {row.uri for row in client.redirect_uris}
        for uri in dict.fromkeys(redirect_uris):
            if uri not in known:
                client.redirect_uris.append(
                    RedirectUri(position=len(client.redirect_uris), uri=uri, created_at=clock.now())
                )
        if secret and digest(secret) not in {row.digest for row in client.secrets}:
            client.secrets = [new_secret(secret, clock.now())]


def as_json(demo: Demo) -> dict[str, object]:
    """The document that `flask demo --json` prints."""
    return asdict(demo)
