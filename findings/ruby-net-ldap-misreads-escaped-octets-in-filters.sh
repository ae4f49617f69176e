#!/bin/bash
# Ruby's net-ldap: the filter (sn=Lu\c4\8di\c4\87), an example of the RFC, asks for another name, "(cn=What?)" is invalid, and " x" makes no DN.
#
# Versions: net-ldap 0.17.0 (Debian 12: ruby-net-ldap 0.17.0-1), Ruby 3.1.2. Wants `apt-get update` beforehand.
# Expected: RFC 4515, section 3: "\" and two hexadecimal digits are one octet of the value; section 4 has the examples that are used here. Values may be empty,
#   and hold each character but NUL, "(", ")", "*" and "\" as it is. RFC 4511, section 5.1: a BOOLEAN that is true is FF. RFC 4514, section 2.4: "#" and
#   a space at the beginning, and a space at the end, are escaped by "\"; section 2.3: "+" joins the parts of one relative name.
# Seen: each octet above 7F that is written as in the RFC is encoded as a letter of its own, so that the name has 11 octets instead of 7. (seeAlso=) and the
#   characters " ; < > ? ` | are "Invalid filter syntax". ":dn" is sent as 31. Net::LDAP::DN.new("CN", " x") raises TypeError, and so it is for "#x" and "x ".
#   CN=a+OU=b is one part, CN, with the value a+OU=b.
# Why it matters: the search runs, and finds nobody. Certificates and other binary values cannot be searched for at all.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-net-ldap=0.17.0-1 ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > find.rb <<'RUBY'
require "net/ldap"
require "net/ldap/dn"

def attempt
  yield
rescue StandardError => error
  "#{error.class}: #{error.message}"
end

def octets(filter)
  attempt { Net::LDAP::Filter.construct(filter).to_ber.unpack1("H*") }
end

puts "(sn=Lu\\c4\\8di\\c4\\87): #{octets('(sn=Lu\c4\8di\c4\87)')}"
puts "(bin=\\00\\00\\00\\04): #{octets('(bin=\00\00\00\04)')}"
puts "(bin=\\30\\82): #{octets('(bin=\30\82)')}"
puts "(seeAlso=): #{octets('(seeAlso=)')}"
puts "(cn=What?): #{octets('(cn=What?)')}"
puts "(ou:dn:=Test): #{octets('(ou:dn:=Test)')}"
refused = (32..126).map(&:chr).reject { |c| '()*\\'.include?(c) }.select { |c| octets("(cn=a#{c}b)").include?("Invalid") }
puts "refused: #{refused.join(' ')}"
[" x", "#x", "x ", "x#"].each do |value|
  puts "DN of #{value.inspect}: #{attempt { Net::LDAP::DN.new('CN', value).to_s }}"
end
puts "CN=a+OU=b: #{attempt { Net::LDAP::DN.new('CN=a+OU=b').to_a.inspect }}"
RUBY
usr/bin/ruby3.1 --disable-gems find.rb >seen
cat seen
# The octets: a tag, a length, and an attribute and a value with theirs. Right would be, for the first and the third, a30d 0402736e 0407 4c75c48d69c487 and
# a309 040362696e 0402 3082.
cat > expected <<'TEXT'
(sn=Lu\c4\8di\c4\87): a3110402736e040b4c75c384c28d69c384c287
(bin=\00\00\00\04): a30b040362696e040400000004
(bin=\30\82): a30a040362696e040330c282
(seeAlso=): Net::LDAP::FilterSyntaxInvalidError: Invalid filter syntax.
(cn=What?): Net::LDAP::FilterSyntaxInvalidError: Invalid filter syntax.
(ou:dn:=Test): a90d82026f75830454657374840131
refused: " ; < > ? ` |
DN of " x": TypeError: no implicit conversion of nil into String
DN of "#x": TypeError: no implicit conversion of nil into String
DN of "x ": TypeError: no implicit conversion of nil into String
DN of "x#": CN=x#
CN=a+OU=b: ["CN", "a+OU=b"]
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
