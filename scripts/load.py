"""HTTP load: clients with kept connections that send as fast as the server answers, or at a fixed rate."""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Next = Callable[[], bytes]
"""Makes the next request of a client."""


@dataclass
class Figures:
    """What one measurement gave. Times in milliseconds."""

    answered: int = 0
    refused: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """Milliseconds of processor time of the server for one answer."""
        return self.processor * 1000 / max(1, self.answered + self.refused)

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    def quantile(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def add(self, other: Figures) -> None:
        self.answered += other.answered
        self.refused += other.refused
        self.seconds += other.seconds
        self.processor += other.processor
        self.times += other.times


class Connection:
    """One client: a kept connection, one request at a time, the next as soon as the answer is whole."""

    def __init__(self, port: int, following: Next) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._following = following
        self._got = b""
        self.began = 0.0

    def send(self) -> None:
        self._got = b""
        self.began = time.perf_counter()
        self.socket.sendall(self._following())

    def receive(self) -> int | None:
        """The status once the answer is whole, None before."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError
        self._got += piece
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        return int(head[9:12]) if len(body) >= length else None


def measure(port: int, clients: list[Next], seconds: float) -> Figures:
    """All clients at once, as fast as the server answers."""
    figures = Figures()
    selector = selectors.DefaultSelector()
    connections = [Connection(port, following) for following in clients]
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send()
    began = time.perf_counter()
    waiting = len(connections)
    while waiting:
        for key, _ in selector.select(30):
            connection = key.data
            status = connection.receive()
            if status is None:
                continue
            now = time.perf_counter()
            figures.times.append((now - connection.began) * 1000)
            figures.answered += status == 303
            figures.refused += status != 303
            if now - began < seconds:
                connection.send()
            else:
                waiting -= 1
                selector.unregister(connection.socket)
                connection.socket.close()
    figures.seconds = time.perf_counter() - began
    return figures


def measure_open(port: int, clients: list[Next], rate: float, seconds: float) -> Figures:
    """Send at a fixed rate, whether the server keeps up or not. A time counts from the moment planned for a request."""
    figures = Figures()
    selector = selectors.DefaultSelector()
    free = [Connection(port, following) for following in clients]
    began = time.perf_counter()
    planned = [began + number / rate for number in range(int(seconds * rate))]
    planned.reverse()
    waiting = 0
    while planned or waiting:
        while planned and free and planned[-1] <= time.perf_counter():
            connection = free.pop()
            connection.send()
            connection.began = planned.pop()
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            waiting += 1
        pause = max(0.0, planned[-1] - time.perf_counter()) if planned and free else 30.0
        for key, _ in selector.select(pause):
            status = key.data.receive()
            if status is not None:
                figures.times.append((time.perf_counter() - key.data.began) * 1000)
                figures.answered += status == 303
                figures.refused += status != 303
                waiting -= 1
                selector.unregister(key.fileobj)
                free.append(key.data)
    figures.seconds = time.perf_counter() - began
    for connection in free:
        connection.socket.close()
    return figures


def processor_seconds(pid: int) -> float:
    """Processor time that a gunicorn and its worker have used (Linux; 0 elsewhere)."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        stats = [Path(f"/proc/{one}/stat").read_text(encoding="ascii").rsplit(")", 1)[1] for one in (pid, *children)]
    except OSError:
        return 0.0
    return sum(sum(map(int, stat.split()[11:13])) for stat in stats) / os.sysconf("SC_CLK_TCK")
