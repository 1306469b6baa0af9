"""XML of a stranger, read without harm: no entities, no DOCTYPE, nothing fetched, nothing huge."""

import codecs
import re

from lxml import etree

DOCUMENT_BYTES_MAX = 16 * 1024 * 1024
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}\?>")
_ENCODING = re.compile(rb"""\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
# Encodings in which "<!DOCTYPE" is written with these very bytes; others could hide it.
_PLAIN_ENCODINGS = frozenset(
    {
        b"utf-8",
        b"utf8",
        b"us-ascii",
        b"ascii",
        b"iso-8859-1",
        b"iso8859-1",
        b"latin1",
        b"windows-1252",
        b"cp1252",
    }
)
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"<!ELEMENT", b"<!ATTLIST")
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class UnsafeXml(ValueError):
    """The XML defines entities or hides behind an odd encoding: it was not parsed."""


class BrokenXml(ValueError):
    """The XML is not well formed; the text is the line."""


def make_parser() -> etree.XMLParser:
    """Make a parser that follows no reference and opens no file or address."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        remove_comments=True,
        remove_pis=True,
    )


def parse(content: bytes, parser: etree.XMLParser) -> etree._Element:
    """
    Parse one document.

    Raises: UnsafeXml; BrokenXml.
    """
    plain = _plain(content)
    if any(word in plain for word in _FORBIDDEN):
        raise UnsafeXml
    try:
        return etree.fromstring(plain, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenXml(str(getattr(error, "lineno", None) or 1)) from error


def _plain(content: bytes) -> bytes:
    """Write a document in bytes that can be searched; refuse encodings that could not."""
    for mark, encoding in _WIDE:
        if content.startswith(mark):
            try:
                content = content.decode(encoding).encode()
            except UnicodeError as error:
                raise BrokenXml("1") from error
            return _DECLARATION.sub(b"", content, count=1)
    content = content.removeprefix(codecs.BOM_UTF8).lstrip()
    declared = _DECLARATION.match(content)
    if declared and (encoding_name := _ENCODING.search(declared[0])):
        if encoding_name[1].lower() not in _PLAIN_ENCODINGS:
            raise UnsafeXml
    elif b"\0" in content[:256]:
        raise UnsafeXml
    return content
