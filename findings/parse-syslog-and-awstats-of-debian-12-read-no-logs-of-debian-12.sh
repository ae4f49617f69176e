#!/bin/bash
# Debian 12's rsyslog writes times with the year and the zone, and of such a log Debian 12's Parse::Syslog and AWStats' maillogconvert.pl read nothing.
#
# Versions: rsyslog 8.2302.0, Parse::Syslog 1.10, AWStats 7.8 and, for comparison, pflogsumm 1.1.5 (Debian 12: rsyslog 8.2302.0-1+deb12u2,
#   libparse-syslog-perl 1.10-4, awstats 7.8-3+deb12u2, pflogsumm 1.1.5-8). Wants `apt-get update` beforehand, and perl.
# Expected: by Debian 12's release notes rsyslog now writes high-precision times, which are those of RFC 5424, section 6.2.3, and RFC 3339. Parse::Syslog
#   is for the files that syslog writes, and maillogconvert.pl for those of Postfix among others.
# Seen: of five lines of Postfix about one mail, which rsyslog got over TCP and wrote, Parse::Syslog says "line not in syslog format" five times and
#   returns nothing. maillogconvert.pl writes nothing, without an error. pflogsumm counts one mail received and one delivered. If rsyslog has
#   RSYSLOG_TraditionalFileFormat, all three read the log.
# Why it matters: the statistics of the mail server are at zero since the upgrade, and the part that says so is the one that is missing.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1 libparse-syslog-perl=1.10-4 \
    awstats=7.8-3+deb12u2 pflogsumm=1.1.5-8 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > read.pl <<'PERL'
use strict;
use warnings;
use Parse::Syslog;

my $lines = 0;
my $warnings = 0;
local $SIG{__WARN__} = sub { $warnings++ if $_[0] =~ /not in syslog format/ };
my $parser = Parse::Syslog->new($ARGV[0], arrayref => 1);
$lines++ while $parser->next;
print "$lines lines, $warnings warnings\n";
PERL
cat > find.py <<'PY'
import os
import pathlib
import re
import socket
import subprocess
import time

MESSAGES = (
    ("postfix/smtpd", "4ABC: client=a.example.org[192.0.2.1]"),
    ("postfix/cleanup", "4ABC: message-id=<1@example.org>"),
    ("postfix/qmgr", "4ABC: from=<jo@example.org>, size=1000, nrcpt=1 (queue active)"),
    ("postfix/smtp", "4ABC: to=<al@example.com>, relay=mx.example.com[192.0.2.2]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)"),
    ("postfix/qmgr", "4ABC: removed"),
)
CONFIGURATION = """\
global(workDirectory="{work}")
module(load="imtcp")
{template}
input(type="imtcp" address="127.0.0.1" port="0" listenPortFileName="{work}/port")
# As in Debian's own configuration, but for the place of the file.
mail.* {work}/mail.log
"""
environment = {**os.environ, "TZ": "UTC", "PERL5LIB": "usr/share/perl5"}


def wait(condition):
    deadline = time.monotonic() + 15
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def write_log(template):
    port, log = pathlib.Path("port"), pathlib.Path("mail.log")
    for file in (port, log):
        file.unlink(missing_ok=True)
    pathlib.Path("rsyslog.conf").write_text(CONFIGURATION.format(work=os.getcwd(), template=template))
    command = ["usr/sbin/rsyslogd", "-n", "-f", os.path.abspath("rsyslog.conf"), "-i", os.path.abspath("pid"),
               "-M", os.path.abspath("usr/lib/x86_64-linux-gnu/rsyslog")]  # fmt: skip
    libraries = {**environment, "LD_LIBRARY_PATH": os.path.abspath("usr/lib/x86_64-linux-gnu")}
    with open("rsyslogd.log", "wb") as output:
        server = subprocess.Popen(command, env=libraries, stdout=output, stderr=output)
    try:
        wait(lambda: port.exists() and port.read_text().strip())
        with socket.create_connection(("127.0.0.1", int(port.read_text()))) as sock:
            for program, text in MESSAGES:
                line = f"<22>{time.strftime('%b %e %H:%M:%S', time.gmtime())} mx {program}[100]: {text}"
                sock.sendall(f"{len(line)} {line}".encode())
        wait(lambda: log.exists() and log.read_text().count("\n") == len(MESSAGES))
    finally:
        server.terminate()
        server.wait(15)
    date, rest = re.fullmatch(r"(.*?)( mx .*)", log.read_text().splitlines()[0]).groups()
    print("first line:", re.sub("^[A-Z][a-z]{2} [ 0-9][0-9]", "Mon 00", re.sub("[0-9]", "0", date)) + rest)


def run(*command, **options):
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30, **options)
    return result.stdout


for name, template in (
    ("as it comes:", ""),
    ("with the times of before:", 'module(load="builtin:omfile" template="RSYSLOG_TraditionalFileFormat")'),
):
    print(name)
    write_log(template)
    print("  Parse::Syslog:", run("perl", "read.pl", "mail.log"), end="")
    with open("mail.log") as log:
        output = run("perl", "usr/share/doc/awstats/examples/maillogconvert.pl", "standard", stdin=log)
    print("  maillogconvert.pl:", len(output.splitlines()), "mails")
    found = re.findall(r"^ +(\d+) +(received|delivered)$", run("perl", "usr/sbin/pflogsumm", "mail.log"), re.M)
    print("  pflogsumm:", ", ".join(" ".join(entry) for entry in found))
PY
timeout 60 python3 find.py >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
as it comes:
first line: 0000-00-00T00:00:00+00:00 mx postfix/smtpd[100]: 4ABC: client=a.example.org[192.0.2.1]
  Parse::Syslog: 0 lines, 5 warnings
  maillogconvert.pl: 0 mails
  pflogsumm: 1 received, 1 delivered
with the times of before:
first line: Mon 00 00:00:00 mx postfix/smtpd[100]: 4ABC: client=a.example.org[192.0.2.1]
  Parse::Syslog: 5 lines, 0 warnings
  maillogconvert.pl: 1 mails
  pflogsumm: 1 received, 1 delivered
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
