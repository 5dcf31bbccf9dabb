"""The limits of what a document may take, and how the child process says that a template is mistaken."""

from __future__ import annotations

WORD_SECONDS = 30
"""How long a template of the staff may run, by the clock."""
TEMPLATE_SECONDS = 30
"""The same for mails, a batch at once."""
TYPST_SECONDS = 120
"""How long our own may: the note of 2,500 municipalities takes a dozen seconds on a busy computer."""
PROCESSOR_SECONDS = 120
"""Of all threads together: an orphan ends by it."""
MEMORY = 2 * 2**30
"""Bytes of address space."""
MAX_RESULT = 64 * 2**20

MAX_TEMPLATE = 10 * 2**20
MAX_PARTS = 500
MAX_UNPACKED = 60 * 2**20

MISTAKE = 3
"""The exit code of the child for a mistaken template; its standard error says what is wrong."""
