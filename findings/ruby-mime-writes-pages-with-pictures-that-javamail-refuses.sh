#!/bin/bash
# Ruby's MIME: a page with pictures says "type=text/html" without quotation marks, which JavaMail refuses, and names and subjects keep their umlauts as they
# are.
#
# Versions: mime 0.4.4 (Debian 12: ruby-mime 0.4.4-2, ruby3.1 3.1.7+really3.1.2-0+deb12u1), JavaMail 1.6.5 (libmail-java 1.6.5-2,
#   libactivation-java 1.2.0-2), a Java 17 development kit, Python 3.11. Wants `apt-get update` beforehand.
# Expected: its README: "A library for building RFC compliant" messages. RFC 2045, section 5.1: "/" is one of the tspecials, which "must be in
#   quoted-string, to use within parameter values"; RFC 2387's examples have type="Text/x-Okie". RFC 2047 (or RFC 6532 with SMTPUTF8) for other letters
#   in a subject or a name; RFC 5322: a header has ASCII only.
# Seen: Multipart::Related writes "multipart/related; boundary=...; type=text/html". JavaMail's ContentType ends with a ParseException; with quotation marks
#   it reads it. Subject, the name of a sender and filename=Größe.txt (not even in quotes) are raw UTF-8, without an encoding.
# Why it matters: the very kind of mail that it offers a class for cannot be opened by programs in Java, and servers without SMTPUTF8 refuse or garble the
#   rest. Set type= by hand, and encode with Mail::Encodings.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ruby-mime=0.4.4-2 {ruby3.1,libruby3.1}=3.1.7+really3.1.2-0+deb12u1 libmail-java=1.6.5-2 libactivation-java=1.2.0-2 2>apt.log \
    || { cat apt.log; exit 2; }
for package in *.deb; do dpkg -x "$package" .; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
export RUBYLIB=usr/lib/ruby/vendor_ruby:usr/lib/ruby/3.1.0:usr/lib/x86_64-linux-gnu/ruby/3.1.0

cat > write.rb <<'RUBY'
# encoding: utf-8
require "mime"

page = MIME::Multipart::Related.new
page.add(MIME::Text.new("<img src='cid:logo@example.org'>", "html"))
page.inline(MIME::Image.new("picture", "png"), "filename" => "Größe.png")
mail = MIME::Mail.new(page)
mail.from = { "jo@example.org" => "Jo Dö" }
mail.to = { "doe@example.org" => nil }
mail.subject = "Grüße"
File.binwrite("mail.eml", mail.to_s)
RUBY
cat > Find.java <<'JAVA'
import java.io.FileInputStream;
import java.util.Properties;
import javax.mail.Session;
import javax.mail.internet.ContentType;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.ParseException;

public class Find {
    public static void main(String[] arguments) throws Exception {
        String type = new MimeMessage(Session.getInstance(new Properties()), new FileInputStream("mail.eml")).getContentType();
        for (String text : new String[] {type, type.replace("=text/html", "=\"text/html\"")}) {
            String shown = text.replaceAll("Boundary_\\w+", "B");
            try {
                System.out.println("JavaMail, " + shown + ": type " + new ContentType(text).getParameter("type"));
            } catch (ParseException error) {
                System.out.println("JavaMail, " + shown + ": ParseException");
            }
        }
    }
}
JAVA
cat > find.py <<'PY'
import re

mail = open("mail.eml", "rb").read()
for line in re.findall(rb"(?m)^(?:From|Subject|Content-Disposition): .*", mail):
    print("ruby", ascii(line.decode().strip())[1:-1])
PY
{
    LC_ALL=C.UTF-8 timeout 20 usr/bin/ruby3.1 --disable-gems write.rb
    timeout 20 python3 find.py
    timeout 60 java -cp usr/share/java/javax.mail.jar:usr/share/java/javax.activation.jar Find.java
} >seen 2>&1 || true
cat seen
cat > expected <<'TEXT'
ruby From: Jo D\xf6 <jo@example.org>
ruby Subject: Gr\xfc\xdfe
ruby Content-Disposition: inline; filename=Gr\xf6\xdfe.png
JavaMail, multipart/related; boundary=B; type=text/html: ParseException
JavaMail, multipart/related; boundary=B; type="text/html": type text/html
TEXT
diff expected seen || { echo "CHANGED: see above"; exit 1; }
