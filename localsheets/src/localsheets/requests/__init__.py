"""The kinds of `batchUpdate`: each a small function in a module by theme, all registered in one mapping.

A kind takes the fork of the spreadsheet and its checked request, changes the fork, and returns the payload of its reply
(None: an empty reply). It raises RequestFailed to refuse.
"""

from localsheets.requests.batch import KINDS, run_batch

__all__ = ["KINDS", "run_batch"]
