#!/bin/bash
# Perl's RTSP::Server: TEARDOWN gets no answer, nor does SETUP of a stream that does not exist; "transport:" and a single client_port are a "Bad Request".
#
# Versions: RTSP::Server 0.06 (Debian 12: librtsp-server-perl 0.06-3) with Moose and AnyEvent of Debian 12, Perl 5.36, a client and a source of the
#   script's over loopback. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 2326, section 10.7: TEARDOWN has an answer, as in its example, "RTSP/1.0 200 OK"; it is among the methods that the server names in Public.
#   Section 11.3.3: 404 for what does not exist, as DESCRIBE gets it. Section 4.2 refers to HTTP for headers, whose names are case-insensitive.
#   Section 12.39: "client_port" "=" port [ "-" port ], and 11.3.14: 461, Unsupported Transport, for TCP.
# Seen: the stream ends at TEARDOWN, and nothing is written. SETUP of an unknown path dies inside and writes nothing either. The Transport is looked for in this
#   spelling only; of the ports the second one is wanted. For interleaved TCP it says 400 as well, so that a client does not learn that UDP would do.
# Why it matters: clients that wait for the answer, as most do, hang for their timeout each time that they stop, and for each mistyped address.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libalgorithm-c3-perl=0.11-2 libanyevent-perl=7.170-2+b3 libb-hooks-endofscope-perl=0.26-1 libb-hooks-op-check-perl=0.22-2+b1 \
    libclass-c3-perl=0.35-2 libclass-load-perl=0.25-2 libclass-load-xs-perl=0.10-2+b1 libdata-optlist-perl=0.113-1 libdevel-callchecker-perl=0.008-2 \
    libdevel-globaldestruction-perl=0.14-4 libdevel-overloadinfo-perl=0.007-1 libdevel-stacktrace-perl=2.0400-2 libdist-checkconflicts-perl=0.11-2 \
    libdynaloader-functions-perl=0.003-3 libeval-closure-perl=0.14-3 libgetopt-long-descriptive-perl=0.111-1 libio-stringy-perl=2.111-3 \
    libmodule-implementation-perl=0.09-2 libmodule-runtime-conflicts-perl=0.003-2 libmodule-runtime-perl=0.016-2 libmoose-perl=2.2203-1 \
    libmoosex-getopt-perl=0.75-3 libmoosex-role-parameterized-perl=1.11-2 libmro-compat-perl=0.15-2 libnamespace-autoclean-perl=0.29-2 \
    libnamespace-clean-perl=0.27-2 libpackage-deprecationmanager-perl=0.18-1 libpackage-stash-perl=0.40-1 libpackage-stash-xs-perl=0.30-1+b1 \
    libparams-classify-perl=0.015-2+b1 libparams-util-perl=1.102-2+b1 libparams-validate-perl=1.31-1 libregexp-ipv6-perl=0.03-3 \
    librtsp-server-perl=0.06-3 libsub-exporter-perl=0.989-1 libsub-exporter-progressive-perl=0.001013-3 libsub-identify-perl=0.14-3 \
    libsub-install-perl=0.929-1 libsub-name-perl=0.26-2+b1 libtry-tiny-perl=0.31-2 liburi-perl=5.17-1 libvariable-magic-perl=0.63-1+b1 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36

cat > server.pl <<'PERL'
use strict;
use warnings;
use AnyEvent;
use RTSP::Server;

my ($client, $source, $rtp) = @ARGV;
my $server = RTSP::Server->new(
    client_listen_port => $client, source_listen_port => $source, rtp_start_port => $rtp, log_level => 0,
    client_listen_address => "127.0.0.1", source_listen_address => "127.0.0.1",
);
$server->listen;
my $timer = AnyEvent->timer(after => 60, cb => sub { exit });
AnyEvent->condvar->recv;
PERL
cat > find.py <<'PY'
import re
import socket
import subprocess
import time


def free(kind):
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=News\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=control:streamid=0\r\n"
client, source = free(socket.SOCK_STREAM), free(socket.SOCK_STREAM)
server = subprocess.Popen(["perl", "server.pl", str(client), str(source), str(free(socket.SOCK_DGRAM) & ~1)], stderr=subprocess.DEVNULL)


def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)


def ask(sock, method, path, *fields, body="", show=True):
    lines = [f"{method} rtsp://127.0.0.1/{path} RTSP/1.0", "CSeq: 1", *fields]
    sock.sendall(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
    sock.settimeout(3)
    answer = b""
    try:
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(65536)
        head, _, rest = answer.decode().partition("\r\n\r\n")
        length = re.search("Content-Length: ([0-9]+)", head)
        while length and len(rest) < int(length[1]):
            rest += sock.recv(65536).decode()
        answer = head.splitlines()[0]
    except TimeoutError:
        answer = "no answer in 3 seconds"
    if show:
        print(method, path, *fields, "->", answer)


try:
    with connect(source) as feed:
        ask(feed, "ANNOUNCE", "live", "Content-Type: application/sdp", f"Content-Length: {len(SDP)}", body=SDP, show=False)
        ask(feed, "SETUP", "live/streamid=0", "Transport: RTP/AVP/UDP;unicast;mode=record;client_port=30000-30001", show=False)
        ask(feed, "RECORD", "live", show=False)
        with connect(client) as viewer:
            ask(viewer, "DESCRIBE", "live")
            ask(viewer, "SETUP", "live/streamid=0", "Transport: RTP/AVP;unicast;client_port=31000-31001")
            ask(viewer, "PLAY", "live")
            ask(viewer, "TEARDOWN", "live")
        for path, field in (
            ("none/streamid=0", "Transport: RTP/AVP;unicast;client_port=31000-31001"),
            ("live/streamid=0", "transport: RTP/AVP;unicast;client_port=31000-31001"),
            ("live/streamid=0", "Transport: RTP/AVP;unicast;client_port=31000"),
            ("live/streamid=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"),
        ):
            with connect(client) as viewer:
                ask(viewer, "SETUP", path, field)
        with connect(client) as viewer:
            ask(viewer, "DESCRIBE", "none")
finally:
    server.kill()
    server.wait()
PY
timeout 70 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
DESCRIBE live -> RTSP/1.0 200 OK
SETUP live/streamid=0 Transport: RTP/AVP;unicast;client_port=31000-31001 -> RTSP/1.0 200 OK
PLAY live -> RTSP/1.0 200 OK
TEARDOWN live -> no answer in 3 seconds
SETUP none/streamid=0 Transport: RTP/AVP;unicast;client_port=31000-31001 -> no answer in 3 seconds
SETUP live/streamid=0 transport: RTP/AVP;unicast;client_port=31000-31001 -> RTSP/1.0 400 Bad Request
SETUP live/streamid=0 Transport: RTP/AVP;unicast;client_port=31000 -> RTSP/1.0 400 Bad Request
SETUP live/streamid=0 Transport: RTP/AVP/TCP;unicast;interleaved=0-1 -> RTSP/1.0 400 Bad Request
DESCRIBE none -> RTSP/1.0 404 Not Found
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
