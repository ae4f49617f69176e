"""HTTP/1.1 and HTTP/2 on one port: ALPN tells which of them a client speaks.

The answers are short. Longer ones would have to wait for HTTP/2's flow control.
"""

import sys
from pathlib import Path

import anyio
import h2.config
import h2.events
import h2.exceptions
import h11
from anyio.abc import SocketAttribute
from h2.connection import H2Connection

from anyio_tls import TLSAttribute, TLSStream, create_tls_listener
from anyio_tls.testing import CertificateAuthority

IDLE_SECONDS = 60


async def receive(tls: TLSStream) -> bytes:
    """What comes next; nothing at the end, and when nothing has come for too long."""
    with anyio.move_on_after(IDLE_SECONDS):
        try:
            return await tls.receive()
        except anyio.EndOfStream:
            pass
    return b""


def answer(path: bytes, version: str) -> bytes:
    """What is served: so little that flow control (RFC 9113 section 5.2) never has a say."""
    return path[:100] + f" by {version}\n".encode()


async def serve_http1(tls: TLSStream) -> None:
    """One request after another."""
    connection = h11.Connection(h11.SERVER)
    method = path = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:  # RFC 9110 section 10.1.1
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                await tls.send(connection.send(go_on) or b"")
            connection.receive_data(await receive(tls))
        elif isinstance(event, h11.Request):
            method, path = event.method, event.target
        elif isinstance(event, h11.EndOfMessage):
            body = answer(path, "HTTP/1.1")
            headers = [("content-type", "text/plain"), ("content-length", str(len(body)))]
            status = 200
            if method == b"CONNECT":  # this is no proxy
                status, headers = 501, [("content-length", "0"), ("connection", "close")]
            parts = [h11.Response(status_code=status, headers=headers), h11.EndOfMessage()]
            if method != b"HEAD" and status == 200:
                parts.insert(1, h11.Data(body))
            await tls.send(b"".join(connection.send(part) or b"" for part in parts))
            if connection.our_state is h11.MUST_CLOSE:
                return
            connection.start_next_cycle()
        elif isinstance(event, h11.ConnectionClosed):
            return


async def serve_http2(tls: TLSStream) -> None:
    """Requests at the same time, each in a stream of its own."""
    config = h2.config.H2Configuration(client_side=False, header_encoding=None)
    connection = H2Connection(config)
    connection.initiate_connection()
    requests = {}
    while True:
        await tls.send(connection.data_to_send())
        data = await receive(tls)
        if not data:
            return
        complete = []
        try:
            events = connection.receive_data(data)
        except h2.exceptions.ProtocolError:
            await tls.send(connection.data_to_send())  # this tells the client
            raise
        for event in events:
            if isinstance(event, h2.events.RequestReceived):
                requests[event.stream_id] = headers = dict(event.headers)
                if headers[b":method"] == b"CONNECT":  # which has no end
                    complete.append(event.stream_id)
            elif isinstance(event, h2.events.DataReceived):
                length = event.flow_controlled_length
                connection.acknowledge_received_data(length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                complete.append(event.stream_id)
            elif isinstance(event, h2.events.StreamReset):
                requests.pop(event.stream_id, None)
            elif isinstance(event, h2.events.ConnectionTerminated):
                return  # after the client's GOAWAY, h2 sends no answers
        for stream in complete:  # those that have not been reset since
            if (headers := requests.pop(stream, None)) is not None:
                respond(connection, stream, headers)


def respond(connection: H2Connection, stream: int, request: dict[bytes, bytes]) -> None:
    """Answer one request."""
    method = request[b":method"]
    if method == b"CONNECT":  # this is no proxy
        connection.send_headers(stream, [(":status", "501")], end_stream=True)
        return
    body = answer(request[b":path"], "HTTP/2")
    fields = [(":status", "200"), ("content-type", "text/plain")]
    connection.send_headers(stream, fields, end_stream=method == b"HEAD")
    if method != b"HEAD":
        connection.send_data(stream, body, end_stream=True)


async def handler(tls: TLSStream) -> None:
    """Speak what was agreed on."""
    is_http2 = tls.extra(TLSAttribute.alpn_protocol) == "h2"
    async with tls:
        try:
            await (serve_http2 if is_http2 else serve_http1)(tls)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # the client is gone, as those of HTTP often are, without a word
        except (h11.ProtocolError, h2.exceptions.ProtocolError) as error:
            print("a client broke the rules:", error)


async def main(port: int = 8443) -> None:
    """Serve on loopback, with a certificate that is made now."""
    ca = CertificateAuthority()
    Path("ca.pem").write_bytes(ca.pem)  # what a client has to trust
    context = ca.server_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    async with await create_tls_listener(
        context,
        local_host="127.0.0.1",
        local_port=port,
    ) as listener:
        print("listening on port", listener.extra(SocketAttribute.local_port), flush=True)
        await listener.serve(handler)


if __name__ == "__main__":
    anyio.run(main, *map(int, sys.argv[1:]))
