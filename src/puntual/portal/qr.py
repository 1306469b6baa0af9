"""QR codes as images that a strict Content-Security-Policy lets through."""

import segno


def data_uri(*, text: str) -> str:
    """Draw a text as an SVG image in a data: address."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_data_uri(scale=4, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None))
