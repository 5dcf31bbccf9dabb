"""Prometheus metrics of the worker, on loopback, off unless METRICS_PORT is set."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from sync.errors import SettingsError
from sync.texts import worker as texts

LOOPBACK = "127.0.0.1"


class Metrics:
    """What is counted, each by campaign. Names begin with `svod_`; no label names a person or a municipality."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        own = ["campaign"]
        self.waiting = Gauge(
            "svod_waiting_submissions", "Accepted and not yet in the spreadsheet", own, registry=registry
        )
        self.oldest = Gauge("svod_oldest_waiting_seconds", "Age of the oldest of them", own, registry=registry)
        self.set_aside = Gauge("svod_set_aside_submissions", "Taken out of the queue", own, registry=registry)
        self.delivered = Counter("svod_delivered_rows", "Rows delivered by this process", own, registry=registry)
        self.refreshes = Counter("svod_refreshes", "Refreshes by result", [*own, "result"], registry=registry)
        self.calls = Gauge("svod_spreadsheet_calls", "Requests sent by this process", own, registry=registry)
        self.failures = Counter("svod_failures", "Failed jobs by error", [*own, "job", "error"], registry=registry)
        self.seconds = Histogram("svod_job_seconds", "Duration of jobs", [*own, "job"], registry=registry)
        self.refreshed_at = Gauge("svod_refreshed_timestamp", "Unix time of the last refresh", own, registry=registry)
        self.active = Gauge("svod_active", "1 for the worker that holds the lease", own, registry=registry)
        self.mails = Gauge("svod_mails", "Mails by what became of them", [*own, "state"], registry=registry)
        self.oldest_mail = Gauge(
            "svod_oldest_waiting_mail_seconds", "Age of the oldest mail that may be sent", own, registry=registry
        )
        self.mail_trouble = Gauge(
            "svod_mail_trouble", "1 while mails cannot be sent, or returned ones read", ["what"], registry=registry
        )

    def forget(self, campaign: str) -> None:
        """Leave out a campaign that is not served any more: its last figures would look as if they stood still."""
        own = (self.waiting, self.oldest, self.set_aside, self.calls, self.refreshed_at, self.active)
        for one in (*own, self.mails, self.oldest_mail):
            one.remove_by_labels({"campaign": campaign})

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
