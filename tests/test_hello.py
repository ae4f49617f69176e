"""ClientHello, parsed before TLS sees it: real ones, malformed ones, and everything else."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import json
import pickle
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from anyio_tls import ClientHello, HandshakeError
from anyio_tls._errors import ErrorClasses
from anyio_tls._hello import MAX_ENTRIES, MAX_HELLO, ClientHelloReader
from anyio_tls._record_layer import MAX_IDLE_RECORDS
from anyio_tls.testing import Certificate

from ._peers import needs_module

pytestmark = pytest.mark.guarantee("G15")

CAPTURED = json.loads(Path(__file__).with_name("hellos.json").read_text())["hellos"]
SENT: dict[str, bytes] = {captured["client"]: base64.b64decode(captured["sent"]) for captured in CAPTURED}

TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0 = (
    ssl.TLSVersion.TLSv1_3,
    ssl.TLSVersion.TLSv1_2,
    ssl.TLSVersion.TLSv1_1,
    ssl.TLSVersion.TLSv1,
)

on_each_client = pytest.mark.parametrize("client", SENT)
any_client = st.sampled_from(list(SENT))


# ---- messages made by hand ----


def vector(size: int, data: bytes) -> bytes:
    return len(data).to_bytes(size, "big") + data


def numbers(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "big") for value in values)


def record(data: bytes, kind: int = 22, version: int = 0x0301) -> bytes:
    return bytes([kind]) + numbers(version) + vector(2, data)


def message(body: bytes, kind: int = 1) -> bytes:
    return bytes([kind]) + vector(3, body)


Extensions = Sequence[tuple[int, bytes]]

ORDINARY: Extensions = (
    (43, vector(1, numbers(0x0304, 0x0303))),
    (10, vector(2, numbers(29, 23))),
    (13, vector(2, numbers(0x0403, 0x0804))),
    (51, vector(2, numbers(29) + vector(2, b"\x09" + bytes(31)))),
)


def hello(
    *more: tuple[int, bytes],
    extensions: Extensions = ORDINARY,
    block: bytes | None = None,
    version: int = 0x0303,
    session_id: bytes = b"",
    cipher_suites: bytes = numbers(0x1301, 0xC02B),
    behind: bytes = b"",
) -> bytes:
    """A ClientHello in one record, with ``extensions`` and ``more``, or with these bytes in their place."""
    if block is None:
        block = vector(2, b"".join(numbers(kind) + vector(2, data) for kind, data in (*extensions, *more)))
    body = numbers(version) + bytes(32) + vector(1, session_id) + vector(2, cipher_suites) + b"\x01\x00"
    return record(message(body + block + behind))


def without(kind: int) -> Extensions:
    return [extension for extension in ORDINARY if extension[0] != kind]


def host_names(*names: bytes, kind: int = 0) -> tuple[int, bytes]:
    return 0, vector(2, b"".join(bytes([kind]) + vector(2, name) for name in names))


def protocols(*names: bytes) -> tuple[int, bytes]:
    return 16, vector(2, b"".join(vector(1, name) for name in names))


def read(data: bytes) -> ClientHello:
    parsed = ClientHelloReader().feed(data)
    assert parsed is not None
    return parsed


def refusal(data: bytes, **options: Any) -> HandshakeError:
    reader = ClientHelloReader(**options)
    with pytest.raises(HandshakeError) as caught:
        reader.feed(data)
    assert reader.received == data
    return caught.value


# ---- the judge ----


class OpenSSL:
    """What OpenSSL makes of a client's first message."""

    def __init__(self, certificate: Certificate) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = TLS_1_2
        certificate.configure(self.context)
        self.context.sni_callback = self._keep_name
        self.name: str | None = None

    def _keep_name(self, _connection: object, name: str | None, _context: object) -> None:
        self.name = name

    def answer(self, data: bytes) -> int | None:
        """The alert by its number; 0 if it goes on, ``None`` if it says nothing."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = self.context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(data)
        self.name = None
        with pytest.raises(ssl.SSLError):
            server.do_handshake()
        said = outgoing.read()
        if len(said) == 7 and said[0] == 21:
            return said[6]
        return 0 if said else None


@pytest.fixture(scope="module")
def judge(server_certificate: Certificate) -> OpenSSL:
    return OpenSSL(server_certificate)


# ---- what real clients send ----


@on_each_client
def test_the_hello_of_a_real_client(client: str, judge: OpenSSL) -> None:
    sent = SENT[client]
    reader = ClientHelloReader()
    parsed = reader.feed(sent)
    assert parsed is not None
    assert reader.received == sent
    assert parsed.raw == sent[5:]
    assert parsed.server_name == (None if client.startswith("OpenSSL") else "localhost")
    assert parsed.versions[:1] == (TLS_1_2 if "TLS 1.2" in client else TLS_1_3,)
    assert set(parsed.key_share_groups) <= set(parsed.groups)
    assert judge.answer(sent) == 0
    assert judge.name == parsed.server_name


def test_who_is_heard() -> None:
    assert {"Chromium", "curl", "Go", "Java", "Firefox", "NSS", "Erlang"} <= SENT.keys()


@needs_module("tlslite", "tlslite-ng")
@pytest.mark.filterwarnings("ignore:The asyncore module:DeprecationWarning")  # that it imports
@on_each_client
def test_another_parser_finds_the_same(client: str) -> None:
    from tlslite.constants import ExtensionType
    from tlslite.messages import ClientHello as TheirHello
    from tlslite.utils.codec import Parser

    ours = read(SENT[client])
    theirs = TheirHello().parse(Parser(bytearray(ours.raw[1:])))

    def listed(kind: int, attribute: str) -> list[Any]:
        extension = theirs.getExtension(kind)
        return [] if extension is None else list(getattr(extension, attribute))

    assert (ours.server_name or "").encode() == theirs.server_name
    assert [name.encode() for name in ours.alpn_protocols] == listed(ExtensionType.alpn, "protocol_names")
    assert list(ours.cipher_suites) == theirs.cipher_suites
    assert list(ours.groups) == listed(ExtensionType.supported_groups, "groups")
    assert list(ours.key_share_groups) == [share.group for share in listed(ExtensionType.key_share, "client_shares")]
    assert [divmod(number, 256) for number in ours.signature_algorithms] == listed(
        ExtensionType.signature_algorithms, "sigalgs"
    )
    assert list(ours.extensions) == [extension.extType for extension in theirs.extensions]
    versions = [divmod(version, 256) for version in ours.versions]
    assert versions == [
        (major, minor)
        for major, minor in listed(ExtensionType.supported_versions, "versions") or [(3, 3), (3, 2), (3, 1)]
        if (major, minor) not in {(byte, byte) for byte in range(0x0A, 0x100, 0x10)}
    ]


# ---- however it comes ----


def cut(data: bytes, places: list[int]) -> Iterator[bytes]:
    edges = [0, *sorted(place % len(data) for place in places), len(data)]
    return (data[start:end] for start, end in itertools.pairwise(edges))


places = st.lists(st.integers(0, 2**16), max_size=20)


@given(any_client, places, places)
@example("Chromium", [*range(2000)], [*range(12000)])
def test_any_split_gives_the_same(client: str, records: list[int], reads: list[int]) -> None:
    """Records as small as a byte, and empty ones among them; reads as small as a byte. Nothing is made of a hello that
    is not whole, and what follows it is kept."""
    expected = read(SENT[client])
    sent = b"".join(record(part) for part in cut(expected.raw, records))
    reader = ClientHelloReader()
    *pieces, last = (piece for piece in cut(sent, reads) if piece)
    for piece in pieces:
        assert reader.feed(piece) is None
    assert reader.feed(last + b"and more") == expected
    assert reader.received == sent + b"and more"


def test_tiny_records_are_bounded_by_their_bytes() -> None:
    """What comes in records of one byte takes six times as much."""
    sent = b"".join(record(bytes([byte])) for byte in read(SENT["Chromium"]).raw)
    assert ClientHelloReader(max_bytes=len(sent)).feed(sent)
    error = refusal(sent, max_bytes=len(sent) - 1)
    assert error.alert == "illegal_parameter"
    assert f"a ClientHello of more than {len(sent) - 1} bytes" in str(error)


def test_the_limit_does_not_depend_on_how_it_is_read() -> None:
    sent = b"".join(record(bytes([byte])) for byte in read(SENT["Chromium"]).raw)
    reader = ClientHelloReader(max_bytes=len(sent) - 1)
    for position in range(len(sent) - 2):
        assert reader.feed(sent[position : position + 1]) is None
    with pytest.raises(HandshakeError, match="more than"):
        reader.feed(sent[-2:])


def test_a_long_hello_is_refused_when_it_says_so() -> None:
    announced = b"\x01" + (MAX_HELLO - 3).to_bytes(3, "big")
    assert refusal(record(announced)).alert == "illegal_parameter"
    assert ClientHelloReader().feed(record(b"\x01" + (MAX_HELLO - 4).to_bytes(3, "big"))) is None
    half = hello()[:-1]
    assert ClientHelloReader(max_bytes=len(half)).feed(half) is None
    assert refusal(half, max_bytes=len(half) - 1).alert == "illegal_parameter"


def test_empty_records_are_bounded() -> None:
    """By the number that the engine bears with."""
    sent = SENT["Go"]
    assert read(record(b"") * MAX_IDLE_RECORDS + sent).raw == sent[5:]
    assert refusal(record(b"") * (MAX_IDLE_RECORDS + 1) + sent).alert == "unexpected_message"


LISTS = {
    "the list of protocols": (16, 2, vector(1, b"h2")),
    "the list of groups": (10, 2, numbers(29)),
    "the list of signature algorithms": (13, 2, numbers(0x0403)),
    "the list of key shares": (51, 2, numbers(29, 1) + b"x"),
}


@pytest.mark.guarantee("G10", "G13")
@pytest.mark.parametrize("what", LISTS)
def test_lists_are_bounded(what: str) -> None:
    """As objects they would take a megabyte for each connection, and tens of milliseconds of the event loop."""
    kind, size, entry = LISTS[what]
    most, too_many = (
        hello((kind, vector(size, entry * count)), extensions=()) for count in (MAX_ENTRIES, MAX_ENTRIES + 1)
    )
    assert read(most).extensions == (kind,)
    error = refusal(too_many)
    assert error.alert == "illegal_parameter"
    assert f"{what} has more than {MAX_ENTRIES} entries" in str(error)


@pytest.mark.guarantee("G10", "G13")
def test_cipher_suites_and_extensions_are_bounded() -> None:
    assert len(read(hello(cipher_suites=numbers(*range(MAX_ENTRIES)))).cipher_suites) == MAX_ENTRIES
    error = refusal(hello(cipher_suites=numbers(*range(MAX_ENTRIES + 1))))
    assert f"the list of cipher suites has more than {MAX_ENTRIES} entries" in str(error)
    many = [(1000 + number, b"") for number in range(MAX_ENTRIES + 1)]
    assert len(read(hello(extensions=many[1:])).extensions) == MAX_ENTRIES
    assert f"the list of extensions has more than {MAX_ENTRIES} entries" in str(refusal(hello(extensions=many)))


# ---- what it says ----


def test_what_a_hello_says() -> None:
    parsed = read(hello(host_names(b"WWW.Example.ORG."), protocols(b"h2", b"http/1.1"), (0x1234, b"unknown")))
    assert dataclasses.asdict(parsed) == {
        "server_name": "www.example.org",
        "alpn_protocols": ("h2", "http/1.1"),
        "versions": (TLS_1_3, TLS_1_2),
        "cipher_suites": (0x1301, 0xC02B),
        "groups": (29, 23),
        "key_share_groups": (29,),
        "signature_algorithms": (0x0403, 0x0804),
        "extensions": (43, 10, 13, 51, 0, 16, 0x1234),
        "raw": parsed.raw,
    }
    assert pickle.loads(pickle.dumps(parsed)) == parsed
    assert "raw" not in repr(parsed)


def test_a_hello_that_says_little() -> None:
    """Extensions are not a matter of course, as none of them is."""
    for nothing in hello(block=b""), hello(block=b"\0\0"):
        parsed = read(nothing)
        assert parsed.server_name is None
        assert parsed.versions == (TLS_1_2, TLS_1_1, TLS_1_0)
        assert not any((parsed.alpn_protocols, parsed.groups, parsed.key_share_groups, parsed.signature_algorithms))
        assert parsed.extensions == ()


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        (b"example.org", "example.org"),
        (b"XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        (b"example.org.", "example.org"),
        (b"192.0.2.1", "192.0.2.1"),
        (b"under_score", "under_score"),
        (b"", None),
        (b".", None),
        (b"a" * 255, "a" * 255),
    ],
)
def test_server_names(sent: bytes, name: str | None) -> None:
    assert read(hello(host_names(sent))).server_name == name


@pytest.mark.parametrize("name", [b"a\0b", b"a" * 256, "bücher.example".encode(), b"\xff", b"a\nb", b"a\x1b[2Jb"])
def test_server_names_that_no_host_has(name: bytes) -> None:
    assert refusal(hello(host_names(name))).alert == "unrecognized_name"


@pytest.mark.parametrize(
    ("legacy", "versions"),
    [
        (0x0301, (TLS_1_0,)),
        (0x0302, (TLS_1_1, TLS_1_0)),
        (0x0303, (TLS_1_2, TLS_1_1, TLS_1_0)),
        (0x0304, (TLS_1_2, TLS_1_1, TLS_1_0)),
        (0x0400, (TLS_1_2, TLS_1_1, TLS_1_0)),
    ],
)
def test_versions_below_the_highest(legacy: int, versions: tuple[ssl.TLSVersion, ...]) -> None:
    assert read(hello(extensions=without(43), version=legacy)).versions == versions


def test_versions_that_ssl_does_not_know() -> None:
    listed = (43, vector(1, numbers(0x3A3A, 0x0305, 0x0304, 0x7F1C)))
    assert read(hello(listed, extensions=without(43))).versions == (0x0305, TLS_1_3, 0x7F1C)
    assert read(hello((43, vector(1, b"")), extensions=without(43))).versions == ()


def test_grease_is_kept_but_among_versions() -> None:
    parsed = read(SENT["Chromium"])
    for numbered in (
        parsed.cipher_suites,
        parsed.groups,
        parsed.key_share_groups,
        parsed.signature_algorithms,
        parsed.extensions,
    ):
        assert any(number & 0x0F0F == 0x0A0A for number in numbered)
    assert parsed.versions == (TLS_1_3, TLS_1_2)


def test_protocols_are_any_bytes() -> None:
    """RFC 8701 reserves names that are not UTF-8."""
    everything = bytes(range(255))
    parsed = read(hello(protocols(b"\xfa\xfa", "h\u00fc".encode(), everything)))
    assert [name.encode("latin-1") for name in parsed.alpn_protocols] == [b"\xfa\xfa", b"h\xc3\xbc", everything]


# ---- what is refused ----

DECODE_ERROR, ILLEGAL_PARAMETER, UNEXPECTED_MESSAGE, RECORD_OVERFLOW, UNRECOGNIZED_NAME, PROTOCOL_VERSION = (
    ("decode_error", 50),
    ("illegal_parameter", 47),
    ("unexpected_message", 10),
    ("record_overflow", 22),
    ("unrecognized_name", 112),
    ("protocol_version", 70),
)

MALFORMED = {
    "longer than it says": (hello(behind=b"x"), DECODE_ERROR),
    "shorter than it says": (hello(block=b"\0\x05xxxx"), DECODE_ERROR),
    "half a length of extensions": (hello(block=b"\0"), DECODE_ERROR),
    "half an extension": (hello(block=vector(2, b"\0")), DECODE_ERROR),
    "an extension cut short": (hello(block=vector(2, numbers(0x1234, 2) + b"x")), DECODE_ERROR),
    "only a version": (record(message(numbers(0x0303))), DECODE_ERROR),
    "nothing": (record(message(b"")), DECODE_ERROR),
    "a long session ID": (hello(session_id=bytes(33)), DECODE_ERROR),
    "half a cipher suite": (hello(cipher_suites=b"\x13\x01\x13"), DECODE_ERROR),
    "an extension twice": (hello(ORDINARY[0]), ILLEGAL_PARAMETER),
    "two names": (hello(host_names(b"a.example", b"b.example")), DECODE_ERROR),
    "a name of another kind": (hello(host_names(b"a.example", kind=1)), DECODE_ERROR),
    "no name": (hello(host_names()), DECODE_ERROR),
    "no list of names": (hello((0, b"")), DECODE_ERROR),
    "something behind the name": (hello((0, host_names(b"a.example")[1] + b"x")), DECODE_ERROR),
    "a name cut short": (hello((0, vector(2, b"\0" + numbers(3) + b"ab"))), DECODE_ERROR),
    "a name with a zero": (hello(host_names(b"a\0b")), UNRECOGNIZED_NAME),
    "a long name": (hello(host_names(b"a" * 256)), UNRECOGNIZED_NAME),
    "no list of protocols": (hello((16, b"")), DECODE_ERROR),
    "something behind the protocols": (hello((16, protocols(b"h2")[1] + b"x")), DECODE_ERROR),
    "a protocol cut short": (hello((16, vector(2, b"\3h2"))), DECODE_ERROR),
    "half a group": (hello((10, vector(2, b"\0\x1d\0")), extensions=without(10)), DECODE_ERROR),
    "half an algorithm": (hello((13, vector(2, b"\4")), extensions=without(13)), DECODE_ERROR),
    "something behind the algorithms": (hello((13, vector(2, b"\4\3") + b"x"), extensions=without(13)), DECODE_ERROR),
    "something behind the shares": (hello((51, vector(2, b"") + b"x"), extensions=without(51)), DECODE_ERROR),
    "half a share": (hello((51, vector(2, b"\0\x1d\0")), extensions=without(51)), DECODE_ERROR),
    "a share cut short": (hello((51, vector(2, numbers(29, 3) + b"xx")), extensions=without(51)), DECODE_ERROR),
    "SSL 2": (hello(version=0x0200), PROTOCOL_VERSION),
    "another message": (record(message(b"", 2)), UNEXPECTED_MESSAGE),
    "a HelloRequest": (record(message(b"", 0)), UNEXPECTED_MESSAGE),
    "a Finished": (record(message(bytes(12), 20)), UNEXPECTED_MESSAGE),
    "an alert": (record(b"\2\x28", 21), UNEXPECTED_MESSAGE),
    "a close_notify": (record(b"\1\0", 21), UNEXPECTED_MESSAGE),
    "data": (record(b"data", 23), UNEXPECTED_MESSAGE),
    "a change_cipher_spec": (record(b"\1", 20), UNEXPECTED_MESSAGE),
    "a heartbeat": (record(b"beat", 24), UNEXPECTED_MESSAGE),
    "a record of an unknown type": (record(message(b""), 25), UNEXPECTED_MESSAGE),
    "an alert in between": (record(hello()[5:15]) + record(b"\1\x5a", 21) + record(hello()[15:]), UNEXPECTED_MESSAGE),
    "too long a record": (b"\x16\3\1" + vector(2, message(bytes(2**14 - 3))), RECORD_OVERFLOW),
    "far too long a record": (b"\x16\3\1\xff\xff" + bytes(100), RECORD_OVERFLOW),
}


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_hellos(case: str, judge: OpenSSL) -> None:
    """They are refused with the alert that OpenSSL has for them."""
    data, (alert, number) = MALFORMED[case]
    error = refusal(data)
    assert (error.alert, error.alert_received) == (alert, False)
    assert (error.phase, error.fault) == ("handshake", "peer")
    assert f"(alert {alert} sent)" in str(error)
    assert judge.answer(data) == number


STRICTER = {
    "an unknown extension twice": (hello((0x1234, b""), (0x1234, b"")), ILLEGAL_PARAMETER),  # RFC 8446 section 4.2
    "half a version": (hello((43, vector(1, b"\3\4\3")), extensions=without(43)), DECODE_ERROR),
    "something behind the versions": (hello((43, vector(1, b"\3\4") + b"x"), extensions=without(43)), DECODE_ERROR),
    "SSL 3": (hello(extensions=without(43), version=0x0300), PROTOCOL_VERSION),  # RFC 8446 appendix D.5
}


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize("case", STRICTER)
def test_malformed_hellos_that_openssl_takes_or_refuses_in_another_way(case: str) -> None:
    data, (alert, _) = STRICTER[case]
    assert refusal(data).alert == alert


LEFT_TO_OPENSSL = {
    "no cipher suites": hello(cipher_suites=b""),
    "no versions": hello((43, vector(1, b"")), extensions=without(43)),
    "unknown versions": hello((43, vector(1, b"\x7f\x1c")), extensions=without(43)),
    "old versions": hello(extensions=without(43), version=0x0302),
    "no groups": hello((10, vector(2, b"")), extensions=without(10)),
    "no algorithms": hello((13, vector(2, b"")), extensions=without(13)),
    "no protocols": hello(protocols()),
    "an empty protocol": hello(protocols(b"")),
    "a key share of an unlisted group": hello((51, vector(2, numbers(24, 1) + b"x")), extensions=without(51)),
}


@pytest.mark.parametrize("case", LEFT_TO_OPENSSL)
def test_what_makes_no_sense_is_left_to_openssl(case: str, judge: OpenSSL) -> None:
    read(LEFT_TO_OPENSSL[case])
    assert judge.answer(LEFT_TO_OPENSSL[case])


@pytest.mark.guarantee("G9")
@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "the peer does not speak TLS, but HTTP: "),
        (b"EHLO localhost\r\n", "the peer does not speak TLS: not a TLS record"),
        (b"220 mail.example.org ESMTP\r\n", "the peer does not speak TLS, but SMTP or FTP: "),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "the peer does not speak TLS, but SSH: "),
        (bytes(40), "the peer does not speak TLS: not a TLS record"),
        (b"\xff" * 40, "the peer does not speak TLS: not a TLS record"),
        (b"\x16\x04\x01\0\x01\x01", "failed: not a TLS record"),
        (SENT["Go"][:5] + b"\0" + hello(), "failed: a message of type 0"),
        (record(b"\x01\0") + b"GET / HTTP/1.1", "failed: not a TLS record"),
    ],
)
def test_what_is_not_tls(greeting: bytes, words: str) -> None:
    greeting += bytes(2000)
    error = refusal(greeting)
    assert words in str(error)
    assert (error.phase, error.fault) == ("handshake", "peer")
    assert (error.alert is None) == ("not a TLS record" in words or "does not speak" in words)


def test_a_hello_in_the_form_of_ssl_2() -> None:
    suites = b"\0\0\x2f\0\0\x35\7\0\xc0"
    old = b"\x01\x03\x01" + numbers(len(suites), 0, 16) + suites + bytes(16)
    sent = bytes([0x80, len(old)]) + old
    error = refusal(sent)
    assert "a ClientHello in the form of SSL 2" in str(error)
    assert error.alert == "protocol_version"


def test_the_errors_of_another_face() -> None:
    class OtherError(HandshakeError):
        pass

    with pytest.raises(OtherError):
        ClientHelloReader(errors=ErrorClasses(handshake=OtherError)).feed(record(b"", 23))


# ---- hostile bytes ----

# What ssl says of a name that is not ASCII, before it refuses it.
does_not_decode = pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")

edits = st.lists(st.tuples(st.integers(0, 2**16), st.binary(max_size=4), st.integers(0, 4)), max_size=6)


def mangle(data: bytes, changes: list[tuple[int, bytes, int]]) -> bytes:
    """Put something in the place of so many bytes, here and there."""
    for place, new, count in changes:
        place %= len(data) + 1
        data = data[:place] + new + data[place + count :]
    return data


def judge_both(data: bytes, judge: OpenSSL) -> None:
    """We find the name that OpenSSL finds, and refuse nothing that it takes but for the reasons that are known."""
    taken = judge.answer(data) == 0
    parsed, refused = None, ""
    try:
        parsed = ClientHelloReader().feed(data)
    except HandshakeError as exc:
        refused = str(exc)
    if taken and parsed:
        assert (judge.name or "").lower().removesuffix(".") == (parsed.server_name or "")
    elif taken:
        assert "comes twice" in refused or "no host can have" in refused


@pytest.mark.once
@settings(max_examples=500)
@given(any_client, edits, places)
def test_no_damage_raises_anything_else(client: str, changes: list[tuple[int, bytes, int]], reads: list[int]) -> None:
    """In the records, too; and the verdict does not depend on how it is read."""
    sent = mangle(SENT[client], changes)
    verdicts = []
    for pieces in [sent], cut(sent, reads):
        reader = ClientHelloReader()
        verdict: object = None
        for piece in pieces:
            try:
                verdict = verdict or reader.feed(piece)
            except HandshakeError as exc:
                verdict = exc.alert or "none"
                break
        verdicts.append(verdict)
    assert verdicts[0] == verdicts[1]


@pytest.mark.once
@does_not_decode
@settings(max_examples=500)
@given(any_client, edits)
def test_damage_within_a_hello_is_judged_as_openssl_does(
    judge: OpenSSL, client: str, changes: list[tuple[int, bytes, int]]
) -> None:
    judge_both(record(message(mangle(SENT[client][9:], changes))), judge)


@pytest.mark.once
@does_not_decode
@settings(max_examples=500)
@given(any_client, st.integers(0, 40), edits)
def test_damage_within_an_extension_is_judged_as_openssl_does(
    judge: OpenSSL, client: str, number: int, changes: list[tuple[int, bytes, int]]
) -> None:
    """All the lengths around it are right."""
    body, extensions = take_apart(SENT[client][9:])
    kind, data = extensions[number % len(extensions)]
    extensions[number % len(extensions)] = kind, mangle(data, changes)
    block = b"".join(numbers(kind) + vector(2, data) for kind, data in extensions)
    judge_both(record(message(body + vector(2, block))), judge)


def take_apart(body: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """What comes in front of the extensions, and these."""
    position = 34
    for size in 1, 2, 1:
        position += size + int.from_bytes(body[position : position + size], "big")
    front, position = body[:position], position + 2
    extensions = []
    while position < len(body):
        kind, size = (int.from_bytes(body[at : at + 2], "big") for at in (position, position + 2))
        extensions.append((kind, body[position + 4 : position + 4 + size]))
        position += 4 + size
    return front, extensions


# ---- JA4 ----


@on_each_client
def test_ja4_of_real_clients(client: str) -> None:
    """As tshark has it."""
    assert read(SENT[client]).ja4 == next(captured["ja4"] for captured in CAPTURED if captured["client"] == client)


# The example of the specification.
JA4_SUITES = "1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"
JA4_EXTENSIONS = "001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015"
JA4_ALGORITHMS = "0403,0804,0401,0503,0805,0501,0806,0601"


def in_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number, 16) for number in text.split(","))


def in_ja4(**changes: Any) -> str:
    """The JA4 of the example, so changed."""
    example = ClientHello(
        server_name="localhost",
        alpn_protocols=("h2",),
        versions=(TLS_1_2, TLS_1_3),
        cipher_suites=in_numbers(JA4_SUITES),
        groups=(),
        key_share_groups=(),
        signature_algorithms=in_numbers(JA4_ALGORITHMS),
        extensions=in_numbers(JA4_EXTENSIONS),
        raw=hello()[5:],
    )
    return dataclasses.replace(example, **changes).ja4


def test_the_example_of_ja4() -> None:
    assert in_ja4() == "t13d1516h2_8daaf6152771_e5627efa2ab1"
    assert in_ja4(signature_algorithms=()) == "t13d1516h2_8daaf6152771_6d807ffa2a79"
    grease = 0x1A1A, 0x2A2A
    assert in_ja4(cipher_suites=(*grease, *in_numbers(JA4_SUITES))) == in_ja4()
    assert in_ja4(extensions=(*in_numbers(JA4_EXTENSIONS), *grease)) == in_ja4()
    assert in_ja4(signature_algorithms=(*grease, *in_numbers(JA4_ALGORITHMS))) == in_ja4()


@pytest.mark.parametrize(
    ("protocol", "ends"),
    [
        ("h2", "h2"),
        ("http/1.1", "h1"),
        ("x", "xx"),
        ("\xab", "ab"),
        ("\xab\xcd", "ad"),
        ("0\xab", "3b"),
        ("01\xab\xcd", "3d"),
        ("0\xab\xcd1", "01"),
        ("-", "2d"),
        ("", "00"),
    ],
)
def test_the_protocol_in_ja4(protocol: str, ends: str) -> None:
    assert in_ja4(alpn_protocols=(protocol, "http/1.1")).split("_")[0] == f"t13d1516{ends}"


def test_limits_of_ja4() -> None:
    assert in_ja4(alpn_protocols=(), cipher_suites=(), extensions=(), signature_algorithms=()) == (
        "t12i000000_000000000000_000000000000"
    )
    assert in_ja4(extensions=(0, 16), signature_algorithms=()).endswith("_000000000000")
    assert in_ja4(cipher_suites=range(100), extensions=range(200)).startswith("t13d9999h2_")
    assert in_ja4(versions=(0x7F1C, TLS_1_3)).startswith("t00")
    assert in_ja4(versions=()).startswith("t00")
    ends = {0x0300: "s3", 0x0002: "s2", 0xFEFF: "d1", 0xFEFD: "d2", 0xFEFC: "d3"}  # in the lists of scanners
    assert {version: in_ja4(versions=(version,))[1:3] for version in ends} == ends
    old: dict[str, Any] = {"extensions": (), "versions": (TLS_1_0,)}
    assert in_ja4(raw=hello(version=0x0301)[5:], **old).startswith("t10i")
    assert in_ja4(raw=hello(version=0x0302)[5:], **old).startswith("t11i")
    assert in_ja4(raw=hello(version=0x0304)[5:], **old).startswith("t13i")
