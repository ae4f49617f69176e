"""What a server reads from files: its certificates and keys, and the authorities of its clients.

A file is read once, then checked, and what was checked is used. :mod:`ssl` loads only files, which may have changed by
then. So it gets copies of what was read.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from ._chains import Chain, Lifetime

__all__ = ["Credentials", "Pair", "Password", "Trust"]

Password: TypeAlias = str | bytes | bytearray | Callable[[], str | bytes | bytearray]


@dataclass(frozen=True, eq=False)
class Pair:
    """Where a certificate chain and its key are: in one file, or in two."""

    paths: tuple[str, ...]
    password: Password | None = field(repr=False)


@dataclass(frozen=True, eq=False)
class Credentials:
    """A certificate chain and its key.

    :param password: a function is called once, for all contexts: if it fails later, new authorities and revocation
        lists do not have to wait for it
    """

    pair: Pair
    content: tuple[bytes, ...] = field(repr=False)
    chain: Chain
    password: Password | None = field(repr=False)

    def configure(self, context: ssl.SSLContext) -> None:
        """Make a context present it.

        :raises OSError: if OpenSSL refuses it
        :raises ValueError: if its password cannot be one
        """
        # With an empty password, a key that needs one is refused, instead of asking at the terminal.
        password = "" if self.password is None else self.password
        with as_file(self.chain.pem) as certfile, as_file(self.content[-1]) as keyfile:
            try:
                context.load_cert_chain(certfile, keyfile, password)
            except (OSError, ValueError):
                raise
            except Exception as exc:
                raise ValueError(f"the function that gives the password failed: {exc!r}") from exc


@dataclass(frozen=True, eq=False)
class Trust:
    """Authorities of clients, and their revocation lists."""

    content: tuple[bytes, ...] = ()
    """The files that they come from."""
    pem: bytes = b""
    """All of them, and nothing else. From a file, OpenSSL would not take those in odd places, such as behind a byte
    order mark."""
    authorities: frozenset[str] = frozenset()
    """Their names."""
    issuers: frozenset[str] = frozenset()
    """The names of those that issued the revocation lists: authorities, or intermediate ones."""
    lifetimes: tuple[tuple[str, Lifetime], ...] = ()
    """With words for what has it."""
    dismissed: frozenset[str] = frozenset()
    """The names of those that were authorities earlier. Files that belong together are replaced one after the other."""
    keys: frozenset[bytes] = frozenset()
    """The public keys of authorities with these names. One may have a new key, and for a while both."""
    listed: frozenset[bytes] = frozenset()
    """Those with which a revocation list is signed."""

    def check_successor(self, other: Trust) -> None:
        """Check that clients would not be refused for want of a list of their authority.

        :raises ValueError: if they would
        """
        if self.authorities & other.authorities:
            if lost := sorted(self.issuers - other.issuers - other.dismissed):
                raise ValueError(f"there is no list of {lost[0]} any more, and so its clients would all be refused")
            if self.listed & other.keys - other.listed:
                raise ValueError("an authority has no list of its earlier key any more, whose clients would be refused")
        elif self.issuers and other.issuers <= self.issuers - other.authorities:
            raise ValueError("there is no list of these authorities yet, and so all clients would be refused")

    def configure(self, context: ssl.SSLContext) -> None:
        if not self.pem:
            return
        with as_file(self.pem) as path:
            context.load_verify_locations(path)
        if context.verify_mode is ssl.CERT_NONE:
            context.verify_mode = ssl.CERT_REQUIRED
        if self.issuers:
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


_DESCRIPTORS: Final = "/proc/self/fd"


@contextmanager
def file_in_memory(descriptor: int, content: bytes) -> Iterator[str]:
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(content)
        yield f"{_DESCRIPTORS}/{descriptor}"


@contextmanager
def file_on_disk(content: bytes) -> Iterator[str]:
    """In a directory that only the user can read."""
    # These import much, and are rarely needed.
    from pathlib import Path
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as directory:
        path = Path(directory, "copy.pem")
        path.write_bytes(content)
        yield str(path)


def as_file(content: bytes) -> AbstractContextManager[str]:
    """A temporary file with this content. Where possible it is in memory, so that a key does not get to a disk."""
    # Other systems have nothing of the kind, nor has a Python for Linux that was built with a glibc older than 2.27.
    # Where a process has changed its root, /proc may be missing.
    if hasattr(os, "memfd_create") and os.path.exists(_DESCRIPTORS):  # noqa: PTH110 -- pathlib imports much
        try:
            return file_in_memory(os.memfd_create("anyio_tls"), content)
        except OSError:
            pass  # A sandbox may refuse it, as systemd.exec(5) recommends beside MemoryDenyWriteExecute=.
    return file_on_disk(content)
