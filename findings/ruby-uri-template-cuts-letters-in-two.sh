#!/bin/bash
# Ruby's uri_template: {u:1} of "äöü" is half of a letter, %C3, and {+u:2} is "%C", which no URI may have; it counts octets, or signs of the encoding.
#
# Versions: uri_template 0.7.0 (Debian 12: ruby-uri-template 0.7.0-2), Ruby 3.1.2, URI::Template 0.24 for Perl (liburi-template-perl 0.24-2 with
#   liburi-perl 5.17-1) for comparison. Wants `apt-get update` beforehand, and perl.
# Expected: RFC 6570, section 2.4.1: {var:3} stands for the first three characters of the value, as a Unicode string: "this numbering is in characters,
#   not octets", lest a letter or a percent-encoded triplet be split. RFC 3986, section 2.1: "%" is followed by two hexadecimal digits. The
#   documentation of uri_template: RFC 6570, level 4.
# Seen: for {u:1} URITemplate.new.expand gives %C3, for {city:2} of Zürich Z%C3, and for {+u:2} and {#u:1}, where it encodes first and cuts then,
#   "%C" and "#%". Values in ASCII are right, and values that are not cut. URI::Template gives %C3%A4, Z%C3%BC and so on.
# Why it matters: services that sort things by their first letters, as in the RFC's own example {/var:1,var}, are asked for addresses that they refuse
#   or do not have, for everybody whose name is not in ASCII.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-uri-template=0.7.0-2 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 \
    liburi-template-perl=0.24-2 liburi-perl=5.17-1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu PERL5LIB=$work/usr/share/perl5
ruby=$(echo usr/share/rubygems-integration/all/gems/uri_template-*/lib):usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "uri_template"

values = { "u" => "äöü", "city" => "Zürich", "name" => "a b" }
ARGV.each { |template| puts URITemplate.new(template).expand(values) }
RUBY
cat > find.pl <<'PERL'
use strict;
use utf8;
use warnings;
use URI::Template;

my %values = (u => 'äöü', city => 'Zürich', name => 'a b');
print URI::Template->new($_)->process_to_string(%values), "\n" for @ARGV;
PERL
templates=('{name:2}' '{city}' '{u:1}' '{city:2}' '{/city:2}' '{?u:1}' '{+u:2}' '{#u:1}')
{
    LC_ALL=C.UTF-8 RUBYLIB=$ruby timeout 20 usr/bin/ruby3.1 -W0 find.rb "${templates[@]}" >by-ruby
    timeout 20 perl find.pl "${templates[@]}" >by-perl
    paste -d ' ' <(printf '%s: uri_template\n' "${templates[@]}") by-ruby <(printf ', URI::Template\n%.0s' "${templates[@]}") by-perl |
        sed 's/ , /, /'
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
{name:2}: uri_template a%20, URI::Template a%20
{city}: uri_template Z%C3%BCrich, URI::Template Z%C3%BCrich
{u:1}: uri_template %C3, URI::Template %C3%A4
{city:2}: uri_template Z%C3, URI::Template Z%C3%BC
{/city:2}: uri_template /Z%C3, URI::Template /Z%C3%BC
{?u:1}: uri_template ?u=%C3, URI::Template ?u=%C3%A4
{+u:2}: uri_template %C, URI::Template %C3%A4%C3%B6
{#u:1}: uri_template #%, URI::Template #%C3%A4
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
