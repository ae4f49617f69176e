#!/bin/bash
# Furl and Hijk: of an answer in chunks called "Chunked", with a capital, the lengths become part of the page; early hints are an error or the page.
#
# Versions: Furl 3.14 and Hijk 0.28 (Debian 12: libfurl-perl 3.14-2, libhijk-perl 0.28-2, libhttp-parser-xs-perl 0.17-2+b2 and
#   libclass-accessor-lite-perl 0.08-3), Perl 5.36 with its HTTP::Tiny for comparison, Python as the server. Wants `apt-get update` beforehand, and
#   perl.
# Expected: RFC 9112, section 7: the names of transfer codings are case-insensitive. Section 7.1.2: fields may follow the last chunk, and a recipient
#   that does not want them may drop them. RFC 9110, section 15.2: a client MUST be able to parse answers of 1xx in front of the final one. Hijk's
#   manual: parse_chunked => 1 makes it read chunks.
# Seen: with "Transfer-Encoding: Chunked" both return "5", "hello", "0" and the line ends as the page, with status 200. With a field behind the last
#   chunk Furl makes a status of its own, 500, "Unexpected EOF while reading content body". With 103 Early Hints in front Furl says 500, "Unexpected
#   EOF while reading response header", and Hijk has the status 103 and the final answer, header and all, as the page. HTTP::Tiny returns "hello" and
#   200 for all.
# Why it matters: some devices and older servers write "Chunked", gRPC-web and servers with checksums at the end have fields there: JSON with a 5 in
#   front cannot be read, or the answer is lost.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libfurl-perl=3.14-2 libhijk-perl=0.28-2 libhttp-parser-xs-perl=0.17-2+b2 libclass-accessor-lite-perl=0.08-3 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5:$work/usr/lib/x86_64-linux-gnu/perl5/5.36

cat > find.pl <<'PERL'
use strict;
use warnings;
use Furl;
use Hijk;
use HTTP::Tiny;

sub show {
    my ($name, $status, $text) = @_;
    $text = '' unless defined $text;
    $text =~ s/ at \S+ line.*//s;
    print "    $name: ", $status // 'no status', ", '", $text =~ s/\r?\n/\\n/gr, "'\n";
}

my ($port, $path) = @ARGV;
my $tiny = HTTP::Tiny->new(timeout => 3)->get("http://127.0.0.1:$port$path");
show('HTTP::Tiny', $tiny->{status}, $tiny->{content});
my $furl = Furl->new(timeout => 3)->get("http://127.0.0.1:$port$path");
show('Furl', $furl->code, $furl->content);
my $hijk = eval { Hijk::request({ host => '127.0.0.1', port => $port, path => $path, timeout => 3, parse_chunked => 1 }) };
show('Hijk', $hijk ? $hijk->{status} : undef, $hijk ? $hijk->{body} : $@);
PERL
cat > find.py <<'PY'
import socket
import subprocess
import threading

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKS = "5\r\nhello\r\n0\r\n"
ANSWERS = {
    "/chunked": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n{CHUNKS}\r\n",
    "/capital": f"{HEAD}Transfer-Encoding: Chunked\r\n\r\n{CHUNKS}\r\n",
    "/trailer": f"{HEAD}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n{CHUNKS}X-Sum: 1\r\n\r\n",
    "/hints": f"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n{HEAD}Content-Length: 5\r\n\r\nhello",
}


def converse(sock):
    with sock, sock.makefile("rb") as lines:
        sock.settimeout(20)
        path = lines.readline().split()[1].decode()
        while lines.readline().strip():
            pass
        sock.sendall(ANSWERS[path].encode())
        sock.shutdown(socket.SHUT_WR)
        lines.read()


def serve(listener):
    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
port = listener.getsockname()[1]
for path in ANSWERS:
    print(path)
    result = subprocess.run(["perl", "find.pl", str(port), path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    print(result.stdout, end="")
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
/chunked
    HTTP::Tiny: 200, 'hello'
    Furl: 200, 'hello'
    Hijk: 200, 'hello'
/capital
    HTTP::Tiny: 200, 'hello'
    Furl: 200, '5\nhello\n0\n\n'
    Hijk: 200, '5\nhello\n0\n\n'
/trailer
    HTTP::Tiny: 200, 'hello'
    Furl: 500, 'Unexpected EOF while reading content body'
    Hijk: 200, 'hello'
/hints
    HTTP::Tiny: 200, 'hello'
    Furl: 500, 'Unexpected EOF while reading response header'
    Hijk: 103, 'HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 5\n\nhello'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
