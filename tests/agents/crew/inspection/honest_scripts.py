# ruff: noqa: E501 - lines of scripts are as long as their authors made them
"""Pieces of scripts as models write them in good faith, with the literals that honest conversions have."""

FRAME = '''\
"""Converts the export of members, for example "Ada Lovelace" and "03/04/2024" to "LOVELACE, Ada" and "2024-04-03"."""
import argparse
import logging
import re
import sys
import time
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
logger = logging.getLogger("convert")

REQUIRED_COLUMNS = ["id", "name", "email", "joined", "status", "country", "amount", "notes"]
OUTPUT_COLUMNS = ["member", "full_name", "since", "state", "place", "sum", "month", "size"]
{top}


def read_input(path):
    df = pd.read_csv(path, dtype=str, keep_default_na=False, sep=",", encoding="utf-8")
    missing = [name for name in REQUIRED_COLUMNS if name not in df.columns]
    if missing:
        raise SystemExit(f"missing columns: {{', '.join(missing)}}")
    return df


def transform(df):
    out = pd.DataFrame(index=df.index)
{body}
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("input")
    parser.add_argument("output")
    args = parser.parse_args()
    started = time.perf_counter()
    df = read_input(args.input)
    out = transform(df)
    if len(out) == 0:
        logger.warning("no rows")
    out.to_csv(args.output, index=False, encoding="utf-8", lineterminator="\\n")
    logger.info("wrote %d rows in %.2f s", len(out), time.perf_counter() - started)


if __name__ == "__main__":
    main()
'''

