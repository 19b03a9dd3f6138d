"""Keeps quiet sockets open: API Gateway closes one that was sent nothing for ten minutes."""

from collections.abc import Callable
from dataclasses import dataclass

from reelway.errors import ReelwayError
from reelway.ports.connections import Connection, Connections


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """`repeat` sends a socket the present state; `log_exception(message, **about)` logs what is handled."""

    connections: Connections
    repeat: Callable[[Connection], None]
    log_exception: Callable[..., None]

    def run(self) -> int:
        """How many sockets were kept open."""
        return sum(map(self._keep_open, self.connections.all()))

    def _keep_open(self, connection: Connection) -> bool:
        """Whether the socket could be reached; one that could not holds up none of the others."""
        try:
            self.repeat(connection)
        except ReelwayError:
            self.log_exception("a socket could not be reached", connection_id=connection.connection_id)
            return False
        return True
