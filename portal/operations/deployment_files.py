"""The files that installations begin with, in `deployment/` beside this: container, units, proxies."""

import shutil
from pathlib import Path

import click

_FOLDER = Path(__file__).with_name("deployment")


@click.command("deployment", short_help="Write container, unit and proxy files, and settings.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def write_deployment_files(folder: Path) -> None:
    """Write container, compose and proxy files, units, and a settings file to fill in, into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(_FOLDER.iterdir()):
        if (folder / file.name).exists():
            click.echo(f"{folder / file.name} is there already, and was left as it is.", err=True)
            continue
        shutil.copyfile(file, folder / file.name)
        click.echo(folder / file.name)
