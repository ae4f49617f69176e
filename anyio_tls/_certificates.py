"""Certificates that renew: a store of them, which maps the names of servers to contexts.

Theory of operation
===================

**A snapshot** is all that the store knows at a time: the certificates, the authorities of clients, the contexts made of
both, the table of names. It never changes; it is replaced by a new one, with one assignment. So a lookup needs no lock
and never sees a half-done update. The store keeps what it has read: a context that combines two certificates can be
made while the files of one are being replaced.

**Contexts are replaced, never changed.** OpenSSL forbids changing a context that another thread is using. A load that
fails leaves a context without a key. Revocation lists that are added to a context's older ones have no effect. And a
client that resumes a session is not verified again, but in a new context it is, since that has other ticket keys. A
certificate that has not changed keeps its context, and so its clients keep their sessions.

**Watching is reading.** Times, sizes and inodes of files say less than their contents, above all behind symbolic links
or on a network; and a thousand certificates are read in a moment. A change is loaded once the next look finds the same
contents: half of a file may well be valid, such as a bundle of authorities that is cut between two of them.
"""

from __future__ import annotations

import logging
import math
import os
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache, partial
from hashlib import sha256
from ipaddress import ip_address
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import anyio
from anyio import to_thread

from ._arguments import as_certificates, as_flag, as_hostname, as_make_context, as_part, as_paths, as_seconds
from ._contexts import server_context
from ._credentials import Credentials, Pair, Password, Trust
from ._hello import ClientHello
from ._locks import Lock
from ._snapshot import Group, Snapshot, find, group_by_name, wildcard_of

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as X509Certificate, CertificateRevocationList

    from ._chains import Lifetime

__all__ = ["CertificateInfo", "CertificateStore"]

_logger: Final = logging.getLogger("anyio_tls")

StrPath: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]
PairLike: TypeAlias = StrPath | tuple[StrPath, StrPath | None] | tuple[StrPath, StrPath | None, Password | None]

WARNING_DAYS: Final = 30
"""There is no warning earlier than this. A private certificate may be valid for years."""


@final
@dataclass(frozen=True)
class CertificateInfo:
    """A certificate that a :class:`CertificateStore` serves."""

    path: str
    """The file that it comes from."""
    names: tuple[str, ...]
    """The DNS names and IP addresses that it is for."""
    not_before: datetime
    """When it begins to be valid (UTC)."""
    not_after: datetime
    """When the first certificate of its chain ends (UTC)."""
    fingerprint: str
    """The SHA-256 of the certificate, in hexadecimal digits."""


# ---- names ----


def _as_name(argument: str, name: Any) -> str | None:
    """As certificates have it."""
    host = as_hostname(argument, name)
    if host is None:
        return None
    try:
        return str(ip_address(host))
    except ValueError:
        return host.lower()


class _UnsettledError(Exception):
    """Files have changed since the last look: it is not yet known what will be in them."""


# ---- the store ----


