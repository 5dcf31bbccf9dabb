"""The worker: outbox → spreadsheet → checks, totals and tabs."""
