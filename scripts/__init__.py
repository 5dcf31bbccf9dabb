"""Commands around the packages: the rehearsal's start, the demo, benchmarks, faults. Nothing imports them."""
