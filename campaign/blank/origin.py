"""What a blank was made of. It stands in the file, so that a blank is refused where it does not belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

FORMAT = "svod-blank-1"
"""The first cell of the sheet that tells the origin; the number rises when blanks are laid out otherwise."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a blank comes from.

    questions:    digest of the questions (`Layout.digest`)
    key:          key of the form that the blank stands for: one file that is sent twice is one form
    base_version: the newest version of the report when the blank was made, 0 for none
    opened:       when it was made, an ISO time
    """

    campaign: str
    oktmo: str
    questions: str
    key: str
    base_version: int
    opened: str

    def lines(self) -> Mapping[str, str]:
        """Return the origin as name → text; `read_lines` is the inverse."""
        return {name: str(value) for name, value in asdict(self).items()}


def read_lines(lines: Mapping[str, str]) -> Origin:
    """Return the origin of these lines; what is missing is "", and a version that is no number 0."""
    found = {field.name: lines.get(field.name, "") for field in fields(Origin)}
    version = found.pop("base_version")
    readable = version.isascii() and version.isdigit() and len(version) <= 8
    return Origin(base_version=int(version) if readable else 0, **found)
