#!/bin/bash
# Ruby/LDAP: of a change in LDIF all additions come before the deletion between them, which takes the new value away, and no entry is renamed.
#
# Versions: Ruby/LDAP 0.9.20 (Debian 12: ruby-ldap 0.9.20-2+b5), Ruby 3.1.2, OpenLDAP 2.5.13's ldapmodify -n for comparison (ldap-utils and
#   libldap-2.5-0 2.5.13+dfsg-5). Wants `apt-get update` beforehand.
# Expected: RFC 4511, section 4.6: modifications "are to be performed in the order they are listed". RFC 2849 writes a modify record as a list of them,
#   with "-" behind each, and has modrdn for another name. Ruby/LDAP documents parse_file, and Record#send to send the change to a server.
# Seen: LDAP::LDIF.parse_file sorts the changes by their kind. "Add mail; delete description; add description: new" becomes "add mail, add
#   description: new, delete description", so no description is left. A modrdn record raises TypeError, "no implicit conversion of Array into String",
#   as send() hands the list of names to the connection where it wants a name. ldapmodify keeps the order, and renames the entry.
# Why it matters: who plays changes from one directory into another, or from an administrator's script, loses values, and people keep the names that
#   they had before.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-ldap=0.9.20-2+b5 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 \
    {ldap-utils,libldap-2.5-0}=2.5.13+dfsg-5 2>apt.log ||
    { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
ruby=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0
ruby=$ruby:usr/lib/x86_64-linux-gnu/ruby/vendor_ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

printf '%s\n' 'dn: cn=a,dc=example' 'changetype: modify' 'replace: description' 'description: new' '-' >one.ldif
printf '%s\n' 'dn: cn=a,dc=example' 'changetype: modify' 'add: mail' 'mail: a@example.org' '-' 'delete: description' '-' 'add: description' \
    'description: new' '-' >order.ldif
printf '%s\n' 'dn: cn=a,dc=example' 'changetype: modrdn' 'newrdn: cn=b' 'deleteoldrdn: 1' >rename.ldif
cat > find.rb <<'RUBY'
require "ldap"
require "ldap/ldif"

class Connection < LDAP::Conn # prints in place of sending
  KINDS = { LDAP::LDAP_MOD_ADD => "add", LDAP::LDAP_MOD_DELETE => "delete", LDAP::LDAP_MOD_REPLACE => "replace" }

  def modify(name, changes)
    changes.each do |kind, attributes|
      attributes.each { |attribute, values| puts "    #{KINDS[kind & ~LDAP::LDAP_MOD_BVALUES]} #{attribute}: #{values.join(' ')}".rstrip }
    end
  end
end

LDAP::LDIF.parse_file(ARGV[0]).each do |record|
  record.send(Connection.new("localhost"))
rescue TypeError => error
  puts "    TypeError: #{error.message}"
end
RUBY
{
    for name in one order rename; do
        echo "$name:"
        echo "  ldapmodify:"
        timeout 20 usr/bin/ldapmodify -n -v -f $name.ldif 2>&1 | tr -s '\t\n' ' ' | sed 's/^/    /; s/ *$/\n/'
        echo "  Ruby/LDAP:"
        RUBYLIB=$ruby timeout 20 usr/bin/ruby3.1 -W0 find.rb $name.ldif 2>&1
    done
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
one:
  ldapmodify:
    replace description: new !modifying entry "cn=a,dc=example"
  Ruby/LDAP:
    replace description: new
order:
  ldapmodify:
    add mail: a@example.org delete description: add description: new !modifying entry "cn=a,dc=example"
  Ruby/LDAP:
    add mail: a@example.org
    add description: new
    delete description:
rename:
  ldapmodify:
    !modifying rdn of entry "cn=a,dc=example" new RDN: "cn=b" (do not keep existing values)
  Ruby/LDAP:
    TypeError: no implicit conversion of Array into String
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
