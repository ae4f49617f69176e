"""Headers of the PROXY protocol: those of real proxies, malformed ones, and everything else."""

from __future__ import annotations

import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import SocketAttribute
from hypothesis import example, given, settings, strategies as st

from anyio_tls import HandshakeError, TLSAttribute, connect_tls
from anyio_tls._errors import ErrorClasses
from anyio_tls._proxy import MAX_HEADER, ProxyHeader, ProxyHeaderReader, _crc32c
from anyio_tls.testing import Certificate, CertificateAuthority

from ._implementations import HAProxy
from ._peers import LOOPBACK, accept, listening, needs, reserved_port, running

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
SIGNATURE_OF_TLS = b"\x16\x03\x01"

SOURCE, DESTINATION = ("192.0.2.1", 1234), ("198.51.100.2", 443)
IPV4 = bytes([192, 0, 2, 1, 198, 51, 100, 2]) + (1234).to_bytes(2, "big") + (443).to_bytes(2, "big")
ALL_ONES = ":".join(["ffff"] * 8)
IPV6 = bytes.fromhex("20010db8" + 22 * "0" + "01" + 30 * "0" + "01") + IPV4[8:]


def line(text: str) -> bytes:
    return f"PROXY {text}\r\n".encode("latin-1")


def header(
    data: bytes = IPV4, *tlvs: tuple[int, bytes], family: int = 0x11, command: int = 0x21, size: int | None = None
) -> bytes:
    block = data + b"".join(tlv(kind, value) for kind, value in tlvs)
    return SIGNATURE + bytes([command, family]) + (len(block) if size is None else size).to_bytes(2, "big") + block


def tlv(kind: int, value: bytes) -> bytes:
    return bytes([kind]) + len(value).to_bytes(2, "big") + value


def unix(source: bytes, destination: bytes) -> bytes:
    return source.ljust(108, b"\0") + destination.ljust(108, b"\0")


def read(data: bytes) -> ProxyHeader:
    reader = ProxyHeaderReader()
    parsed = reader.feed(data + b"rest")
    assert reader.rest == b"rest"
    assert parsed is not None
    return parsed


WELL_FORMED = {
    "IPv4": (line("TCP4 192.0.2.1 198.51.100.2 1234 443"), ProxyHeader("PROXY", SOURCE, DESTINATION)),
    "IPv6": (line("TCP6 2001:DB8:0::1 ::1 0 65535"), ProxyHeader("PROXY", ("2001:db8::1", 0), ("::1", 65535))),
    "longest IPv6": (
        line(f"TCP6 {ALL_ONES} {ALL_ONES} 65535 65535"),
        ProxyHeader("PROXY", (ALL_ONES, 65535), (ALL_ONES, 65535)),
    ),
    "unknown": (line("UNKNOWN"), ProxyHeader("PROXY", None, None)),
    "longest unknown": (line("UNKNOWN" + 92 * " "), ProxyHeader("PROXY", None, None)),
    "2: IPv4": (header(), ProxyHeader("PROXY", SOURCE, DESTINATION)),
    "2: IPv4 datagrams": (header(family=0x12), ProxyHeader("PROXY", SOURCE, DESTINATION)),
    "2: IPv6": (header(IPV6, family=0x21), ProxyHeader("PROXY", ("2001:db8::1", 1234), ("::1", 443))),
    "2: UNIX": (
        header(unix(b"/run/source", b"\0abstract"), family=0x31),
        ProxyHeader("PROXY", "/run/source", "\0abstract"),
    ),
    "2: UNIX, not named": (
        header(unix(b"", b"/" + b"x" * 107), family=0x31),
        ProxyHeader("PROXY", "", "/" + "x" * 107),
    ),
    "2: unspecified": (header(b"anything", family=0), ProxyHeader("PROXY", None, None)),
    "2: local": (header(b"", command=0x20, family=0), ProxyHeader("LOCAL", None, None)),
    "2: local, to be ignored": (header(b"\xff\xff", command=0x20, family=0xFF), ProxyHeader("LOCAL", None, None)),
    "2: more": (
        header(IPV4, (1, b"h2"), (4, b""), (1, b"h3")),
        ProxyHeader("PROXY", SOURCE, DESTINATION, ((1, b"h2"), (4, b""), (1, b"h3"))),
    ),
}


