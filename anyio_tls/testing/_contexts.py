"""The check of what streams rely on in a TLS context."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias, final

from anyio_tls._arguments import as_flag, check_context as check_side
from anyio_tls._engine import MAX_PLAINTEXT, SSLContextLike
from anyio_tls._errors import received_alert

__all__ = ["check_context"]

_TURNS: Final = 10
"""Maximum rounds of a handshake: more than any takes."""

_SIZES: Final = (1, MAX_PLAINTEXT, 3 * MAX_PLAINTEXT)
"""Sizes of writes in bytes, up to what a stream encrypts at a time."""

_ANOTHER_NAME: Final = "another-name.invalid"

_HEADER: Final = 5
_ALERT: Final = 21
# A handshake message of an unknown type, and a record that cannot be decrypted.
_UNKNOWN_MESSAGE: Final = bytes.fromhex("16 0303 0004 fe 000000")
_BAD_RECORD: Final = bytes.fromhex("17 0303 0020" + "00" * 32)


def check_context(
    ssl_context: SSLContextLike,
    peer_context: ssl.SSLContext,
    *,
    server_side: bool = False,
    server_hostname: str = "localhost",
) -> None:
    """Check that a context which is not :mod:`ssl`'s does what streams rely on. :doc:`contexts` lists the rules.

    Its objects talk to ``ssl``'s own, through memory BIOs. No event loop is needed, and ``wrap_bio()`` runs in this
    thread. Each rule gets its own connection, with the TLS version that the two contexts agree on; rules that do not
    apply to that version are left out.

    :param ssl_context: the context to check
    :param peer_context: the context of the other side; the two must accept each other
    :param server_side: whether ``ssl_context`` is the server's
    :param server_hostname: the name that the client asks for
    :raises AssertionError: with a line for each rule that is broken: its name, and what was observed
    :raises TypeError: if an argument has the wrong type
    :raises ValueError: if a context is made for the other side, or the name is empty
    """
    as_flag("server_side", server_side)
    if not isinstance(server_hostname, str):
        raise TypeError(f"server_hostname must be a str, not {type(server_hostname).__name__}")
    if not server_hostname:
        raise ValueError("server_hostname must not be empty")
    check_side(
        ssl_context,
        server_side=server_side,
        server_hostname=None if server_side else server_hostname,
        hostname_argument="server_side=False",
    )
    if not isinstance(peer_context, ssl.SSLContext):
        raise TypeError(f"peer_context must be an ssl.SSLContext, not {type(peer_context).__name__}")
    if peer_context.protocol is (ssl.PROTOCOL_TLS_SERVER if server_side else ssl.PROTOCOL_TLS_CLIENT):
        raise ValueError(f"peer_context must be a {'client' if server_side else 'server'}'s, as the other side's")
    broken = ""
    for name, rule in _RULES.items():
        try:
            rule(_Conversation(ssl_context, peer_context, server_side, server_hostname))
        except _BreachError as exc:
            broken += f"\n* {name}: {exc}"
            if name in _FIRST:
                break
    if broken:
        raise AssertionError(f"{type(ssl_context).__name__} breaks what TLS streams rely on:{broken}")


class _BreachError(Exception):
    """A rule is broken; the message says what was observed."""


@final
class _End:
    """An object with its BIOs."""

    def __init__(self, context: SSLContextLike, server_side: bool, server_hostname: str) -> None:
        self.incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.tls: Any = context.wrap_bio(
            self.incoming,
            self.outgoing,
            server_side=server_side,
            server_hostname=None if server_side else server_hostname,
        )


@final
class _Conversation:
    """The object under test, used as an engine uses it, and its peer, which is ``ssl``'s own."""

    def __init__(
        self, context: SSLContextLike, peer_context: ssl.SSLContext, server_side: bool, server_hostname: str
    ) -> None:
        self.under_name = partial(_Conversation, context, peer_context, server_side)
        self.checks_name = not server_side and getattr(context, "check_hostname", True)
        self.peer = _End(peer_context, not server_side, server_hostname)
        try:
            self.checked = _End(context, server_side, server_hostname)
        except Exception as exc:
            raise _BreachError(f"wrap_bio() raised {exc!r}") from exc
        self.has_data_behind = False  # the last message of the handshake
        self._behind = b""  # what do_handshake() has left

    # ---- the object that is checked ----

    def call(self, name: str, *arguments: object) -> Any:
        """Call a method; return what it returns, or the error of ``ssl``'s that it raises."""
        try:
            return getattr(self.checked.tls, name)(*arguments)
        except ssl.SSLError as exc:
            return exc
        except Exception as exc:
            raise _BreachError(f"{name}() raised {exc!r}") from exc

    def receive(self) -> tuple[bytes, Any]:
        """Read what the peer sent, record by record; return the data, and the last result of ``read()`` unless that was
        data or a request for more input."""
        data = b""
        records, self._behind = self._behind + self.peer.outgoing.read(), b""
        for record in _split(records):
            self.checked.incoming.write(record)
            pending = 1
            while pending:
                piece = self.call("read", MAX_PLAINTEXT)
                if isinstance(piece, ssl.SSLWantReadError):
                    break
                if not piece or not isinstance(piece, bytes):
                    return data, piece
                data += piece
                pending = self.call("pending")
        return data, None

    def receive_data(self) -> bytes:
        """The same where there is nothing but data."""
        data, end = self.receive()
        if end is not None:
            raise _BreachError(f"read() {_did(end)} while the peer goes on")
        return data

    def check_end(self) -> None:
        """Let the peer close, and check that the object reports it."""
        self.peer_closes()
        _, end = self.receive()
        if end != b"" and not isinstance(end, ssl.SSLZeroReturnError):
            raise _BreachError(f"read() {_ended(end)} at the peer's close_notify")

    def check_sending(self, data: bytes) -> None:
        """Write, and check that it arrives."""
        rest = memoryview(data)
        while rest:
            taken = self.call("write", rest)
            if not isinstance(taken, int) or not 0 < taken <= len(rest):
                raise _BreachError(f"write() {_did(taken)} for {len(rest)} bytes")
            rest = rest[taken:]
        received, error = self.peer_receives()
        if received != data or error is not None:
            raise _BreachError(
                f"the peer received {len(received)} of {len(data)} bytes" + (f", and {error}" if error else "")
            )

    def close(self) -> None:
        self.receive_data()
        if _is_failure(outcome := self.call("unwrap")):
            raise _BreachError(f"unwrap() {_did(outcome)}")

    # ---- its peer ----

    def peer_closes(self) -> None:
        with suppress(ssl.SSLWantReadError):
            self.peer.tls.unwrap()

    def peer_receives(self, records: bytes | None = None) -> tuple[bytes, ssl.SSLError | None]:
        """The data, and what ended it: an error, or one that stands for close_notify.

        :param records: by default what the other side has sent
        """
        self.peer.incoming.write(self.checked.outgoing.read() if records is None else records)
        data = b""
        try:
            while piece := self.peer.tls.read(MAX_PLAINTEXT):
                data += piece
        except ssl.SSLWantReadError:
            return data, None
        except ssl.SSLError as exc:
            return data, exc
        return data, ssl.SSLZeroReturnError()

    def _peer_shakes_hands(self) -> bool:
        self.peer.incoming.write(self.checked.outgoing.read())
        try:
            self.peer.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as exc:
            raise _BreachError(f"the peer refused the handshake: {exc}") from exc
        return True

    # ---- both ----

    def negotiate(self, data_behind: bytes = b"") -> Any:
        """Do the handshake; return the last result of ``do_handshake()``.

        :param data_behind: data that the peer sends together with the last message, if the last message is the peer's
        """
        outcome: Any = ssl.SSLWantReadError()
        peer_is_done = False
        for _ in range(_TURNS):
            if isinstance(outcome, ssl.SSLWantReadError):
                self.checked.incoming.write(self.peer.outgoing.read())
                if _is_failure(outcome := self.call("do_handshake")):
                    return outcome
            is_done = not isinstance(outcome, ssl.SSLWantReadError)
            if is_done:
                self._behind += self.checked.incoming.read()
            if not peer_is_done and (peer_is_done := self._peer_shakes_hands()) and data_behind and not is_done:
                self.peer.tls.write(data_behind)
                self.has_data_behind = True
            if is_done and peer_is_done:
                return outcome
        raise _BreachError("the handshake does not come to an end")

    def shake_hands(self, data_behind: bytes = b"") -> None:
        """The same where it should succeed."""
        outcome = self.negotiate(data_behind)
        if isinstance(outcome, ssl.SSLError):
            raise _BreachError(f"do_handshake() {_did(outcome)}")