@final
class CertificateStore:
    """A server's certificates, read from files, and read again when these change.

    It is a function from a :class:`ClientHello` to a context: pass it to a listener in place of a context.

    A certificate serves the names that it is for: its DNS names, wildcards (for one label, RFC 9525 section 6.3) and
    IP addresses. Where several are for one name, one for each type of key is served, such as RSA and ECDSA, and the
    client chooses; of the same type it is the first, and a wildcard only if no other has the exact name.

    **A certificate that replaces a served one** is checked first: the key belongs to it; each certificate of the chain
    issued the one before; each is valid today; no name that was served is lost; and a chain is not replaced by a single
    certificate. Otherwise the old one is still served, and :attr:`problems` says why, as does the log, once. The others
    are not affected.

    The constructor reads files: call it before the event loop runs, or in a worker thread. It serves what it can: a
    certificate that cannot be served becomes one of the :attr:`problems`, as it does later on.

    :param certificates: for each, what :meth:`ssl.SSLContext.load_cert_chain` is called with: a path, or a tuple of the
        chain's path, the key's path, and the password, or a function that gives it. That is called once for each key
        that is read, in the thread that reads it. The password is never asked for at the terminal.
    :param default: the name whose context is for clients that ask for no name, or for an unknown one. Without it they
        are refused.
    :param make_context: makes a new server's context, to which the store adds certificates, and authorities and
        revocation lists of clients. It is called in worker threads. By default: TLS 1.2 or later, and clients need no
        certificate.
    :param client_ca: a file with the authorities that issue certificates of clients (PEM), or several. Clients have to
        show one then, unless ``make_context`` has made that optional.
    :param client_crl: a file with revocation lists (PEM), or several. The issuer of each client's certificate has to
        have one, or the client is refused.
    :param warn_below: the log warns of a certificate, an authority and a revocation list when less than this part of
        its lifetime is left, and less than 30 days; once a day.
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if no certificate can be served, or none for ``default``, or if the files about clients cannot
        be used
    """

    def __init__(
        self,
        certificates: Iterable[PairLike],
        *,
        default: str | None = None,
        make_context: Callable[[], ssl.SSLContext] = server_context,
        client_ca: StrPath | Iterable[StrPath] | None = None,
        client_crl: StrPath | Iterable[StrPath] | None = None,
        warn_below: float = 0.25,
    ) -> None:
        self._pairs = tuple(Pair(paths, password) for paths, password in as_certificates(certificates))
        self._default = _as_name("default", default)
        self._make_context = as_make_context(make_context)
        self._authorities = () if client_ca is None else as_paths("client_ca", client_ca)
        self._lists = () if client_crl is None else as_paths("client_crl", client_crl)
        if self._lists and not self._authorities:
            raise ValueError("client_crl needs client_ca, whose certificates are revoked")
        self._warn_below = as_part("warn_below", warn_below)
        self._lock = Lock()
        self._snapshot = Snapshot()
        self._problems: Mapping[str, str] = MappingProxyType({})
        self._seen: dict[Pair | None, bytes] = {}
        self._warned: dict[tuple[str, datetime], date] = {}
        self._load()
        reasons = "; ".join(f"{path}: {reason}" for path, reason in self._problems.items())
        if self._snapshot.trust is None:
            raise ValueError(f"client_ca and client_crl cannot be used: {reasons}")
        if not self._snapshot.certificates:
            raise ValueError(f"certificates are all unfit: {reasons}")
        if self._default is not None and self._snapshot.default is None:
            raise ValueError(f"default {default!r} is the name of no certificate{reasons and '. ' + reasons}")

    # -- what it serves --

    def __call__(self, client_hello: ClientHello) -> ssl.SSLContext | None:
        """The context for a client; ``None`` if it asks for a name that no certificate has. No I/O, no waiting.

        :param client_hello: its ``server_name`` is what counts
        """
        return self._snapshot.find(client_hello.server_name)

    def context_for(self, name: str | None) -> ssl.SSLContext | None:
        """The context for a name, or the IP address that a client has connected to, or ``None``. No I/O, no waiting.

        :param name: as users write it, or ``None`` for the default
        :raises TypeError: if it is not a string
        :raises ValueError: if it can be no host name
        """
        return self._snapshot.find(_as_name("name", name))

    @property
    def certificates(self) -> tuple[CertificateInfo, ...]:
        """Those that are served now, in the order in which they were given."""
        served = self._snapshot.certificates
        return tuple(_info(served[pair]) for pair in self._pairs if pair in served)

    @property
    def problems(self) -> Mapping[str, str]:
        """What the last look found and the store does not serve: reasons by the path of the certificate, authority or
        list. Empty while all is well.
        """
        return self._problems

    # -- renewing --

    async def reload(self, *, accept_less: bool = False) -> None:
        """Read all files now, in a worker thread, and serve what passes; :attr:`problems` has the rest. If cancelled,
        it returns at once, and the thread completes what it has begun.

        :param accept_less: names other than the default may be lost, a single certificate may replace a chain, and an
            authority of clients may remain without a revocation list
        :raises TypeError: if it is no bool
        """
        accept_less = as_flag("accept_less", accept_less)
        await to_thread.run_sync(partial(self._load, accept_less=accept_less), abandon_on_cancel=True)

    async def watch(self, interval: float = 60) -> None:
        """Look at the files periodically, until cancelled, and warn before something expires. Start it in a task group.

        A change is served once two looks in a row have found the same contents. An error that ``make_context`` raises
        is logged.

        :param interval: seconds between two looks
        :raises TypeError: if it is not a number
        :raises ValueError: if it is not positive
        """
        seconds = as_seconds("interval", interval)
        if seconds is None or not 0 < seconds < math.inf:
            raise ValueError(f"interval must be a positive number of seconds, not {interval}")
        while True:
            await anyio.sleep(seconds)
            try:
                await to_thread.run_sync(partial(self._load, watching=True), abandon_on_cancel=True)
            except Exception:
                _logger.exception("The certificates could not be read again")

    def _load(self, *, watching: bool = False, accept_less: bool = False) -> None:
        """Look at all files, and replace the snapshot if there is a reason to."""
        with self._lock:
            before = self._snapshot
            problems: dict[str, str] = {}
            trust = self._load_trust(before.trust, watching, accept_less, problems)
            if trust is not None:
                contexts = dict(before.contexts) if trust is before.trust else {}
                found: dict[Pair, Credentials] = {}
                for pair in self._pairs:
                    try:
                        new = self._load_pair(pair, before.certificates.get(pair), watching, accept_less)
                        if new is not None:
                            contexts[(new,)] = self._context(trust, (new,))
                            found[pair] = new
                    except (OSError, ValueError) as exc:
                        problems[pair.paths[0]] = _reason(exc)
                    except _UnsettledError:
                        problems.update(self._problems_of(pair.paths))
                certificates = self._without_loss(before.certificates, found, accept_less, problems)
                if trust is not before.trust or certificates != before.certificates:
                    self._snapshot = self._made_of(certificates, trust, contexts)
            self._tell(before, problems)
            self._warn()

    def _read(
        self, paths: tuple[str, ...], old: tuple[bytes, ...] | None, watching: bool, pair: Pair | None = None
    ) -> tuple[bytes, ...] | None:
        """The contents of files, if they have changed.

        :param pair: the one that they are, unless they are the authorities and lists: a file may be in both
        :raises _UnsettledError: while watching, if the last look has found something else
        """
        from pathlib import Path  # not for clients, which do without it

        seen = self._seen.pop(pair, None)  # nothing, if a file cannot be read now
        content = tuple(Path(path).read_bytes() for path in paths)
        self._seen[pair] = digest = sha256(b"\0".join(content)).digest()
        if content == old:
            return None
        if watching and digest != seen:
            raise _UnsettledError
        return content

    def _problems_of(self, paths: Iterable[str]) -> dict[str, str]:  # by the last look
        return {path: self._problems[path] for path in paths if path in self._problems}

    def _load_pair(self, pair: Pair, old: Credentials | None, watching: bool, accept_less: bool) -> Credentials | None:
        """The new certificate, if there is one and it passes the checks that concern it alone."""
        from ._chains import read_chain

        content = self._read(pair.paths, None if old is None else old.content, watching, pair)
        if content is None:
            return None
        password = cache(pair.password) if callable(pair.password) else pair.password
        new = Credentials(pair, content, read_chain(content[0]), password)
        if old is not None and new.chain.length == 1 < old.chain.length and not accept_less:
            raise ValueError("it comes alone, and what is served has an intermediate certificate")
        return new

    def _without_loss(
        self,
        old: Mapping[Pair, Credentials],
        found: dict[Pair, Credentials],
        accept_less: bool,
        problems: dict[str, str],
    ) -> dict[Pair, Credentials]:
        """All certificates from now on: those of ``found`` without which no name would be lost."""
        while True:
            together = {**old, **found}
            names = {name for certificate in together.values() for name in certificate.chain.names}
            for pair in filter(old.__contains__, found):
                had = set(old[pair].chain.names)
                wanted = set() if accept_less else had
                if self._default is not None and had & {self._default, wildcard_of(self._default)}:
                    wanted = wanted | {self._default}
                if lost := sorted(name for name in wanted if not names & {name, wildcard_of(name)}):
                    problems[pair.paths[0]] = f"it is not for {', '.join(lost[:5])}, for which no other would be"
                    del found[pair]
                    break
            else:
                return together

    def _load_trust(
        self, old: Trust | None, watching: bool, accept_less: bool, problems: dict[str, str]
    ) -> Trust | None:
        """The authorities and revocation lists of clients from now on."""
        from ._chains import as_pem, lifetimes_of, names_and_keys, read_authorities, read_revocation_lists

        paths, path = (*self._authorities, *self._lists), ""
        try:
            content = self._read(paths, None if old is None else old.content, watching)
            if content is None:
                return old
            found = dict(zip(paths, content, strict=True))
            authorities: list[X509Certificate] = []
            lists: list[CertificateRevocationList] = []
            lifetimes: list[tuple[str, Lifetime]] = []
            for path in self._authorities:
                authorities += (those := read_authorities(found[path], [found[each] for each in self._lists]))
                lifetimes += lifetimes_of(those, path)
            for path in self._lists:
                lists += (these := read_revocation_lists(found[path], authorities))
                lifetimes += lifetimes_of(these, path)
            names, issuers, keys, listed = names_and_keys(authorities, lists)
            dismissed = frozenset[str]() if old is None else (old.dismissed | old.authorities) - names
            pem = as_pem((*authorities, *lists))
            trust = Trust(content, pem, names, issuers, tuple(lifetimes), dismissed, keys, listed)
            if old is not None and not accept_less:
                old.check_successor(trust)
            self._context(trust, ())  # raises if OpenSSL does not accept them
        except (OSError, ValueError) as exc:
            problems[getattr(exc, "filename", None) or path] = _reason(exc)
            return old
        except _UnsettledError:
            problems.update(self._problems_of(paths))
            return old
        return trust

    def _context(self, trust: Trust, group: Group) -> ssl.SSLContext:
        context = self._make_context()
        trust.configure(context)
        for certificate in group:
            certificate.configure(context)
        return context

    def _made_of(
        self, certificates: Mapping[Pair, Credentials], trust: Trust, contexts: Mapping[Group, ssl.SSLContext]
    ) -> Snapshot:
        """The snapshot with these certificates; existing contexts are used again."""
        groups = group_by_name(certificates[pair] for pair in self._pairs if pair in certificates)
        used = {group: contexts.get(group) or self._context(trust, group) for group in dict.fromkeys(groups.values())}
        table = {name: used[group] for name, group in groups.items()}
        default = None if self._default is None else find(table, self._default)
        return Snapshot(certificates, trust, used, table, default)

    # -- telling --

    def _tell(self, before: Snapshot, problems: Mapping[str, str]) -> None:
        """Log what has changed since the last look."""
        for path, reason in problems.items():
            if self._problems.get(path) != reason:
                _logger.error("%s is not used: %s", path, reason)
        for pair, certificate in self._snapshot.certificates.items():
            if before.trust is not None and before.certificates.get(pair) is not certificate:
                end = certificate.chain.lifetime.end
                _logger.info("%s is served from now on, until %s", pair.paths[0], end)
        if before.trust is not None and before.trust is not self._snapshot.trust:
            _logger.info("Authorities and revocation lists of clients have been renewed")
        self._problems = MappingProxyType(problems)

    def _warn(self) -> None:
        """Log what expires soon, once a day."""
        now = datetime.now(timezone.utc)
        warned = {}
        for what, (begin, end) in self._snapshot.lifetimes():
            left = end - now
            if left >= min((end - begin) * self._warn_below, timedelta(days=WARNING_DAYS)):
                continue
            warned[what, end] = now.date()
            if self._warned.get((what, end)) == now.date():
                continue
            if left > timedelta():
                days = left / timedelta(days=1)
                _logger.warning("%s ends in %.1f days, on %s, and has not been renewed", what, days, _day(end))
            else:
                _logger.error("%s has ended, on %s, and has not been renewed", what, _day(end))
        self._warned = warned


# ---- words ----


def _info(credentials: Credentials) -> CertificateInfo:
    chain = credentials.chain
    return CertificateInfo(credentials.pair.paths[0], chain.names, *chain.lifetime, chain.fingerprint)


def _reason(exc: OSError | ValueError) -> str:
    if isinstance(exc, ssl.SSLError):
        if exc.reason in {"KEY_VALUES_MISMATCH", "NO_CERTIFICATE_ASSIGNED"}:
            return "the key is another certificate's"
        return f"OpenSSL refuses the key, its password or the certificate: {exc}"
    return str(exc)


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
