"""Runs the shell's samples: what they need is in variables, and what they make is what they print."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.docs.samples.toolchains import Outcome, Toolchain, shown

SHOW = 'printf "\\n%s\\n%s\\n%s" "$STATE" "$CODE_VERIFIER" "$AUTHORIZATION_CODE"'


class Terminal(Toolchain):
    """Every step is a part of a longer script, as it is for somebody who pastes one after the other."""

    def run(self, step: str, secret: str | None = None, **given: Any) -> Outcome:
        """Run one step; the callback once for each answer."""
        if step == "callback":
            return Outcome("", {"cases": [self._answer(*case) for case in given["cases"]]})
        if "stored_code_verifier" in given:  # what the step before has left in this terminal
            given["code_verifier"] = given.pop("stored_code_verifier")
        done = self._start(["sh", "-c", f". ./{step}.sh\nended=$?\n{SHOW}\nexit $ended"], secret, **given)
        printed, *made = done.stdout.rsplit("\n", 3)
        said = printed + done.stderr
        if done.returncode:
            return Outcome(said)
        if step.startswith("redirect"):
            return Outcome(said, {"auth_url": printed.strip(), "state": made[0], "code_verifier": made[1]})
        return Outcome(said, {name: json.loads(printed) for name in shown("curl", step)})

    def _answer(self, query: Mapping[str, str], stored_state: str) -> dict[str, str]:
        typed = f"https://app.example/callback?{urlencode(query)}\n"
        done = self._start(["sh", "-c", f". ./callback.sh\n{SHOW}"], None, typed, state=stored_state)
        code = done.stdout.rpartition("\n")[2]
        return {"code": code} if code else {"refused": done.stderr}
