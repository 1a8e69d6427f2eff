"""Which redirect URIs may not stand beside others of the same client, and which are only worth a word."""

import pytest

from portal.oauth.redirect_uris import fault_among, fault_of, variant_among

OTHERS = (
    "https://client.example/callback",
    "http://localhost:3000/callback",
    "http://127.0.0.1/callback",
    "http://[::1]:8080/callback",
    "com.example.app:/callback",
)


@pytest.mark.parametrize("uri", OTHERS)
def test_the_same_one_is_refused_by_its_name(uri: str) -> None:
    fault = fault_among(uri, OTHERS)
    assert fault is not None
    assert uri in fault
    assert "leave this one out" in fault


@pytest.mark.standard("RFC 8252", "7.3", "A loopback address with another port is the same redirect URI")
@pytest.mark.parametrize(
    ("uri", "other"),
    [
        ("http://127.0.0.1:53682/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:65535/callback", "http://127.0.0.1/callback"),
        ("http://[::1]/callback", "http://[::1]:8080/callback"),
        ("http://[::1]:9000/callback", "http://[::1]:8080/callback"),
    ],
)
def test_another_port_on_a_loopback_address_is_refused_and_names_the_one_that_covers_it(uri: str, other: str) -> None:
    fault = fault_among(uri, OTHERS)
    assert fault is not None
    assert fault.startswith(f"{other} covers this already")
    assert "any port matches" in fault


@pytest.mark.parametrize(
    "uri",
    [
        "https://client.example/callback/",
        "https://client.example/Callback",
        "https://client.example/callback?tenant=1",
        "https://client.example:8443/callback",
        "http://localhost:4000/callback",
        "http://127.0.0.1:53682/callback/",
        "http://127.0.0.1:53682/other",
        "http://[::1]:53682",
        "com.example.app:/callback/",
    ],
)
def test_what_a_request_can_tell_apart_may_stand_beside_the_others(uri: str) -> None:
    assert fault_of(uri) is None
    assert fault_among(uri, OTHERS) is None


def test_the_first_one_has_nothing_beside_it() -> None:
    assert fault_among(OTHERS[0], ()) is None
    assert variant_among(OTHERS[0], ()) is None
    assert variant_among(OTHERS[0], OTHERS) is None


@pytest.mark.parametrize(
    ("uri", "other"),
    [
        ("https://client.example/callback/", "https://client.example/callback"),
        ("https://client.example/Callback", "https://client.example/callback"),
        ("https://client.example/CALLBACK/", "https://client.example/callback"),
        ("http://127.0.0.1/callback/", "http://127.0.0.1/callback"),
        ("com.example.app:/Callback", "com.example.app:/callback"),
        ("https://client.example/callback/?x=1", None),
        ("https://client.example/callbacks", None),
        ("http://localhost:4000/callback", None),
        ("https://other.example/callback", None),
    ],
)
def test_a_variant_in_case_or_by_a_slash_is_found(uri: str, other: str | None) -> None:
    assert variant_among(uri, OTHERS) == other
