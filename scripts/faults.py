"""`make faults`: to come with the worker's fault runs; until then it says so."""

import sys

if __name__ == "__main__":
    print("make faults: прогона сбоев пока нет.", file=sys.stderr)
    sys.exit(2)
