"""The width of a text on the screen in pixels, for automatic column widths."""

PADDING = 21

# Advance widths of Arial in thousandths of an em, by groups of letters; others count as a small letter.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 222),
    **dict.fromkeys(" .,:;!/\\ftI[]()-`°\u00a0", 290),
    **dict.fromkeys('r"*', 345),
    **dict.fromkeys("cksvxyzJ", 500),
    **dict.fromkeys("ABEKPSVXY", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQжмшыюЖШЫЮФ№—", 780),
    **dict.fromkeys("MmЩщ", 833),
    **dict.fromkeys("W%@", 950),
    **dict.fromkeys("АБВГДЕЗИЙКЛМНОПРСТУХЦЧЪЬЭЯ", 690),
}
_LETTER = 556
# Recorded: 1,024 letters «A» make a column of 8,691 pixels.
_EM = 8670 / (1024 * 0.667)


def text_pixels(text: str) -> float:
    """Return the width of the longest line."""
    return max(sum(_WIDTHS.get(letter, _LETTER) for letter in line) * _EM / 1000 for line in text.split("\n"))
