"""Help for tests of programs that speak TLS, or any protocol over a byte stream.

* **Memory streams.** :func:`memory_stream_pair` connects two byte streams without a network between them. A
  :class:`Schedule` makes one deliver byte by byte, or stall, end, reset or tear at an operation of your choice.
  :mod:`anyio_tls.testing.trio` has the same with Trio's interface.
* **Sweeps.** :func:`sweep` runs a scenario over and over, and strikes at the first await of an operation, then at
  the second, and so on until the operation completes untouched: what survives that survives any cancellation.
* **Certificates.** A :class:`CertificateAuthority` issues throw-away certificates, good ones and bad ones. They are
  as strict verifiers want them (OpenSSL's ``X509_STRICT``, which Python 3.13 switches on by default, and GnuTLS), so
  that a test which fails, fails for its own reason. They are for tests only: the keys are made in a moment and never
  protected.

Nothing here depends on time or chance. A random :class:`Schedule` is made from a generator that you seed, and its
``repr()`` is the Python expression that makes it again. (Trio, though, leaves it to chance which task comes first of
those that could run.)
"""

from ._certificates import Certificate, CertificateAuthority
from ._memory import Fault, MemoryStream, Schedule, memory_stream_pair
from ._sweep import Strike, sweep

__all__ = [
    "Certificate",
    "CertificateAuthority",
    "Fault",
    "MemoryStream",
    "Schedule",
    "Strike",
    "memory_stream_pair",
    "sweep",
]
