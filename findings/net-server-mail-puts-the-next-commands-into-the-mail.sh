#!/bin/bash
# Perl's Net::Server::Mail: with its PIPELINING, a client that sends its next commands right after a mail has them, and the full stop, at the mail's end.
#
# Versions: Net::Server::Mail 0.28 (Debian 12: libnet-server-mail-perl 0.28-2), Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 2920, section 3.1: a client may send MAIL, RCPT and RSET in groups, and what follows the end of a mail's data may be in one group with
#   it, as the "." and QUIT of the RFC's own examples. RFC 5321, section 4.1.1.4: the line with a full stop ends the mail and is not part of it.
# Seen: the server offers PIPELINING, carries the commands out and answers them; but the mail that it hands over has the line with the full stop and
#   the commands, all of them, as text at its end. Only if nothing follows in the same read, or nothing but QUIT, the full stop is taken off. The same
#   conversation in steps gives the right mail.
# Why it matters: whether it happens depends on how TCP cuts the stream, so that now and then a mail ends in lines of the protocol, and its signature fails.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-server-mail-perl=0.28-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use IO::Socket::INET;
use Net::Server::Mail::ESMTP;

$| = 1;
my $listener = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1", LocalPort => 0) or die;
print $listener->sockport, "\n";
for (1 .. 3) {
    my $socket = $listener->accept or die;
    my $server = Net::Server::Mail::ESMTP->new(socket => $socket, idle_timeout => 10);
    $server->register("Net::Server::Mail::ESMTP::PIPELINING");
    $server->set_callback(DATA => sub {
        my ($session, $data) = @_;
        print "mail for ", join(", ", $session->get_recipients), ": ", $$data =~ s/\r/\\r/gr =~ s/\n/\\n/gr, "\n";
        return (1, 250, "ok");
    });
    $server->process;
    print "end\n";
    $socket->close;
}
PERL
cat > find.py <<'PY'
import socket
import subprocess

FIRST = [b"MAIL FROM:<jo@example.org>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n", b"Subject: first\r\n\r\nhello\r\n.\r\n"]
SECOND = [b"MAIL FROM:<jo@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n", b"Subject: second\r\n\r\nhello\r\n.\r\n"]
WAYS = {
    "each group after the answers to the one before": [*FIRST, *SECOND, b"QUIT\r\n"],
    "the next MAIL, RCPT and DATA behind the first mail": [FIRST[0], FIRST[1] + SECOND[0], SECOND[1], b"QUIT\r\n"],
    "QUIT behind the second mail": [*FIRST, SECOND[0], SECOND[1] + b"QUIT\r\n"],
}


def answers(file, count):
    """Reads so many answers, of one or more lines."""
    while count:
        line = file.readline()
        count -= line[3:4] != b"-"


server = subprocess.Popen(["perl", "find.pl"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
try:
    port = int(server.stdout.readline())
    for way, groups in WAYS.items():
        print(f"{way}:")
        with socket.create_connection(("127.0.0.1", port), timeout=15) as sock, sock.makefile("rb") as file:
            answers(file, 1)
            sock.sendall(b"EHLO client.example.org\r\n")
            answers(file, 1)
            for group in groups:
                sock.sendall(group)
                answers(file, sum(group.count(word) for word in (b"MAIL", b"RCPT", b"DATA", b"\r\n.\r\n", b"QUIT")))
        while (line := server.stdout.readline()) not in ("end\n", ""):
            print(f"  {line}", end="")
finally:
    server.kill()
    server.wait()
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
each group after the answers to the one before:
  mail for a@example.org: Subject: first\r\n\r\nhello\r\n
  mail for b@example.org: Subject: second\r\n\r\nhello\r\n
the next MAIL, RCPT and DATA behind the first mail:
  mail for a@example.org: Subject: first\r\n\r\nhello\r\n.\r\nMAIL FROM:<jo@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n
  mail for b@example.org: Subject: second\r\n\r\nhello\r\n
QUIT behind the second mail:
  mail for a@example.org: Subject: first\r\n\r\nhello\r\n
  mail for b@example.org: Subject: second\r\n\r\nhello\r\n
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
