"""The type of JSON that has passed `schema.check`."""

from typing import Any, TypeAlias

# Checked JSON is nested data of Google's 273 schemas; a type for each would be a copy of the discovery document.
Json: TypeAlias = dict[str, Any]
