"""Faults and quotas on demand, and the log of operations. Imports `errors`; loopback only by its routes."""
