"""Runs a Python sample with what its reader supplies, and prints as JSON what it has made."""

import json
import os
import runpy
import sys

given = json.loads(os.environ["GIVEN"])
cases = given.pop("cases", [])
made = runpy.run_path(sys.argv[1], init_globals=given)


def taken(query: dict[str, str], stored_state: str) -> dict[str, str]:
    """What becomes of one answer."""
    try:
        return {"code": made["code_from_callback"](query, stored_state)}
    except ValueError as error:
        return {"refused": str(error)}


shown = {name: made[name] for name in sys.argv[2:]} | {"cases": [taken(*case) for case in cases]}
print(json.dumps(shown))  # noqa: T201  # this is what it is for
