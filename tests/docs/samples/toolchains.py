"""Runs samples in their own languages: the file as printed, with what its reader supplies, and a look at its result.

What a sample is run by is in `drivers/`: a driver prints as JSON what the sample has made.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portal.foundation.languages import LANGUAGES
from tests.docs.samples.printed import SHOWN
from tests.fixtures.databases import missing
from tests.fixtures.servers import bare_environment
from tests.fixtures.typescript import compile_typescript, node

DRIVERS = Path(__file__).parent / "drivers"
REQUIRED = {"curl": ("sh", "curl", "openssl")}
IN_A_BROWSER = {("javascript", "redirect"), ("javascript", "redirect_pkce"), ("typescript", "redirect_pkce")}
OPTIONAL = {"ruby": ("ruby",), "php": ("php",), "go": ("go", "gofmt")}


@dataclass(frozen=True)
class Outcome:
    """How a sample ended."""

    said: str
    """All that it printed."""
    made: Mapping[str, Any] | None = None
    """What it made, by the names that Python's sample has for it; None if it failed."""


@dataclass(frozen=True)
class Toolchain:
    """Runs one language's samples, from a folder that holds them."""

    language: str
    folder: Path
    environment: Mapping[str, str | None]
    """Where the samples read the app's credentials."""

    def prepare(self, code: Mapping[str, str]) -> None:
        """Write every step into the folder."""
        for step, text in code.items():
            (self.folder / self._file(step)).write_text(text)

    def run(self, step: str, secret: str | None = None, **given: Any) -> Outcome:
        """Run one step.

        Args:
            secret: instead of the app's own.
            given: what the reader of the sample supplies, by the names that Python's sample has for it.
        """
        text = json.dumps({self._spell(name): value for name, value in given.items()})
        done = self._start([*self._command(step), *map(self._spell, shown(self.language, step))], secret, given=text)
        if done.returncode:
            return Outcome(done.stdout + done.stderr)
        assert done.stderr == "", f"{step} in {self.language} succeeds, but warns:\n{done.stderr}"
        made = json.loads(done.stdout)
        return Outcome(done.stdout, {re.sub("[A-Z]", r"_\g<0>", name).lower(): made[name] for name in made})

    def _file(self, step: str) -> str:
        return f"{step}.{LANGUAGES[self.language].extension}"

    def _spell(self, name: str) -> str:
        """A name as this language writes it."""
        return name

    def _command(self, step: str) -> list[str]:
        return [self.language, str(DRIVERS / self._file("driver")), self._file(step)]

    def _start(
        self, command: list[str], secret: str | None, typed: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        changed = {"contextfile_client_secret": secret} if secret else {}
        environment = bare_environment(**{**self.environment, **changed, **variables})
        return subprocess.run(
            command, cwd=self.folder, env=environment, input=typed, capture_output=True, text=True, timeout=30,
            check=False,
        )  # fmt: skip


class Python(Toolchain):
    """The Python that the tests run on."""

    def _command(self, step: str) -> list[str]:
        return [sys.executable, *super()._command(step)[1:]]


class CamelCase(Toolchain):
    """A language that writes authorizationCode."""

    def _spell(self, name: str) -> str:
        return re.sub("_(.)", lambda found: found[1].upper(), name)


class JavaScript(CamelCase):
    """Node. A driver cannot look into a module, so a line after the sample hands out what it makes."""

    def prepare(self, code: Mapping[str, str]) -> None:
        """Write every step as a module."""
        if self.language == "typescript":
            shutil.copy(DRIVERS / "given.d.ts", self.folder)
            super().prepare(code)
            compile_typescript(self.folder)
        else:
            super().prepare(code)
        for step in code:
            names = ["codeFromCallback"] if step == "callback" else map(self._spell, shown(self.language, step))
            compiled = self.folder / f"{step}.js"
            compiled.rename(compiled.with_suffix(".mjs"))
            with compiled.with_suffix(".mjs").open("a") as file:
                file.write(f"\nexport {{ {', '.join(names)} }}\n")

    def _command(self, step: str) -> list[str]:
        return [node(), str(DRIVERS / "driver.mjs"), str(self.folder / f"{step}.mjs")]


class Go(Toolchain):
    """Every sample is a program's file; `drivers/go/` has the rest of each program."""

    def prepare(self, code: Mapping[str, str]) -> None:
        """Build all of them at once, and have Go's own tools look at them."""
        (self.folder / "go.mod").write_text("module samples\n\ngo 1.18\n")
        for step, text in code.items():
            program = self.folder / step
            program.mkdir()
            (program / self._file(step)).write_text(text)
            shutil.copy(DRIVERS / "go" / self._file(step), program / "main.go")
            shutil.copy(DRIVERS / "go" / "driver.go", program)
        (self.folder / "bin").mkdir()
        for command in (["gofmt", "-l", "."], ["go", "build", "-o", "bin", "./..."], ["go", "vet", "./..."]):
            environment = {**os.environ, "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off"}
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
            )
            assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr

    def _command(self, step: str) -> list[str]:
        return [str(self.folder / "bin" / step)]


def shown(language: str, step: str) -> tuple[str, ...]:
    """The variables that tell what a sample has made; in a browser, where it goes and what it keeps there tell it."""
    return () if (language, step) in IN_A_BROWSER else SHOWN[step]


def require(language: str) -> None:
    """Skip what cannot be run here, and say what is missing."""
    for tool in REQUIRED.get(language, ()):
        if not shutil.which(tool):
            missing(f"{tool} is missing; install it, so that the {language} samples can be run")
    for tool in OPTIONAL.get(language, ()):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed, so the {LANGUAGES[language].label} samples are not run here")
    if language == "php" and b"curl" not in subprocess.run(["php", "-m"], capture_output=True, check=True).stdout:
        pytest.skip("PHP’s curl extension is not installed, so the PHP samples are not run here")
