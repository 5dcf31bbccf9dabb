"""Tell requests from this machine from all others."""

from flask import request

from localsheets.settings import is_loopback

# Headers of a proxy, which passes on requests of others.
_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def direct() -> bool:
    """Return True if the request comes from this machine, addressed by its own name, and not through a proxy.

    The name is checked because a foreign page can point a name of its own at 127.0.0.1 (DNS rebinding).
    """
    if not is_loopback(request.remote_addr or ""):
        return False
    if any(name in request.headers for name in _PROXIED):
        return False
    host = request.host
    name = host[1 : host.find("]")] if host.startswith("[") else host.rsplit(":", 1)[0]
    return is_loopback(name)
