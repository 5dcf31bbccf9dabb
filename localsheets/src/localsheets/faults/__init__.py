"""Faults and quotas on demand, and the log of operations."""
