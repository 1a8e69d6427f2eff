"""This machine: INSTANCE_PATH with the key, the SQLite database and its room on the disk."""

import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from portal.config import Settings
from portal.operations.doctor.findings import Finding, ok, problem, warning

_MEGABYTE = 1_000_000
LITTLE_BYTES, TOO_LITTLE_BYTES = 1_000 * _MEGABYTE, 100 * _MEGABYTE


def look_at_disk(settings: Settings) -> Iterable[Finding]:
    """How much room there is where INSTANCE_PATH and a SQLite database are."""
    folders = {settings.instance_path, *([_database(settings).parent] if _is_sqlite(settings) else [])}
    for folder in sorted(folders):
        free = shutil.disk_usage(folder).free
        text = f"{free / _MEGABYTE:,.0f} MB free at {folder}"
        cure = "make room, or move INSTANCE_PATH (and DATABASE_URL) to a larger disk"
        if free < TOO_LITTLE_BYTES:
            yield problem(text, cure)
        else:
            yield warning(text, cure) if free < LITTLE_BYTES else ok(text)


def look_at_permissions(settings: Settings) -> Iterable[Finding]:
    """Whether anybody else of this machine can read the key, the database or kept mails."""
    folder = settings.instance_path
    secret = [path for path in (folder / "secret_key", folder / "mail") if path.exists()]
    if _is_sqlite(settings) and _database(settings).exists():
        secret.append(_database(settings))
    open_ones = [path for path in secret if _others_can_read(path)]
    for path in open_ones:
        yield problem(f"others on this machine can read {path}", f"chmod go-rwx {path} (and see who could until now)")
    if not open_ones:
        yield ok(f"nobody else on this machine can read what is in {folder}")


def _is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite:///")


def _database(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///").partition("?")[0]).absolute()


def _others_can_read(path: Path) -> bool:
    """Whether its group or anybody may read it, in a folder that they may enter."""
    reading = stat.S_IRGRP | stat.S_IROTH
    entering = stat.S_IXGRP | stat.S_IXOTH
    return bool(path.stat().st_mode & reading) and bool(path.parent.stat().st_mode & entering)
