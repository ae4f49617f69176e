"""The certificate of a client that was asked for another one, while its answer has arrived in part.

:mod:`ssl` does not tell any certificate then. What the client has proven is what it was before the message began: the
new certificate counts only with the signature and the Finished message that come behind it (RFC 8446 section 4.4).
"""

from __future__ import annotations

import ssl
from typing import Any

__all__ = ["KnownCertificate"]


class KnownCertificate:
    """The certificate between two messages of the client.

    :param ssl_object: not amid a message
    """

    __slots__ = ("_decoded", "_der")

    def __init__(self, ssl_object: ssl.SSLObject) -> None:
        self.renew(ssl_object)

    def renew(self, ssl_object: ssl.SSLObject) -> None:
        """Look again, unless a message has arrived in part."""
        if ssl_object.version() is None:
            return
        self._der = ssl_object.getpeercert(True)
        self._decoded: dict[str, Any] | ValueError | None
        try:
            self._decoded = ssl_object.getpeercert()
        except ValueError as exc:  # ssl cannot decode every certificate that OpenSSL accepts
            self._decoded = exc.with_traceback(None)

    def tell(self, binary_form: bool) -> dict[str, Any] | bytes | None:
        """What ``getpeercert()`` returns.

        :raises ValueError: if :mod:`ssl` cannot decode the certificate
        """
        if binary_form:
            return self._der
        if isinstance(self._decoded, ValueError):
            raise self._decoded.with_traceback(None)
        return self._decoded
