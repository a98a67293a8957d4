"""What Celery carries: 'look at this account now', or at lost logins; nothing else.

No eta, countdown, expiry or retry: time stands in rows. A lost message costs seconds,
for the dispatcher sends it again; a doubled one finds nothing to do.
"""

from __future__ import annotations

import logging
import queue
import threading
import uuid

from celery import Signature, shared_task

from searchjobs import accountsync, runner

logger = logging.getLogger(__name__)

MOST_WAITING = 1000


@shared_task(name="searchjobs.take_turn")
def take_turn(account_id: str) -> None:
    if runner.take_turns(uuid.UUID(account_id)):
        take_turn.apply_async((account_id,))


@shared_task(name="searchjobs.reread_logins")
def reread_logins() -> None:
    accountsync.reread_due()


class _Sender:
    """Sends hints from its own thread, so that a broker that is down delays nobody."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._waiting = queue.Queue[Signature[None]](MOST_WAITING)

    def put(self, message: Signature[None]) -> None:
        with self._guard:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._send_for_ever, name="hints", daemon=True
                )
                self._thread.start()
        try:
            self._waiting.put_nowait(message)
        except queue.Full:
            logger.warning("hint dropped: the broker does not answer")

    def _send_for_ever(self) -> None:
        while True:
            message = self._waiting.get()
            try:
                message.apply_async()
            except Exception as failure:
                logger.warning("hint not sent: %s", type(failure).__name__)


_sender = _Sender()


def hint(account_id: uuid.UUID) -> None:
    """Tell a worker, after this transaction's commit, to look at an account.

    Returns at once and never raises: it is a hint, the dispatcher sends the rest.
    """
    _sender.put(take_turn.s(str(account_id)))


def hint_rereads() -> None:
    """Tell a worker, after this transaction's commit, that a login is due."""
    _sender.put(reread_logins.s())
