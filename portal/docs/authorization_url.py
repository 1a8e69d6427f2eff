"""The address that a Connect button leads to, character by character as the element and the React package write it.

`tests/connect_button/vectors.json` says what all of them must agree on.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote_plus

from portal.oauth.metadata import ENDPOINTS

_BASE_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?")


def authorization_url(
    *,
    client_id: str = "",
    redirect_uri: str = "",
    scope: str | Sequence[str] = "",
    state: str = "",
    code_challenge: str = "",
    prompt: str = "",
    login_hint: str = "",
    resource: str = "",
    base_url: str = "",
) -> str:
    """Write an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3). What is empty is left out.

    Args:
        scope: names, separated by white space or in a list.
        base_url: the authorization server's own address.

    Raises:
        ValueError: something is missing, or `base_url` is no address; the message names it.
    """
    base = (base_url or "https://contextfile.ai").rstrip("/")
    scopes = dict.fromkeys((scope if isinstance(scope, str) else " ".join(scope)).split())
    if not _BASE_URL.fullmatch(base):
        raise ValueError(f"baseUrl is not an http or https address: {base_url}")
    if not client_id:
        raise ValueError("clientId is missing: give the client ID of your app.")
    if not redirect_uri:
        raise ValueError("redirectUri is missing: give a redirect URI that is registered for your app.")
    if not scopes:
        raise ValueError("scope is empty: name at least one scope, such as profile:read.")
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": code_challenge,
        "code_challenge_method": "S256" if code_challenge else "",
        "prompt": prompt,
        "login_hint": login_hint,
        "resource": resource,
    }
    pairs = (f"{name}={_encoded(value)}" for name, value in query.items() if value)
    return f"{base}{ENDPOINTS['authorization']}?{'&'.join(pairs)}"


def _encoded(value: str) -> str:
    """As URLSearchParams does (WHATWG URL §1.3), which differs from Python over the asterisk and the tilde."""
    return quote_plus(value, safe="*").replace("~", "%7E")
