"""The pages of the desk."""

from __future__ import annotations

from flask import Flask

from desk.pages import account, files, home, journal, mail_steps, mails, municipality, problems, roll, sheet, signing


def register_pages(app: Flask) -> None:
    """Register all pages, and the pages of problems, with the application."""
    for module in (signing, home, account, journal, roll, municipality, sheet, files, mails, mail_steps):
        app.register_blueprint(module.pages)
    problems.register(app)
