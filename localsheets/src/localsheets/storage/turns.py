"""A lock that is given in the order in which it was asked for.

Python's own goes to whoever is quickest: a write might wait while later ones are done, each with a formula that takes
seconds. In order, nobody waits longer than the patience of those before them.
"""

import threading
from collections import deque


class CrowdedError(Exception):
    """Too many wait already."""


class Turns:
    """A context manager that waits as long as it takes; the thread that holds it may enter it again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __len__(self) -> int:
        """Return how many wait."""
        with self._guard:
            return len(self._waiting)

    def enter(self, most: int | None = None) -> None:
        """Wait for the turn. Raises CrowdedError where so many wait already."""
        me = threading.get_ident()
        with self._guard:
            if self._owner in (None, me):
                self._owner = me
                self._depth += 1
                return
            if most is not None and len(self._waiting) >= most:
                raise CrowdedError
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        turn.acquire()  # until the one before hands over

    def leave(self) -> None:
        """Hand over to the one that waits longest."""
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            if self._waiting:
                self._owner, turn = self._waiting.popleft()
                self._depth = 1
                turn.release()
            else:
                self._owner = None

    def __enter__(self) -> None:
        self.enter()

    def __exit__(self, *_raised: object) -> None:
        self.leave()
