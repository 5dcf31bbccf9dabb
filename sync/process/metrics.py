"""Prometheus metrics of the worker, on loopback, off unless METRICS_PORT is set."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from sync.errors import SettingsError
from sync.texts import worker as texts

LOOPBACK = "127.0.0.1"


class Metrics:
    """What is counted. Names begin with `svod_`; no label names a person or a municipality."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.waiting = Gauge(
            "svod_waiting_submissions", "Accepted and not yet in the spreadsheet", registry=self.registry
        )
        self.oldest = Gauge("svod_oldest_waiting_seconds", "Age of the oldest of them", registry=self.registry)
        self.set_aside = Gauge("svod_set_aside_submissions", "Taken out of the queue", registry=self.registry)
        self.delivered = Counter("svod_delivered_rows", "Rows delivered by this process", registry=self.registry)
        self.refreshes = Counter("svod_refreshes", "Refreshes by result", ["result"], registry=self.registry)
        self.calls = Gauge("svod_spreadsheet_calls", "Requests sent by this process", registry=self.registry)
        self.failures = Counter("svod_failures", "Failed jobs by error class", ["job", "error"], registry=self.registry)
        self.seconds = Histogram("svod_job_seconds", "Duration of jobs", ["job"], registry=self.registry)
        self.refreshed_at = Gauge("svod_refreshed_timestamp", "Unix time of the last refresh", registry=self.registry)
        self.active = Gauge("svod_active", "1 for the worker that holds the lease", registry=self.registry)

    @contextlib.contextmanager
    def served(self, port: int | None) -> Iterator[None]:
        """Serve them on loopback until the block ends. Raises SettingsError where the port is taken."""
        if port is None:
            yield
            return
        try:
            server, thread = start_http_server(port, addr=LOOPBACK, registry=self.registry)
        except OSError as error:
            raise SettingsError(texts.METRICS_PORT_TAKEN.format(port=port)) from error
        try:
            yield
        finally:
            server.shutdown()
            thread.join(timeout=5)
