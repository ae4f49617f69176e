#!/bin/bash
# LDAP SDK for Java (ldapjdk): an LDIF record with a control that deletes an entry becomes one, and of what ldapsearch writes it reads nothing.
#
# Versions: ldapjdk 5.3.0 (Debian 12: libldap-java 5.3.0+dfsg1-1), OpenLDAP 2.5.13's ldapmodify -n for comparison (ldap-utils and libldap-2.5-0
#   2.5.13+dfsg-5). Wants `apt-get update` beforehand, and a JDK (17).
# Expected: RFC 2849, "Formal Syntax": ldif-change-record = dn-spec SEP *control changerecord, and control = "control:" and an OID, with a criticality and
#   a value if need be. newrdn may be in Base64, behind "::". Lines that begin with "#" are comments. A value that begins with a space, a colon or
#   "<" is no SAFE-STRING, and is written in Base64. RFC 4514, section 2.4: "#" and a space at the beginning of a value are escaped in a name, and
#   "\" with two digits is an octet.
# Seen: of the record with a control and "changetype: delete" LDIF.nextRecord() makes the content of an entry, with an attribute changetype=delete. "newrdn::
#   Y249w7w=" is renamed to ": Y249w7w=". A comment between "version: 1" and the first record, as ldapsearch -L writes it, is "expecting dn:".
#   LDIFWriter writes " b" and ":d" as they are, and the space is gone when it is read. LDAPDN.escapeRDN() of "cn=#x" changes nothing, of "cn= x " it
#   makes "cn=x", and unEscapeRDN() of "cn=Lu\C4\8Di\C4\87" is "cn=LuC48DiC487". ldapmodify reads all records.
# Why it matters: whoever plays the changes of one directory into another with it keeps the accounts that were deleted.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libldap-java=5.3.0+dfsg1-1 ldap-utils=2.5.13+dfsg-5 libldap-2.5-0=2.5.13+dfsg-5 2>apt.log || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done

cat > Find.java <<'JAVA'
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.FileWriter;
import java.io.PrintWriter;
import java.util.Arrays;
import netscape.ldap.LDAPAttribute;
import netscape.ldap.LDAPAttributeSet;
import netscape.ldap.LDAPDN;
import netscape.ldap.LDAPEntry;
import netscape.ldap.util.LDIF;
import netscape.ldap.util.LDIFAttributeContent;
import netscape.ldap.util.LDIFModDNContent;
import netscape.ldap.util.LDIFRecord;
import netscape.ldap.util.LDIFWriter;

public class Find {
    static void read(String name) throws Exception {
        try {
            LDIF file = new LDIF(new DataInputStream(new FileInputStream(name)));
            for (LDIFRecord record; (record = file.nextRecord()) != null;) {
                String kind = record.getContent().getClass().getSimpleName();
                String details = "";
                if (record.getContent() instanceof LDIFModDNContent) details = ", to " + ((LDIFModDNContent) record.getContent()).getRDN();
                if (record.getContent() instanceof LDIFAttributeContent)
                    for (LDAPAttribute attribute : ((LDIFAttributeContent) record.getContent()).getAttributes())
                        details += ", " + attribute.getName() + " " + Arrays.toString(attribute.getStringValueArray());
                System.out.println("  ldapjdk: " + record.getDN() + ": " + kind + details);
            }
        } catch (java.io.IOException error) {
            System.out.println("  ldapjdk: " + error.getMessage());
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("write")) {
            LDAPAttributeSet attributes = new LDAPAttributeSet();
            attributes.add(new LDAPAttribute("cn", new String[] {"a", " b", ":d"}));
            try (PrintWriter writer = new PrintWriter(new FileWriter(arguments[1]), true)) {
                new LDIFWriter(writer).printEntry(new LDAPEntry("cn=a,dc=example", attributes));
            }
        }
        if (arguments[0].equals("names")) {
            for (String name : new String[] {"cn=Doe, Jo", "cn=#x", "cn= x "})
                System.out.println("  escapeRDN of '" + name + "': '" + LDAPDN.escapeRDN(name) + "'");
            System.out.println("  unEscapeRDN of 'cn=Lu\\C4\\8Di\\C4\\87': '" + LDAPDN.unEscapeRDN("cn=Lu\\C4\\8Di\\C4\\87") + "'");
        } else {
            read(arguments[1]);
        }
    }
}
JAVA
javac -nowarn -cp usr/share/java/ldapjdk.jar Find.java 2>javac.log || { cat javac.log; exit 2; }
printf '%s\n' 'dn: cn=a,dc=example' 'changetype: delete' >delete.ldif
printf '%s\n' 'dn: cn=a,dc=example' 'control: 1.2.840.113556.1.4.805 false' 'changetype: delete' >control.ldif
printf '%s\n' 'dn: cn=b,dc=example' 'changetype: modrdn' 'newrdn:: Y249w7w=' 'deleteoldrdn: 1' >rename.ldif
printf '%s\n' 'version: 1' '' '#' '# LDAPv3' '#' '' '# a, example' 'dn: cn=a,dc=example' 'changetype: delete' >comment.ldif
java() { timeout 30 "$(command -v java)" -Dfile.encoding=UTF-8 -cp .:usr/share/java/ldapjdk.jar Find "$@" 2>&1; }
openldap() { # the command, the file
    echo "  $1: $(LD_LIBRARY_PATH=usr/lib/x86_64-linux-gnu timeout 30 "usr/bin/$1" -n -v -f "$2" 2>&1 | tr -s '\n\t' ' ')"
}
{
    for name in delete control rename comment; do
        echo "$name:"
        java read $name.ldif
        openldap ldapmodify $name.ldif
    done
    echo "written:"
    java write written.ldif
    cat written.ldif
    openldap ldapadd written.ldif
    echo "names:"
    java names
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
delete:
  ldapjdk: cn=a,dc=example: LDIFDeleteContent
  ldapmodify: !deleting entry "cn=a,dc=example" 
control:
  ldapjdk: cn=a,dc=example: LDIFAttributeContent, changetype [delete]
  ldapmodify: !deleting entry "cn=a,dc=example" 
rename:
  ldapjdk: cn=b,dc=example: LDIFModDNContent, to : Y249w7w=
  ldapmodify: !modifying rdn of entry "cn=b,dc=example" new RDN: "cn=ü" (do not keep existing values) 
comment:
  ldapjdk: line 7: expecting dn:
  ldapmodify: !deleting entry "cn=a,dc=example" 
written:
  ldapjdk: cn=a,dc=example: LDIFAttributeContent, cn [a, b, :d]
dn: cn=a,dc=example
cn: a
cn:  b
cn: :d

  ldapadd: add cn: a b :d !adding new entry "cn=a,dc=example" 
names:
  escapeRDN of 'cn=Doe, Jo': 'cn=Doe\, Jo'
  escapeRDN of 'cn=#x': 'cn=#x'
  escapeRDN of 'cn= x ': 'cn=x'
  unEscapeRDN of 'cn=Lu\C4\8Di\C4\87': 'cn=LuC48DiC487'
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
