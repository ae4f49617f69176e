#!/bin/bash
# POE::Filter::Stomp: a message that comes in two reads is not there until the next one, one that is "0" becomes the next one, and an empty one is a blank.
#
# Versions: POE::Filter::Stomp 0.04, POE 1.370, Net::Stomp 0.61 (Debian 12: libpoe-filter-stomp-perl 0.04-3, libpoe-perl 2:1.3700-1, libnet-stomp-perl
#   0.61-2, libclass-accessor-perl 0.51-2), Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: the filter's documentation: it "will translate the input buffer into Net::Stomp::Frame objects". STOMP 1.2: a frame has a command,
#   headers, a blank line, the body, which may be empty, and a NUL octet, behind which any number of line ends may stand. TCP and TLS cut a stream
#   where they like.
# Seen: fed as POE's wheels do it, with get_one_start() and get_one(). If the cut is in the body, the message does not come out before there is
#   another line end, that of the next message. If a read begins with the line end that stands behind a frame, what follows waits for one more read. A
#   body that is 0 is left, and the whole next frame, command and all, takes its place. An empty body is " ". Names of headers become small letters,
#   those with a dot are lost. Net::Stomp's own parser has them, and the body 0.
# Why it matters: brokers put a line end behind each frame, and a TLS record ends in the middle of one: a request waits for an answer that has
#   arrived.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libpoe-filter-stomp-perl=0.04-3 libpoe-perl=2:1.3700-1 libio-pipely-perl=0.006-1 libnet-stomp-perl=0.61-2 \
    libclass-accessor-perl=0.51-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use POE;
use POE::Filter::Stomp;
use Net::Stomp::Frame;
use Data::Dumper;
$Data::Dumper::Terse = $Data::Dumper::Useqq = $Data::Dumper::Sortkeys = 1;
$Data::Dumper::Indent = 0;

sub show {
    my @frames = @_;
    print @frames ? "" : " nothing";
    print " [", join(" ", $_->command, map { Dumper($_) } $_->headers, $_->body), "]" for @frames;
    print "\n";
}

sub feed {
    my ($what, @reads) = @_;
    my $filter = POE::Filter::Stomp->new;
    my @frames;
    for my $read (@reads) {
        $filter->get_one_start([$read]);
        my $some;
        push @frames, @$some while @{ $some = $filter->get_one };
    }
    print "$what:";
    show(@frames);
}

my $message = "MESSAGE\ndestination:/a\nmessage-id:1\n\nhello\0";
my $next = "MESSAGE\ndestination:/a\nmessage-id:2\n\nagain\0";
feed("one read", $message);
feed("two reads", substr($message, 0, -3), substr($message, -3));
feed("two reads, then the next one", substr($message, 0, -3), substr($message, -3), $next);
feed("a line end and a message", $message, "\n$next");
feed("a line end and a message, and another line end", $message, "\n$next", "\n");
feed("the body 1", "MESSAGE\nmessage-id:1\n\n1\0");
feed("the body 0", "MESSAGE\nmessage-id:1\n\n0\0");
feed("the body 0 and the next message", "MESSAGE\nmessage-id:1\n\n0\0", $next);
feed("no body", "CONNECTED\nsession:1\n\n\0");
feed("other headers", "MESSAGE\nJMSXGroupID:a\nx.priority:9\n\nhello\0");
print "Net::Stomp::Frame:";
show(Net::Stomp::Frame->parse("MESSAGE\nJMSXGroupID:a\nx.priority:9\n\n0\0"));
PERL
timeout 60 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
one read: [MESSAGE {"destination" => "/a","message-id" => 1} "hello"]
two reads: nothing
two reads, then the next one: [MESSAGE {"destination" => "/a","message-id" => 1} "hello"] [MESSAGE {"destination" => "/a","message-id" => 2} "again"]
a line end and a message: [MESSAGE {"destination" => "/a","message-id" => 1} "hello"]
a line end and a message, and another line end: [MESSAGE {"destination" => "/a","message-id" => 1} "hello"]
the body 1: [MESSAGE {"message-id" => 1} 1]
the body 0: nothing
the body 0 and the next message: [MESSAGE {"message-id" => 1} "MESSAGE\ndestination:/a\nmessage-id:2\n\nagain"]
no body: [CONNECTED {"session" => 1} " "]
other headers: [MESSAGE {"jmsxgroupid" => "a"} "hello"]
Net::Stomp::Frame: [MESSAGE {"JMSXGroupID" => "a","x.priority" => 9} 0]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