def _split(records: bytes) -> Iterator[bytes]:
    while records:
        size = _HEADER + int.from_bytes(records[3:_HEADER], "big")
        yield records[:size]
        records = records[size:]


def _is_failure(outcome: object) -> bool:
    """Whether it is an error of ``ssl``, and neither a request for more input nor an end."""
    return isinstance(outcome, ssl.SSLError) and not isinstance(outcome, (ssl.SSLWantReadError, ssl.SSLZeroReturnError))


def _did(outcome: object) -> str:
    return f"raised {outcome!r}" if isinstance(outcome, ssl.SSLError) else f"returned {outcome!r}"


def _ended(end: object) -> str:
    return "asked for more input" if end is None else _did(end)


# ---- the rules ----


def _asks_for_input(it: _Conversation) -> None:
    outcome = it.call("do_handshake")
    if not isinstance(outcome, ssl.SSLWantReadError):
        raise _BreachError(f"do_handshake() {_did(outcome)} before the peer had said anything")


def _shakes_hands(it: _Conversation) -> None:
    it.shake_hands()
    if (version := it.call("version")) != it.peer.tls.version():
        raise _BreachError(f"version() {_did(version)}, and the peer's {it.peer.tls.version()!r}")


def _checks_host_name(it: _Conversation) -> None:
    if it.checks_name and not _is_failure(it.under_name(_ANOTHER_NAME).negotiate()):
        raise _BreachError("the server's certificate is accepted for another name")


