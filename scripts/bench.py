"""`make bench`: the measurements, each a module `scripts.bench_NAME`; figures belong into docs/measurements."""

import subprocess
import sys
from pathlib import Path

from scripts import texts


def available() -> list[str]:
    """Names of the measurements there are."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    """Run the named measurements, all without a name. 2 for an unknown name or when there are none."""
    names = available()
    unknown = [name for name in arguments if name not in names]
    if unknown or not names:
        print(texts.BENCH_UNKNOWN.format(name=" ".join(unknown), names=", ".join(names)), file=sys.stderr)
        return 2
    codes = [
        subprocess.run([sys.executable, "-m", f"scripts.bench_{name}"], check=False).returncode
        for name in arguments or names
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
