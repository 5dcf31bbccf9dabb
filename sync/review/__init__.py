"""The summary of one read: which rows count, what is wrong, and the totals. Pure."""
