"""How often Python looks for cycles.

A refresh of thousands of municipalities makes half a million tuples and dictionaries, none of them in a cycle; looking
through them every 700 allocations costs a third of its time (see docs/measurements/refresh.md).
"""

import gc

ALLOCATIONS = 200_000


def collect_rarely() -> None:
    """Let a process that refreshes look for cycles only now and then. Everything else is freed at once, as always."""
    gc.set_threshold(ALLOCATIONS, 20, 50)
