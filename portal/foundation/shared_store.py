"""Counts that all nodes share for a short time, in Valkey or Redis; the client is `valkey`, which speaks with both.

No caller waits long: connecting and each answer have a quarter of a second, and a store that failed is left alone for
some seconds, in which every caller is told at once that there is no count. Then one caller asks again, for all. Knows
no limit, and not what is done without it.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any

import valkey
from valkey.backoff import NoBackoff
from valkey.retry import Retry

from portal.foundation.store_settings import place_of_store

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 0.25
"""For connecting, and for each answer."""
_KEYS = "contextfile:count:"
# One script is one round trip, and nothing comes between its commands. The store's clock alone ends a count, so nodes
# whose clocks differ share it all the same.
_ADD = """
local number = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {number, left}
"""


class SharedStore:
    """Counts by key at an address. Safe for threads; each process that comes of a fork makes its own connections.

    Args:
        url: as REDIS_URL has it.
    """

    left_alone_seconds = 5.0
    """After a failure."""

    def __init__(self, url: str) -> None:
        self._place = place_of_store(url)
        client: valkey.Valkey = valkey.from_url(  # type: ignore[no-untyped-call]
            url,
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
            lib_name=None,  # it and the next cost each new connection a round trip
            lib_version=None,
            **({"ssl_check_hostname": True} if url.startswith(("rediss", "valkeys")) else {}),
        )
        self._client, self._add = client, client.register_script(_ADD)
        self._lock = Lock()
        self._fault: str | None = None
        self._ask_again_at = 0.0

    def add(self, key: str, seconds: int) -> tuple[int, int] | None:
        """Add one, and give the number so far and the seconds after which it goes; None if the store does not answer.

        Args:
            seconds: how long to keep the count, if it begins now.
        """
        answer = self._ask(lambda: self._add([_KEYS + key], [seconds * 1000]))
        if answer is None:
            return None
        number, milliseconds = answer
        return number, -(-milliseconds // 1000)

    def forget(self, key: str) -> None:
        """Begin anew for this key; without an answer its time has to pass."""
        self._ask(lambda: self._client.delete(_KEYS + key))

    def fault(self) -> str | None:
        """Why nothing can be counted there, in words for operators and without the password; None if it can."""
        self.add("trial", 1)
        return self._fault

    def _ask(self, question: Callable[[], Any]) -> Any:
        lost = self._fault is not None
        if lost and not self._is_time():
            return None
        try:
            answer = question()
        except (valkey.ValkeyError, OSError) as error:
            self._leave_alone(str(error))
            return None
        if lost:
            self._fault = None
            log.warning("the shared store is back, all nodes count limits together: %s", self._place)
        return answer

    def _is_time(self) -> bool:
        """Whether to ask a lost store again; true for one caller, while the others go on without it."""
        with self._lock:
            now = monotonic()
            if now < self._ask_again_at:
                return False
            self._ask_again_at = now + self.left_alone_seconds
            return True

    def _leave_alone(self, why: str) -> None:
        with self._lock:
            first, self._fault = self._fault is None, f"{self._place}: {why}"
            self._ask_again_at = monotonic() + self.left_alone_seconds
        if first:
            log.warning("the shared store is lost, each process counts limits for itself: %s", self._fault)
