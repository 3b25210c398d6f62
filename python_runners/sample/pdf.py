"""A minimal writer of PDF files: text in one standard font, placed by coordinates."""

from __future__ import annotations

from dataclasses import dataclass

_CODE_PAGE = "cp1252"


@dataclass(frozen=True)
class Text:
    """Words on a page.

    Attributes:
        x: points from the left edge.
        y: points from the top edge to the base line.
        words: what is written.
        size: size of the font in points.
    """

    x: float
    y: float
    words: str
    size: float = 8.0


def _literal(words: str) -> bytes:
    encoded = words.encode(_CODE_PAGE, errors="replace")
    for char in (b"\\", b"(", b")"):
        encoded = encoded.replace(char, b"\\" + char)
    return b"(" + encoded + b")"


def _content(texts: list[Text], height: float) -> bytes:
    lines = [b"BT"]
    for text in texts:
        lines.append(
            b"/F1 %.2f Tf 1 0 0 1 %.2f %.2f Tm %s Tj" % (text.size, text.x, height - text.y, _literal(text.words))
        )
    lines.append(b"ET")
    return b"\n".join(lines)


def write_pdf(pages: list[list[Text]], width: float, height: float) -> bytes:
    """Return a PDF file with the texts of each page; equal input gives equal bytes."""
    page_numbers = [4 + 2 * index for index in range(len(pages))]
    kids = b" ".join(b"%d 0 R" % number for number in page_numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, texts in zip(page_numbers, pages, strict=True):
        content = _content(texts, height)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (width, height, number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        body += b"%010d 00000 n \n" % offset
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(body)
