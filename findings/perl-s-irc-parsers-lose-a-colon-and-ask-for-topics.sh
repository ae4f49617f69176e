#!/bin/bash
# POE::Filter::IRCD and Protocol::IRC: ":-)" is sent as "-)", or the topic to be cleared is asked for, and the values of message tags stay escaped.
#
# Versions: POE::Filter::IRCD 2.44, Protocol::IRC 0.13 (Debian 12: libpoe-filter-ircd-perl 2.44-2, libpoe-perl 2:1.3700-1, libprotocol-irc-perl
#   0.13-2), Perl 5.36. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 2812, section 2.3.1: the last parameter may be empty, and may begin with a colon, if one more colon stands in front of it. Section
#   3.2.4: "TOPIC #test :" clears the topic, and "TOPIC #test" asks for it. IRCv3, Message Tags: in a value "\:" is a semicolon, "\s" a blank, "\\" a
#   backslash.
# Seen: both read ":-)" and the empty parameter as they are. Written again, POE::Filter::IRCD's put() makes ":-)" of "::-)", which is "-)" for the
#   receiver; with colonify it puts a colon before everything, which is right. Both write "TOPIC #test ", with a blank and nothing behind it. Of the
#   tag k=a\:b\sc\\d both give the value a\:b\sc\\d. "a;b c" is written as it is by the one, so another tag begins at the semicolon, and refused by
#   the other.
# Why it matters: IRC clients and servers for POE and IO::Async are built on these two: smileys lose their eyes, a topic cannot be cleared, and what
#   tags say, such as labels, replies and names, is not what was meant.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libpoe-filter-ircd-perl=2.44-2 libpoe-perl=2:1.3700-1 libprotocol-irc-perl=0.13-2 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export PERL5LIB=$work/usr/share/perl5

cat > find.pl <<'PERL'
use strict;
use warnings;
use POE::Filter::IRCD;
use Protocol::IRC::Message;

for my $line ('PRIVMSG #test ::-)', 'TOPIC #test :', 'TOPIC #test :a new one') {
    print "$line\n";
    for my $colonify (0, 1) {
        my $filter = POE::Filter::IRCD->new(colonify => $colonify);
        my ($event) = @{ $filter->get([$line]) };
        print "    POE::Filter::IRCD, colonify $colonify: '$event->{params}[1]', written '$_'\n" for @{ $filter->put([$event]) };
    }
    my $message = Protocol::IRC::Message->new_from_line($line);
    printf "    Protocol::IRC: '%s', written '%s'\n", $message->arg(1), $message->stream_to_line;
}
my $line = '@k=a\:b\sc\\\\d TAGMSG #test';
my ($event) = @{ POE::Filter::IRCD->new->get([$line]) };
print "$line\n    POE::Filter::IRCD: $event->{tags}{k}\n    Protocol::IRC: ", Protocol::IRC::Message->new_from_line($line)->tags->{k}, "\n";
print "The value 'a;b c':\n";
print "    POE::Filter::IRCD: $_\n" for @{ POE::Filter::IRCD->new->put([{ command => 'TAGMSG', params => ['#test'], tags => { k => 'a;b c' } }]) };
my $message = eval { Protocol::IRC::Message->new_with_tags('TAGMSG', { k => 'a;b c' }, undef, '#test') };
print '    Protocol::IRC: ', $message ? $message->stream_to_line : $@ =~ s/ at \S+ line.*//sr, "\n";
PERL
timeout 60 perl find.pl >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
PRIVMSG #test ::-)
    POE::Filter::IRCD, colonify 0: ':-)', written 'PRIVMSG #test :-)'
    POE::Filter::IRCD, colonify 1: ':-)', written 'PRIVMSG #test ::-)'
    Protocol::IRC: ':-)', written 'PRIVMSG #test ::-)'
TOPIC #test :
    POE::Filter::IRCD, colonify 0: '', written 'TOPIC #test '
    POE::Filter::IRCD, colonify 1: '', written 'TOPIC #test :'
    Protocol::IRC: '', written 'TOPIC #test '
TOPIC #test :a new one
    POE::Filter::IRCD, colonify 0: 'a new one', written 'TOPIC #test :a new one'
    POE::Filter::IRCD, colonify 1: 'a new one', written 'TOPIC #test :a new one'
    Protocol::IRC: 'a new one', written 'TOPIC #test :a new one'
@k=a\:b\sc\\d TAGMSG #test
    POE::Filter::IRCD: a\:b\sc\\d
    Protocol::IRC: a\:b\sc\\d
The value 'a;b c':
    POE::Filter::IRCD: @k=a;b c TAGMSG #test
    Protocol::IRC: Tag value 'a;b c' for key 'k' is invalid
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
