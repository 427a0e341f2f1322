"""What can go wrong with a request. Messages name no secret: addresses in them went through ``Credentials.redact``."""

from __future__ import annotations

from datetime import datetime

from tasks.errors import SourceError


class Refused(SourceError):
    """The source understood and will not: a wrong token, no permission, no such thing. Trying again changes nothing."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Unreachable(SourceError):
    """No usable answer after all tries: errors of the server, a broken line, time-outs."""


class BadAnswer(SourceError):
    """An answer that cannot be what was asked for; ``head`` is how it begins, to be looked at by a person."""

    def __init__(self, message: str, *, url: str, status: int, head: bytes = b"") -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.head = head


class Forbidden(SourceError):
    """An address that a source has no business to send us to."""


class WaitUntil(SourceError):
    """The source lets nobody in before ``moment``, which is too long to wait in a worker's slot."""

    def __init__(self, message: str, moment: datetime) -> None:
        super().__init__(message)
        self.moment = moment


class BudgetSpent(SourceError):
    """What one run may ask, or pay for, is used up."""
