"""The server and the model side by side: each act is done to both, and what they say must be the same."""

import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from portal.foundation import clock
from portal.foundation.credentials import mint_for_row, new_id
from portal.foundation.database import reading_connection
from portal.oauth.clients import find_client
from portal.oauth.consents import remove_consent
from portal.oauth.presented import PREFIXES
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, assert_error, meet
from tests.races.books import assert_balanced, read_rows, row_id
from tests.races.model import AccessToken, Family

SIGNED_IN_SECONDS = 86400


class World:
    """One user, one client and the authorizations between them; another client that got hold of everything."""

    def __init__(self, app: Flask, traveller: time_machine.Traveller) -> None:
        self.app = app
        self.traveller = traveller
        self.owner, self.client = meet(app)
        self.stranger = Client(app, make_client(app, make_person(app)))
        self.signed_in_at = clock.now()
        self.families: list[Family] = []
        self.touched: list[Family] = []
        """Those that the last act may have changed."""

    def authorize(self, scope: frozenset[str]) -> Family:
        """Have the user allow it."""
        if clock.now() - self.signed_in_at >= SIGNED_IN_SECONDS:
            self.owner.log_in()
            self.signed_in_at = clock.now()
        code = self.client.obtain_code(self.owner, scope=" ".join(scope))
        family = Family(code, scope, clock.now())
        self.families.append(family)
        self.touched = [family]
        return family

    def remove_consent(self) -> None:
        """Have the user take it all back."""
        with self.app.app_context():
            client = find_client(self.client.registered.client_id)
            assert client is not None
            remove_consent(self.owner.person.id, client.key)
        for family in self.families:
            family.end("consent_removed")
        self.touched = list(self.families)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.traveller.shift(seconds)
        self.touched = list(self.families)

    def exchange(self, family: Family, **wrong: str | None) -> None:
        """Exchange a code, maybe with a wrong proof: then it is not spent, but a second use is one all the same."""
        self.touched = [family]
        response = self.client.exchange(family.code, **wrong)
        if not wrong and family.may_exchange(clock.now()):
            family.spent = True
            self._note_issued(family, response, family.scope)
            return
        assert_error(response, "invalid_grant")
        if family.spent:
            family.end("code_reuse")

    def refresh(self, family: Family, token: str, scope: frozenset[str] | None = None) -> None:
        """Use a refresh token of this family, of whatever age."""
        self.touched = [family]
        response = self.client.refresh(token, scope=None if scope is None else " ".join(scope))
        now = clock.now()
        if scope is not None and not scope <= family.scope:
            assert_error(response, "invalid_scope")
        elif family.may_refresh(token, now):
            self._note_issued(family, response, scope or family.scope)
        elif family.may_retry(token, now):
            current = family.access[-1]
            assert _tokens_of(response) == (current.text, family.refresh[-1])
            assert frozenset(response.get_json()["scope"].split()) == current.scope
            assert response.get_json()["expires_in"] == max(0, current.expires_at - now)
        else:
            assert_error(response, "invalid_grant")
            if family.is_open(now) and token not in family.refresh[-1:]:
                family.end("refresh_token_reuse")

    def _note_issued(self, family: Family, response: TestResponse, scope: frozenset[str]) -> None:
        access, refresh = _tokens_of(response)
        everything = {text for known in self.families for text in (*known.refresh, *(t.text for t in known.access))}
        assert not {access, refresh} & everything, "new tokens are new"
        family.issue(access, refresh, scope, clock.now())
        assert frozenset(response.get_json()["scope"].split()) == scope
        assert response.get_json()["expires_in"] == family.access[-1].expires_at - clock.now()

    def refresh_with_a_forged_token(self, family: Family) -> None:
        """Its row exists, so somebody has seen one of the family's tokens: no longer trusted."""
        self.refresh(family, mint_for_row(PREFIXES["refresh_token"], row_id(family.code)))

    def refresh_with_what_is_none(self, family: Family) -> None:
        """A code, an access token, a token of no row: nothing happens."""
        self.touched = [family]
        nobodys = mint_for_row(PREFIXES["refresh_token"], new_id())
        for text in (family.code, nobodys, *(token.text for token in family.access[-1:])):
            assert_error(self.client.refresh(text), "invalid_grant")

    def revoke_access_token(self, family: Family, token: AccessToken) -> None:
        """That one ends, and no other."""
        self.touched = [family]
        assert self.client.revoke(token.text).status_code == 200
        token.revoked = True

    def revoke_refresh_token(self, family: Family, token: str) -> None:
        """The family ends; an older token than the previous one is dead already, and says nothing of those alive."""
        self.touched = [family]
        assert self.client.revoke(token).status_code == 200
        if token in family.refresh[-2:]:
            family.end("revoked_by_client")

    def try_as_another_client(self, family: Family) -> None:
        """Nothing comes of it, and nothing ends."""
        self.touched = [family]
        assert_error(self.stranger.exchange(family.code, code_verifier=self.client.verifier), "invalid_grant")
        for token in family.refresh[-2:]:
            assert_error(self.stranger.refresh(token), "invalid_grant")
            assert self.stranger.introspect(token) == {"active": False}
        for text in (*family.refresh[-1:], *(token.text for token in family.access[-1:])):
            assert self.stranger.revoke(text).status_code == 200

    def compare(self) -> None:
        """Everything that the last act may have changed is as the model says."""
        with self.app.app_context(), reading_connection() as connection:
            rows = read_rows(connection, [family.code for family in self.touched])
        for family in self.touched:
            accepted = {token for token in family.refresh[-3:] if self._is_live_refresh_token(family, token)}
            accepted |= {token.text for token in family.access[-3:] if self._is_live_access_token(family, token)}
            row = rows[row_id(family.code)]
            assert (row.revoked_reason, row.generation) == (family.ended, len(family.refresh))
            access = [token.text for token in family.access]
            assert_balanced(row, access_tokens=access, refresh_tokens=family.refresh, accepted=accepted.__contains__)
        self.touched = []

    def _is_live_refresh_token(self, family: Family, token: str) -> bool:
        about = self.client.introspect(token)
        live = family.may_refresh(token, clock.now())
        assert about["active"] == live
        if live:
            assert (frozenset(about["scope"].split()), about["exp"]) == (family.scope, family.refresh_expires_at)
        return live

    def _is_live_access_token(self, family: Family, token: AccessToken) -> bool:
        about, called = self.client.introspect(token.text), self.client.call(token.text, "/api/v1/contexts")
        live = family.opens(token, clock.now())
        assert about["active"] == live
        if not live:
            assert called.status_code == 401
            return False
        assert (frozenset(about["scope"].split()), about["exp"]) == (token.scope, token.expires_at)
        assert called.status_code == (200 if "contexts:read" in token.scope else 403)
        return True


def _tokens_of(response: TestResponse) -> tuple[str, str]:
    assert response.status_code == 200, response.text
    body = response.get_json()
    return body["access_token"], body["refresh_token"]
