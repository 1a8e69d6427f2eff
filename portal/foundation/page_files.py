"""Where templates and static files are: beside the package in a checkout, inside it once a wheel is installed.

Knows no page; pyproject.toml puts the folders into the wheel.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def page_files(name: str) -> Path:
    """The folder `templates` or `static`."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
