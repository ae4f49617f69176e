"""The check of contexts that are not ssl's: good ones pass, broken rules are named, and each matters to a stream."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeAlias, cast

import pytest

from anyio_tls import CertificateVerificationError, HandshakeError, SSLContextLike, TLSError, TruncatedError
from anyio_tls._engine import TLSEngine
from anyio_tls.testing import Certificate, CertificateAuthority, _contexts, check_context

from ._wire import carry, make_engine, shake_hands

ROOT = Path(__file__).parent.parent


class Faulty:
    """``ssl``'s own object, or what somebody else could make of it."""

    breaks: ClassVar[set[str]] = set()

    def __init__(
        self, context: ssl.SSLContext, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, **options: Any
    ) -> None:
        self.ssl: Any = context.wrap_bio(incoming, outgoing, **options)
        self.incoming, self.outgoing = incoming, outgoing

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ssl, name)


class Context:
    """A context that makes such objects."""

    def __init__(self, context: ssl.SSLContext, kind: type[Faulty]) -> None:
        self.context = context
        self.kind = kind

    def wrap_bio(self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, *args: Any, **options: Any) -> Any:
        return self.kind(self.context, incoming, outgoing, *args, **options)


def ask_for_more() -> NoReturn:
    raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "more")


def fail() -> NoReturn:
    raise ssl.SSLError(ssl.SSL_ERROR_SSL, "something is wrong")


class Refusing(Faulty):
    breaks: ClassVar = {"asking for input"}

    def __init__(self, *_: Any, **__: Any) -> None:
        raise ZeroDivisionError


class Nonblocking(Faulty):
    """It asks for input as a socket does."""

    breaks: ClassVar = {"asking for input"}

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        except ssl.SSLWantReadError:
            raise BlockingIOError from None


class Hasty(Faulty):
    """It thinks that it is done when there is nothing to do."""

    breaks: ClassVar = {"asking for input"}

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        except ssl.SSLWantReadError:
            pass


class Undecided(Faulty):
    """It does not come to an end."""

    breaks: ClassVar = {"handshake"}

    def do_handshake(self) -> None:
        self.ssl.do_handshake()
        ask_for_more()


class Impatient(Faulty):
    """It is done as soon as it has been answered."""

    breaks: ClassVar = {"handshake"}

    def do_handshake(self) -> None:
        if not self.incoming.pending:
            self.ssl.do_handshake()


class Unwilling(Faulty):
    breaks: ClassVar = {"handshake"}

    def do_handshake(self) -> None:
        if self.incoming.pending:
            fail()
        self.ssl.do_handshake()


class Closing(Faulty):
    """It takes the handshake for the end."""

    breaks: ClassVar = {"handshake"}

    def do_handshake(self) -> None:
        self.ssl.do_handshake()
        raise ssl.SSLZeroReturnError


class Garbling(Faulty):
    """Nobody understands what it says."""

    breaks: ClassVar = {"handshake"}

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        finally:
            said = self.outgoing.read()
            self.outgoing.write(said[:5] + b"\xfe" + said[6:])


class Nameless(Faulty):
    """It does not tell its version."""

    breaks: ClassVar = {"handshake"}

    def version(self) -> None:
        pass


class Trusting(Faulty):
    """It asks for no certificate."""

    breaks: ClassVar = {"host name"}

    def __init__(
        self, context: ssl.SSLContext, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, **options: Any
    ) -> None:
        if not options["server_side"]:
            minimum = context.minimum_version
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = minimum
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        super().__init__(context, incoming, outgoing, **options)


class Laconic(Faulty):
    """What is wrong with a certificate has no class."""

    breaks: ClassVar = {"verification error"}

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        except ssl.SSLCertVerificationError:
            fail()


class Codeless(Faulty):
    """What is wrong with a certificate has no code."""

    breaks: ClassVar = {"verification error"}

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        except ssl.SSLCertVerificationError as exc:
            exc.verify_code = 0
            raise


class Draining(Faulty):
    """It takes all that has come, whatever it is asked."""

    breaks: ClassVar = {"data behind the handshake"}

    def __init__(
        self, context: ssl.SSLContext, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, **options: Any
    ) -> None:
        self.taken = ssl.MemoryBIO()
        super().__init__(context, self.taken, outgoing, **options)
        self.incoming = incoming

    def __getattr__(self, name: str) -> Any:
        self.taken.write(self.incoming.read())
        return getattr(self.ssl, name)


class Losing(Faulty):
    """It loses a byte of each record."""

    breaks: ClassVar = {"reading"}

    def read(self, n: int, buffer: Any = None) -> Any:
        data = self.ssl.read(n, buffer) if buffer else self.ssl.read(n)
        return data[:-1] if isinstance(data, bytes) and len(data) > 100 else data


