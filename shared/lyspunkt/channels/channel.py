"""What a channel can do. Each is one module: publish, find what was published, take it down."""

from __future__ import annotations

from typing import Protocol

from lyspunkt.newsroom.outgoing import Outgoing


class ChannelError(Exception):
    """The channel certainly did not do it. `retry`: it may later. `reason` is a short key for the log and the trail."""

    def __init__(self, reason: str, *, retry: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry = retry


class CannotTell(Exception):
    """Nobody knows whether it is out, and the channel cannot be asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """Each call may come again after a crash; `find` comes first then."""

    repeatable: bool
    """Whether taking down twice does no more than once."""

    listed: bool
    """Whether what it publishes stands on the site's shared pages."""

    def publish(self, outgoing: Outgoing) -> str:
        """Put it out; where it can be read, or the channel's own reference. Raises ChannelError and CannotTell."""
        ...

    def find(self, outgoing: Outgoing) -> str | None:
        """Where the marker is out already, None where it is not. Raises CannotTell where that cannot be asked."""
        ...

    def retract(self, outgoing: Outgoing, where: str) -> None:
        """Take it down; taking down what is not there is no error. Raises ChannelError and CannotTell."""
        ...
