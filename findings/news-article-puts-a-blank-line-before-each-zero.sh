#!/bin/bash
# Perl's News::Article: a line of the body that is "0" gets an empty line in front of it each time that the article is read.
#
# Versions: News::Article 1.27 (Debian 12: libnews-article-perl 1.27-12), Perl 5.36, Python 3.11's email for comparison. Wants `apt-get update`
#   beforehand, and perl.
# Expected: its documentation: read(SOURCE) reads an article, and write(FILEHANDLE) writes it; write_original "the original". RFC 5536 and RFC 5322, section
#   2.3: a body is lines of text, of which "0" is one.
# Seen: reading, it adds an empty line for each line that Perl takes for false, which "0" is as well. Written and read again there are two of them, and so
#   on. The number of lines, and with it the field Lines, is another one.
# Why it matters: signatures of PGP and of PGPMoose no longer fit, and tables, patches and encoded files that are moderated with it arrive changed.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnews-article-perl=1.27-12 2>apt.log || { cat apt.log; exit 2; }
dpkg -x libnews-article-perl*.deb .

cat > article <<'TEXT'
From: jo@example.org
Newsgroups: example.test
Subject: Results
Message-ID: <1@example.org>

-1
0
1
00
TEXT
cat > find.pl <<'PERL'
use strict;
use warnings;
use lib "usr/share/perl5";
use News::Article;

my $text = do { local (@ARGV, $/) = ("article"); <> };
for my $turn (1 .. 2) {
    my @lines = map { "$_\n" } split /\n/, $text;
    my $article = News::Article->new(sub { shift @lines });
    print "News::Article, turn $turn: ", $article->lines, " lines: ", join(" ", map { "'$_'" } $article->body), "\n";
    open my $file, ">", \my $written or die;
    $article->write($file);
    close $file;
    $text = $written;
}
PERL
cat > find.py <<'PY'
import email

with open("article") as file:
    lines = email.message_from_file(file).get_payload().splitlines()
print("Python:", len(lines), "lines:", *[repr(line) for line in lines])
PY
{
    timeout 20 perl find.pl
    timeout 20 python3 find.py
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
News::Article, turn 1: 5 lines: '-1' '' '0' '1' '00'
News::Article, turn 2: 6 lines: '-1' '' '' '0' '1' '00'
Python: 4 lines: '-1' '0' '1' '00'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
