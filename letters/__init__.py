"""Documents made of campaign and outbox: receipts, the municipality's answer, the region's note; as PDF and for Word.

May import campaign and outbox alone. Figures are those that the worker published; nothing is counted here that
«Свод» would count otherwise.
"""

from letters.documents import Document, make
from letters.errors import LettersError
from letters.municipality import municipality_facts
from letters.receipt import receipt_facts
from letters.region import region_facts

__all__ = ["Document", "LettersError", "make", "municipality_facts", "receipt_facts", "region_facts"]
