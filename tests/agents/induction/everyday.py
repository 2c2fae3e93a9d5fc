"""Tables as everyday files have them, filled by chance: to sample programs on, and to try what they become."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from agents.induction.model import Table

FIRST = ["Ada", "Ben", "Cleo", "Dora", "Emil", "Finn", "Greta", "Hugo", "Ida", "Jonas", "Karla", "Leo", "Mia", "Olaf"]
LAST = ["Abel", "Brandt", "Cox", "Dietz", "Ernst", "Falk", "Gross", "Hahn", "Irving", "Jung", "Krause", "Lang", "Noll"]
CITIES = ["Lyon", "Graz", "Porto", "New Ulm", "Gent", "Cork", "La Paz", "Basel"]
STATES = ["open", "paid", "late"]
SHOPS = ["North", "South", "East", "West"]
TAGS = ["red", "green", "blue", "gray", "pink"]


def ledger(chance: Random, height: int) -> Table:
    """Return rows of which no two have the same number or moment."""
    numbers = chance.sample(range(10_000, 99_999), height)
    return Table(
        {
            "number": [f"{chance.choice('ABC')}-{number}" for number in numbers],
            "name": [f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in numbers],
            "city": [chance.choice(CITIES) for _ in numbers],
            "state": [chance.choice(STATES) for _ in numbers],
            "day": [f"{2019 + n % 5}-{1 + n % 12:02}-{1 + n * 7 % 28:02}" for n in numbers],
            "amount": [f"{n % 97}.{n % 100:02}" for n in numbers],
            "mail": [f"{chance.choice(FIRST).lower()}{n}@{chance.choice(LAST).lower()}.example" for n in numbers],
        }
    )


def bookings(chance: Random, height: int) -> Table:
    """Return a shop's bookings, in the order of their days."""
    start = date(2022 + chance.randrange(3), 1, 3)
    days = sorted(chance.randrange(330) for _ in range(height))
    return Table(
        {
            "id": [f"{n}" for n in chance.sample(range(1000, 9999), height)],
            "day": [(start + timedelta(days=day)).isoformat() for day in days],
            "due": [(start + timedelta(days=day + chance.randrange(1, 90))).isoformat() for day in days],
            "shop": [chance.choice(SHOPS) for _ in days],
            "kind": [chance.choice(["food", "toys", "books"]) for _ in days],
            "pieces": [f"{chance.randrange(1, 40)}" for _ in days],
            "price": [f"{chance.randrange(100, 9999) / 100:.2f}" for _ in days],
            "note": [chance.choice(["", "", "gift", "fragile"]) for _ in days],
        }
    )


def quarters(chance: Random, height: int) -> Table:
    """Return one figure a quarter, beside each other."""
    return Table(
        {
            "shop": [f"S{n}" for n in chance.sample(range(100, 999), height)],
            "city": [chance.choice(CITIES) for _ in range(height)],
            **{f"Q{n}": [f"{chance.randrange(10, 9999)}" for _ in range(height)] for n in (1, 2, 3, 4)},
        }
    )


def years(chance: Random, height: int) -> Table:
    """Return two figures a year, beside each other."""
    first = chance.randrange(2005, 2019)
    names = [f"{figure} {first + n}" for n in range(3) for figure in ("sales", "costs")]
    return Table(
        {
            "shop": [f"S{n}" for n in chance.sample(range(100, 999), height)],
            **{name: [f"{chance.randrange(10, 9999)}" for _ in range(height)] for name in names},
        }
    )


def measurements(chance: Random, height: int) -> Table:
    """Return one figure a row, with its name: three for each station."""
    stations = chance.sample(range(100, 999), height // 3)
    return Table(
        {
            "station": [f"P{n}" for n in stations for _ in range(3)],
            "kind": ["wind", "rain", "sun"] * len(stations),
            "value": [f"{chance.randrange(1, 9999) / 10}" for _ in range(3 * len(stations))],
        }
    )


def sections(chance: Random, height: int) -> Table:
    """Return members below the titles of their teams, which stand in rows of their own."""
    rows: list[Sequence[str]] = []
    for year in chance.sample(range(1950, 2020), max(2, height // 5)):
        rows.append((f"{chance.choice(['Rowing', 'Chess', 'Hockey'])} {year}", "", ""))
        members = range(chance.randrange(2, 5))
        rows += [(f"{chance.choice(FIRST)} {chance.choice(LAST)}", f"{chance.randrange(10, 99)}", "x") for _ in members]
    return by_column(["member", "points", "paid"], rows)


def gaps(chance: Random, height: int) -> Table:
    """Return rows whose region stands in the first of them only."""
    regions = [region for region in chance.sample(CITIES, len(CITIES)) for _ in range(chance.randrange(2, 6))][:height]
    return Table(
        {
            "region": [name if n == 0 or regions[n - 1] != name else "" for n, name in enumerate(regions)],
            "shop": [f"S{n}" for n in chance.sample(range(100, 999), len(regions))],
            "kind": [chance.choice(["food", "toys"]) for _ in regions],
            "sales": [f"{chance.randrange(10, 999)}" for _ in regions],
        }
    )


def lists(chance: Random, height: int) -> Table:
    """Return notes with lists of tags."""
    tags = [", ".join(chance.sample(TAGS, chance.randrange(1, 4))) for _ in range(height)]
    return Table(
        {
            "id": [f"{n}" for n in chance.sample(range(1000, 9999), height)],
            "title": [f"{chance.choice(FIRST)}'s {chance.choice(CITIES)}" for _ in tags],
            "tags": tags,
        }
    )


def forms(chance: Random, height: int) -> Table:
    """Return records of three fields, one below the other."""
    people = [(f"{chance.choice(FIRST)} {chance.choice(LAST)}", n) for n in chance.sample(range(1000, 9999), height)]
    return Table(
        {
            "field": ["Name", "City", "Phone"] * height,
            "content": [cell for name, n in people for cell in (name, CITIES[n % 8], f"555-{n}")],
        }
    )


def reports(chance: Random, height: int) -> Table:
    """Return a table whose header is its second row."""
    rows = [(chance.choice(FIRST), chance.choice(CITIES), f"{chance.randrange(100, 999)}") for _ in range(height)]
    return by_column(["Report", "c2", "c3"], [("name", "city", "points"), *rows])


def grades(chance: Random, height: int) -> Table:
    """Return the points of students in three subjects."""
    subjects = {name: [f"{chance.randrange(0, 101)}" for _ in range(height)] for name in ("art", "math", "sport")}
    return Table({"student": [f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(height)], **subjects})


def by_column(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return rows as a table."""
    return Table({name: [row[place] for row in rows] for place, name in enumerate(header)})
