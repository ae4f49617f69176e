#!/bin/bash
# Ruby's certificate_authority: its CRLs have neither a number nor the issuer's key identifier, which each must have.
#
# Versions: certificate_authority 1.1.0 (Debian 12: ruby-certificate-authority 1.1.0-1), Ruby 3.1, OpenSSL. Wants `apt-get update` beforehand.
# Expected: RFC 5280, section 5.2: "Conforming CRL issuers are REQUIRED to include the authority key identifier (Section 5.2.1) and the CRL number
#   (Section 5.2.3) extensions in all CRLs issued." The library's summary is "the core functions outlined in RFC-3280 for PKI", and that RFC has the
#   same sentence.
# Seen: CertificateRevocationList makes CRLs of version 2, which is the version for extensions, without any, though the CA's certificate has a key
#   identifier. Of two such lists only the times tell, by the second, which is the newer one.
# Why it matters: who gets a CRL by two ways tells by the number which to keep, and by the identifier which of a CA's keys has signed it. Make CRLs
#   with OpenSSL's `crlNumber`, or Python's cryptography.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby3.1=3.1.7+really3.1.2-0+deb12u1 libruby3.1=3.1.7+really3.1.2-0+deb12u1 ruby-certificate-authority=1.1.0-1 \
    2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > find.rb <<'RUBY'
require 'certificate_authority'

ca = CertificateAuthority::Certificate.new
ca.subject.common_name = 'Test CA'
ca.serial_number.number = 1
ca.key_material.generate_key
ca.signing_entity = true
ca.sign!('extensions' => { 'keyUsage' => { 'usage' => %w[critical keyCertSign cRLSign] } })
has_identifier = OpenSSL::X509::Certificate.new(ca.to_pem).extensions.any? { |extension| extension.oid == 'subjectKeyIdentifier' }
puts "the CA has a key identifier: #{has_identifier}"

revoked = []
seen = [2, 3].map do |number|
  certificate = CertificateAuthority::Certificate.new
  certificate.subject.common_name = "#{number}.example.org"
  certificate.serial_number.number = number
  certificate.key_material.generate_key
  certificate.parent = ca
  certificate.sign!
  certificate.revoke!
  revoked << certificate
  list = CertificateAuthority::CertificateRevocationList.new
  revoked.each { |one| list << one }
  list.parent = ca
  list.sign!
  crl = OpenSSL::X509::CRL.new(list.to_pem)
  puts "CRL of version #{crl.version + 1}, #{crl.revoked.size} revoked, extensions: #{crl.extensions.map(&:oid)}"
  [crl.version, crl.revoked.size, crl.extensions]
end
exit has_identifier && seen == [[1, 1, []], [1, 2, []]]
RUBY
gem=usr/share/rubygems-integration/all/gems/certificate_authority-1.1.0/lib
export LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu RUBYLIB=$gem:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0
usr/bin/ruby3.1 --disable-gems find.rb 2>ruby.log || { cat ruby.log; echo "CHANGED: see above"; exit 1; }