def _explains_verification(it: _Conversation) -> None:
    if it.checks_name and _is_failure(error := it.under_name(_ANOTHER_NAME).negotiate()):
        if not isinstance(error, ssl.SSLCertVerificationError):
            raise _BreachError(f"do_handshake() {_did(error)}, which is no ssl.SSLCertVerificationError")
        if not (error.verify_code and error.verify_message):
            raise _BreachError(f"do_handshake() {_did(error)} without a verify_code or verify_message")


def _leaves_what_follows(it: _Conversation) -> None:
    it.shake_hands(b"data")
    if it.has_data_behind and it.receive_data() != b"data":
        raise _BreachError("do_handshake() took it out of the incoming BIO")


def _reads(it: _Conversation) -> None:
    it.shake_hands()
    for size in _SIZES:
        it.peer.tls.write(bytes(size))
        if len(data := it.receive_data()) != size:
            raise _BreachError(f"read() gave {len(data)} of {size} bytes")
    it.peer.tls.write(b"0123456789")
    it.checked.incoming.write(it.peer.outgoing.read())
    buffer = bytearray(6)
    first, pending, count = it.call("read", 4), it.call("pending"), it.call("read", 6, memoryview(buffer))
    if (first, pending, count, bytes(buffer)) != (b"0123", 6, 6, b"456789"):
        raise _BreachError(
            f"of 10 bytes in a record, read(4) {_did(first)}, pending() {_did(pending)} and read(6, buffer) "
            f"{_did(count)}, with {bytes(buffer)!r} in the buffer"
        )


def _writes(it: _Conversation) -> None:
    it.shake_hands()
    it.receive_data()
    for size in _SIZES:
        it.check_sending(bytes(size))
    if _is_failure(outcome := it.call("write", b"")):
        raise _BreachError(f"write(b'') {_did(outcome)}")
    it.check_sending(b"")


def _hears_close_notify(it: _Conversation) -> None:
    it.shake_hands()
    it.receive_data()
    it.check_end()


def _writes_after_close_notify(it: _Conversation) -> None:
    it.shake_hands()
    if it.peer.tls.version() == "TLSv1.3":
        it.peer_closes()
        it.receive()
        it.check_sending(b"data")


def _sends_close_notify(it: _Conversation) -> None:
    it.shake_hands()
    it.close()
    _, end = it.peer_receives()
    if not isinstance(end, ssl.SSLZeroReturnError):
        raise _BreachError("unwrap() left none in the outgoing BIO")


def _reads_after_its_own_close_notify(it: _Conversation) -> None:
    it.shake_hands()
    it.close()
    it.peer.tls.write(b"data")
    data, end = it.receive()
    if data != b"data":
        raise _BreachError(f"after unwrap(), read() {_ended(end)} where data had come")
    it.check_end()


def _sends_alert_in_handshake(it: _Conversation) -> None:
    it.call("do_handshake")
    it.checked.outgoing.read()
    it.checked.incoming.write(_UNKNOWN_MESSAGE)
    if not _is_failure(outcome := it.call("do_handshake")):
        raise _BreachError(f"do_handshake() {_did(outcome)} at a message of an unknown type")
    if _ALERT not in {record[0] for record in _split(it.checked.outgoing.read())}:
        raise _BreachError("do_handshake() failed and left none in the outgoing BIO")


def _sends_alert_after_bad_record(it: _Conversation) -> None:
    it.shake_hands()
    it.receive_data()
    it.checked.incoming.write(_BAD_RECORD)
    if not _is_failure(outcome := it.call("read", MAX_PLAINTEXT)):
        raise _BreachError(f"read() {_did(outcome)} at a record that nobody can decrypt")
    _, error = it.peer_receives()
    if error is None or received_alert(error) is None:
        raise _BreachError("read() failed and left none in the outgoing BIO")


def _names_received_alert(it: _Conversation) -> None:
    it.shake_hands()
    it.receive_data()
    it.peer_receives(_BAD_RECORD)
    _, end = it.receive()
    if not _is_failure(end):
        raise _BreachError(f"read() {_ended(end)} at the peer's alert bad_record_mac")
    if received_alert(end) is None:
        raise _BreachError(f"read() {_did(end)}, which does not name the peer's alert bad_record_mac as ssl does")


_Rule: TypeAlias = Callable[[_Conversation], None]

# By the names that they have in the documentation.
_FIRST: Final[dict[str, _Rule]] = {
    "asking for input": _asks_for_input,
    "handshake": _shakes_hands,
}
"""Without these, nothing else can be tried."""

_RULES: Final[dict[str, _Rule]] = {
    **_FIRST,
    "host name": _checks_host_name,
    "verification error": _explains_verification,
    "data behind the handshake": _leaves_what_follows,
    "reading": _reads,
    "writing": _writes,
    "close_notify received": _hears_close_notify,
    "writing after it was received": _writes_after_close_notify,
    "close_notify sent": _sends_close_notify,
    "reading after it was sent": _reads_after_its_own_close_notify,
    "alert in the handshake": _sends_alert_in_handshake,
    "alert after a bad record": _sends_alert_after_bad_record,
    "alert received": _names_received_alert,
}
