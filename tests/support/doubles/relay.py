"""A TCP relay between a client and a server, whose connections tests can break."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE_BYTES = 65_536


class Relay:
    """Relays TCP connections to `target_url`; while `is_down`, new ones are closed at once.

    Bytes that are keys of `changes` become their values, of the same length, in both directions.
    """

    def __init__(self, target_url: str, changes: Mapping[bytes, bytes] | None = None) -> None:
        self._changes = changes or {}
        self._target = urlsplit(target_url)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.is_down = False
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def cut(self) -> None:
        """End every open connection, also in the middle of a transfer."""
        with self._lock:
            for end in self._open:
                # shutdown() wakes the thread that reads it, which close() would not.
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def accept(self) -> None:
        """Accept connections until `close` is called."""
        while True:
            try:
                caller, _ = self._server.accept()
            except OSError:
                return
            if self.is_down:
                caller.close()
                continue
            callee = socket.create_connection((str(self._target.hostname), self._target.port))
            with self._lock:
                self._open |= {caller, callee}
            for source, sink in ((caller, callee), (callee, caller)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self.cut()

    def _changed(self, piece: bytes) -> bytes:
        for before, after in self._changes.items():
            piece = piece.replace(before, after)
        return piece

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE_BYTES):
                sink.sendall(self._changed(piece))
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            is_last = source not in self._open
            self._open -= {source, sink}
        if is_last:
            source.close()
            sink.close()


@contextmanager
def relay(target_url: str, changes: Mapping[bytes, bytes] | None = None) -> Iterator[Relay]:
    """A relay that serves as long as the context lasts."""
    between = Relay(target_url, changes)
    thread = threading.Thread(target=between.accept)
    thread.start()
    try:
        yield between
    finally:
        between.close()
        thread.join()
