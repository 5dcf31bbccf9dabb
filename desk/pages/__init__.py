"""The pages of the desk."""

from __future__ import annotations

from flask import Flask

from desk.pages import (
    account,
    documents,
    files,
    home,
    journal,
    mail_steps,
    mails,
    municipality,
    problems,
    restore,
    roll,
    sheet,
    signing,
)

MODULES = (
    signing,
    home,
    account,
    journal,
    roll,
    documents,
    municipality,
    restore,
    sheet,
    files,
    mails,
    mail_steps,
)


def register_pages(app: Flask) -> None:
    """Register all pages, and the pages of problems, with the application."""
    for module in MODULES:
        app.register_blueprint(module.pages)
    problems.register(app)
