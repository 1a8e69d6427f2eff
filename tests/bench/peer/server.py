"""The peer: the textbook server of Authlib's documentation, its models and grants as they are written there.

With PKCE, introspection and revocation, on Flask-SQLAlchemy and Authlib's own mixins. Only SQLite is told something:
to keep a write-ahead log, without which readers and writers would wait for each other. `DATABASE_URL` says which
database.
"""

import os
import time
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
    create_bearer_token_validator,
    create_query_client_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Flask, Response, jsonify
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event

METHODS = ["client_secret_basic", "client_secret_post"]
VALID_SECONDS = 6 * 3600

app = Flask(__name__)
app.config.update(
    SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"),
    SECRET_KEY="only for measuring",
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
    OAUTH2_TOKEN_EXPIRES_IN={"authorization_code": VALID_SECONDS, "refresh_token": VALID_SECONDS},
)
db = SQLAlchemy(app)
Model: Any = db.Model


class User(Model):
    """A resource owner."""

    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(40), unique=True)

    def get_user_id(self) -> Any:
        """What Authlib asks for."""
        return self.id


class OAuth2Client(Model, OAuth2ClientMixin):
    """A client."""

    __tablename__ = "oauth2_client"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id", ondelete="CASCADE"))
    user = db.relationship("User")


class OAuth2AuthorizationCode(Model, OAuth2AuthorizationCodeMixin):
    """A code, until it is redeemed."""

    __tablename__ = "oauth2_code"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id", ondelete="CASCADE"))
    user = db.relationship("User")


class OAuth2Token(Model, OAuth2TokenMixin):
    """An access token with its refresh token."""

    __tablename__ = "oauth2_token"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id", ondelete="CASCADE"))
    user = db.relationship("User")


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    """RFC 6749 §4.1, the exchange."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_authorization_code(self, code: str, client: Any) -> Any:
        """The code, if it is this client's."""
        item: Any = OAuth2AuthorizationCode.query.filter_by(code=code, client_id=client.client_id).first()
        return item if item and not item.is_expired() else None

    def delete_authorization_code(self, authorization_code: Any) -> None:
        """It was redeemed."""
        db.session.delete(authorization_code)
        db.session.commit()

    def authenticate_user(self, authorization_code: Any) -> Any:
        """Whose it is."""
        return db.session.get(User, authorization_code.user_id)


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """RFC 6749 §6, with rotation."""

    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> Any:
        """The token, if it still works."""
        token = OAuth2Token.query.filter_by(refresh_token=refresh_token).first()
        return token if token and not token.refresh_token_revoked_at else None

    def authenticate_user(self, credential: Any) -> Any:
        """Whose it is."""
        return db.session.get(User, credential.user_id)

    def revoke_old_credential(self, credential: Any) -> None:
        """It was replaced."""
        now = int(time.time())
        credential.access_token_revoked_at = now
        credential.refresh_token_revoked_at = now
        db.session.add(credential)
        db.session.commit()


class Introspection(IntrospectionEndpoint):
    """RFC 7662."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token: str, token_type_hint: str | None) -> Any:
        """By either of its two strings."""
        if token_type_hint == "access_token":
            return OAuth2Token.query.filter_by(access_token=token).first()
        if token_type_hint == "refresh_token":
            return OAuth2Token.query.filter_by(refresh_token=token).first()
        return (
            OAuth2Token.query.filter_by(access_token=token).first()
            or OAuth2Token.query.filter_by(refresh_token=token).first()
        )

    def introspect_token(self, token: Any) -> dict[str, object]:
        """What is told of it."""
        return {
            "active": True,
            "client_id": token.client_id,
            "token_type": token.token_type,
            "username": token.user.username,
            "scope": token.get_scope(),
            "sub": str(token.user_id),
            "aud": token.client_id,
            "iss": "https://server.example/",
            "exp": token.issued_at + token.expires_in,
            "iat": token.issued_at,
        }

    def check_permission(self, _token: Any, _client: Any, _request: Any) -> bool:
        """Any client may ask."""
        return True


server = AuthorizationServer(
    app,
    query_client=create_query_client_func(db.session, OAuth2Client),
    save_token=create_save_token_func(db.session, OAuth2Token),
)
server.register_grant(AuthorizationCodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshTokenGrant)
Revocation: Any = create_revocation_endpoint(db.session, OAuth2Token)
Revocation.CLIENT_AUTH_METHODS = METHODS
server.register_endpoint(Revocation)
server.register_endpoint(Introspection)
require_oauth = ResourceProtector()
require_oauth.register_token_validator(create_bearer_token_validator(db.session, OAuth2Token)())

with app.app_context():
    if db.engine.dialect.name == "sqlite":

        @event.listens_for(db.engine, "connect")
        def _set_pragmas(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            # Less than what ours asks for: it was so when the gates were set, and none is made easier by it.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA busy_timeout = 30000")


@app.post("/oauth/token")
def issue_token() -> Response:
    """The token endpoint."""
    return server.create_token_response()  # type: ignore[no-any-return]


@app.post("/oauth/revoke")
def revoke_token() -> Response:
    """RFC 7009."""
    return server.create_endpoint_response("revocation")  # type: ignore[no-any-return]


@app.post("/oauth/introspect")
def introspect_token() -> Response:
    """RFC 7662."""
    return server.create_endpoint_response("introspection")  # type: ignore[no-any-return]


@app.get("/api/v1/profile")
@require_oauth("profile:read")
def profile() -> Response:
    """Who the token is of."""
    return jsonify(id=current_token.user.id, username=current_token.user.username)


@app.get("/api/v1/contexts")
@require_oauth("contexts:read")
def contexts() -> Response:
    """A resource, as small as it can be."""
    return jsonify(user=current_token.user.id, contexts=[])
