"""Whether a request comes from this very machine. Imports `settings` and Flask's request."""

from flask import request

from localsheets.settings import is_loopback

# Whoever sends one of these is a proxy: the request is somebody else's.
_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def direct() -> bool:
    """Whether the request comes from this machine, by its own name, through no proxy.

    The name is checked because a foreign page can point a name of its own at 127.0.0.1 (DNS rebinding).
    """
    if not is_loopback(request.remote_addr or ""):
        return False
    if any(name in request.headers for name in _PROXIED):
        return False
    host = request.host
    name = host[1 : host.find("]")] if host.startswith("[") else host.rsplit(":", 1)[0]
    return is_loopback(name)
