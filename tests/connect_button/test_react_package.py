"""@contextfile/react by its own tests and as it would be published."""

import json
import re
import tarfile
from pathlib import Path

import pytest

from tests.connect_button.conftest import REACT, run_in_package

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # keeps all that reads react/dist together
STYLES = Path(__file__).parents[2] / "static" / "css" / "connect-button.css"
MODULES = r"dist/(esm|cjs)/\w+(\.d\.ts|\.js)"


def read(package: Path, name: str) -> str:
    """A file of the package."""
    with tarfile.open(package) as archive:
        file = archive.extractfile(f"package/{name}")
        assert file
        return file.read().decode()


def squeezed(css: str) -> str:
    """A stylesheet without comments, layers and the spaces that say nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@layer [\w-]+ \{(.*)\}", r"\1", css, flags=re.DOTALL)
    return re.sub(r"\s*([{}:;,>])\s*", r"\1", css).replace(";}", "}").strip()


def test_its_own_tests_pass(package: Path, database: str) -> None:
    run_in_package("npm", "run", "check")
    run_in_package("npx", "vitest", "run", seconds=120)


def test_it_holds_what_apps_need_and_nothing_else(package: Path, database: str) -> None:
    with tarfile.open(package) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
    others = {name for name in names if not re.fullmatch(MODULES, name)}
    styles = {"dist/styles.css", "dist/styles.css.d.ts"}
    assert others == {"package.json", "README.md", "LICENSE", "dist/cjs/package.json", *styles}
    assert {"dist/esm/index.js", "dist/esm/index.d.ts", "dist/cjs/index.js", "dist/cjs/index.d.ts"} <= names


def test_it_depends_on_react_alone(package: Path, database: str) -> None:
    described = json.loads(read(package, "package.json"))
    assert described["peerDependencies"] == {"react": "^18.0.0 || ^19.0.0"}
    assert "dependencies" not in described
    assert described["sideEffects"] == ["**/*.css"]  # `false` would let bundlers drop an imported stylesheet


def test_it_resolves_everywhere_as_module_and_types(package: Path, database: str) -> None:
    run_in_package("npx", "publint", "run", str(package), "--strict")
    run_in_package("npx", "attw", str(package), "--exclude-entrypoints", "styles.css")


def test_its_look_is_the_look_of_the_portals_own_buttons(package: Path, database: str) -> None:
    styles = read(package, "dist/styles.css")
    assert "".join(styles.splitlines()) == squeezed(STYLES.read_text())


def test_its_lock_file_names_no_registry(database: str) -> None:
    lock = json.loads((REACT / "package-lock.json").read_text())
    assert not [name for name, locked in lock["packages"].items() if str(locked.get("resolved")).startswith("http")]
