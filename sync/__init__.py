"""The worker: outbox → spreadsheet → checks, totals and tabs. Imports campaign, outbox and sheets."""