@pytest.mark.guarantee("G15")
@pytest.mark.parametrize("case", WELL_FORMED)
def test_headers(case: str) -> None:
    data, parsed = WELL_FORMED[case]
    assert read(data) == parsed


MALFORMED = {
    "another protocol": line("TCP5 192.0.2.1 198.51.100.2 1 2"),
    "no protocol": line(""),
    "no addresses": line("TCP4"),
    "no port": line("TCP4 192.0.2.1 198.51.100.2 1"),
    "something behind the ports": line("TCP4 192.0.2.1 198.51.100.2 1 2 3"),
    "two spaces": line("TCP4 192.0.2.1  198.51.100.2 1 2"),
    "a space at the end": line("TCP4 192.0.2.1 198.51.100.2 1 2 "),
    "a tab": line("TCP4\t192.0.2.1 198.51.100.2 1 2"),
    "an octal number": line("TCP4 192.0.2.01 198.51.100.2 1 2"),
    "a short address": line("TCP4 192.0.2 198.51.100.2 1 2"),
    "a name": line("TCP4 localhost 198.51.100.2 1 2"),
    "IPv6 for IPv4": line("TCP4 ::1 ::1 1 2"),
    "IPv4 for IPv6": line("TCP6 192.0.2.1 198.51.100.2 1 2"),
    "a zone": line("TCP6 fe80::1%1 ::1 1 2"),
    "a zero in front of a port": line("TCP4 192.0.2.1 198.51.100.2 01 2"),
    "a large port": line("TCP4 192.0.2.1 198.51.100.2 1 65536"),
    "a negative port": line("TCP4 192.0.2.1 198.51.100.2 -1 2"),
    "a port with a sign": line("TCP4 192.0.2.1 198.51.100.2 +1 2"),
    "a port with an underscore": line("TCP4 192.0.2.1 198.51.100.2 1_1 2"),
    "a port of other digits": line("TCP4 192.0.2.1 198.51.100.2 \u00b2 2"),
    "no ASCII": line("TCP4 192.0.2.\xff 198.51.100.2 1 2"),
    "too long": line("UNKNOWN" + 93 * " "),
    "endless": b"PROXY " + b"x" * 101,
    "2: another command": header(command=0x22),
    "2: another version": header(command=0x31),
    "2: another family": header(family=0x41),
    "2: another transport": header(family=0x13),
    "2: datagrams of nothing": header(family=0x02),
    "2: short IPv4": header(IPV4[:-1]),
    "2: short IPv6": header(IPV6[:-1], family=0x21),
    "2: short UNIX": header(unix(b"a", b"b")[:-1], family=0x31),
    "2: half a TLV": header(IPV4 + b"\1\0"),
    "2: a TLV cut short": header(IPV4 + b"\1\0\2x"),
    "2: a wrong checksum": header(IPV4, (3, bytes(4))),
    "2: a short checksum": header(IPV4, (3, b"")),
    "2: too long": header(size=MAX_HEADER - 15),
    "nothing of the kind": b"\0",
    "another line": b"\r\n\r\n\1",
    "another word": b"PROXY\t",
    "HTTP": b"GET / HTTP/1.1\r\n",
    "TLS": b"\x16\x03\x01",
}


@pytest.mark.guarantee("G9", "G15")
@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_headers(case: str) -> None:
    with pytest.raises(HandshakeError, match="PROXY protocol failed: ") as caught:
        ProxyHeaderReader().feed(MALFORMED[case])
    assert (caught.value.phase, caught.value.fault, caught.value.alert) == ("handshake", "peer", None)
    assert ("but" in str(caught.value)) == (case in {"HTTP", "TLS"})


def test_the_longest_header_of_version_2() -> None:
    reader = ProxyHeaderReader(max_bytes=16 + len(IPV4) + 3)
    assert reader.feed(header(IPV4, (4, b""))) is not None
    with pytest.raises(HandshakeError, match="a header of 32 bytes is too long"):
        ProxyHeaderReader(max_bytes=16 + len(IPV4) + 3).feed(header(IPV4, (4, b"x"))[:16])


# As HAProxy sends it.
WITH_CHECKSUM = header(bytes.fromhex("7f0000017f0000018af299ed"), (3, bytes.fromhex("01033495")))


