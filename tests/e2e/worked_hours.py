"""Works out the hours of each shift: what a model might write for examples/shifts."""

import logging
import sys
import time

import pandas as pd

COLUMNS = ["shift", "name", "date", "start", "end", "break_minutes"]
MINUTES_A_DAY = 24 * 60


def read_input(path):
    df = pd.read_csv(path, dtype=str, keep_default_na=False)
    missing = [name for name in COLUMNS if name not in df.columns]
    if missing:
        raise SystemExit(f"ERROR missing columns: {missing}; the input has {list(df.columns)}")
    return df


def minutes(clock):
    hour, minute = clock.split(":")
    return 60 * int(hour) + int(minute)


def hours(start, end, break_minutes):
    worked = (minutes(end) - minutes(start)) % MINUTES_A_DAY - int(break_minutes)
    return f"{worked / 60:.2f}"


def transform(df):
    result = df[["shift", "name", "date"]].copy()
    result["hours"] = [hours(*row) for row in zip(df["start"], df["end"], df["break_minutes"], strict=True)]
    return result


def main():
    logging.basicConfig(level=logging.INFO)
    started = time.perf_counter()
    df = read_input(sys.argv[1])
    result = transform(df)
    assert len(result) == len(df)
    result.to_csv(sys.argv[2], index=False)
    logging.info("done in %.3f s", time.perf_counter() - started)


if __name__ == "__main__":
    main()
