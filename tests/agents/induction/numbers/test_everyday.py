"""Everyday files of dates and amounts, learned from a few rows and right on others."""

from pathlib import Path

import pytest
from learning import convert, make_task

PAIRS = {
    "bank statement with decimal commas": (
        "Buchungstag;Betrag;Saldo\n05.03.2024;-1.234,50;8.765,50\n13.03.2024;99,00;8.864,50\n28.02.2024;-0,99;8.863,51\n",
        "date,amount,balance\n2024-03-05,-1234.50,8765.50\n2024-03-13,99.00,8864.50\n2024-02-28,-0.99,8863.51\n",
        "Buchungstag;Betrag;Saldo\n01.04.2024;-12.000,00;-3.136,49\n",
        [["2024-04-01", "-12000.00", "-3136.49"]],
    ),
    "invoice with terms and total": (
        "no,issued,days,qty,price\n0001,2024-01-30,14,3,19.99\n0002,2024-02-15,30,10,2.50\n0003,2024-03-01,10,7,105.00\n",
        "no,due,total\n0001,13.02.2024,59.97\n0002,16.03.2024,25.00\n0003,11.03.2024,735.00\n",
        "no,issued,days,qty,price\n0004,2024-12-31,7,2,0.99\n",
        [["0004", "07.01.2025", "1.98"]],
    ),
    "time sheet": (
        "day,start,end\n2024-03-04,08:00,16:30\n2024-03-05,09:15,12:00\n2024-03-06,22:00,06:00\n",
        "weekday,hours\nMonday,8.50\nTuesday,2.75\nWednesday,8.00\n",
        "day,start,end\n2024-03-10,13:00,13:20\n",
        [["Sunday", "0.33"]],
    ),
    "log lines": (
        "line\n2024-03-05 10:00:01 ERROR disk full\n2024-03-05 23:15:09 INFO up\n2023-12-31 07:45:59 WARN hot\n",
        "when,minute\n05/03/2024,10:00\n05/03/2024,23:15\n31/12/2023,07:45\n",
        "line\n2024-07-14 00:00:10 INFO down\n",
        [["14/07/2024", "00:00"]],
    ),
    "times in quarters of an hour": (
        "came\n08:07\n09:41\n13:16\n17:59\n",
        "slot\n08:00-08:15\n09:30-09:45\n13:15-13:30\n17:45-18:00\n",
        "came\n23:50\n",
        [["23:45-00:00"]],
    ),
    "months of German dates": (
        "Datum\n5. März 2024\n1. Mai 2023\n22. Juli 2022\n",
        "month\n2024-03\n2023-05\n2022-07\n",
        "Datum\n3. Oktober 2021\n",
        [["2021-10"]],
    ),
    "accounting parentheses": (
        'entry\n"1,234.50"\n(99.00)\n(0.50)\n250.00\n',
        "entry\n1234.50\n-99.00\n-0.50\n250.00\n",
        'entry\n"(12,000.75)"\n',
        [["-12000.75"]],
    ),
    "percent to fraction": (
        "rate\n12.5%\n7%\n100%\n",
        "rate\n0.125\n0.07\n1\n",
        "rate\n33.3%\n",
        [["0.333"]],
    ),
    "prices with currency": (
        "price\n$1234.5\n$99\n$12.75\n",
        "price\nUSD 1234.50\nUSD 99.00\nUSD 12.75\n",
        "price\n$0.5\n",
        [["USD 0.50"]],
    ),
    "thousands grouped": (
        "people\n8912345\n1034\n77\n",
        'people\n"8,912,345"\n"1,034"\n77\n',
        "people\n1000000\n",
        [["1,000,000"]],
    ),
    "day and time in two columns": (
        "day,time\n05/03/2024,7:15 PM\n13/04/2024,9:05 AM\n31/12/2023,12:30 AM\n",
        "moment\n2024-03-05T19:15\n2024-04-13T09:05\n2023-12-31T00:30\n",
        "day,time\n01/02/2024,11:59 PM\n",
        [["2024-02-01T23:59"]],
    ),
    "day, month and year in three columns": (
        "d,m,y\n5,3,2024\n13,11,2023\n1,1,1999\n",
        "date\n2024-03-05\n2023-11-13\n1999-01-01\n",
        "d,m,y\n30,9,2001\n",
        [["2001-09-30"]],
    ),
    "age groups": (
        "age\n17\n34\n28\n61\n",
        "group\n10-19\n30-39\n20-29\n60-69\n",
        "age\n45\n",
        [["40-49"]],
    ),
    "prices rounded to five cents": (
        "exact\n19.57\n19.58\n21.48\n43.32\n",
        "cash\n19.55\n19.60\n21.50\n43.30\n",
        "exact\n2.02\n",
        [["2.00"]],
    ),
    "quarters of the year": (
        "sold\n2024-02-14\n2023-11-02\n2024-06-30\n",
        "quarter\n2024-Q1\n2023-Q4\n2024-Q2\n",
        "sold\n2022-09-01\n",
        [["2022-Q3"]],
    ),
    "ends of months": (
        "from\n2024-02-14\n2023-11-02\n2024-06-30\n",
        "until\n29.02.2024\n30.11.2023\n30.06.2024\n",
        "from\n2023-02-01\n",
        [["28.02.2023"]],
    ),
    "gross and tax": (
        "net\n100.00\n19.99\n250.50\n7.01\n",
        "gross\n119.00\n23.79\n298.10\n8.34\n",
        "net\n1000.00\n",
        [["1190.00"]],
    ),
    "net of discount in two columns": (
        "price,discount\n100.00,10.00\n59.90,5.90\n249.00,24.50\n",
        "pay\n90.00\n54.00\n224.50\n",
        "price,discount\n10.00,0.01\n",
        [["9.99"]],
    ),
    "unix seconds": (
        "ts\n1709632800\n1700000000\n1583000000\n",
        "when\n2024-03-05 10:00\n2023-11-14 22:13\n2020-02-29 18:13\n",
        "ts\n0946684800\n",
        [["2000-01-01 00:00"]],
    ),
    "calendar weeks": (
        "day\n2024-03-05\n2021-01-01\n2023-12-31\n",
        "week\n2024-W10\n2020-W53\n2023-W52\n",
        "day\n2024-12-30\n",
        [["2025-W01"]],
    ),
    "missing amounts": (
        "amount\n1.234,50\nk.A.\n99,00\nk.A.\n7,25\n",
        "amount\n1234.50\n0.00\n99.00\n0.00\n7.25\n",
        "amount\nk.A.\n1,00\n",
        [["0.00"], ["1.00"]],
    ),
    "years of birth": (
        "born\n14.06.1980\n01.02.1999\n20.11.1955\n",
        "decade\n1980s\n1990s\n1950s\n",
        "born\n31.12.2009\n",
        [["2000s"]],
    ),
    "numbers for invoices": (
        "n\n7\n123\n4501\n",
        "id\nR-00007\nR-00123\nR-04501\n",
        "n\n12\n",
        [["R-00012"]],
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_everyday_files_are_right_on_new_rows(name: str, tmp_path: Path) -> None:
    given, expected, new, wanted = PAIRS[name]
    output = convert(make_task(given, expected), new, tmp_path)
    assert [list(row) for row in output.rows] == wanted
