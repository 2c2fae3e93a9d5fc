"""Parts of postal addresses as they are written in the United States, and of addresses on the web."""

import re
import urllib.parse
from collections.abc import Iterator, Sequence

from agents.induction.quantities.functions import Arguments, KnownFunction

PARTS_OF_ADDRESSES = ("city", "state", "zip", "street", "number", "unit", "line")
PARTS_OF_LINKS = ("path", "query", "file", "folder")


def part_of_address(text: str, part: str) -> str | None:
    """Return a part of an address such as "12 Oak St Apt 4, Salem, OR 97301"; None when it has none or no state.

    Args:
        text: the address, with commas behind the street and, mostly, the city.
        part: "number", "street" (without the number), "unit", "line" (these three), "city", "state" or "zip".
    """
    states = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC"
    states += " ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR Alabama Alaska Arizona Arkansas California"
    states += " Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois Indiana Iowa Kansas Kentucky"
    states += " Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska"
    states += " Nevada New_Hampshire New_Jersey New_Mexico New_York North_Carolina North_Dakota Ohio Oklahoma Oregon"
    states += " Pennsylvania Rhode_Island South_Carolina South_Dakota Tennessee Texas Utah Vermont West_Virginia"
    states += " Virginia Washington Wisconsin Wyoming"
    names = "|".join(states.split()).replace("_", " ")
    text = re.sub(r",?\s*(?:USA|U\.S\.A\.|United States)\.?\s*$", "", " ".join(text.split()))
    code = re.search(r"[\s,]([0-9]{5}(?:-[0-9]{4})?)$", text)
    rest = text[: code.start()] if code else text
    state = re.search(rf"(?:^|[\s,])({names})[\s,.]*$", rest, re.IGNORECASE)
    if not state:
        return None
    chunks = [chunk.strip() for chunk in rest[: state.start()].split(",") if chunk.strip()]
    if len(chunks) < 2:
        return None
    line = re.fullmatch(r"([0-9]+[A-Za-z]?(?:-[0-9]+)?)?\s*(.*)", chunks[0])
    number, street = (line.group(1) or "", line.group(2)) if line else ("", chunks[0])
    door = r"(?:apt|apartment|suite|ste|unit|room|rm|floor|fl|bldg|building|#)\.?\s*#?\s*[\w-]+"
    inside = re.search(rf"\s({door})$", street, re.IGNORECASE)
    behind = [chunk for chunk in chunks[1:-1] if re.fullmatch(door, chunk, re.IGNORECASE)]
    street = street[: inside.start()] if inside else street
    found = {"number": number, "street": street, "unit": inside.group(1) if inside else "".join(behind[:1])}
    found |= {"line": chunks[0], "city": chunks[-1], "state": state.group(1), "zip": code.group(1) if code else ""}
    return found[part] or None


def part_of_link(text: str, part: str) -> str | None:
    """Return the "path", the "query", the "file" or the "folder" of an address on the web."""
    try:
        link = urllib.parse.urlsplit(text.strip())
    except ValueError:
        return None
    folder, _, file = link.path.rpartition("/")
    found = {"path": link.path, "query": link.query, "file": file, "folder": folder}
    return (found[part] or None) if link.netloc else None


def query_value(text: str, name: str) -> str | None:
    """Return the value of a parameter in an address on the web; None when it is not there."""
    query = text.partition("?")[2].partition("#")[0] or text
    values = [value for key, value in urllib.parse.parse_qsl(query) if key == name]
    return values[0] if values else None


def read_part_of_address(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off which part of an address is wanted, whatever its letter case."""
    if all("," in cell for cell in cells):
        texts = {part: part_of_address(cells[0], part) or "" for part in PARTS_OF_ADDRESSES}
        yield from ((part,) for part, text in texts.items() if text and text.lower() == wanted[0].lower())


def read_part_of_link(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off which part of an address is wanted."""
    if all("://" in cell for cell in cells):
        yield from ((part,) for part in PARTS_OF_LINKS if part_of_link(cells[0], part) == wanted[0])


def read_parameter(cells: Sequence[str], wanted: Sequence[str]) -> Iterator[Arguments]:
    """Read off the name of the parameter that has the wanted value."""
    if all("=" in cell for cell in cells):
        yield from (
            (name,)
            for name in re.findall(r"(?:^|[?&])([\w.-]+)=", cells[0])
            if query_value(cells[0], name) == wanted[0]
        )


ADDRESSES = {
    "part_of_address": KnownFunction(
        part_of_address, "take the {0} of the postal address", 12, read_part_of_address, ("re",), bits_a_cell=2
    ),
    "part_of_link": KnownFunction(
        part_of_link, "take the {0} of the web address", 12, read_part_of_link, ("urllib.parse",)
    ),
    "query_value": KnownFunction(
        query_value, 'take the value of the parameter "{0}"', 10, read_parameter, ("urllib.parse",), bits_a_cell=1
    ),
}
