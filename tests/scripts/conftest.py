"""The acceptance tests' running rehearsal serves here too."""

from tests.acceptance.conftest import stand

__all__ = ["stand"]