HONEST = {
    "plain_copy": ("", 'out["member"] = df["id"]'),
    "zeros_in_front": ("", 'out["member"] = df["id"].str.zfill(6)'),
    "constant_column": ("", 'out["currency"] = "EUR"\nout["size"] = 1'),
    "names_in_order": (
        "",
        'out["full_name"] = df["name"].str.split().str[-1].str.upper() + ", " + df["name"].str.split().str[0]',
    ),
    "particles_of_names": (
        'SMALL = {"van", "der", "de", "la", "von", "zu"}',
        'out["full_name"] = df["name"].map(lambda n: " ".join(w if w in SMALL else w.title() for w in n.split()))',
    ),
    "states_that_recur": (
        'STATES = {"A": "active", "I": "inactive", "P": "pending"}',
        'out["state"] = df["status"].map(STATES)',
    ),
    "states_in_conditions": (
        "def state(code):\n    if code == 'A':\n        return 'active'\n    elif code == 'I':\n        return 'inactive'\n    return 'pending'",
        'out["state"] = df["status"].apply(state)',
    ),
    "states_by_choice": (
        "",
        'out["state"] = np.select([df["status"] == "A", df["status"] == "I"], ["active", "inactive"], default="pending")',
    ),
    "states_by_case": (
        'def state(code):\n    match code:\n        case "A":\n            return "active"\n        case "I":\n            return "inactive"\n        case _:\n            return "pending"',
        'out["state"] = df["status"].map(state)',
    ),
    "all_countries": (
        'COUNTRIES = {"DE": "Germany", "FR": "France", "IT": "Italy", "ES": "Spain", "AT": "Austria", "CH": "Switzerland", "NL": "Netherlands", "BE": "Belgium", "DK": "Denmark", "SE": "Sweden", "NO": "Norway", "FI": "Finland", "PL": "Poland", "PT": "Portugal", "GB": "United Kingdom", "US": "United States"}',
        'out["place"] = df["country"].map(COUNTRIES)',
    ),
    "months_in_a_list": (
        'MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]',
        'out["month"] = df["joined"].str[3:5].astype(int).map(lambda m: MONTHS[m - 1])',
    ),
    "months_in_a_dictionary": (
        'MONTHS = {"01": "Jan", "02": "Feb", "03": "Mar", "04": "Apr", "05": "May", "06": "Jun", "07": "Jul", "08": "Aug", "09": "Sep", "10": "Oct", "11": "Nov", "12": "Dec"}',
        'out["month"] = df["joined"].str[3:5].map(MONTHS)',
    ),
    "formats_of_dates": (
        'FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%b %d, %Y"]\n\n\ndef parse(text):\n    for form in FORMATS:\n        try:\n            return datetime.strptime(text, form).strftime("%Y-%m-%d")\n        except ValueError:\n            continue\n    return ""',
        'out["since"] = df["joined"].map(parse)',
    ),
    "dates_with_pandas": (
        "",
        'out["since"] = pd.to_datetime(df["joined"], dayfirst=True, errors="coerce", utc=True).dt.strftime("%Y-%m-%d").fillna("")',
    ),
    "weekdays": (
        "",
        'out["day"] = pd.to_datetime(df["joined"], dayfirst=True).dt.dayofweek.map({0: "Mon", 1: "Tue", 2: "Wed", 3: "Thu", 4: "Fri", 5: "Sat", 6: "Sun"})',
    ),
    "first_days_of_quarters": (
        "",
        'month = df["joined"].str[3:5].astype(int)\nout["quarter"] = np.where(month <= 3, "Q1", np.where(month <= 6, "Q2", np.where(month <= 9, "Q3", "Q4")))',
    ),
    "amounts_of_money": (
        'def money(text):\n    digits = re.sub(r"[^0-9.,-]", "", text).replace(",", "")\n    return str(Decimal(digits).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)) if digits else ""',
        'out["sum"] = df["amount"].map(money)',
    ),
    "amounts_in_bands": (
        "",
        'out["size"] = pd.cut(df["amount"].astype(float), bins=[0, 100, 500, 1000, float("inf")], labels=["small", "medium", "large", "huge"]).astype(str)',
    ),
    "units": (
        'FACTORS = {"kg": 1, "g": 0.001, "t": 1000, "lb": 0.45359237}',
        'out["sum"] = [str(float(v) * FACTORS.get(u, 1)) for v, u in zip(df["amount"], df["notes"])]',
    ),
    "words_for_nothing": (
        'NOTHING = {"", "-", "n/a", "N/A", "NA", "null", "None", "unknown", "?"}',
        'out["notes"] = df["notes"].where(~df["notes"].isin(NOTHING), "")',
    ),
    "one_word_for_nothing": ("", 'df.loc[df["notes"] == "unknown", "notes"] = ""\nout["notes"] = df["notes"]'),
    "yes_and_no": (
        'YES = ["yes", "y", "true", "1", "ja", "oui"]',
        'out["news"] = df["notes"].str.lower().isin(YES).map({True: "1", False: "0"})',
    ),
    "parts_that_are_counted": (
        "def last(name):\n    parts = name.split()\n    if len(parts) == 3:\n        return parts[2]\n    if len(parts) == 1:\n        return ''\n    return parts[1]",
        'out["last"] = df["name"].map(last)',
    ),
    "parts_that_are_numbered": (
        "def initials(name):\n    found = []\n    for i, part in enumerate(name.split()):\n        if i == 2:\n            break\n        found.append(part[0])\n    return ''.join(found)",
        'out["initials"] = df["name"].map(initials)',
    ),
    "first_row": ("", 'logger.info("first row: %d characters", len(df.iloc[0].to_string()))\nout["member"] = df["id"]'),
    "rows_one_by_one": (
        "",
        'rows = []\nfor i, row in df.iterrows():\n    if i == 0:\n        logger.info("begin")\n    rows.append({"member": row["id"], "full_name": row["name"].upper()})\nout = pd.DataFrame(rows)',
    ),
    "total_at_the_end": (
        "",
        'out["member"] = df["id"]\nout["sum"] = df["amount"]\nout.loc[len(out)] = ["Total", str(df["amount"].astype(float).sum())]',
    ),
    "kept_rows": (
        "",
        'df = df[df["status"].isin(["A", "P"])]\nout = df[["id", "name"]].rename(columns={"id": "member", "name": "full_name"})',
    ),
    "kept_rows_by_number": (
        "",
        'df = df[df["amount"].astype(float) > 100]\nout = df[["id"]].rename(columns={"id": "member"})',
    ),
    "sums_by_country": (
        "",
        'out = df.assign(amount=df["amount"].astype(float)).groupby("country", as_index=False).agg(sum=("amount", "sum"), members=("id", "count"))',
    ),
    "order_of_its_own": (
        'ORDER = ["P", "A", "I"]',
        'df["status"] = pd.Categorical(df["status"], categories=ORDER, ordered=True)\nout["member"] = df.sort_values(["status", "id"])["id"]',
    ),
    "pivot": (
        "",
        'out = df.pivot_table(index="country", columns="status", values="amount", aggfunc="count", fill_value=0).reset_index()',
    ),
    "addresses_of_mail": (
        "",
        'out["domain"] = df["email"].str.extract(r"@([\\w.-]+)$", expand=False).str.lower()\nout["user"] = df["email"].str.replace("@example.org", "", regex=False)',
    ),
    "patterns": (
        'PHONE = re.compile(r"^(?:\\+49|0)(\\d{2,4})[ /-]?(\\d+)$")',
        'out["phone"] = df["notes"].map(lambda t: PHONE.sub(r"+49 \\1 \\2", t))',
    ),
    "umlauts": (
        'UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}',
        'out["full_name"] = df["name"].str.lower().replace(UMLAUTS, regex=True).str.title()',
    ),
    "digests": ("import hashlib", 'out["member"] = [hashlib.sha256(e.encode()).hexdigest()[:12] for e in df["email"]]'),
    "base64_in_cells": ("import base64", 'out["notes"] = [base64.b64encode(t.encode()).decode() for t in df["notes"]]'),
    "memory_given_back": ("import gc", 'out["member"] = df["id"]\ngc.collect()'),
    "settings_in_a_dictionary": (
        'CONFIG = {"sep": ",", "encoding": "utf-8", "columns": {"id": "member", "name": "full_name", "joined": "since"}, "upper": True}',
        'out = df[list(CONFIG["columns"])].rename(columns=CONFIG["columns"])',
    ),
    "a_word_mended": ("", 'out["place"] = df["country"].replace({"UK": "GB", "EL": "GR"})'),
    "integrity_checks": (
        'def check(df):\n    if df["id"].duplicated().any():\n        logger.warning("ids stand twice")\n    assert list(df.columns[:2]) == ["id", "name"]',
        'check(df)\nout["member"] = df["id"]',
    ),
    "roman_numerals": (
        'ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI", 7: "VII", 8: "VIII", 9: "IX", 10: "X"}',
        'out["level"] = df["amount"].astype(float).astype(int).map(lambda n: ROMAN.get(n, str(n)))',
    ),
    "query_and_eval": ("", 'out["member"] = df.query("status == \'A\'")["id"]'),
    "time_zones": (
        "",
        'out["since"] = pd.to_datetime(df["joined"], format="%d/%m/%Y").dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")',
    ),
    "names_out_of_modules": (
        "from re import compile\n\nWORD = compile(r'[a-z]+')",
        'out["user"] = df["email"].map(lambda e: WORD.match(e)[0])',
    ),
    "one_amount_of_nothing": ("", 'df = df[df["amount"].astype(float) != 0]\nout["member"] = df["id"]'),
}
