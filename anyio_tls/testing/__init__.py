"""Tools for tests of programs that speak TLS, or any other protocol over a byte stream.

They test that a call can be cancelled anywhere without losing data, for example::

    import anyio
    from anyio_tls.testing import Strike, memory_stream_pair, sweep

    async def scenario(strike: Strike) -> None:
        ours, peer = memory_stream_pair()
        await peer.send(b"hello")
        received = await strike(ours.receive())  # cancelled at its n-th await
        assert (received or await ours.receive()) == b"hello"  # it took all or nothing

    async def main() -> None:
        print(await sweep(scenario), "cases passed")

    anyio.run(main)

* **Memory streams.** :func:`memory_stream_pair` makes two :class:`MemoryStream` objects that are connected without a
  network. A :class:`Schedule` makes one deliver byte by byte; a :class:`Fault` makes it stall, end, reset or tear at an
  operation of your choice. :mod:`anyio_tls.testing.trio` has the same with Trio's interface.
* **Sweeps.** :func:`sweep` runs a scenario over and over. Its :class:`Strike` cancels an operation at the first await,
  then at the second, and so on until the operation completes. What passes withstands a cancellation at any point.
* **Certificates.** A :class:`CertificateAuthority` issues throw-away :class:`Certificate` objects, good ones and bad
  ones. They satisfy strict verifiers (OpenSSL's ``X509_STRICT``, which Python 3.13 enables by default, and GnuTLS), so
  that a test fails for the reason it is about and for no other. They are for tests only: their keys are generated
  quickly and never protected.
* **Contexts.** :func:`check_context` reports where a TLS context that is not :mod:`ssl`'s own deviates from what
  streams expect.

Nothing here depends on time or chance. A random :class:`Schedule` is made from a generator that you seed, and its
``repr()`` is the Python expression that makes it again. (Trio itself, though, chooses at random which of several tasks
runs first.)
"""

from ._certificates import Certificate, CertificateAuthority
from ._contexts import check_context
from ._memory import Fault, MemoryStream, Schedule, memory_stream_pair
from ._sweep import Strike, sweep

__all__ = [
    "Certificate",
    "CertificateAuthority",
    "Fault",
    "MemoryStream",
    "Schedule",
    "Strike",
    "check_context",
    "memory_stream_pair",
    "sweep",
]
