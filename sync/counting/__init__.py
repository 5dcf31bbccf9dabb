"""Which row counts: of each municipality at most one row, by the rules of the design. Pure; imported by `sync`.

`verdict` is the result as data, `matching` finds whose a row added by hand is, `identity` reports edits of what the
outbox alone decides, `choice` chooses between submitted rows and those added by hand.
"""

from sync.counting.choice import count
from sync.counting.verdict import Counting, Ground, Verdict

__all__ = ["Counting", "Ground", "Verdict", "count"]
