"""The cell formats of a spreadsheet, each kept once.

Append-only, so that forks share one table with the published state.
"""

import json
import threading

from localsheets.jsontypes import Json


class Styles:
    """Index → userEnteredFormat in canonical form; 0 is no format.

    saved: how many of them the file holds
    """

    def __init__(self, formats: list[Json] | None = None, saved: int = 0) -> None:
        self.formats: list[Json] = formats if formats is not None else [{}]
        self.saved = saved
        self._index = {_key(fmt): number for number, fmt in enumerate(self.formats)}
        self._lock = threading.Lock()

    def number(self, fmt: Json | None) -> int:
        """Return the index of a format, adding it if it is new."""
        if not fmt:
            return 0
        key = _key(fmt)
        with self._lock:
            number = self._index.get(key)
            if number is None:
                number = len(self.formats)
                self.formats.append(json.loads(key))
                self._index[key] = number
            return number

    def cut(self, count: int) -> None:
        """Forget all after the first `count`: those of a change that was refused."""
        with self._lock:
            for fmt in self.formats[count:]:
                del self._index[_key(fmt)]
            del self.formats[count:]

    def __getitem__(self, number: int) -> Json:
        return self.formats[number]

    def __len__(self) -> int:
        return len(self.formats)


def _key(fmt: Json) -> str:
    return json.dumps(fmt, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
