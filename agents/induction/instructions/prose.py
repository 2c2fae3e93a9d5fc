"""Takes the sentences out of a long text: people paste questions with code and tables in them."""

import re

LONG = 400  # characters; shorter texts are taken as they are
MOST_CHARACTERS = 6000
END = re.compile(r"^\s*(?:A:|<code>|BEGIN SOLUTION|Traceback \(most recent call last\)).*", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"https?://\S+")
CODE = re.compile(
    r"^\s*(?:>>>|\.\.\.|In ?\[|Out ?\[|import |from \S+ import|def |return\b|for .*:$|print\b|@|#|\w+Error:)"
    r"|^\s*[\w.\[\]'\"]+ *=[^=>]|^\s*\w+(?:\.\w+)*\(.*\)?[,)]*\s*$|^\s*[\])}]|[\[({,]\s*$"
    r"|^[^.?!]*\w\.\w+\([^.?!]*\)\s*$|^\s*['\"]\w+['\"] *:|\bdtype\b"
)
TABLE = re.compile(
    r"\S(?:\s{2,}|\t)\S+(?:\s{2,}|\t)\S|^\s*\S+\s{2,}\S+\s*$|^\s*\d+(?:\s+\S+){1,8}\s*$|^[\s\d.,-]+$|^[^|]*\|[^|]*\|"
)


def sentences(text: str) -> str:
    """Return a text without code, tables and addresses, if it is long; its lines are those of the text."""
    if len(text) < LONG:
        return text
    spoken = ADDRESS.sub("", END.sub("", text)[:MOST_CHARACTERS])
    return "\n".join(line for line in spoken.splitlines() if not CODE.search(line) and not TABLE.search(line))
