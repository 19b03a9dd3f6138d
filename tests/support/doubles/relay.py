"""A network between a client and a server, which tests may break."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE_BYTES = 65_536


class Relay:
    """Passes TCP connections on to `target_url`; `cut` ends all of them, and none is new while `is_down`."""

    def __init__(self, target_url: str) -> None:
        self._target = urlsplit(target_url)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.is_down = False
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def cut(self) -> None:
        """End every connection that is open now, in the middle of whatever it carries."""
        with self._lock:
            for end in self._open:
                # shutdown() wakes the thread that reads it, which close() would not.
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def accept(self) -> None:
        """Serve until `close`."""
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

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE_BYTES):
                sink.sendall(piece)
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
def relay(target_url: str) -> Iterator[Relay]:
    """A relay that serves until the block is left."""
    between = Relay(target_url)
    thread = threading.Thread(target=between.accept)
    thread.start()
    try:
        yield between
    finally:
        between.close()
        thread.join()
