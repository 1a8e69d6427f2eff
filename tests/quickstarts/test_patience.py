"""No program waits for ever: each call to ContextFile ends after ten seconds, whether or not it is answered."""

import re

import pytest

from tests.quickstarts.program import FILES

CALLS = {
    "cli/contexts.py": (r"urlopen\(Request\(", r"timeout=10\b"),
    "django/views.py": (r"requests\.(?:get|post)\(", r"timeout=10\b"),
    "express/server.mjs": (r"\bfetch\(", r"signal: AbortSignal\.timeout\(10_000\)"),
    "fastapi/app.py": (r"\bhttpx2\.AsyncClient\(", r"timeout=10\b"),
    "flask/app.py": (r"requests\.(?:get|post)\(", r"timeout=10\b"),
    "go/main.go": (r"\bhttp\.Client\{", r"Timeout: 10 \* time\.Second"),
    "nextjs/app/contextfile.js": (r"\bfetch\(", r"signal: AbortSignal\.timeout\(10_000\)"),
    "php/index.php": (r"\bcurl_setopt_array\(", r"CURLOPT_TIMEOUT => 10\b"),
    "ruby/server.rb": (r"\bNet::HTTP\.start\(", r"open_timeout: 10, read_timeout: 10\b"),
    "spa/app.js": (r"\bfetch\(", r"signal: AbortSignal\.timeout\(10_000\)"),
}
"""Where each program calls ContextFile, and how it says when to give up."""


@pytest.mark.parametrize("file", CALLS)
def test_every_call_ends(file: str) -> None:
    """How long it takes is not waited for here: it is ten seconds for each of them."""
    call, limit = CALLS[file]
    code = (FILES / file).read_text("utf-8")
    calls = len(re.findall(call, code))
    assert calls == len(re.findall(limit, code)) > 0
