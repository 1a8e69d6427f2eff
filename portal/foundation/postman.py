"""Sending what is in the outbox, beside the requests: nobody waits for a mail server, or learns from the wait.

Each process has a postman; a letter is taken by one of them, by one conditional UPDATE. A letter that could not be
sent is tried again, ever later, for a day; a process that dies with one in hand sends it again when its lease ends.
"""

import json
import logging
from threading import Lock, Timer
from traceback import format_tb

from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from portal.config import Settings
from portal.foundation import clock
from portal.foundation.database import reading, transaction
from portal.foundation.mail import OutgoingMail, Writer
from portal.foundation.mail_message import compose
from portal.foundation.mail_transport import PostponedError, RefusedError, Send, UnreachableError, transport_of

log = logging.getLogger(__name__)
LEASE_SECONDS = 300
"""Longer than any attempt takes: a dozen steps with a server that answers each at the last moment."""
MOST_ATTEMPTS = 12
_LONGEST_PAUSE = 4 * 3600
_POLL_SECONDS = 60


class Postman:
    """One process's."""

    def __init__(self, app: Flask, send: Send) -> None:
        self.works_alone = True
        """Whether it goes by itself; tests send it instead."""
        self._app = app
        self._send = send
        self._lock = Lock()
        self._timer: Timer | None = None
        self._going = Lock()

    def come(self, in_seconds: float = 0) -> None:
        """Look into the outbox soon. Never fails: what asks for it is done, and the letter stays in the outbox."""
        with self._lock:
            if not self.works_alone or (self._timer and in_seconds):
                return
            if self._timer:
                self._timer.cancel()
            timer = Timer(in_seconds, self._go)
            timer.args = (timer,)
            timer.daemon = bool(in_seconds)  # a worker that is told to stop sends first what is due now
            try:
                timer.start()
            except RuntimeError as error:  # no thread is to be had
                log.error("the outbox waits: %s", error)
                self._timer = None
            else:
                self._timer = timer

    def _go(self, timer: Timer) -> None:
        with self._lock:
            if self._timer is timer:
                self._timer = None
        try:
            self.deliver()
            with self._app.app_context(), reading() as session:
                due = session.scalar(select(func.min(OutgoingMail.due_at)))
            if due is not None:
                in_time = due - clock.now()  # what is due already waits for a server that was not there just now
                self.come(min(in_time, _POLL_SECONDS) if in_time > 0 else _POLL_SECONDS)
        except SQLAlchemyError as error:
            log.error("the outbox cannot be read: %s", getattr(error, "orig", None) or error)
            self.come(_POLL_SECONDS)

    def deliver(self) -> int:
        """Send everything that is due, and say how much that was. Ends early if there is no server to send it."""
        sent = 0
        with self._going, self._app.test_request_context(base_url=self._settings.issuer):
            try:
                while mail := self._take():
                    sent += self._attempt(mail)
            except UnreachableError as error:
                log.warning("mails cannot be sent, again soon: %s", error)
        return sent

    def close(self) -> None:
        """Send nothing more by itself."""
        with self._lock:
            self.works_alone = False
            if self._timer:
                self._timer.cancel()

    @property
    def _settings(self) -> Settings:
        settings: Settings = self._app.config["SETTINGS"]
        return settings

    def _take(self) -> OutgoingMail | None:
        """Take the letter that has waited longest; nobody else does for as long as the lease."""
        while True:
            now = clock.now()
            waiting = select(OutgoingMail).where(OutgoingMail.due_at <= now)
            first = waiting.order_by(OutgoingMail.due_at, OutgoingMail.created_at, OutgoingMail.id).limit(1)
            with reading() as session:  # nothing is written, or locked, while nothing is due
                mail = session.scalars(first).one_or_none()
            if mail is None:
                return None
            with transaction() as session:
                taken = session.connection().execute(
                    update(OutgoingMail)
                    .where(OutgoingMail.id == mail.id, OutgoingMail.due_at == mail.due_at)
                    .values(due_at=now + LEASE_SECONDS, attempts=OutgoingMail.attempts + 1)
                )
            if taken.rowcount == 1:
                return mail

    def _attempt(self, mail: OutgoingMail) -> int:
        """Send one; 1 if it has left.

        Raises:
            UnreachableError: no other can be sent either.
        """
        if mail.attempts >= MOST_ATTEMPTS:  # each time, the process died with it
            log.error("mail %s is given up: nobody could say why it was not sent", mail.letter)
            return self._drop(mail)
        try:
            self._write_and_send(mail)
        except RefusedError as error:
            log.error("mail %s was refused: %s", mail.letter, error)
            return self._drop(mail)
        except UnreachableError as error:
            self._postpone(mail, error)
            raise
        except PostponedError as error:
            self._postpone(mail, error)
            return 0
        except Exception as error:  # noqa: BLE001  # one writer's fault must not stop the other letters
            # Without its message, which may quote the letter.
            where = "".join(format_tb(error.__traceback__))
            log.error("mail %s cannot be written, %s:\n%s", mail.letter, type(error).__name__, where)
            self._postpone(mail, "its writer failed")
            return 0
        self._drop(mail)
        return 1

    def _write_and_send(self, mail: OutgoingMail) -> None:
        writer: Writer | None = self._app.extensions["letters"].get(mail.letter)
        if writer is None:  # a newer release on another node may know it
            raise PostponedError("nobody here knows how to write it")
        if letter := writer(mail, json.loads(mail.data)):
            self._send(compose(letter, self._app, self._settings))

    def _postpone(self, mail: OutgoingMail, reason: object) -> None:
        if mail.attempts + 1 >= MOST_ATTEMPTS:
            log.error("mail %s could not be sent and is given up: %s", mail.letter, reason)
            self._drop(mail)
            return
        pause = min(60 * 2**mail.attempts, _LONGEST_PAUSE)
        log.warning("mail %s could not be sent, again in %s s: %s", mail.letter, pause, reason)
        with transaction() as session:
            again = update(OutgoingMail).where(OutgoingMail.id == mail.id).values(due_at=clock.now() + pause)
            session.execute(again, execution_options={"synchronize_session": False})

    def _drop(self, mail: OutgoingMail) -> int:
        with transaction() as session:
            gone = delete(OutgoingMail).where(OutgoingMail.id == mail.id)
            session.execute(gone, execution_options={"synchronize_session": False})
        return 0


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its postman; what an earlier run left in the outbox goes with the first request."""
    postman = app.extensions["postman"] = Postman(app, transport_of(settings))
    if settings.production and not settings.smtp_url:
        log.warning("SMTP_URL is not set: mails are kept in INSTANCE_PATH, and nobody receives any")
    met = False

    @app.before_request
    def look_once() -> None:
        nonlocal met
        if not met:
            met = True
            postman.come()
