"""What a client says about itself to people: register it, read it, list an owner's, serve its logo."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from portal.foundation import clock
from portal.foundation.credentials import digest, new_id
from portal.foundation.database import reading, transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_kinds import KINDS
from portal.oauth.clients import is_client_id, mint_client_id, mint_secret
from portal.oauth.models import Client, ClientLogo, ClientSecret, Consent, RedirectUri, users
from portal.oauth.scopes import SCOPES, write
from portal.oauth.spent_forms import spend_form


@dataclass(frozen=True)
class Profile:
    """How a client presents itself on the consent screen."""

    homepage_uri: str
    policy_uri: str
    tos_uri: str
    verified: bool
    created_at: int
    logo_sha256: str | None
    users: int
    """How many people have allowed it, counted up to MANY."""


MANY = 100


def get_profile(client_key: int) -> Profile:
    """The profile of a client that exists."""
    some = select(Consent.id).where(Consent.client_id == client_key).limit(MANY).subquery()
    query = (
        select(
            Client.homepage_uri,
            Client.policy_uri,
            Client.tos_uri,
            Client.verified_at.is_not(None),
            Client.created_at,
            ClientLogo.sha256,
            select(func.count()).select_from(some).scalar_subquery(),
        )
        .outerjoin(ClientLogo, ClientLogo.client_id == Client.id)
        .where(Client.id == client_key)
    )
    with reading() as session:
        return Profile(*session.execute(query).one())


class TooManyClients(Exception):
    """The owner has as many clients as are allowed."""


class AlreadyRegistered(Exception):
    """This copy of the form has registered a client before."""


def register_client(
    *,
    owner_id: int,
    actor: str,
    kind: str,
    name: str,
    description: str = "",
    homepage_uri: str = "",
    policy_uri: str = "",
    tos_uri: str = "",
    redirect_uris: Sequence[str],
    scope: frozenset[str] = frozenset(SCOPES),
    logo: ClientLogo | None = None,
    most: int | None = None,
    secret: str | None = None,
    form_token: str | None = None,
) -> tuple[str, str | None]:
    """Register a client (RFC 6749 §2) and return its client ID and, for a confidential one, its secret.

    Args:
        actor: the name of who registers it.
        kind: one of `client_kinds.KINDS`; the client type (RFC 6749 §2.1) follows from it.
        scope: what it may ask for.
        logo: an image that was re-encoded here.
        most: how many clients an owner may have; None for any number.
        secret: one that was minted before; left out, a new one is.
        form_token: what makes this copy of the form different from every other.

    Raises:
        AlreadyRegistered: nothing was registered.
        TooManyClients: nothing was registered.
    """
    now = clock.now()
    client = Client(
        id=new_id(),
        client_id=mint_client_id(),
        owner_id=owner_id,
        type=KINDS[kind].type,
        kind=kind,
        name=name,
        description=description,
        homepage_uri=homepage_uri,
        policy_uri=policy_uri,
        tos_uri=tos_uri,
        scope=write(scope),
        created_at=now,
        redirect_uris=[RedirectUri(position=i, uri=uri, created_at=now) for i, uri in enumerate(redirect_uris)],
        logo=logo,
    )
    secret = (secret or mint_secret()) if client.type == "confidential" else None
    if secret:
        client.secrets.append(new_secret(secret, now))
    count = len(redirect_uris)
    with transaction() as session:
        # The owner's row is the lock: two registrations at once count one after the other.
        session.execute(select(users.c.id).where(users.c.id == owner_id).with_for_update())
        if form_token and not spend_form(session, form_token):
            raise AlreadyRegistered
        owned = session.scalar(select(func.count()).where(owned_by(owner_id))) or 0
        if most is not None and owned >= most:
            raise TooManyClients
        session.add(client)
        session.flush()  # the event refers to the client's row
        text = f"{KINDS[kind].label}, with {count} redirect URI{'' if count == 1 else 's'}"
        note_edit(session, client.id, "registered", actor, text)
    return client.client_id, secret


def new_secret(secret: str, now: int) -> ClientSecret:
    """What is remembered of a secret."""
    return ClientSecret(digest=digest(secret), last_four=secret[-4:], created_at=now)


def owned_by(owner_id: int) -> ColumnElement[bool]:
    """Whose clients somebody may see and change: the only place that says so."""
    return Client.owner_id == owner_id


def lock_client(session: Session, owner_id: int, client_id: str) -> Client:
    """An owner's client, for a change in the caller's transaction; changes at once follow one another.

    Raises:
        LookupError: there is none, or it is somebody else's.
    """
    if not is_client_id(client_id):
        raise LookupError(client_id)
    query = select(Client).where(owned_by(owner_id), Client.client_id == client_id).with_for_update()
    client = session.scalars(query).one_or_none()
    if client is None:
        raise LookupError(client_id)
    return client


def get_client(owner_id: int, client_id: str) -> Client:
    """An owner's client with its secrets, redirect URIs and logo's name.

    Raises:
        LookupError: there is none, or it is somebody else's.
    """
    if not is_client_id(client_id):
        raise LookupError(client_id)
    query = (
        select(Client)
        .options(
            selectinload(Client.secrets),
            selectinload(Client.redirect_uris),
            selectinload(Client.logo).load_only(ClientLogo.sha256),
        )
        .where(owned_by(owner_id), Client.client_id == client_id)
    )
    with reading() as session:
        client = session.scalars(query).one_or_none()
    if client is None:
        raise LookupError(client_id)
    return client


def count_users(client_key: int) -> tuple[int, bool]:
    """How many people have allowed a client, and whether the latest request of any came without PKCE."""
    query = select(func.count(), func.count().filter(Consent.pkce.is_(False))).where(Consent.client_id == client_key)
    with reading() as session:
        users, without_pkce = session.execute(query).one()
    return users, without_pkce > 0


def get_logo(sha256: str, side: int) -> bytes | None:
    """The image whose largest size has this hash, if a client uses it; one that lacks the size comes in the largest.

    Args:
        side: 256, 128 or 64 pixels.
    """
    smaller = {128: ClientLogo.image_128, 64: ClientLogo.image_64}.get(side, ClientLogo.image)
    query = select(func.coalesce(smaller, ClientLogo.image)).where(ClientLogo.sha256 == sha256).limit(1)
    with reading() as session:
        return session.scalars(query).one_or_none()
