"""The ministry's desk: pages under `/desk` for signed-in staff; `desk.wiring` makes the application.

May import campaign, outbox and letters. `svod.web` composes it with the form; nothing is opened at import.
"""
