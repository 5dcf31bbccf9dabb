"""The pages, a module each. They import the services, the forms and `webform.texts`; the wiring imports them."""

from __future__ import annotations

from flask import Flask

from webform.pages import confirm, drafts, entry, form, home, problems, receipts, resources, submissions


def register_pages(app: Flask) -> None:
    """Put all pages and the pages of problems into the application."""
    for module in (entry, home, form, submissions, drafts, receipts, confirm, resources):
        app.register_blueprint(module.pages)
    problems.register(app)