def test_checksums() -> None:
    assert read(WITH_CHECKSUM) == ProxyHeader(
        "PROXY", ("127.0.0.1", 35570), ("127.0.0.1", 39405), ((3, bytes.fromhex("01033495")),)
    )
    for place in range(16, len(WITH_CHECKSUM) - 7):
        damaged = bytearray(WITH_CHECKSUM)
        damaged[place] ^= 1
        with pytest.raises(HandshakeError, match="the checksum is wrong"):
            ProxyHeaderReader().feed(bytes(damaged))


def test_only_one_checksum_is_made() -> None:
    """A large header full of them would take minutes."""
    first = _crc32c(header(IPV4, (3, bytes(4)), (3, b"next")))
    with pytest.raises(HandshakeError, match="there are two checksums"):
        ProxyHeaderReader().feed(header(IPV4, (3, first), (3, b"next")))


@given(st.sampled_from(list(WELL_FORMED)), st.lists(st.integers(1, 300)))
@example("IPv4", [*range(50)])
@example("2: IPv4", [*range(50)])
def test_any_split_gives_the_same(case: str, places: list[int]) -> None:
    data, parsed = WELL_FORMED[case]
    sent = data + SIGNATURE_OF_TLS
    reader = ProxyHeaderReader()
    edges = [0, *sorted({place for place in places if place < len(data)}), len(sent)]
    *pieces, last = (sent[start:end] for start, end in itertools.pairwise(edges))
    for piece in pieces:
        assert reader.feed(piece) is None
    assert reader.feed(last) == parsed
    assert reader.rest == SIGNATURE_OF_TLS


@pytest.mark.guarantee("G15")
@settings(max_examples=300)
@given(
    st.sampled_from(list(WELL_FORMED)),
    st.lists(st.tuples(st.integers(0, 300), st.binary(max_size=3), st.integers(0, 3)), max_size=5),
)
def test_no_damage_raises_anything_else(case: str, changes: list[tuple[int, bytes, int]]) -> None:
    """And the verdict does not depend on how it is read."""
    data, _ = WELL_FORMED[case]
    for place, new, count in changes:
        data = data[:place] + new + data[place + count :]
    verdicts = []
    for pieces in [data], [data[place : place + 1] for place in range(len(data))]:
        reader = ProxyHeaderReader()
        verdict: object = None
        for piece in pieces:
            try:
                verdict = verdict or reader.feed(piece)
            except HandshakeError:
                verdict = "refused"
                break
        verdicts.append(verdict)
    assert verdicts[0] == verdicts[1]


def test_the_errors_of_another_face() -> None:
    class OtherError(HandshakeError):
        pass

    with pytest.raises(OtherError):
        ProxyHeaderReader(errors=ErrorClasses(handshake=OtherError)).feed(b"?")


# ---- real proxies ----

# What a program sends has nothing to do with our event loop.
on_one_backend = pytest.mark.parametrize("anyio_backend", [("asyncio", {})], ids=["asyncio"], indirect=True)

NGINX_STREAM = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
GREETING = b"hello"


@pytest.fixture
def papers(tmp_path: Path, server_certificate: Certificate) -> Path:
    both = server_certificate.private_key_pem + server_certificate.certificate_pem
    (tmp_path / "both.pem").write_bytes(both)
    return tmp_path


async def arrival(listener: socket.socket, greeting: bytes = GREETING) -> ProxyHeader:
    """The header of the next connection. Behind it is what the client has sent."""
    reader, header = ProxyHeaderReader(), None
    with await accept(listener) as sock:

        async def piece() -> bytes:
            await anyio.wait_readable(sock)
            data = sock.recv(7)
            assert data, "the proxy has closed the connection"
            return data

        while header is None:
            header = reader.feed(await piece())
        said = reader.rest
        while len(said) < len(greeting):
            said += await piece()
    assert said.startswith(greeting)
    return header


@asynccontextmanager
async def haproxy(papers: Path, port: int, accepting: str, connecting: str) -> AsyncIterator[int]:
    async with HAProxy().relaying(papers, port, accepting=accepting, connecting=connecting) as (_, own_port):
        yield own_port


@asynccontextmanager
async def nginx(papers: Path, port: int, accepting: str, connecting: str) -> AsyncIterator[int]:
    with reserved_port() as own_port:
        (papers / "nginx.conf").write_text(f"""
            load_module {NGINX_STREAM};
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr notice;
            events {{}}
            stream {{
                server {{
                    listen {LOOPBACK}:{own_port} {accepting};
                    proxy_pass {LOOPBACK}:{port};
                    {connecting};
                }}
            }}
            """)
        async with running("nginx", "-e", "stderr", "-p", str(papers), "-c", "nginx.conf") as peer:
            await peer.says(b"using the .* event method")  # with which it serves what it listens on
            yield own_port


