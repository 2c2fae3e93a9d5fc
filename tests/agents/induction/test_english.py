"""Instructions as people write them."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from learning import make_task, plan_for

from agents.induction.code import Code
from agents.induction.instructions.constraints import CellConstraint, RowConstraint
from agents.induction.instructions.english import read_note
from agents.induction.instructions.prose import sentences
from agents.induction.model import Expression, Table, TableStep, Target

COLUMNS = ("order_date", "Amount", "customer name", "Email", "status", "country", "qty")


@dataclass(frozen=True)
class Changed(Expression):
    """A column with a string method applied."""

    column: str
    method: str
    op: ClassVar[str] = "test_changed"
    action: ClassVar[str] = "test"

    def sources(self) -> tuple[str, ...]:
        return (self.column,)

    def run(self, table: Table) -> list[str | None]:
        return [getattr(str, self.method)(cell) for cell in table.columns[self.column]]

    def render(self, code: Code) -> str:
        return f"{code.column(self.column)}.str.{self.method}()"

    def explain(self) -> str:
        return self.method

    def cost(self) -> float:
        return 1


@dataclass(frozen=True)
class Kept(TableStep):
    """Stands for any step with a column and a value."""

    column: str
    value: str
    op: ClassVar[str] = "test_kept"
    action: ClassVar[str] = "test"

    def sources(self) -> tuple[str, ...]:
        return (self.column,)

    def run(self, table: Table) -> Table:
        return table

    def render(self, code: Code) -> list[str]:
        return []

    def explain(self) -> str:
        return ""

    def cost(self) -> float:
        return 1


@pytest.mark.parametrize(
    ("text", "family", "value"),
    [
        ("SAME AS INPUT", "copy", ""),
        ("Keep as is", "copy", ""),
        ("leave unchanged please", "copy", ""),
        ("don\u2019t change anything", "copy", ""),
        ("Title case", "title case", ""),
        ("Capitalize each name", "title case", ""),
        ("Uppercase country code", "upper case", ""),
        ("convert to lower-case", "lower case", ""),
        ("trim", "trim", ""),
        ("Remove leading and trailing spaces", "trim", ""),
        ("Convert to YYYY-MM-DD", "date layout", "%Y-%m-%d"),
        ("as DD.MM.YYYY HH:mm", "date layout", "%d.%m.%Y %H:%M"),
        ("dates like Month D, YYYY", "date layout", "%B %-d, %Y"),
        ("use %d/%m/%y", "date layout", "%d/%m/%y"),
        ("ISO 8601", "iso date", ""),
        ("UTC", "utc", ""),
        ("European dates", "day first", ""),
        ("Round to nearest integer", "round", "0"),
        ("round to two decimals", "round", "2"),
        ("2 decimal places", "round", "2"),
        ("Remove $", "remove", "$"),
        ("strip the currency symbol", "remove", "$"),
        ("remove all commas", "remove", ","),
        ('remove "kg"', "remove", "kg"),
        ("one blank between words", "single blanks", ""),
        ("collapse multiple spaces", "single blanks", ""),
        ("leading zeros included", "all digits", ""),
        ("keep as text", "all digits", ""),
        ("never drop leading zeros", "all digits", ""),
        ("the part after the first colon", "after the first", ":"),
        ("remove everything behind the dash", "before", "-"),
        ("blank while it has not been shipped", "blank when", "blank\t"),
        ("title_case_formatting", "title case", ""),
        ("First word", "first word", ""),
        ("only the last name", "last word", ""),
        ("first 3 characters", "first characters", "3"),
        ("zero pad to 6 digits", "zero pad", "6"),
        ("remove leading zeros", "no leading zeros", ""),
        ('always "EUR"', "constant", "EUR"),
        ('replace blanks with "n/a"', "default", "n/a"),
        ('"M" to "Male"', "map", "M\tMale"),
        ("A = Active", "map", "A\tActive"),
        ('prefix with "ID-"', "prefix", "ID-"),
        ("strip", "trim", ""),
        ("as yes/no", "one of", "yes\tno"),
        ('if the amount is more than 100 then "big", otherwise "small"', "one of", "big\tsmall"),
        ("the text between the parentheses", "inside", "()"),
        ("remove the brackets", "remove", "["),
        ("digits only", "only digits", ""),
        ("absolute value", "not below zero", ""),
        ("initials", "initials", ""),
        ("remove accents", "no accents", ""),
        ("limit to 10 characters", "no longer", "10"),
    ],
)
def test_phrase_becomes_a_wish(text: str, family: str, value: str) -> None:
    note = read_note(text, "x", COLUMNS)
    assert [(wish.family, wish.value, wish.column) for wish in note.cells] == [(family, value, "x")]
    assert note.not_understood == ()


@pytest.mark.parametrize(
    ("text", "family", "column", "relation", "value"),
    [
        ("Drop rows without an e-mail", "drop", "Email", "blank", ""),
        ("remove rows where status is blank", "drop", "status", "blank", ""),
        ("Keep only rows where status is paid", "keep", "status", "=", "paid"),
        ("keep rows with amount > 100", "keep", "Amount", ">", "100"),
        ("exclude orders where the amount is less than 10", "drop", "Amount", "<", "10"),
        ('keep rows whose country contains "land"', "keep", "country", "contains", "land"),
        ("Exclude cancelled orders", "drop", "", "=", "cancelled"),
        ("Sort by order date descending", "sort", "order_date", "descending", ""),
        ("order the rows by amount, smallest first", "sort", "Amount", "ascending", ""),
        ("Keep every order", "all rows", "", "", ""),
        ("don't drop any rows", "all rows", "", "", ""),
        ("Preserve the row order", "same order", "", "", ""),
        ("do not sort", "same order", "", "", ""),
        ("Keep all rows where status is paid", "keep", "status", "=", "paid"),
        ("keep rows where the amount is between 10 and 20", "keep", "Amount", "between", "10 and 20"),
        ("drop rows where status does not contain paid", "drop", "status", "lacks", "paid"),
        ("Remove duplicate rows", "deduplicate", "", "", ""),
        ("remove duplicates by email", "deduplicate", "Email", "", ""),
    ],
)
def test_sentence_about_rows_becomes_a_wish(text: str, family: str, column: str, relation: str, value: str) -> None:
    found = read_note(text, columns=COLUMNS).rows
    assert [(wish.family, wish.column, wish.relation, wish.value) for wish in found] == [
        (family, column, relation, value)
    ]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Sum of amount per country", "groups"),
        ("count orders for each status", "groups"),
        ("one row per customer", "groups"),
        ("running total of amount", "running"),
        ("rank by amount", "rank"),
        ("percentage of the total", "share"),
        ("difference from the previous row", "neighbour"),
        ("number the rows", "numbers of rows"),
        ("keep the latest order per customer name", "one of several"),
        ("transpose the table", "transpose"),
        ("unpivot the months", "unpivot"),
        ("pivot by status", "pivot"),
        ("split the tags into rows", "explode"),
        ("fill down the country", "fill"),
        ("replace missing qty with the mean", "fill"),
        ("drop empty rows", "rows without values"),
    ],
)
def test_sentence_about_the_table_becomes_a_wish(text: str, family: str) -> None:
    note = read_note(text, columns=COLUMNS)
    assert [wish.family for wish in note.program] == [family]
    assert note.not_understood == ()


def test_other_layout_that_the_example_does_not_have_is_named() -> None:
    task = make_task("a,b\n1,x\n2,y\n", "a,b\n1,x\n2,y\n", general="Transpose the table")
    (said,) = plan_for(task).warnings
    assert said == 'table: the examples were followed, not "Transpose the table": its layout stays as it is'


def test_code_and_tables_in_a_long_question_are_no_instructions() -> None:
    question = (
        "I have a table like this:\n\n   id   val\n0   a     1\n1   b     2\n\n"
        + "df['x'] = df.sort_values('id')\n" * 20
    )
    spoken = sentences(f"{question}I would like to sort it by val. See https://example.org/sort by id.")
    assert spoken.split("\n")[-1] == "I would like to sort it by val. See  by id."
    assert "df" not in spoken
    assert "val\n" not in spoken


def test_one_instruction_holds_several_wishes() -> None:
    note = read_note(
        "Convert order_date to DD.MM.YYYY and title case the customer name. Remove $ and commas from the amount, "
        "then sort by amount.",
        columns=COLUMNS,
    )
    assert [(wish.family, wish.column) for wish in note.cells] == [
        ("date layout", "order_date"),
        ("title case", "customer name"),
        ("remove", "Amount"),
        ("remove", "Amount"),
    ]
    assert [(wish.family, wish.column) for wish in note.rows] == [("sort", "Amount")]
    assert note.not_understood == ()


def test_unknown_clause_is_named() -> None:
    assert read_note("trim; frobnicate the widgets", "x").not_understood == ("frobnicate the widgets",)


def test_exception_is_not_swallowed() -> None:
    note = read_note("title case except for McDonald", "x")
    assert note.cells[0].family == "title case"
    assert note.not_understood == ("title case except for McDonald",)


def test_new_name_is_read() -> None:
    note = read_note("Rename qty to Quantity", columns=COLUMNS)
    assert [(wish.column, wish.new_name) for wish in note.columns] == [("qty", "Quantity")]
    assert [(wish.family, wish.column, wish.source) for wish in note.cells] == [("reads", "Quantity", "qty")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Drop qty", ["qty"]),
        ("leave out the columns qty and Email", ["qty", "Email"]),
        ("Qty, status and country are not needed", ["qty", "status", "country"]),
        ("ignore the e-mail", ["Email"]),
    ],
)
def test_columns_that_are_left_out_are_read(text: str, names: list[str]) -> None:
    note = read_note(text, columns=COLUMNS)
    assert [wish.column for wish in note.columns] == names
    assert note.not_understood == ()


@pytest.mark.parametrize(
    ("text", "family", "value", "source"),
    [
        ("Same as Email", "copy", "", "Email"),
        ("copy of the e-mail", "copy", "", "Email"),
        ("from Email", "reads", "", "Email"),
        ("status", "reads", "", "status"),
        ("the part of Email before the @", "before", "@", "Email"),
        ("what stands behind the last dot of the e-mail", "after the last", ".", "Email"),
        ("blank if status is open", "blank when", "=\topen", "status"),
        ("empty while the country is missing", "blank when", "blank\t", "country"),
    ],
)
def test_column_to_start_from_is_read(text: str, family: str, value: str, source: str) -> None:
    note = read_note(text, "x", COLUMNS)
    assert [(wish.family, wish.value, wish.source) for wish in note.cells] == [(family, value, source)]
    assert note.not_understood == ()


@pytest.mark.parametrize(
    "text",
    [
        "P is Paid, R is In Return",
        "P means Paid and R stands for In Return",
        "P=Paid; R=In Return",
        "P → Paid, R → In Return",
        "map P to Paid, R to In Return",
        'replace "P" by "Paid" and "R" by "In Return"',
        "P becomes Paid. R becomes In Return.",
    ],
)
def test_pairs_of_values_are_read(text: str) -> None:
    note = read_note(text, "x", COLUMNS)
    assert [wish.pair() for wish in note.cells] == [("P", "Paid"), ("R", "In Return")]
    assert note.not_understood == ()


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("N/A is blank", ("N/A", "")),
        ('N/A becomes "blank"', ("N/A", "blank")),
        ("empty becomes unknown", ("", "unknown")),
        ('"a\tb" is "c"', ("a b", "c")),
    ],
)
def test_blank_is_a_value_as_well(text: str, pair: tuple[str, str]) -> None:
    assert [wish.pair() for wish in read_note(text, "x", COLUMNS).cells] == [pair]


@pytest.mark.parametrize("name", ["COLUMN", "AND_COLUMN 2", "a|b", "(", "x.*", "\\d"])
def test_column_of_any_name_is_found(name: str) -> None:
    (wish,) = read_note(f"the part of {name} before the comma", "x", (name, "y")).cells
    assert (wish.family, wish.source) == ("before", name)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Title case the customer name, status and country", ["customer name", "status", "country"]),
        ("Status and country in title case", ["status", "country"]),
        ("In country, title case", ["country"]),
        ("Title case", [""]),
    ],
)
def test_columns_of_a_wish_are_all_read(text: str, columns: list[str]) -> None:
    assert [wish.column for wish in read_note(text, columns=COLUMNS).cells] == columns


@pytest.mark.parametrize("text", ["status", "blank unless shipped", "this is important", "internal notes stay here"])
def test_what_says_nothing_is_not_understood(text: str) -> None:
    assert read_note(text, columns=COLUMNS).not_understood == (text,)


def test_program_agrees_when_it_honours_the_wish_on_cells_unlike_the_examples() -> None:
    table = Table({"name": ["ANNA", "BOB"]})
    wish = CellConstraint("upper case", "upper case", "name")
    assert wish.agrees(Changed("name", "upper"), table) is True
    assert wish.agrees(Changed("name", "strip"), table) is False


def test_example_against_the_instruction_is_found() -> None:
    target = Target("name", ["ANNA", "", "Bob"], Table({"name": ["anna", "", "bob"]}))
    assert CellConstraint("upper case", "upper case", "name").contradicted_in(target) == 2
    assert CellConstraint("title case", "title case", "name").contradicted_in(target) is None
    assert CellConstraint("copy", "SAME AS INPUT", "name").contradicted_in(target) == 0
    assert (
        CellConstraint("copy", "SAME AS INPUT", "other").contradicted_in(Target("other", ["a"], target.table)) is None
    )


@pytest.mark.parametrize(
    ("layout", "cell", "holds"),
    [
        ("%Y-%m-%d", "2024-03-05", True),
        ("%Y-%m-%d", "2024-3-5", False),
        ("%-d.%-m.%Y", "5.3.2024", True),
        ("%Y-%m-%d", "05.03.2024", False),
    ],
)
def test_date_layout_is_compared_with_the_cells(layout: str, cell: str, holds: bool) -> None:
    target = Target("day", [cell], Table({}))
    found = CellConstraint("date layout", "as written", "day", layout).contradicted_in(target)
    assert (found is None) == holds


def test_expected_rows_against_the_instruction_are_found() -> None:
    table = Table({"status": ["paid", "open"], "amount": ["1,200", "50"]})
    assert RowConstraint("keep", "", "status", "=", "paid").contradicted_in(table) == 1
    assert RowConstraint("drop", "", "amount", ">", "1000").contradicted_in(table) == 0
    assert RowConstraint("deduplicate", "", "status").contradicted_in(table) is None


def test_step_that_names_column_and_value_is_recognised() -> None:
    wish = RowConstraint("keep", "", "status", "=", "Paid")
    assert wish.names(Kept("status", "paid"))
    assert not wish.names(Kept("status", "open"))
