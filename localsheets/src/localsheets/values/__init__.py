"""The calls on values: read, write, append, clear."""
