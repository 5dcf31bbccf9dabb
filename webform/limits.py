"""How often: submissions and drafts by link, failed links and codes by address. Imports Flask-Limiter and services.

Offices share one address, so nothing that works is counted by address: 21 clerks behind one never block each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from webform.environment import Settings

P = ParamSpec("P")
T = TypeVar("T")
FAILED = "30 per minute"

_limiter = Limiter(key_func=get_remote_address, headers_enabled=False, strategy="fixed-window")


def _link() -> str:
    return str((request.view_args or {}).get("oktmo", ""))


def _submissions_rate() -> str:
    return _settings().submissions_rate


def _drafts_rate() -> str:
    return _settings().drafts_rate


def _settings() -> Settings:
    from webform.services import services  # here, since the services' pages import this module

    return services().settings


def _failed(response: Response) -> bool:
    return response.status_code == 404


def limit_submissions(view: Callable[P, T]) -> Callable[P, T]:
    """Checks and submissions of one municipality."""
    return _limiter.shared_limit(_submissions_rate, "submissions", key_func=_link)(view)


def limit_drafts(view: Callable[P, T]) -> Callable[P, T]:
    """Drafts of one municipality."""
    return _limiter.shared_limit(_drafts_rate, "drafts", key_func=_link)(view)


def limit_failed_links(view: Callable[P, T]) -> Callable[P, T]:
    """Links that opened nothing, from one address."""
    return _limiter.shared_limit(FAILED, "links", deduct_when=_failed)(view)


def limit_failed_codes(view: Callable[P, T]) -> Callable[P, T]:
    """Codes of receipts that were wrong, from one address."""
    return _limiter.shared_limit(FAILED, "codes", deduct_when=_failed)(view)


def register_limits(app: Flask, settings: Settings) -> None:
    """Count in the store of the settings."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.rates
    _limiter.init_app(app)
