"""The formula engine (ironcalc) in a process of its own, with limits of time, memory and stack.

`process.Engine` is the parent's side; `child` is what runs there and imports nothing else of this distribution.
"""
