"""A secret that is made at the first start and kept in a file. Knows nothing of what it is for."""

import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The one of an earlier start, or a new one: written elsewhere, then linked, so that two first starts agree.

    Raises:
        OSError: the file can be neither read nor made.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
