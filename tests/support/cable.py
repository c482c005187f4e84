"""A network cable that can be pulled: a TCP forwarder on loopback that is cut after so many bytes."""

import contextlib
import selectors
import socket
import threading

from pti.foundation.ports import free_port


class Cable:
    """Forwards connections to `target_port` until it is cut; a context manager.

    Parameters
    ----------
    target_port : where the far end is
    """

    def __init__(self, target_port: int) -> None:
        self.port = free_port()
        self._target_port = target_port
        self._left: int | None = None
        self._ends: dict[socket.socket, socket.socket] = {}
        self._near: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._forward, name="cable")

    def __enter__(self) -> "Cable":
        """Plug it in."""
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self._over.set()
        self._thread.join()
        self._cut()
        self._listener.close()
        self._selector.close()

    @property
    def is_cut(self) -> bool:
        """Whether the cable was cut."""
        return self._left is not None and self._left <= 0

    def cut_after(self, count: int) -> None:
        """Cut it once `count` more bytes have gone from the near end to the far one."""
        self._left = count

    def mend(self) -> None:
        """Plug it in again; it is not cut a second time."""
        self._left = None

    def _forward(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(timeout=0.02):
                if key.fileobj is self._listener:
                    self._connect()
                elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._ends:
                    self._pass_on(key.fileobj)

    def _connect(self) -> None:
        near, _ = self._listener.accept()
        if self.is_cut:
            near.close()
            return
        far = socket.create_connection(("127.0.0.1", self._target_port))
        self._ends |= {near: far, far: near}
        self._near.add(near)
        for end in (near, far):
            self._selector.register(end, selectors.EVENT_READ)

    def _pass_on(self, end: socket.socket) -> None:
        try:
            data = end.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self._hang_up(end)
            return
        with contextlib.suppress(OSError):
            self._ends[end].sendall(data)
        if end in self._near and self._left is not None:
            self._left -= len(data)
            if self._left <= 0:
                self._cut()

    def _hang_up(self, end: socket.socket) -> None:
        for one in (end, self._ends.pop(end)):
            self._ends.pop(one, None)
            self._near.discard(one)
            self._selector.unregister(one)
            one.close()

    def _cut(self) -> None:
        while self._ends:
            self._hang_up(next(iter(self._ends)))
