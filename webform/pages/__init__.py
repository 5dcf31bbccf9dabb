"""The pages of the form."""

from __future__ import annotations

from flask import Flask

from webform.pages import (
    blanks,
    cabinet,
    confirm,
    drafts,
    entries,
    entry,
    files,
    form,
    home,
    leaving,
    problems,
    receipts,
    resources,
    submissions,
)


def register_pages(app: Flask) -> None:
    """Register all pages, and the pages of problems, with the application."""
    pages = (
        entry,
        cabinet,
        home,
        form,
        entries,
        files,
        submissions,
        drafts,
        blanks,
        receipts,
        confirm,
        leaving,
        resources,
    )
    for module in pages:
        app.register_blueprint(module.pages)
    problems.register(app)
