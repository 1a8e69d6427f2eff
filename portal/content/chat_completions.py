"""A generator at any endpoint that speaks OpenAI's chat completions, streamed.

One POST a generation. What fails before or within the stream is tried again, from the start, while there is time.
"""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from portal.config.content import ContentSettings
from portal.content.generation import MOST_CHARACTERS, CannotGenerate, Generated, Prompt, Report, storable

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
CONNECT_SECONDS = 10
SILENT_SECONDS = 60
"""How long the endpoint may say nothing."""
_TRY_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}
_LONGEST_PAUSE = 30.0
_REPORT_SECONDS = 0.25
_SMALL = 10_000
"""Characters that can be put together again and again."""
_INTRODUCTION = "The user's context files follow. Keep to what they say."


class _Unavailable(Exception):
    """Perhaps later.

    Args:
        reason: for the log.
        pause: seconds that the endpoint asks to wait; None if it does not say.
    """

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class ChatCompletions:
    """One endpoint, one model."""

    name = "openai"
    quick = False

    def __init__(self, settings: ContentSettings) -> None:
        self._address = f"{settings.generator_url}/chat/completions"
        self._model = settings.generator_model
        self._headers = {"Authorization": f"Bearer {settings.generator_key}"} if settings.generator_key else {}
        self._seconds = settings.generator_seconds

    def generate(self, prompt: Prompt, report: Report) -> Generated:
        """Ask the model.

        Raises:
            CannotGenerate: it refused, failed each time, or took too long.
        """
        ends = time.monotonic() + self._seconds
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                return self._attempt(prompt, report, ends)
            except (_Unavailable, httpx2.TransportError) as error:
                log.warning("generation, attempt %s: %s", attempt, str(error) or type(error).__name__)
                asked = getattr(error, "pause", None)
                pause = min(0.5 * 2**attempt if asked is None else asked, _LONGEST_PAUSE)
                if attempt == MOST_ATTEMPTS or time.monotonic() + pause >= ends:
                    break
                _pause(pause, report)
        raise CannotGenerate("The model could not be reached or did not finish. Run it again later.")

    def _attempt(self, prompt: Prompt, report: Report, ends: float) -> Generated:
        left = max(0.1, ends - time.monotonic())
        timeout = httpx2.Timeout(min(SILENT_SECONDS, left), connect=min(CONNECT_SECONDS, left))
        # Without the environment's proxies: only the settings say where prompts go.
        with (
            httpx2.Client(timeout=timeout, trust_env=False) as client,
            client.stream("POST", self._address, json=self._body(prompt), headers=self._headers) as response,
        ):
            _check(response)
            return _read(_chunks(response), report, ends)

    def _body(self, prompt: Prompt) -> dict[str, Any]:
        files = "\n\n".join(f"# {name}\n\n{content}" for name, content in prompt.contexts)
        system = [{"role": "system", "content": f"{_INTRODUCTION}\n\n{files}"}] if files else []
        chosen = {"temperature": prompt.temperature, "max_tokens": prompt.max_tokens}
        return {
            "model": self._model,
            "messages": [*system, {"role": "user", "content": prompt.text}],
            "stream": True,
            "stream_options": {"include_usage": True},
            **{name: value for name, value in chosen.items() if value is not None},
        }


def _check(response: httpx2.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in _TRY_AGAIN:
        pause = response.headers.get("Retry-After", "")
        raise _Unavailable(f"status {status}", float(pause) if pause.isdecimal() else None)
    # Not its text: it may quote the prompt.
    log.error("generation refused with status %s", status)
    if status in {401, 403}:
        raise CannotGenerate("The model’s endpoint refuses this server’s key. Whoever runs the server can mend it.")
    raise CannotGenerate(f"The model’s endpoint refuses the request (status {status}).")


def _chunks(response: httpx2.Response) -> Iterator[Mapping[str, Any]]:
    """The JSON objects of the stream, up to its end mark."""
    for line in response.iter_lines():
        field, _, value = line.partition(":")
        if field != "data":
            yield {}  # a comment that keeps the connection open, or a field of no use here: time passes all the same
            continue
        if value.strip() == "[DONE]":
            return
        try:
            chunk = json.loads(value)
        except ValueError:
            raise _Unavailable("the stream holds what is no JSON") from None
        if not isinstance(chunk, dict) or chunk.get("error"):
            raise _Unavailable("the stream holds an error")
        yield chunk


def _read(chunks: Iterator[Mapping[str, Any]], report: Report, ends: float) -> Generated:
    pieces: list[str] = []
    length, finished, next_report = 0, False, 0.0
    usage: Mapping[str, Any] = {}
    for chunk in chunks:
        usage = chunk.get("usage") or usage
        for choice in chunk.get("choices") or []:
            piece = (choice.get("delta") or {}).get("content") or ""
            pieces.append(piece)
            length += len(piece)
            finished = finished or bool(choice.get("finish_reason"))
        if length > MOST_CHARACTERS:
            raise CannotGenerate(f"The model wrote more than {MOST_CHARACTERS:,} characters.")
        if (moment := time.monotonic()) > ends:
            raise CannotGenerate("The model took too long. Ask for less, or run it again later.")
        if length < _SMALL or moment >= next_report:  # a long text not for each of thousands of small pieces
            next_report = moment + _REPORT_SECONDS
            report(storable("".join(pieces)))
    if not finished:
        raise _Unavailable("the stream ended early")
    return Generated(storable("".join(pieces)), usage.get("prompt_tokens"), usage.get("completion_tokens"))


def _pause(seconds: float, report: Report) -> None:
    """Wait, and notice meanwhile that the run was cancelled."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        report("")
        time.sleep(min(left, 0.5))