class Unbuffered(Faulty):
    """It does not know that a buffer may be given."""

    breaks: ClassVar = {"reading"}

    def read(self, n: int, _: Any = None) -> Any:
        return self.ssl.read(n)


class Forgetful(Faulty):
    """It does not tell what it still has."""

    breaks: ClassVar = {"reading"}

    def pending(self) -> int:
        return 0


class Greedy(Faulty):
    """It takes more than it was given."""

    breaks: ClassVar = {"writing", "writing after it was received"}

    def write(self, data: bytes) -> Any:
        return self.ssl.write(data) + 1


class Silent(Faulty):
    """It says nothing of what it writes."""

    breaks: ClassVar = {"writing", "writing after it was received"}

    def write(self, data: bytes) -> Any:
        return len(data)


class Failing(Faulty):
    """It cannot write nothing."""

    breaks: ClassVar = {"writing"}

    def write(self, data: bytes) -> Any:
        return self.ssl.write(data) if data else fail()


class Chatty(Faulty):
    """It cannot write nothing."""

    breaks: ClassVar = {"writing"}

    def write(self, data: bytes) -> Any:
        return self.ssl.write(data or b"!") if data else self.ssl.write(b"!") - 1


class Slow(Faulty):
    """It takes little at a time, which it may."""

    def write(self, data: bytes) -> Any:
        return self.ssl.write(data[:1000])


class Deaf(Faulty):
    """It does not tell that the peer has closed."""

    breaks: ClassVar = {"close_notify received", "reading after it was sent"}

    def read(self, *args: Any) -> Any:
        try:
            data = self.ssl.read(*args)
        except ssl.SSLZeroReturnError:
            data = b""
        return data or ask_for_more()


class Suspicious(Faulty):
    """It takes close_notify for an error."""

    breaks: ClassVar = {"close_notify received", "reading after it was sent"}

    def read(self, *args: Any) -> Any:
        try:
            data = self.ssl.read(*args)
        except ssl.SSLZeroReturnError:
            data = b""
        return data or fail()


class Sympathetic(Faulty):
    """When the peer has closed, it has too."""

    breaks: ClassVar = {"writing after it was received"}

    ended = False

    def read(self, *args: Any) -> Any:
        data = self.ssl.read(*args)
        self.ended = not data
        return data

    def write(self, data: bytes) -> Any:
        return self.ssl.write(data) if not self.ended else fail()


class Rude(Faulty):
    """It does not say that it closes."""

    breaks: ClassVar = {"close_notify sent"}

    def unwrap(self) -> None:
        pass


class Stubborn(Faulty):
    """It does not close."""

    breaks: ClassVar = {"close_notify sent", "reading after it was sent"}

    def unwrap(self) -> None:
        fail()


class Final(Faulty):
    """When it has closed, it reads no more."""

    breaks: ClassVar = {"reading after it was sent"}
    closed = False

    def unwrap(self) -> None:
        self.closed = True
        self.ssl.unwrap()

    def read(self, *args: Any) -> Any:
        if self.closed:
            raise ssl.SSLZeroReturnError
        return self.ssl.read(*args)


class Mute(Faulty):
    """It does not say why it fails."""

    breaks: ClassVar = {"alert in the handshake", "alert after a bad record"}

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        except ssl.SSLWantReadError:
            raise
        except ssl.SSLError:
            self.outgoing.read()
            raise

    def read(self, *args: Any) -> Any:
        try:
            return self.ssl.read(*args)
        except ssl.SSLWantReadError:
            raise
        except ssl.SSLError:
            self.outgoing.read()
            raise


class Indulgent(Faulty):
    """It hopes that it will understand what comes next."""

    breaks: ClassVar = {
        "alert in the handshake",
        "alert after a bad record",
        "alert received",
        "verification error",
        "host name",
    }

    def do_handshake(self) -> None:
        try:
            self.ssl.do_handshake()
        except ssl.SSLError:
            ask_for_more()

    def read(self, *args: Any) -> Any:
        try:
            return self.ssl.read(*args)
        except ssl.SSLZeroReturnError:
            raise
        except ssl.SSLError:
            return ask_for_more()


class Foreign(Faulty):
    """It has words of its own for what the peer says."""

    breaks: ClassVar = {"alert received"}

    def read(self, *args: Any) -> Any:
        try:
            return self.ssl.read(*args)
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            raise
        except ssl.SSLError as exc:
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, "fatal: BadRecordMac") from exc


FAULTS = [kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, Faulty)]


class Bored(Faulty):
    """It takes a record without data for the end."""

    def read(self, *args: Any) -> Any:
        try:
            return self.ssl.read(*args)
        except ssl.SSLWantReadError:
            return b""


class Raising(Faulty):
    """It has errors of its own."""

    def read(self, *_: Any) -> Any:
        raise ZeroDivisionError


