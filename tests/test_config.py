import os
import stat
import threading
from pathlib import Path

import pytest

from portal.config import Settings, SettingsError, is_loopback, load_settings

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def instance_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "instance"
    monkeypatch.setenv("INSTANCE_PATH", str(path))
    return path


def load(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def refusal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        load(monkeypatch, **environment)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("PUBLIC_URL", "http://id.example", "must begin with https://"),
        ("PUBLIC_URL", "id.example", "must begin with https://"),
        ("PUBLIC_URL", "ftp://127.0.0.1", "must begin with https://"),
        ("PUBLIC_URL", "http://localhost@evil.example", "must begin with https://"),
        ("PUBLIC_URL", "http://127.0.0.1.evil.example", "must begin with https://"),
        ("PUBLIC_URL", "https://", "such as https://id.example"),
        ("PUBLIC_URL", "https://id.example/portal", "such as https://id.example"),
        ("PUBLIC_URL", "https://id.example?x=1", "such as https://id.example"),
        ("PUBLIC_URL", "https://id.example#x", "such as https://id.example"),
        ("PUBLIC_URL", "https://user@id.example", "such as https://id.example"),
        ("PUBLIC_URL", "https://id.example:port", "such as https://id.example"),
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "http", "valid integer"),
        ("DATABASE_URL", "mysql://db/portal", "use sqlite:///file or postgresql://"),
        ("DATABASE_URL", "portal.sqlite3", "use sqlite:///file or postgresql://"),
        ("SECRET_KEY", "too short", "give 32 or more"),
        ("DEMO_DATA", "maybe", "valid boolean"),
        ("REGISTRATION", "maybe", "off, token or open"),
        ("REGISTRATION_TOKEN", "too short", "32 or more"),
        ("REGISTRATION_UNUSED_DAYS", "0", "greater than or equal to 1"),
        ("RATE_LIMITS", "some", "valid boolean"),
        ("ACCESS_TOKEN_SECONDS", "0", "greater than or equal to 1"),
        ("REFRESH_TOKEN_SECONDS", "-1", "greater than or equal to 1"),
        ("REFRESH_RETRY_SECONDS", "301", "less than or equal to 300"),
        ("REFRESH_RETRY_SECONDS", "-1", "greater than or equal to 0"),
        ("GRANT_SECONDS", "a year", "valid integer"),
        ("CODE_SECONDS", "601", "less than or equal to 600"),
        ("SESSION_SECONDS", "59", "greater than or equal to 60"),
        ("TRUSTED_PROXIES", "11", "less than or equal to 10"),
        ("WORKERS", "0", "greater than or equal to 1"),
        ("THREADS", "0", "greater than or equal to 1"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("LOG_FORMAT", "xml", "must be text or json"),
        ("ACCESS_LOG", "some", "valid boolean"),
        ("METRICS_TOKEN", "too short", "32 or more"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_and_the_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, cure: str
) -> None:
    message = refusal(monkeypatch, **{name: value})
    assert f"\n  {name}: " in message
    assert cure in message


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refusal(monkeypatch, PORT="x", LOG_LEVEL="x", CODE_SECONDS="x")
    assert all(f"\n  {name}: " in message for name in ("PORT", "LOG_LEVEL", "CODE_SECONDS"))


def test_a_refusal_does_not_repeat_the_secret_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in refusal(monkeypatch, SECRET_KEY="hunter2")


def test_registration_by_token_needs_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\n  REGISTRATION_TOKEN: " in refusal(monkeypatch, REGISTRATION="token")
    assert "hunter2" not in refusal(monkeypatch, REGISTRATION="token", REGISTRATION_TOKEN="hunter2")
    settings = load(monkeypatch, REGISTRATION="token", REGISTRATION_TOKEN=KEY)
    assert settings.registration_mode == "token"
    assert KEY not in repr(settings)


def test_apps_may_register_themselves_on_loopback_and_in_production_only_by_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load(monkeypatch).registration_mode == "open"
    assert load(monkeypatch, REGISTRATION="OFF").registration_mode == "off"
    assert load(monkeypatch, **PRODUCTION, REGISTRATION="").registration_mode == "off"
    assert load(monkeypatch, REGISTRATION="open").registration_mode == "open"


def test_a_refusal_does_not_repeat_the_database_password(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "hunter2" not in refusal(monkeypatch, DATABASE_URL="mysql://portal:hunter2@db/portal")


def test_the_instance_folder_must_be_usable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = refusal(monkeypatch, INSTANCE_PATH=str(tmp_path / "file" / "instance"))
    assert message.startswith("INSTANCE_PATH: ")
    assert "name a folder you can write to" in message


PRODUCTION = {"PUBLIC_URL": "https://id.example", "SECRET_KEY": KEY}


def test_production_refuses_to_make_up_a_secret_key(monkeypatch: pytest.MonkeyPatch, instance_path: Path) -> None:
    message = refusal(monkeypatch, PUBLIC_URL="https://id.example")
    assert "SECRET_KEY: required in production" in message
    assert not (instance_path / "secret_key").exists()


def test_production_refuses_demo_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "DEMO_DATA: " in refusal(monkeypatch, **PRODUCTION, DEMO_DATA="on")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "id.example"])  # noqa: S104  # refused
def test_listening_beyond_loopback_is_production_and_needs_a_public_url(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    message = refusal(monkeypatch, HOST=host, SECRET_KEY=KEY)
    assert "PUBLIC_URL: required" in message
    assert host in message


def test_listening_beyond_loopback_refuses_a_public_url_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    message = refusal(monkeypatch, HOST="0.0.0.0", SECRET_KEY=KEY, PUBLIC_URL="http://127.0.0.1:5000")  # noqa: S104
    assert "PUBLIC_URL: required" in message


def test_production_is_known_by_its_public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, **PRODUCTION)
    assert settings.production
    assert settings.https
    assert settings.issuer == "https://id.example"
    assert settings.secret_key == KEY


