"""TLS contexts with secure defaults."""

from __future__ import annotations

import ssl

__all__ = ["default_client_context"]


def default_client_context() -> ssl.SSLContext:
    """A context for clients: TLS 1.2 at least, the system's certificate authorities, host names checked."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    # Python sets it; the engine does not need it cleared, but other users of the context do.
    context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
    return context
