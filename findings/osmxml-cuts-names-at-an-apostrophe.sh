#!/bin/bash
# osmxml: the XML reader of an XMPP library ends an attribute at any quotation mark, reads over empty ones, takes a ">" in a value for the end of the
# tag, loses single empty elements and blanks, and decodes text twice.
#
# Versions: osmxml 1.0.1 (PyPI), Python 3.11, whose xml.etree is the other reader.
# Expected: XML 1.0, section 2.3: a value in quotation marks may have apostrophes and ">", and may be empty; section 3.1: elements may be empty, and
#   nest in elements of the same name. Section 2.4 and 4.6: "&amp;lt;" is "&lt;", decoded once; section 4.1: "&#39;" is a character. RFC 7622, section
#   3.4: the resource of an address may have an apostrophe. RFC 6120, section 11: what XMPP sends is XML.
# Seen: of name="O'Neil" the value is "O"; of type='' and to='jo@example.org' there is one attribute, type, with the value "' to=". <status
#   a="x>y">z</status> has the text 'y">z'. <presence/> alone is an element that is not closed, <item name = "x"/> has no attribute, <a><a>x</a>y</a> is
#   an IndexError. The body " two  blanks " comes without the first and the last, "&amp;lt;b&amp;gt;" as "<b>", and "&#39;" stays.
# Why it matters: messages of contacts with a name like O'Neil come from nobody, code that somebody shows is shown as something else, and one nested
#   form ends the client.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -qq --disable-pip-version-check osmxml==1.0.1

cat > find.py <<'PY'
import sys
import xml.etree.ElementTree as ElementTree

from osmxml import XmlParser, XmlTextElement

CASES = {
    """<message id="1" name="Jo"><body>hello</body></message>""": [{"id": "1", "name": "Jo"}, "hello"],
    """<message name="O'Neil"><body>hello</body></message>""": [{"name": "O"}, "hello"],
    """<message type='' to='jo@example.org'><body>hello</body></message>""": [{"type": "' to="}, "hello"],
    """<message><status a="x>y">z</status></message>""": [{}, 'y">z'],
    """<message><body> two  blanks </body></message>""": [{}, "two  blanks"],
    """<message><body>&amp;lt;b&amp;gt; &#39;</body></message>""": [{}, "<b> &#39;"],
    """<item name = "x"><body>hello</body></item>""": [{}, "hello"],
}


def text(element):
    """The text of an element and all that is in it."""
    if isinstance(element, XmlTextElement):
        return element.text
    return "".join(text(child) for child in element.children)


wrong = False
for source, expected in CASES.items():
    (element,) = XmlParser.parse_elements(source)
    mine = [{attribute.name: attribute.value for attribute in element.attributes}, text(element)]
    right = ElementTree.fromstring(source)
    print(f"{source}: osmxml {mine}, xml.etree {[right.attrib, ''.join(right.itertext())]}")
    wrong |= mine != expected
(empty,) = XmlParser.parse_elements("<presence/>")
print(f"<presence/>: closed {empty.is_closed}, written {empty.to_string()}")
try:
    XmlParser.parse_elements("<a><a>x</a>y</a>")
    nested = "read"
except IndexError as error:
    nested = type(error).__name__
print(f"<a><a>x</a>y</a>: {nested}; xml.etree reads {len(list(ElementTree.fromstring('<a><a>x</a>y</a>').iter()))} elements")
sys.exit(wrong or empty.is_closed or empty.to_string() != "<presence>" or nested != "IndexError")
PY
timeout 60 venv/bin/python find.py || { echo "CHANGED: see above"; exit 1; }
