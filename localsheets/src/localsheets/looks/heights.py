"""The height of a row without a height of its own, which grows with wrapped text.

An estimate by the average width of letters (Arial, Cyrillic); a browser measures for itself.
"""

import math

LETTER = 0.68  # pixels of width for each point of font size; 10 pt: 6.8 px
LINE = 1.6  # pixels of height for each point; 10 pt: 16 px
PADDING = 5


def text_height(text: str, pixels: int, points: float, *, wraps: bool, bold: bool = False) -> int:
    """Return the pixels that a cell's text needs in a column of a given width."""
    lines = 0
    room = max(1, int((pixels - 6) / (points * LETTER * (1.08 if bold else 1))))
    for paragraph in text.split("\n"):
        lines += _lines(paragraph, room) if wraps else 1
    return math.ceil(lines * points * LINE) + PADDING


def _lines(paragraph: str, room: int) -> int:
    lines, used = 1, 0
    for word in paragraph.split(" "):
        length = len(word)
        if used and used + 1 + length > room:
            lines, used = lines + 1, 0
        if length > room:
            lines += (length - 1) // room
            length = (length - 1) % room + 1
        used += length + (1 if used else 0)
    return lines
