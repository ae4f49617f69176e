#!/bin/bash
# Perl's Net::Syslogd: a message of RFC 5424 has neither a time nor a host for it, and begins with "-11-30T05:00:00Z", as the year has been cut off.
#
# Versions: Net::Syslogd 0.16 (Debian 12: libnet-syslogd-perl 0.16-2), Perl 5.36; util-linux' logger and Python's sockets send. Wants `apt-get update`
#   beforehand, and perl and logger.
# Expected: RFC 5424, section 6: HEADER is PRI, VERSION, a blank, the time. RFC 3164, section 4.3.2, of what a relay does without a time that it knows:
#   "the relay MUST add a TIMESTAMP and then a space character to the received message", which then has the received text whole. The module's
#   documentation: "process a received Syslog message according to RFC 3164 - or as close as possible"; message() is the rest.
# Seen: of a message as `logger --rfc5424`, rsyslog and syslog-ng send it, "1 2026" is gone, time() and hostname() are 0, and the text has the rest of
#   the time. If the message is in the old form but has a time of RFC 3339, the year is gone as well. A message of the old form is read right.
# Why it matters: this is the form that most senders have today, and the log that is written here cannot be repaired, since it has no year.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnet-syslogd-perl=0.16-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use Net::Syslogd;

$| = 1;
my $server = Net::Syslogd->new(LocalAddr => "127.0.0.1", LocalPort => 0, timeout => 10) or die Net::Syslogd->error;
print $server->server->sockport, "\n";
for (1 .. 5) {
    my $message = $server->get_message or die Net::Syslogd->error;
    $message->process_message or die Net::Syslogd->error;
    print join(", ", map { "$_ \"" . $message->$_ . "\"" } qw(facility severity time hostname message)), "\n";
}
PERL
cat > find.py <<'PY'
import re
import socket
import subprocess

MESSAGES = (
    "<13>Nov 30 05:00:00 www app[12]: in the old form",
    "<13>1 2026-11-30T05:00:00Z www app 12 - - in the new form",
    '<13>1 2026-11-30T05:00:00.123+01:00 www app 12 ID [a@32473 b="c"] with structured data',
    "<13>2026-11-30T05:00:00Z www app[12]: with the new time in the old form",
)
server = subprocess.Popen(["perl", "find.pl"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
try:
    port = int(server.stdout.readline())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for message in MESSAGES:
            sock.sendto(message.encode(), ("127.0.0.1", port))
            print(f"{message}\n  {server.stdout.readline()}", end="")
    logger = ["logger", "--rfc5424=notq", "--server", "127.0.0.1", "--port", str(port), "--udp", "--tag", "app", "from logger"]
    subprocess.run(logger, check=True, timeout=10)
    line = server.stdout.readline()
    line = re.sub(r"-\d\d-\d\dT[0-9:.+Z-]+ \S+", "-MM-DDThh:mm:ss.ffffff+00:00 HOST", line)
    print(f"logger --rfc5424\n  {line}", end="")
finally:
    server.kill()
    server.wait()
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
<13>Nov 30 05:00:00 www app[12]: in the old form
  facility "user", severity "Notice", time "Nov 30 05:00:00", hostname "www", message "app[12]: in the old form"
<13>1 2026-11-30T05:00:00Z www app 12 - - in the new form
  facility "user", severity "Notice", time "0", hostname "0", message "-11-30T05:00:00Z www app 12 - - in the new form"
<13>1 2026-11-30T05:00:00.123+01:00 www app 12 ID [a@32473 b="c"] with structured data
  facility "user", severity "Notice", time "0", hostname "0", message "-11-30T05:00:00.123+01:00 www app 12 ID [a@32473 b="c"] with structured data"
<13>2026-11-30T05:00:00Z www app[12]: with the new time in the old form
  facility "user", severity "Notice", time "0", hostname "0", message "-11-30T05:00:00Z www app[12]: with the new time in the old form"
logger --rfc5424
  facility "user", severity "Notice", time "0", hostname "0", message "-MM-DDThh:mm:ss.ffffff+00:00 HOST app - - - from logger"
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
