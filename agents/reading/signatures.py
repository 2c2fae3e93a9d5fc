"""Files that are no text, known by how they start."""

SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
}


def kind_of_binary(start: bytes) -> str:
    """Return what a file is that starts like this; empty when it may be text."""
    return next((kind for signature, kind in SIGNATURES.items() if start.startswith(signature)), "")
