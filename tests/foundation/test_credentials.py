import re

import pytest

from portal.foundation import credentials

PREFIX = "cf_at_"
SIZE = credentials.SECRET_BYTES


def test_each_wrong_character_is_refused_wherever_it_stands() -> None:
    minted = credentials.mint(PREFIX)
    for position, right in enumerate(minted):
        for wrong in set(credentials.ALPHABET + "_-") - {right}:
            mistyped = minted[:position] + wrong + minted[position + 1 :]
            assert credentials.decode(PREFIX, mistyped, SIZE) is None


@pytest.mark.parametrize("position", range(len(credentials.mint(PREFIX)) - 1))
def test_two_swapped_neighbours_are_refused(position: int) -> None:
    minted = credentials.encode(PREFIX, bytes(range(SIZE)))
    if minted[position] != minted[position + 1]:
        swapped = minted[:position] + minted[position + 1] + minted[position] + minted[position + 2 :]
        assert credentials.decode(PREFIX, swapped, SIZE) is None


@pytest.mark.parametrize("wrong", ["\0", "\n", " ", "é", "٣", "\ud800", "😀"])
def test_a_character_outside_the_alphabet_is_refused_wherever_it_stands(wrong: str) -> None:
    minted = credentials.mint(PREFIX)
    for position in range(len(minted)):
        assert credentials.decode(PREFIX, minted[:position] + wrong + minted[position + 1 :], SIZE) is None


def test_another_length_is_refused() -> None:
    minted = credentials.mint(PREFIX)
    for text in ("", PREFIX, minted[:-1], minted + "0", minted + "\n", " " + minted, minted * 20_000):
        assert credentials.decode(PREFIX, text, SIZE) is None


def test_another_prefix_is_refused() -> None:
    minted = credentials.mint(PREFIX)
    assert credentials.decode("cf_rt_", minted, SIZE) is None
    assert credentials.decode(PREFIX, minted.replace("cf_at_", "cf_rt_"), SIZE) is None
    assert credentials.decode(PREFIX, minted.replace("cf_at_", "CF_AT_"), SIZE) is None


def test_letters_outside_the_alphabet_are_refused_even_with_a_right_checksum() -> None:
    body = PREFIX + "-" * (len(credentials.mint(PREFIX)) - len(PREFIX) - 6)
    assert credentials.decode(PREFIX, body + credentials._checksum(body), SIZE) is None


def test_a_number_too_large_for_its_bytes_is_refused_even_with_a_right_checksum() -> None:
    body = PREFIX + "z" * (len(credentials.mint(PREFIX)) - len(PREFIX) - 6)
    assert credentials.decode(PREFIX, body + credentials._checksum(body), SIZE) is None


def test_a_credential_for_a_row_is_refused_under_another_prefix_or_without_a_row() -> None:
    assert credentials.row_id_of("cf_rt_", credentials.mint_for_row(PREFIX, 7)) is None
    assert credentials.row_id_of(PREFIX, credentials.mint(PREFIX)) is None


def test_a_row_id_that_no_row_can_have_is_refused() -> None:
    text = credentials.encode(PREFIX, b"\xff" * (credentials.ID_BYTES + SIZE))
    assert credentials.row_id_of(PREFIX, text) is None


@pytest.mark.standard("RFC 6749", "10.10", "Codes and tokens cannot be guessed: 256 random bits")
@pytest.mark.parametrize("prefix", ["cf_at_", "cf_rt_", "cf_cs_", "cf_app_"])
def test_a_minted_credential_is_prefix_and_base62_of_one_length(prefix: str) -> None:
    minted = {credentials.mint(prefix) for _ in range(200)}
    assert len(minted) == 200
    assert all(re.fullmatch(prefix + "[0-9A-Za-z]{49}", text) for text in minted)


@pytest.mark.parametrize("payload", [bytes(SIZE), b"\xff" * SIZE, bytes(range(SIZE))])
def test_the_payload_comes_back_whole(payload: bytes) -> None:
    assert credentials.decode(PREFIX, credentials.encode(PREFIX, payload), SIZE) == payload


@pytest.mark.parametrize("row_id", [0, 1, 2**63 - 1])
def test_a_credential_for_a_row_carries_its_id(row_id: int) -> None:
    assert credentials.row_id_of(PREFIX, credentials.mint_for_row(PREFIX, row_id)) == row_id


def test_a_derived_credential_follows_from_key_and_message_alone() -> None:
    key, other_key = credentials.mint_for_row("cf_rt_", 7), credentials.mint_for_row("cf_rt_", 7)
    derived = credentials.derive_for_row(PREFIX, 7, key, b"seed")
    assert derived == credentials.derive_for_row(PREFIX, 7, key, b"seed")
    assert credentials.row_id_of(PREFIX, derived) == 7
    assert derived != credentials.derive_for_row(PREFIX, 7, key, b"other seed")
    assert derived != credentials.derive_for_row(PREFIX, 7, other_key, b"seed")


def test_an_id_fits_a_signed_64_bit_column() -> None:
    ids = [credentials.new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(0 <= number < 2**63 for number in ids)


def test_an_absent_digest_equals_nothing() -> None:
    digest = credentials.digest("x")
    assert not credentials.same(None, None)
    assert not credentials.same(digest, None)
    assert not credentials.same(digest, credentials.digest("y"))
    assert credentials.same(digest, credentials.digest("x"))
