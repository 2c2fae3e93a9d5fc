"""Everyday changes of the layout: tables turned, grouped, split and filled, as `make.py` writes them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from golden_case import CITIES, FIRST, LAST, Case, Row, day, each, pick, title

QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
TEAMS = ["Hockey", "Rowing", "Chess"]


def one_by_one(rows: list[Row]) -> Iterable[Row]:
    """Write each quarter's figure in a row of its own."""
    return [(row[0], row[1], quarter, cell) for row in rows for quarter, cell in zip(QUARTERS, row[2:], strict=True)]


def by_month(rows: list[Row]) -> Iterable[Row]:
    """Add up the amounts of each month and account."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for date, account, cents, _ in rows:
        totals[date[:7], account] += round(float(cents) * 100)
    return [(*key, f"{total // 100}.{total % 100:02}") for key, total in sorted(totals.items())]


def titled(number: int) -> Row:
    """Return a member, or at times the title of those that follow."""
    if number % 6 == 1:
        return (f"{TEAMS[number // 6 % 3]} {1990 + number}", "", "")
    return (title(pick(LAST, number).lower()), f"{number * 17 % 90 + 10}", pick(CITIES, number))


def beside_title(rows: list[Row]) -> Iterable[Row]:
    """Write the title beside each member below it."""
    above = ""
    for name, points, city in rows:
        if points:
            yield above, name, points, city
        else:
            above = name


def filled_down(rows: list[Row]) -> Iterable[Row]:
    """Repeat the region in the rows below it that have none."""
    above = ""
    for region, *others in rows:
        above = region or above
        yield above, *others


def balances(rows: list[Row]) -> Iterable[Row]:
    """Add the balance after each booking, account by account."""
    cents: dict[str, int] = defaultdict(int)
    for row in rows:
        cents[row[1]] += round(float(row[2]) * 100)
        yield *row, f"{cents[row[1]] / 100:.2f}"


def best_of_each(rows: list[Row]) -> Iterable[Row]:
    """Keep the row with the most points of each team, sorted by team."""
    best = {team: max((row for row in rows if row[1] == team), key=lambda row: int(row[2])) for _, team, _ in rows}
    return [best[team] for team in sorted(best)]


def label_and_value(number: int) -> Row:
    """Return one line of a record of three."""
    record, line = divmod(number - 1, 3)
    name, city = title(pick(FIRST, record).lower()), pick(CITIES, record, 2)
    return [("Name", f"{name} {record}"), ("City", city), ("Phone", f"555-{1000 + record * 37}")][line]


def records(rows: list[Row]) -> Iterable[Row]:
    """Write three lines as one row."""
    cells = [value for _, value in rows]
    return zip(cells[::3], cells[1::3], cells[2::3], strict=True)


def pivoted(rows: list[Row]) -> Iterable[Row]:
    """Write the figures of each shop in one row."""
    figures = {(shop, kind): cell for shop, kind, cell in rows}
    shops = sorted({shop for shop, _, _ in rows})
    return [(shop, *(figures.get((shop, kind), "") for kind in ("costs", "sales", "staff"))) for shop in shops]


def quarter(text: str) -> str:
    """Return the quarter of a day, such as "2024-Q1"."""
    moment = datetime.strptime(text, "%d.%m.%Y")  # noqa: DTZ007
    return f"{moment.year}-Q{(moment.month + 2) // 3}"


LAYOUTS = {
    "quarters_below_each_other": Case(
        ("shop", "city", *QUARTERS),
        lambda n: (f"S{n:03}", pick(CITIES, n), *(f"{n * step % 700}" for step in (37, 91, 53, 17))),
        ("shop", "city", "quarter", "sales"),
        one_by_one,
        rows=8,
        new_rows=5,
    ),
    "figures_beside_each_other": Case(
        ("shop", "figure", "amount"),
        lambda n: (f"S{(n - 1) // 3:03}", ["sales", "costs", "staff"][n % 3], f"{n * 7919 % 1000}"),
        ("shop", "costs", "sales", "staff"),
        pivoted,
        rows=24,
        new_rows=15,
    ),
    "totals_of_each_month": Case(
        ("booked", "account", "amount", "text"),
        lambda n: (
            day(n * 3).strftime("%Y-%m-%d"),
            pick(["cash", "bank"], n),
            f"{n * 7919 % 90000 / 100:.2f}",
            f"No. {n}",
        ),
        ("month", "account", "total"),
        by_month,
    ),
    "teams_as_titles": Case(("member", "points", "city"), titled, ("team", "member", "points", "city"), beside_title),
    "region_filled_down": Case(
        ("region", "month", "revenue"),
        lambda n: (pick(CITIES, n) if n % 4 == 1 else "", day(n * 11).strftime("%b"), f"{n * 911 % 9000}"),
        ("region", "month", "revenue"),
        filled_down,
    ),
    "one_row_for_each_tag": Case(
        ("id", "title", "tags"),
        lambda n: (
            f"{n:03}",
            f"Note {n}",
            "; ".join(["red", "green", "blue", "gray", "pink"][n % 3 : n % 3 + n % 2 + 1]),
        ),
        ("id", "tag"),
        lambda rows: [(row[0], tag) for row in rows for tag in row[2].split("; ")],
        rows=12,
    ),
    "address_in_its_parts": Case(
        ("name", "address"),
        lambda n: (
            title(pick(LAST, n).lower()),
            f"{n * 37 % 900 + 1} {pick(['Oak', 'Main', 'Lake View'], n)} {pick(['St', 'Ave'], n, 2)}, "
            f"{pick(['Salem', 'New Hope', 'Dover'], n)}, {pick(['OR', 'PA', 'DE', 'NH'], n, 3)} {n * 911 % 99999:05}",
        ),
        ("name", "street", "city", "state", "zip"),
        each(lambda r: (r[0], *r[1].split(", ")[:2], *r[1].split(", ")[2].split(" "))),
    ),
    "balance_after_each_booking": Case(
        ("date", "account", "amount"),
        lambda n: (
            day(n).strftime("%Y-%m-%d"),
            pick(["cash", "bank", "card"], n),
            f"{(n * 7919 % 9000 - 3000) / 100:.2f}",
        ),
        ("date", "account", "amount", "balance"),
        balances,
    ),
    "best_of_each_team": Case(
        ("player", "team", "points"),
        lambda n: (f"{title(pick(LAST, n).lower())} {n}", pick(TEAMS, n), f"{n * 7919 % 997}"),
        ("player", "team", "points"),
        best_of_each,
    ),
    "miles_of_each_trip": Case(
        ("trip", "distance", "day"),
        lambda n: (f"T{n:03}", f"{n * 7919 % 900 + 1} km", day(n * 5).strftime("%d.%m.%Y")),
        ("trip", "miles", "quarter"),
        each(lambda r: (r[0], f"{int(r[1][:-3]) / 1.609344:.2f} mi", quarter(r[2]))),
    ),
    "records_of_three_lines": Case(("field", "value"), label_and_value, ("Name", "City", "Phone"), records),
    "header_in_the_second_row": Case(
        ("Report 2024", "", ""),
        lambda n: (
            ("name", "city", "points")
            if n in (1, 25)
            else (title(pick(FIRST, n).lower()), pick(CITIES, n, 2), f"{n * 37 % 90}")
        ),
        ("name", "city", "points"),
        lambda rows: rows[1:],
    ),
    "paid_invoices_with_tax": Case(
        ("invoice", "state", "net", "rate", "customer"),
        lambda n: (
            f"I{n:04}",
            pick(["paid", "open", "void"], n, 2),
            f"{n * 7919 % 90000 / 100:.2f}",
            pick(["20", "10"], n, 2),
            title(pick(LAST, n).lower()),
        ),
        ("invoice", "gross"),
        lambda rows: [
            (r[0], f"{round(float(r[2]) * (100 + int(r[3])) + 1e-6) / 100:.2f}") for r in rows if r[1] == "paid"
        ],
        rows=36,
    ),
}
