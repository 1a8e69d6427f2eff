"""Proof Key for Code Exchange."""

import pytest

from tests.oauth.parties import Client, Owner, assert_error, challenge_of

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.standard("RFC 7636", "4.2", "The example of Appendix B works")
@pytest.mark.standard("RFC 7636", "4.6", "A code_verifier whose S256 is the code_challenge is accepted")
def test_the_example_of_the_standard_works(owner: Owner, public: Client) -> None:
    code = public.obtain_code(owner, code_challenge=CHALLENGE)
    assert_error(public.exchange(code, code_verifier=VERIFIER[:-1] + "j"), "invalid_grant")
    assert public.exchange(code, code_verifier=VERIFIER).status_code == 200


@pytest.mark.standard("RFC 7636", "4.1", "A code_verifier has 43 to 128 unreserved characters")
def test_every_verifier_of_the_standards_form_is_good(owner: Owner, public: Client) -> None:
    for verifier in ("a" * 43, "-._~" * 32, "Aa0-._~" * 7):
        code = public.obtain_code(owner, code_challenge=challenge_of(verifier))
        assert public.exchange(code, code_verifier=verifier).status_code == 200


@pytest.mark.standard("RFC 7636", "4.1", "A code_verifier of another length or alphabet is refused")
def test_no_other_verifier_is_good(owner: Owner, public: Client) -> None:
    for verifier in ("a" * 42, "a" * 129, "a" * 42 + "+", "a" * 42 + "é", "a" * 43 + "=", "a b" * 20):
        code = public.obtain_code(owner, code_challenge=challenge_of(verifier))
        answer = public.exchange(code, code_verifier=verifier)
        assert answer.status_code == 400
        assert answer.get_json()["error"] in {"invalid_request", "invalid_grant"}


@pytest.mark.standard("RFC 7636", "4.4", "The code_challenge is bound to its code and is not in it")
def test_a_code_is_bound_to_its_own_challenge_which_is_not_in_it(owner: Owner, public: Client) -> None:
    first = public.obtain_code(owner, code_challenge=challenge_of("a" * 43))
    second = public.obtain_code(owner, code_challenge=challenge_of("b" * 43))
    assert challenge_of("a" * 43) not in first
    assert_error(public.exchange(first, code_verifier="b" * 43), "invalid_grant")
    assert public.exchange(first, code_verifier="a" * 43).status_code == 200
    assert public.exchange(second, code_verifier="b" * 43).status_code == 200


@pytest.mark.standard("RFC 7636", "7.2", "The challenge itself is no verifier: plain is not to be had afterwards")
def test_the_challenge_is_no_verifier(owner: Owner, public: Client) -> None:
    code = public.obtain_code(owner)
    assert_error(public.exchange(code, code_verifier=challenge_of(public.verifier)), "invalid_grant")
    sent = public.exchange(code, code_verifier=challenge_of(public.verifier), code_challenge_method="plain")
    assert_error(sent, "invalid_grant")
