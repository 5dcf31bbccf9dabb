"""`make soak`: a rehearsal of its own under hostile input for some minutes; see `scripts.soak.__main__`."""