def broken(context: SSLContextLike, peer_context: ssl.SSLContext, **options: Any) -> dict[str, str]:
    """What the check says, by rule."""
    try:
        check_context(context, peer_context, **options)
    except AssertionError as exc:
        head, *lines = str(exc).split("\n* ")
        assert head == f"{type(context).__name__} breaks what TLS streams rely on:"
        return {name: seen for name, _, seen in (line.partition(": ") for line in lines)}
    return {}


@pytest.mark.parametrize("server_side", [False, True], ids=["client", "server"])
@pytest.mark.parametrize("kind", FAULTS)
def test_fault(
    kind: type[Faulty],
    server_side: bool,
    server_context: ssl.SSLContext,
    client_context: ssl.SSLContext,
    tls_version: ssl.TLSVersion,
) -> None:
    """It is named, and nothing else, where its rule makes sense."""
    own, peers = (server_context, client_context) if server_side else (client_context, server_context)
    seen = broken(Context(own, kind), peers, server_side=server_side)
    meaningless = {"host name", "verification error"} if server_side else set()
    if tls_version is ssl.TLSVersion.TLSv1_2:
        meaningless.add("writing after it was received")
    if server_side is (tls_version is ssl.TLSVersion.TLSv1_2):  # the peer's is not the last message
        meaningless.add("data behind the handshake")
    assert seen.keys() == kind.breaks - meaningless


def test_no_rule_is_without_a_fault() -> None:
    assert set().union(*(kind.breaks for kind in FAULTS)) == set(_contexts._RULES)


def test_records_without_data(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext, tls_version: ssl.TLSVersion
) -> None:
    """A client meets them on TLS 1.3: session tickets."""
    seen = broken(Context(client_context, Bored), server_context)
    if tls_version is ssl.TLSVersion.TLSv1_3:
        assert seen["reading"] == "read() returned b'' while the peer goes on"
    else:
        assert not seen
    assert not broken(Context(server_context, Bored), client_context, server_side=True)


