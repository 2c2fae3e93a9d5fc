"""Writes gateway/openapi.json from the protos.

python -m gateway.openapi IMAGE [--check]    IMAGE: what `protos/generate.py image` writes

The document is committed, since the comments, which become its descriptions, are not in the generated code.
"""

import argparse
import json
import sys
from pathlib import Path

from gateway.openapi.document import DOCUMENT, document

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--check", action="store_true", help="only prove the committed document current")
    arguments = parser.parse_args()
    fresh = json.dumps(document(arguments.image.read_bytes()), indent=2, ensure_ascii=False) + "\n"
    if not arguments.check:
        DOCUMENT.write_text(fresh)
    elif DOCUMENT.read_text() != fresh:
        sys.exit(f"not current: gateway/{DOCUMENT.name}; run `make gen` and commit the result")
