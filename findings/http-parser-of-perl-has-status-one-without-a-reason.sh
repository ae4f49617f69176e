#!/bin/bash
# Perl's HTTP::Parser: a response that begins with "HTTP/1.1 200 ", without a reason, has the status 1, and chunks with a trailer are an error.
#
# Versions: HTTP::Parser 0.06 (Debian 12: libhttp-parser-perl 0.06-4), Perl 5.36; h11 0.14.0 (PyPI) for comparison. Wants `apt-get update`
#   beforehand, and perl.
# Expected: RFC 9112, section 3.2.1: the target is an absolute path. Section 4: the reason phrase is optional, and "a server MUST send the space". Section
#   7.1.2: trailer fields may follow the last chunk. Section 6.3: a response with 304 ends with its header, whatever Content-Length it has.
# Seen: without a reason phrase status and reason are left from an earlier match, both 1, so that 200 and 404 are the same. Of a trailer it reads the
#   empty line as a field: "bad header name in ''". After 304 with a Content-Length, which says how long the answer to GET would be, it waits for a
#   body. A request read and written again asks for ///a instead of /a, as it puts "//" before the path and leaves it there. h11 reads all of them.
# Why it matters: responses without a reason phrase are what h11 and some proxies for HTTP/2 write, and trailers come with the checksums of streams.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libhttp-parser-perl=0.06-4 libhttp-message-perl=6.44-1 liburi-perl=5.17-1 libhttp-date-perl=6.05-2 \
    libtimedate-perl=2.3300-2 libencode-locale-perl=1.05-3 libio-html-perl=1.004-3 liblwp-mediatypes-perl=6.04-2 libclone-perl=0.46-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5:usr/lib/x86_64-linux-gnu/perl5/5.36
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check h11==0.14.0

cat > find.pl <<'PERL'
use strict;
use warnings;
no warnings "uninitialized";
use HTTP::Parser;

my ($kind, $text) = @ARGV;
$text =~ s/\\r\\n/\r\n/g;
my $parser = HTTP::Parser->new($kind => 1);
my $rest = eval { $parser->add($text) };
if ($@) {
    print "error: ", $@ =~ s/ at \S+ line.*//sr, "\n";
} elsif ($rest) {
    print "waits for more\n";
} else {
    my $object = $parser->object;
    print $kind eq "request" ? $object->method . " " . $object->uri->as_string : $object->code . " " . $object->message;
    print ", body \"", $object->content, "\"\n";
}
PERL
cat > find.py <<'PY'
import subprocess

import h11

MESSAGES = (
    ("response", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    ("response", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello"),
    ("response", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n"),
    ("response", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    ("response", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"),
    ("response", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n"),
    ("request", "POST /a?x=1 HTTP/1.1\r\nHost: example.org\r\nContent-Length: 0\r\n\r\n"),
)


def by_h11(kind, text):
    role = h11.CLIENT if kind == "response" else h11.SERVER
    connection = h11.Connection(role)
    if role is h11.CLIENT:
        connection.send(h11.Request(method="GET", target="/", headers=[("Host", "example.org")]))
        connection.send(h11.EndOfMessage())
    connection.receive_data(text.encode())
    first, body = None, b""
    while True:
        event = connection.next_event()
        if isinstance(event, (h11.Request, h11.Response)):
            first = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            break
        else:
            return f"waits for more: {event}"
    start = f"{first.method.decode()} {first.target.decode()}" if kind == "request" else f"{first.status_code} {first.reason.decode()}"
    return f'{start}, body "{body.decode()}"'


for kind, text in MESSAGES:
    written = text.replace("\r\n", "\\r\\n")
    result = subprocess.run(["perl", "find.pl", kind, written], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
    print(f"{written}\n  HTTP::Parser: {result.stdout}  h11: {by_h11(kind, text)}")
PY
timeout 60 venv/bin/python find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello
  HTTP::Parser: 200 OK, body "hello"
  h11: 200 OK, body "hello"
HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello
  HTTP::Parser: 1 1, body "hello"
  h11: 200 , body "hello"
HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n
  HTTP::Parser: 1 1, body ""
  h11: 404 , body ""
HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n
  HTTP::Parser: 200 OK, body "hello"
  h11: 200 OK, body "hello"
HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n
  HTTP::Parser: error: bad header name in ''
  h11: 200 OK, body "hello"
HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n
  HTTP::Parser: waits for more
  h11: 304 Not Modified, body ""
POST /a?x=1 HTTP/1.1\r\nHost: example.org\r\nContent-Length: 0\r\n\r\n
  HTTP::Parser: POST ///a?x=1, body ""
  h11: POST /a?x=1, body ""
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
