"""What the authorization server remembers. One row of `authorizations` lives from the code to the last refresh.

Only digests of codes, tokens and secrets are stored. Users are known by the columns that the token check reads; all
of their columns belong to `accounts`.
"""

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    column,
    false,
    table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.foundation.database import Base, RandomId, Timestamp

users = table("users", *map(column, ("id", "disabled_at", "credentials_version", "name", "email", "created_at")))
"""The token check's view of a resource owner: what ends their tokens, and who they are."""
_ENDS = text("expires_at IS NOT NULL")


class Client(Base):
    """A registered client (RFC 6749 §2). The portal calls it an app."""

    __tablename__ = "clients"
    __table_args__ = (Index(None, "origin", "created_at"),)
    id: Mapped[RandomId]
    client_id: Mapped[str] = mapped_column(String(255), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Whose app it is; nobody's if it registered itself or came by its metadata document."""
    origin: Mapped[str] = mapped_column(String(12), default="portal")
    """How it came here: `portal`, `registration` (RFC 7591) or `document` (client ID metadata document)."""
    type: Mapped[str] = mapped_column(String(12))
    """`confidential` or `public` (RFC 6749 §2.1)."""
    kind: Mapped[str] = mapped_column(String(12), default="web", server_default="web")
    """What it runs as, in the developer's words: `web`, `native` or `device`; `client_kinds` says what follows."""
    auth_method: Mapped[str] = mapped_column(String(20), default="")
    """The `token_endpoint_auth_method` that it named (RFC 7591 §2); empty if it came by the portal."""
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(500), default="")
    homepage_uri: Mapped[str] = mapped_column(String(2000), default="")
    policy_uri: Mapped[str] = mapped_column(String(2000), default="")
    tos_uri: Mapped[str] = mapped_column(String(2000), default="")
    scope: Mapped[str] = mapped_column(String(1000))
    """What it may ask for."""
    default_scope: Mapped[str] = mapped_column(String(1000), default="")
    """What a request that names no scope asks for (RFC 6749 §3.3); empty: such a request is refused."""
    optional_scope: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """What of its scope a user may leave out at consent."""
    require_pkce: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether a request without a code challenge is refused (RFC 7636); a public client's always is."""
    created_at: Mapped[Timestamp]
    suspended_at: Mapped[Timestamp | None]
    suspension_reason: Mapped[str | None] = mapped_column(String(500))
    """Why an operator has suspended it, for its owner to read; None if the owner did."""
    verified_at: Mapped[Timestamp | None]
    """When an operator found that its maker is who they say."""
    form_token: Mapped[str | None] = mapped_column(String(43), unique=True)
    """Written by releases before `spent_forms`, which has taken its place."""
    registration_token_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Of the token that manages the registration (RFC 7592 §3)."""
    document_expires_at: Mapped[Timestamp | None]
    """Until when the metadata document need not be fetched again."""
    redirect_uris: Mapped[list["RedirectUri"]] = relationship(
        order_by="RedirectUri.position", cascade="all, delete-orphan", passive_deletes=True
    )
    secrets: Mapped[list["ClientSecret"]] = relationship(
        order_by="ClientSecret.created_at", cascade="all, delete-orphan", passive_deletes=True
    )
    logo: Mapped["ClientLogo | None"] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @validates("name", "homepage_uri", "logo")
    def _verify_anew(self, attribute: str, value: object) -> object:
        """What an operator has verified is this name, at this site, with this logo."""
        if value != getattr(self, attribute):
            self.verified_at = None
        return value


class RedirectUri(Base):
    """One registered redirection endpoint (RFC 6749 §3.1.2)."""

    __tablename__ = "redirect_uris"
    __table_args__ = (UniqueConstraint("client_id", "uri"),)
    id: Mapped[RandomId]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    position: Mapped[int]
    uri: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[Timestamp]


class ClientSecret(Base):
    """A confidential client's secret: its digest, and what may be shown of it."""

    __tablename__ = "client_secrets"
    __table_args__ = (Index("ix_client_secrets_expires_at", "expires_at", sqlite_where=_ENDS, postgresql_where=_ENDS),)
    id: Mapped[RandomId]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_four: Mapped[str] = mapped_column(String(4))
    created_at: Mapped[Timestamp]
    expires_at: Mapped[Timestamp | None]
    last_used_at: Mapped[Timestamp | None]
    """When it was used in a day's first authentication, or from another network than before."""
    last_used_from: Mapped[str] = mapped_column(String(50), default="", server_default="")
    """Its caller's network, roughly."""


