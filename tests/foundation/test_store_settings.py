import pytest

from portal.config import Settings, SettingsError, load_settings
from portal.foundation.store_settings import fault_of_store, place_of_store


def test_an_address_that_is_none_of_a_store_is_refused_with_the_cure() -> None:
    for url in (
        "valkey.example",
        "valkey.example:6379",
        "http://valkey.example",
        "unix:///run/valkey.sock",
        "redis://",
        "redis://:password@",
        "redis://valkey.example:0",
        "redis://valkey.example/cache",
        "redis://valkey.example/0/1",
        "redis://valkey.example/-1",
        "redis://valkey.example?db=1",
        "rediss://valkey.example?ssl_cert_reqs=none",
        "redis://valkey.example#1",
    ):
        assert "such as rediss://:password@valkey.example:6379/0" in (fault_of_store(url) or ""), url
    for url in (
        "redis://valkey.example:port",
        "redis://valkey.example:65536",
        "redis://[::1",
        "redis://:pass/word@host",
    ):
        assert "as %2F %3A %40" in (fault_of_store(url) or ""), url


def test_every_scheme_user_password_port_and_database_is_taken() -> None:
    for scheme in ("redis", "rediss", "valkey", "valkeys"):
        for rest in ("db", "db:6380", "db/", "db:6380/15", ":p%40ss%2Fword@db", "portal:password@db/1", "[::1]:6379"):
            assert fault_of_store(f"{scheme}://{rest}") is None


def test_people_are_told_where_it_is_without_the_password() -> None:
    assert place_of_store("redis://portal:p%40ss@db.example:6380/1") == "db.example:6380"
    assert place_of_store("redis://[::1]") == "[::1]"


def test_neither_a_refusal_nor_the_settings_repeat_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:hunter2@db/cache")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "\n  REDIS_URL: must be redis://" in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(Settings(redis_url="redis://:hunter2@db"))