@asynccontextmanager
async def stunnel(papers: Path, port: int, accepting: str, connecting: str) -> AsyncIterator[int]:
    with reserved_port() as own_port:
        (papers / "stunnel.conf").write_text(f"""
            foreground = yes
            pid =
            [relay]
            accept = {LOOPBACK}:{own_port}
            connect = {LOOPBACK}:{port}
            {accepting}
            {connecting}
            """)
        async with running("stunnel", str(papers / "stunnel.conf")) as peer:
            await peer.says(b"Configuration successful")
            yield own_port


needs_stream = pytest.mark.skipif(
    not NGINX_STREAM.exists(), reason="nginx has no streams (Debian package: libnginx-mod-stream)"
)
PROXIES = [
    pytest.param(haproxy, "", "send-proxy", (), id="HAProxy", marks=needs("haproxy", "haproxy")),
    pytest.param(haproxy, "", "send-proxy-v2", (), id="HAProxy, version 2", marks=needs("haproxy", "haproxy")),
    pytest.param(
        haproxy,
        "",
        "send-proxy-v2 proxy-v2-options crc32c",
        (3,),
        id="HAProxy, version 2 with a checksum",
        marks=needs("haproxy", "haproxy"),
    ),
    pytest.param(
        haproxy,
        "ssl crt both.pem",
        "send-proxy-v2-ssl",
        (0x20,),
        id="HAProxy, version 2 with TLS",
        marks=needs("haproxy", "haproxy"),
    ),
    pytest.param(nginx, "", "proxy_protocol on", (), id="nginx", marks=[needs("nginx", "nginx"), needs_stream]),
    pytest.param(stunnel, "cert = both.pem", "protocol = proxy", (), id="stunnel", marks=needs("stunnel", "stunnel4")),
]


@pytest.mark.once
@on_one_backend
@pytest.mark.parametrize(("proxy", "accepting", "connecting", "kinds"), PROXIES)
async def test_the_header_of_a_real_proxy(
    proxy: Any, accepting: str, connecting: str, kinds: tuple[int, ...], papers: Path, ca: CertificateAuthority
) -> None:
    with_tls = "both.pem" in accepting
    accepting = accepting.replace("both.pem", str(papers / "both.pem"))
    with listening() as (listener, port):
        async with proxy(papers, port, accepting, connecting) as proxy_port:
            if with_tls:
                client: Any = await connect_tls(
                    LOOPBACK, proxy_port, hostname="localhost", ssl_context=ca.client_context()
                )
            else:
                client = await anyio.connect_tcp(LOOPBACK, proxy_port)
            async with client:
                await client.send(GREETING)
                header = await arrival(listener)
                assert header.command == "PROXY"
                assert header.source == client.extra(SocketAttribute.local_address)
                assert header.destination == client.extra(SocketAttribute.remote_address)
                assert tuple(kind for kind, _ in header.tlvs) == kinds
                for kind, value in header.tlvs:
                    if kind == 0x20:  # PP2_TYPE_SSL: a client with TLS, no certificate, its version
                        version = client.extra(TLSAttribute.tls_version).encode()
                        assert value == b"\x01" + bytes(4) + tlv(0x21, version)


@pytest.mark.once
@needs("haproxy", "haproxy")
@on_one_backend
async def test_a_health_check_of_haproxy(tmp_path: Path) -> None:
    with listening() as (listener, port):
        async with haproxy(tmp_path, port, "", "send-proxy-v2 check check-send-proxy inter 100"):
            assert await arrival(listener, b"") == ProxyHeader("LOCAL", None, None)


@pytest.mark.once
@needs("curl", "curl")
@on_one_backend
async def test_curl_as_a_proxy() -> None:
    with listening() as (listener, port):
        async with running("curl", "--no-progress-meter", "--haproxy-protocol", f"http://{LOOPBACK}:{port}"):
            header = await arrival(listener, b"GET /")
    assert header.command == "PROXY"
    assert header.destination == (LOOPBACK, port)
    assert isinstance(header.source, tuple)
    assert header.source[0] == LOOPBACK