def test_errors_that_are_not_ssls(server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    seen = broken(Context(client_context, Raising), server_context)
    assert seen["reading"] == "read() raised ZeroDivisionError()"
    assert "alert in the handshake" not in seen


def test_contexts_that_do_not_check_names(ca: CertificateAuthority) -> None:
    """That is their user's business. (And they can go by another name.)"""
    for verify_mode in ssl.CERT_REQUIRED, ssl.CERT_NONE:
        context = ca.client_context()
        context.check_hostname = False
        context.verify_mode = verify_mode
        check_context(context, ca.server_context(ca.issue("a.example")), server_hostname="a.example")


def test_truststore(ca: CertificateAuthority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    truststore = pytest.importorskip("truststore")
    (tmp_path / "ca.pem").write_bytes(ca.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    check_context(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ca.server_context())


def test_bad_input(ca: CertificateAuthority) -> None:
    context: Any = ca.client_context()
    client, server = context, ca.server_context()
    with pytest.raises(TypeError, match="ssl_context must"):
        check_context(cast("Any", ssl.SSLContext), context)
    with pytest.raises(TypeError, match=r"peer_context must be an ssl\.SSLContext, not Context"):
        check_context(context, cast("Any", Context(context, Faulty)))
    with pytest.raises(TypeError, match="server_side must be a bool, not NoneType"):
        check_context(client, server, server_side=cast("Any", None))
    with pytest.raises(ValueError, match="server_hostname must not be empty"):
        check_context(client, server, server_hostname="")
    with pytest.raises(ValueError, match="ssl_context is a server's"):
        check_context(server, client)
    with pytest.raises(ValueError, match=r"ssl_context is a client's .*pass server_side=False"):
        check_context(client, server, server_side=True)
    with pytest.raises(ValueError, match="peer_context must be a server's"):
        check_context(client, client)
    with pytest.raises(ValueError, match="peer_context must be a client's"):
        check_context(server, server, server_side=True)
    with pytest.raises(TypeError, match="server_hostname must be a str, not int"):
        check_context(context, context, server_hostname=cast("Any", 5))


# ---- the page about it ----


def test_the_page_lists_the_rules() -> None:
    page = (ROOT / "docs" / "contexts.rst").read_text(encoding="utf-8")
    table = page.partition(".. list-table:: The contract\n")[2]
    assert re.findall(r"^   \* - \*\*(.*)\*\*$", table, re.MULTILINE) == list(_contexts._RULES)


# ---- what breaks without a rule ----

Engines: TypeAlias = Callable[..., tuple[TLSEngine, TLSEngine]]


@pytest.fixture
def engines(ca: CertificateAuthority, server_certificate: Certificate) -> Engines:
    """Makes a pair of them on TLS 1.3. Objects of the first have a fault."""

    def make(
        kind: type[Faulty], *, server_side: bool = False, hostname: str = "localhost", shaken: bool = True
    ) -> tuple[TLSEngine, TLSEngine]:
        client_context, server_context = ca.client_context(), ca.server_context(server_certificate)
        own, peers = (server_context, client_context) if server_side else (client_context, server_context)
        faulty = make_engine(cast("Any", Context(own, kind)), server_side=server_side, hostname=hostname)
        peer = make_engine(peers, server_side=not server_side)
        if shaken:
            shake_hands(*((peer, faulty) if server_side else (faulty, peer)))
        return faulty, peer

    return make


def test_without_asking_for_input(engines: Engines) -> None:
    """The connection fails, and the peer is not blamed."""
    client, _ = engines(Nonblocking, shaken=False)
    with pytest.raises(HandshakeError, match="BlockingIOError") as caught:
        client.handshake()
    assert caught.value.fault == "local"


def test_without_a_handshake(engines: Engines) -> None:
    """It goes on until the time is over, or the peer's patience."""
    client, server = engines(Undecided, shaken=False)
    for _ in range(3):
        assert not client.handshake()
        carry(client, server)
        server.handshake()
        carry(server, client)
    assert server.version
    client.feed_eof()
    with pytest.raises(TruncatedError):
        client.handshake()


def test_without_a_host_name(engines: Engines) -> None:
    """Anybody can be the server."""
    client, _ = engines(Trusting, hostname="another-name.invalid")
    assert client.version


def test_without_a_verification_error(engines: Engines) -> None:
    """Nobody is told that it was the certificate."""
    client, server = engines(Laconic, hostname="another-name.invalid", shaken=False)
    with pytest.raises(HandshakeError) as caught:
        shake_hands(client, server)
    assert not isinstance(caught.value, CertificateVerificationError)


def test_without_data_behind_the_handshake(engines: Engines) -> None:
    """It is there, but only more data brings it to light."""
    server, client = engines(Draining, server_side=True, shaken=False)
    client.handshake()
    carry(client, server)
    server.handshake()
    carry(server, client)
    assert client.handshake()
    client.write(b"data")
    carry(client, server)
    assert server.handshake()
    assert server.read(10) is None
    client.write(b"more")
    carry(client, server)
    assert server.read(10) == b"data"


def test_without_reading(engines: Engines) -> None:
    """Data is lost, and nobody notices."""
    client, server = engines(Losing)
    server.write(bytes(1000))
    carry(server, client)
    assert client.read(1000) == bytes(999)


def test_without_writing(engines: Engines) -> None:
    client, _ = engines(Silent)
    assert client.write(b"data") == 4
    assert not client.outgoing


def test_without_close_notify_received(engines: Engines) -> None:
    """A clean end is a truncation."""
    client, server = engines(Deaf)
    server.close_writing()
    carry(server, client)
    assert client.read(1) is None
    client.feed_eof()
    with pytest.raises(TruncatedError):
        client.read(1)


def test_without_writing_after_close_notify_was_received(engines: Engines) -> None:
    """The peer that has ended its half is not answered."""
    client, server = engines(Sympathetic)
    server.close_writing()
    carry(server, client)
    assert client.read(1) == b""
    with pytest.raises(TLSError):
        client.write(b"data")


def test_without_close_notify_sent(engines: Engines) -> None:
    """The peer takes a clean end for a truncation."""
    client, server = engines(Rude)
    assert client.close_writing()
    carry(client, server)
    server.feed_eof()
    with pytest.raises(TruncatedError):
        server.read(1)


def test_without_reading_after_close_notify_was_sent(engines: Engines) -> None:
    """What the peer still says is lost, and it looks like a clean end."""
    client, server = engines(Final)
    assert client.close_writing()
    server.write(b"data")
    carry(server, client)
    assert client.read(10) == b""


def test_without_an_alert_in_the_handshake(engines: Engines) -> None:
    """The peer does not learn why."""
    client, _ = engines(Mute, shaken=False)
    client.handshake()
    client.outgoing.clear()
    client.feed(_contexts._UNKNOWN_MESSAGE)
    with pytest.raises(HandshakeError) as caught:
        client.handshake()
    assert caught.value.alert is None
    assert not client.outgoing


def test_without_an_alert_after_a_bad_record(engines: Engines) -> None:
    """The peer does not learn why."""
    client, _ = engines(Mute)
    client.feed(_contexts._BAD_RECORD)
    with pytest.raises(TLSError):
        client.read(1)
    assert not client.outgoing


def test_without_an_alert_received(engines: Engines) -> None:
    """It has no name, and the peer is blamed for what it complains of."""
    client, server = engines(Foreign)
    server.feed(_contexts._BAD_RECORD)
    with pytest.raises(TLSError):
        server.read(1)
    carry(server, client)
    with pytest.raises(TLSError) as caught:
        client.read(1)
    assert (caught.value.alert, caught.value.fault) == (None, "peer")