class SpentForm(Base):
    """A copy of a form that has made a secret: sent again, it makes no other, whatever became of the first."""

    __tablename__ = "spent_forms"
    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    spent_at: Mapped[Timestamp] = mapped_column(index=True)


class ClientLogo(Base):
    """A client's logo, already re-encoded; a row, so that every node can serve it."""

    __tablename__ = "client_logos"
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    image: Mapped[bytes] = mapped_column(LargeBinary)
    """256 pixels a side."""
    image_128: Mapped[bytes | None] = mapped_column(LargeBinary)
    image_64: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Smaller ones; missing in logos of before there were several sizes."""


class PendingRequest(Base):
    """An authorization request that waits for the resource owner's answer; single-use."""

    __tablename__ = "pending_requests"
    id: Mapped[RandomId]
    session_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Whose browser may answer it: the digest of a value that only that session knows."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    redirect_uri: Mapped[str] = mapped_column(String(2000))
    redirect_uri_sent: Mapped[bool]
    """Whether the request named it; then the token request must too (RFC 6749 §4.1.3)."""
    scope: Mapped[str] = mapped_column(String(1000))
    optional_scope: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """What of it the user may leave out; as it was shown to them, whatever the client's settings become."""
    resource: Mapped[str] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(Text)
    code_challenge: Mapped[str | None] = mapped_column(String(43))
    expires_at: Mapped[Timestamp] = mapped_column(index=True)
    answered_at: Mapped[Timestamp | None]
    """A second click on the same button gets the first one's answer, for as long as the row is there."""
    authorization_id: Mapped[int | None] = mapped_column(BigInteger)
    """What the answer began; None if it was no."""


class Consent(Base):
    """What a user has allowed a client so far."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("user_id", "client_id"),)
    id: Mapped[RandomId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), index=True)
    scope: Mapped[str] = mapped_column(String(1000))
    left_out: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    """What the user was asked for and left out, or has taken back since: not asked for again by itself."""
    pkce: Mapped[bool]
    """Whether the latest request carried a code challenge (RFC 7636)."""
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]


class Authorization(Base):
    """One time that a user allowed a client: the code, then the token family that came of it.

    Every look-up is by primary key, which each code and token carries; no digest is indexed, so each move of the
    row is an update in place. `portal.oauth.tokens` owns the moves.
    """

    __tablename__ = "authorizations"
    __table_args__ = (
        Index(None, "user_id", "client_id"),
        Index(None, "client_id", "revoked_at"),
        # In this order the purge looks for dead ones. No move of the row touches it.
        Index("ix_authorizations_created_at_id", "created_at", "id"),
    )
    id: Mapped[RandomId]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(1000))
    resource: Mapped[str] = mapped_column(String(2000))
    """The paths of the protected resources that its tokens are for (RFC 8707), space-separated."""
    credentials_version: Mapped[int]
    """The user's when it was allowed: it ends when theirs changes."""
    allowed_from: Mapped[str] = mapped_column(String(50), default="", server_default="")
    """The network of the browser in which it was allowed."""
    allowed_with: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """That browser's User-Agent."""
    created_at: Mapped[Timestamp]
    expires_at: Mapped[Timestamp]
    """No token of the family outlives this."""
    revoked_at: Mapped[Timestamp | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(40))

    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    code_expires_at: Mapped[Timestamp]
    code_used_at: Mapped[Timestamp | None]
    redirect_uri: Mapped[str | None] = mapped_column(String(2000))
    code_challenge: Mapped[str | None] = mapped_column(String(43))

    access_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    access_scope: Mapped[str | None] = mapped_column(String(1000))
    access_issued_at: Mapped[Timestamp | None]
    access_expires_at: Mapped[Timestamp | None]
    previous_access_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    previous_access_scope: Mapped[str | None] = mapped_column(String(1000))
    previous_access_issued_at: Mapped[Timestamp | None]
    previous_access_expires_at: Mapped[Timestamp | None]

    refresh_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    refresh_expires_at: Mapped[Timestamp | None]
    generation: Mapped[int] = mapped_column(BigInteger, default=0)
    previous_refresh_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    rotated_at: Mapped[Timestamp | None]
    seed: Mapped[bytes | None] = mapped_column(LargeBinary(32))