def test_a_bare_environment_is_a_complete_run_on_loopback(monkeypatch: pytest.MonkeyPatch, instance_path: Path) -> None:
    settings = load(monkeypatch)
    assert not settings.production
    assert not settings.https
    assert settings.issuer == "http://127.0.0.1:5000"
    assert settings.database_url == f"sqlite:///{instance_path}/contextfile.sqlite3"
    assert not settings.demo_data
    assert settings.rate_limits
    assert settings.access_token_seconds == 3600
    assert settings.refresh_token_seconds == 30 * 24 * 3600


def test_an_empty_setting_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, PORT="", DATABASE_URL="", PUBLIC_URL="", RATE_LIMITS="").port == 5000


def test_the_issuer_follows_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, PORT="8123").issuer == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        ("https://ID.Example", "https://id.example"),
        ("https://id.example/", "https://id.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_issuer_has_one_form(monkeypatch: pytest.MonkeyPatch, given: str, issuer: str) -> None:
    assert load(monkeypatch, PUBLIC_URL=given, SECRET_KEY=KEY).issuer == issuer


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_through_its_current_driver(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    settings = load(monkeypatch, DATABASE_URL=f"{scheme}://portal:secret@db/portal")
    assert settings.database_url == "postgresql+psycopg://portal:secret@db/portal"


def test_the_made_up_secret_key_is_kept_for_its_owner_only(
    monkeypatch: pytest.MonkeyPatch, instance_path: Path
) -> None:
    first, second = load(monkeypatch), load(monkeypatch)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((instance_path / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(instance_path.stat().st_mode) == 0o700
    assert os.listdir(instance_path) == ["secret_key"]


def test_first_starts_at_the_same_time_agree_on_the_secret_key(instance_path: Path) -> None:
    together = threading.Barrier(8)
    keys: list[str] = []

    def start() -> None:
        together.wait()
        keys.append(load_settings().secret_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_settings_show_no_secret_key_when_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEY not in repr(load(monkeypatch, SECRET_KEY=KEY))


def test_settings_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(monkeypatch).port = 1


def test_every_setting_is_documented() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_loopback_is_known_in_all_its_forms(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["", "0.0.0.0", "::", "localhost.example", "127.0.0.1.example", "10.0.0.1", "0x7f.1"],  # noqa: S104
)
def test_nothing_else_is_loopback(host: str) -> None:
    assert not is_loopback(host)
