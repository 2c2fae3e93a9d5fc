"""What scripts that read dates hold: `dates.py` takes the text of these functions; the search runs none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pandas is slow to import, and nothing here is run
    import pandas as pd


def read_dates(texts: pd.Series, formats: list[str]) -> pd.Series:
    """Read every text with the first format that fits; missing where none does."""
    texts = texts.str.strip()
    if any("%f" in date_format for date_format in formats):
        texts = texts.str.replace(r"(\.\d{6})\d+$", r"\1", regex=True)  # microseconds are enough
    texts = texts.where(texts.str.contains(r"\d"))  # pandas would read "now" as the present time
    dates = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for date_format in formats:
        read = pd.to_datetime(texts[dates.isna()], format=date_format, errors="coerce")
        dates = dates.fillna(read.dt.as_unit("us"))
    return dates.where(dates.dt.year.between(1, 9999))


def read_moments(texts: pd.Series, formats: list[str]) -> pd.Series:
    """Read every text with the first format that fits, as a time in UTC without a zone; missing where none does."""
    texts = texts.str.strip()
    if any("%f" in date_format for date_format in formats):
        texts = texts.str.replace(r"(\.\d{6})\d+", r"\1", regex=True)  # microseconds are enough
    short = texts.str[-3:-2].isin(["+", "-"])  # "+02" is "+02:00"
    texts = texts.mask(short, texts[short].str.replace(r"(:\d\d?(?:\.\d+)?\s*[+-]\d\d)$", r"\1:00", regex=True))
    has_offset = texts.str.fullmatch(r"(?s).*\d\s*(?:Z|[+-]\d\d:?\d\d)")
    moments = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for date_format in formats:
        fitting = texts.where(has_offset if "%z" in date_format else texts.str.contains(r"\d"))
        read = pd.to_datetime(fitting, format=date_format, errors="coerce", utc=True)
        moments = moments.fillna(read.dt.as_unit("us").dt.tz_localize(None))
    return moments.where(moments.dt.year.between(1, 9999))


def read_timestamps(texts: pd.Series, unit: str) -> pd.Series:
    """Read counts of seconds ("s") or milliseconds ("ms") since 1970; missing where there is no such count."""
    texts = texts.str.strip()
    digits, milliseconds = {"s": (r"\d{9,10}", 1000), "ms": (r"\d{12,13}", 1)}[unit]
    counts = pd.to_numeric(texts.where(texts.str.fullmatch(digits)), errors="coerce")
    return pd.to_datetime(counts * milliseconds, unit="ms").dt.as_unit("us")
