"""Writes the golden cases: `python tests/golden/make.py`.

Each case is what somebody converts on an ordinary day: rows that are invented here, and plain Python that says what
becomes of them. The first rows are the example to learn from, the others the new file that the script has to convert.
"""

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from golden_case import CITIES, FIRST, LAST, Case, Row, day, each, pick, title
from layout_cases import LAYOUTS


def german(number: int) -> str:
    """Return amounts such as "-1.234,50"."""
    text = f"{(number * 7919 % 900000) / 100 * (-1 if number % 3 else 1):,.2f}"
    return text.translate(str.maketrans(",.", ".,"))


def first_of_each(rows: list[Row], key: int) -> list[Row]:
    """Keep the first row of each value of a column."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row[key], row)
    return list(first.values())


def mixed_date(number: int) -> str:
    """Return dates as three people would write them."""
    formats = ["%Y-%m-%d", "%d.%m.%Y", "%b %d, %Y"]
    return day(number).strftime(formats[number % 3])


def iso_day(text: str) -> str:
    """Return the day that `mixed_date` wrote."""
    formats = ["%Y-%m-%d", "%d.%m.%Y", "%b %d, %Y"]
    layout = formats[0] if text[4] == "-" else formats[1] if text[2] == "." else formats[2]
    return datetime.strptime(text, layout).strftime("%Y-%m-%d")  # noqa: DTZ007


def written_phone(number: int) -> str:
    """Return phone numbers as five people would write them, some with a country code; some are missing."""
    area, exchange, line = f"{200 + number * 7}", f"{300 + number * 11}", f"{number * 917 % 10000:04}"
    forms = ["{}{}{}", "({}) {}-{}", "{}.{}.{}", "1-{}-{}-{}", "+1 {} {} {}"]
    return forms[number % 5].format(area, exchange, line) if number % 9 else ""


def phone(text: str) -> str:
    """Return the last ten digits as "(200) 300-0917"."""
    digits = "".join(filter(str.isdigit, text))[-10:]
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if digits else ""


def offset_time(number: int) -> str:
    """Return times with the offset of the place where they were taken."""
    return day(number).strftime("%Y-%m-%dT%H:%M:%S") + ["+02:00", "-05:00", "+00:00", "+05:30"][number % 4]


def utc(text: str) -> str:
    """Return the same time in UTC."""
    moment = datetime.fromisoformat(text)
    return (moment - moment.utcoffset()).strftime("%Y-%m-%dT%H:%M:%SZ")  # type: ignore[operator]


CASES = {
    "bank_statement": Case(
        ("Buchungstag", "Verwendungszweck", "Betrag", "Währung"),
        lambda n: (day(n).strftime("%d.%m.%Y"), f"Rechnung {n * 37:05}", german(n), "EUR"),
        ("date", "text", "amount"),
        each(lambda r: (f"{r[0][6:]}-{r[0][3:5]}-{r[0][:2]}", r[1], r[2].replace(".", "").replace(",", "."))),
        given_as={"delimiter": ";", "encoding": "cp1252"},
    ),
    "contacts": Case(
        ("first name", "last name", "Phone", "E-Mail", "internal"),
        lambda n: (
            f" {pick(FIRST, n)}",
            f"{pick(LAST, n, 2)}  ",
            f"({200 + n}) 555-{1000 + n * 7}" if n % 2 else f"{200 + n}.555.{1000 + n * 7}",
            f"{pick(['Info', 'SALES', 'help'], n)}{n}@Example.COM",
            "x",
        ),
        ("name", "phone", "email"),
        each(
            lambda r: (
                title(f"{r[0].strip()} {r[1].strip()}".lower()),
                "".join(filter(str.isdigit, r[2])),
                r[3].lower(),
            )
        ),
    ),
    "paid_sales_by_amount": Case(
        ("order", "status", "amount", "region"),
        lambda n: (f"{n:04}", pick(["paid", "open", "void"], n, 2), f"{n * 7919 % 1000}.5", pick(CITIES, n)),
        ("order", "region", "amount"),
        lambda rows: [(r[0], r[3], r[2]) for r in sorted(rows, key=lambda r: -float(r[2])) if r[1] == "paid"],
        rows=40,
        new_rows=20,
    ),
    "ids_stay_text": Case(
        ("id", "iban", "comment", "flag", "obsolete"),
        lambda n: (
            f"{n:06}",
            f"{1234567890123456789012 * (n + 1)}",
            pick(["NA", "null", "", "1e5", "007"], n),
            "TRUE",
            "",
        ),
        ("iban", "key", "flag", "comment"),
        each(lambda r: (r[1], r[0], r[3], r[2])),
    ),
    "mixed_dates": Case(
        ("id", "opened"),
        lambda n: (str(n), mixed_date(n) if n % 7 else ""),
        ("id", "opened"),
        lambda rows: [(r[0], day(int(r[0])).strftime("%d/%m/%Y") if r[1] else "") for r in rows],
    ),
    "times_to_utc": Case(
        ("sensor", "measured_at"),
        lambda n: (f"S{n % 5}", offset_time(n)),
        ("sensor", "measured_at"),
        each(lambda r: (r[0], utc(r[1]))),
        instructions={"measured_at": "Convert to UTC"},
    ),
    "names_split": Case(
        ("person", "team"),
        lambda n: (f"{title(pick(LAST, n, 3).lower())}, {title(pick(FIRST, n).lower())}", f"T{n % 3}"),
        ("first", "last", "initial", "team"),
        each(lambda r: (r[0].split(", ")[1], r[0].split(", ")[0], f"{r[0].split(', ')[1][0]}.", r[1])),
    ),
    "address_in_one_line": Case(
        ("street", "number", "zip", "city", "extra"),
        lambda n: (
            f"{pick(['Main', 'Oak', 'Lake'], n)} Street",
            str(n * 3 + 1),
            f"{n * 911 % 99999:05}",
            pick(CITIES, n),
            "",
        ),
        ("address", "country"),
        each(lambda r: (f"{r[0]} {r[1]}, {r[2]} {r[3]}", "Austria")),
    ),
    "status_codes": Case(
        ("ticket", "st", "owner"),
        lambda n: (f"#{n}", pick(["N", "P", "D", "X"], n, 3), pick(["ann", "", "bob"], n)),
        ("ticket", "status", "owner"),
        each(lambda r: (r[0], {"N": "new", "P": "in progress", "D": "done", "X": "dropped"}[r[1]], r[2] or "nobody")),
        rows=32,
    ),
    "phones_in_one_form": Case(
        ("name", "phone"),
        lambda n: (pick(FIRST, n), written_phone(n)),
        ("name", "phone"),
        each(lambda r: (r[0], phone(r[1]))),
    ),
    "exams_passed": Case(
        ("student", "points"),
        lambda n: (f"S{n:03}", str(n * 37 % 101)),
        ("student", "points", "result"),
        each(lambda r: (*r, "pass" if int(r[1]) >= 60 else "fail")),
        instructions={"result": "pass if points is at least 60"},
    ),
    "customers_once": Case(
        ("mail", "name", "since"),
        lambda n: (f"c{n * n % 17}@example.org", f"Customer {n}", str(2000 + n)),
        ("mail", "name", "since"),
        lambda rows: first_of_each(rows, 0),
        rows=40,
        new_rows=25,
    ),
    "cleaned_prices": Case(
        ("article", "list price"),
        lambda n: (f"A{n:03}", f"${n * 7919 % 4000000 / 1000:,.3f}" if n % 5 else ""),
        ("article", "price"),
        each(lambda r: (r[0], f"{round(float(r[1].replace('$', '').replace(',', '')) + 1e-9, 2):.2f}" if r[1] else "")),
    ),
    "article_codes": Case(
        ("code",),
        lambda n: (f"{pick(['AB', 'XYZ', 'Q'], n)}-{n * 37:04}-{pick(['s', 'xl', 'm'], n, 2)}",),
        ("family", "number", "size", "label"),
        each(lambda r: (*r[0].split("-")[:2], r[0].split("-")[2].upper(), f"No. {r[0].split('-')[1]}")),
    ),
    "windows_file": Case(
        ("Key", "Text"),
        lambda n: (f"key{n}", [f'say "{n}"', f"line\nbreak {n}", f"semi;colon {n}", f"Größe {n}"][n % 4]),
        ("key", "text"),
        each(lambda r: (r[0].upper(), r[1])),
        given_as={"delimiter": "\t", "encoding": "utf-8-sig", "lineterminator": "\r\n"},
        wanted_as={"delimiter": ";", "lineterminator": "\r\n", "quoting": "all"},
    ),
    "orders_by_total": Case(
        ("order", "region", "quantity", "price"),
        lambda n: (f"A{n:03}", pick(["north", "south", "east", "west"], n), str(n * 7 % 12 + 1), f"{n * 91 % 500}.5"),
        ("order", "total"),
        lambda rows: sorted(
            [(r[0], f"{int(r[2]) * float(r[3]):.2f}") for r in rows if r[1] != "south"],
            key=lambda r: -float(r[1]),
        ),
    ),
    "staff_by_first_day": Case(
        ("number", "hired", "name", "active"),
        lambda n: (f"{n * 7919 % 10000:05}", mixed_date(n * 11 % 37), pick(LAST, n), "no" if n % 4 == 0 else "yes"),
        ("number", "name", "since"),
        lambda rows: sorted(
            [(r[0], r[2].upper(), iso_day(r[1])) for r in rows if r[3] == "yes"], key=lambda r: r[2], reverse=True
        ),
    ),
    "active_members_sorted": Case(
        ("member", "city", "left", "points"),
        lambda n: (f"M{n:03}", pick(CITIES, n, 2), "" if n % 3 else day(n).strftime("%Y-%m-%d"), str(n * 37 % 200)),
        ("city", "member", "points"),
        lambda rows: sorted([(r[1], r[0], r[3]) for r in rows if not r[2]], key=lambda r: (r[0], -int(r[2]))),
        rows=40,
        new_rows=20,
    ),
    "no_header_on_either_side": Case(
        (),
        lambda n: (f"{n:05}", pick(FIRST, n).upper(), german(n), pick(["open", "paid"], n, 2)),
        (),
        each(lambda r: (r[1].lower(), r[0], r[2].replace(".", "").replace(",", "."))),
        given_as={"delimiter": ";", "header": "none"},
        wanted_as={"delimiter": "|", "header": "none"},
    ),
    "report_with_lines_around": Case(
        ("region", "month", "revenue", "manager"),
        lambda n: (pick(CITIES, n), day(n).strftime("%m/%d/%Y"), f"${n * 7919 % 90000:,}", pick(FIRST, n)),
        ("month", "region", "revenue"),
        each(lambda r: (f"{r[1][6:]}-{r[1][:2]}-{r[1][3:5]}", r[0].upper(), r[2].replace("$", "").replace(",", ""))),
        given_as={"delimiter": ";"},
        around=("Revenue by region;;;\nCreated;2024-03-01;;\n;;;\n", "Total;;$1,234;\n\n{} rows\n"),
    ),
    "excel_in_german": Case(
        ("Nr", "Größe", "Preis", "Geändert am"),
        lambda n: (f"{n:03}", pick(["groß", "mittel", "klein"], n), german(n), day(n).strftime("%d.%m.%Y")),
        ("Nr", "Größe", "Preis", "Datum"),
        each(lambda r: (r[0], r[1].upper(), r[2].replace(".", "").replace(",", "."), "-".join(r[3].split(".")[::-1]))),
        given_as={"delimiter": ";", "encoding": "cp1252", "lineterminator": "\r\n"},
        wanted_as={"delimiter": ";", "encoding": "cp1252", "lineterminator": "\r\n"},
    ),
    "unicode_text_from_excel": Case(
        ("Имя", "город", "Код"),
        lambda n: (pick(["Иван", "Ольга", "Пётр"], n), pick(CITIES, n), f"{n:04}"),
        ("name", "code"),
        each(lambda r: (r[0].upper(), r[2])),
        given_as={"delimiter": "\t", "encoding": "utf-16", "lineterminator": "\r\n"},
        wanted_as={"delimiter": "\t", "encoding": "utf-16", "lineterminator": "\r\n"},
    ),
    "ragged_rows": Case(
        ("id", "name", "town", "comment"),
        lambda n: (f"{n:03}", f"{pick(FIRST, n)} ", pick(CITIES, n), "late")[: 4 if n % 3 else 3],
        ("id", "name", "comment"),
        each(lambda r: (r[0], r[1].strip().upper(), r[3] if len(r) > 3 else "")),
    ),
    "names_that_stand_twice": Case(
        ("order", "amount", "currency", "amount", ""),
        lambda n: (f"A{n:03}", f"{n * 7919 % 1000}.50", "EUR", f"{n * 911 % 1000}.25", pick(["x", "y"], n, 2)),
        ("order", "net", "gross", "mark"),
        each(lambda r: (r[0], r[1], r[3], r[4].upper())),
    ),
}


def write(
    path: Path, header: Row, rows: Iterable[Row], written_as: dict[str, str], around: tuple[str, str] = ("", "")
) -> None:
    """Write a file the way a case wants it."""
    rows = list(rows)
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if written_as.get("quoting") == "all" else csv.QUOTE_MINIMAL
    delimiter, newline = written_as.get("delimiter", ","), written_as.get("lineterminator", "\n")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    text.write(around[0])
    writer.writerows(rows if written_as.get("header") == "none" else [header, *rows])
    text.write(around[1].format(len(rows)))
    path.write_bytes(text.getvalue().encode(written_as.get("encoding", "utf-8")))


def main(target: Path) -> None:
    """Write all cases into a folder."""
    for name, case in (CASES | LAYOUTS).items():
        folder = target / name
        folder.mkdir(exist_ok=True)
        rows = [case.row(number) for number in range(1, case.rows + case.new_rows + 1)]
        for prefix, part in (("", rows[: case.rows]), ("new", rows[case.rows :])):
            given, wanted = ("new.csv", "new_expected.csv") if prefix else ("input.csv", "expected.csv")
            write(folder / given, case.header, part, case.given_as, case.around)
            write(folder / wanted, case.new_header, case.convert(part), case.wanted_as)
        if case.instructions:
            (folder / "instructions.json").write_text(json.dumps(case.instructions, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(__file__).parent)
