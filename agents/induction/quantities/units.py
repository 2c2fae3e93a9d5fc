"""Units of measurement by what they measure: their names, and how many of the base unit one of them is."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import permutations

UNITS: dict[str, dict[str, str]] = {
    "length": {
        "m|meter|metre": "1",
        "km|kilometer|kilometre": "1000",
        "cm|centimeter|centimetre": "0.01",
        "mm|millimeter|millimetre": "0.001",
        "mi|mile": "1609.344",
        "ft|foot|feet|'|\u2032": "0.3048",
        'in|inch|"|\u2033': "0.0254",
        "yd|yard": "0.9144",
        "nmi|nautical mile": "1852",
        "dm|decimeter|decimetre": "0.1",
        "µm|um|micron|micrometer|micrometre": "0.000001",
        "nm|nanometer|nanometre": "0.000000001",
        "furlong": "201.168",
        "fathom": "1.8288",
    },
    "mass": {
        "g|gr|gram|gramme": "1",
        "kg|kilo|kilogram|kilogramme": "1000",
        "lb|pound": "453.59237",
        "oz|ounce": "28.349523125",
        "mg|milligram": "0.001",
        "t|ton|tonne|metric ton": "1000000",
        "st|stone": "6350.29318",
        "µg|ug|mcg|microgram": "0.000001",
        "short ton|us ton|ton": "907184.74",
        "long ton": "1016046.9088",
        "ct|carat": "0.2",
    },
    "volume": {
        "l|liter|litre": "1",
        "ml|milliliter|millilitre|cc": "0.001",
        "gal|gallon|us gallon": "3.785411784",
        "fl oz|fluid ounce|oz|ounce": "0.0295735295625",
        "cup": "0.2365882365",
        "pt|pint": "0.473176473",
        "qt|quart": "0.946352946",
        "tbsp|tablespoon": "0.01478676478125",
        "tsp|teaspoon": "0.00492892159375",
        "cl|centiliter|centilitre": "0.01",
        "dl|deciliter|decilitre": "0.1",
        "m3|m³|cubic meter|cubic metre|cu m": "1000",
        "cm3|cm³|cubic centimeter|cubic centimetre": "0.001",
        "ft3|ft³|cubic foot|cubic feet|cu ft": "28.316846592",
        "in3|in³|cubic inch|cu in": "0.016387064",
        "yd3|yd³|cubic yard|cu yd": "764.554857984",
        "imperial gallon|uk gallon|gal|gallon": "4.54609",
        "imperial pint|uk pint|pt|pint": "0.56826125",
        "bbl|barrel": "158.987294928",
    },
    "area": {
        "m2|m²|sqm|sq m|square meter|square metre": "1",
        "km2|km²|sq km|square kilometer|square kilometre": "1000000",
        "ha|hectare": "10000",
        "ac|acre": "4046.8564224",
        "ft2|ft²|sqft|sq ft|square foot|square feet": "0.09290304",
        "in2|in²|sq in|square inch": "0.00064516",
        "yd2|yd²|sq yd|square yard": "0.83612736",
        "mi2|mi²|sq mi|square mile": "2589988.110336",
        "cm2|cm²|sq cm|square centimeter|square centimetre": "0.0001",
        "mm2|mm²|sq mm|square millimeter|square millimetre": "0.000001",
    },
    "speed": {
        "km/h|kmh|kph|kilometers per hour|kilometres per hour": "1",
        "m/s|mps|meters per second|metres per second": "3.6",
        "mph|mi/h|miles per hour": "1.609344",
        "kn|kt|kts|knot": "1.852",
        "ft/s|fps|feet per second": "1.09728",
    },
    "energy": {
        "j|joule": "1",
        "kj|kilojoule": "1000",
        "cal|calorie": "4.184",
        "kcal|kilocalorie|calorie": "4184",
        "wh|watt hour": "3600",
        "kwh|kilowatt hour": "3600000",
        "btu": "1055.05585262",
    },
    "power": {
        "w|watt": "1",
        "kw|kilowatt": "1000",
        "mw|megawatt": "1000000",
        "hp|horsepower": "745.69987158227022",
        "ps|metric horsepower|hp": "735.49875",
    },
    "pressure": {
        "pa|pascal": "1",
        "hpa|hectopascal": "100",
        "kpa|kilopascal": "1000",
        "mpa|megapascal": "1000000",
        "bar": "100000",
        "mbar|millibar": "100",
        "psi": "6894.757293168361",
        "atm|atmosphere": "101325",
        "mmhg|torr": "133.322387415",
        "inhg": "3386.389",
    },
    "data": {
        "b|byte": "1",
        "kb|kilobyte": "1000",
        "mb|megabyte": "1000000",
        "gb|gigabyte": "1000000000",
        "tb|terabyte": "1000000000000",
        "pb|petabyte": "1000000000000000",
        "bit": "0.125",
        "kbit|kilobit|kbps": "125",
        "mbit|megabit|mbps": "125000",
        "gbit|gigabit|gbps": "125000000",
    },
    "data in steps of 1024": {
        "b|byte": "1",
        "kib|kb|k|kilobyte|kibibyte": "1024",
        "mib|mb|m|megabyte|mebibyte": "1048576",
        "gib|gb|g|gigabyte|gibibyte": "1073741824",
        "tib|tb|t|terabyte|tebibyte": "1099511627776",
    },
    "time": {
        "s|sec|second": "1",
        "min|minute|m": "60",
        "h|hr|hour": "3600",
        "d|day": "86400",
        "wk|week": "604800",
        "ms|msec|millisecond": "0.001",
        "µs|us|microsecond": "0.000001",
        "ns|nanosecond": "0.000000001",
        "yr|year": "31536000",
    },
    "angle": {
        "°|º|deg|degree": "1",
        "rad|radian": "57.29577951308232087679815481",
        "grad|gon": "0.9",
        "arcmin|arcminute|'|\u2032": "1/60",
        'arcsec|arcsecond|"|\u2033': "1/3600",
        "turn|revolution": "360",
    },
    "frequency": {
        "hz|hertz": "1",
        "khz|kilohertz": "1000",
        "mhz|megahertz": "1000000",
        "ghz|gigahertz": "1000000000",
        "rpm": "1/60",
    },
    "force": {
        "n|newton": "1",
        "kn|kilonewton": "1000",
        "lbf|pound force": "4.4482216152605",
        "kgf|kp|kilogram force": "9.80665",
    },
}
"""By what they measure: the spellings of a unit in small letters and the singular, and its size in base units."""

TEMPERATURES = {
    "°c|ºc|c|celsius|centigrade|degree celsius|degree c|deg c": "C",
    "°f|ºf|f|fahrenheit|degree fahrenheit|degree f|deg f": "F",
    "°k|k|kelvin": "K",
}


def singular(unit: str) -> str:
    """Return a unit in small letters, without a plural, a full stop and blanks around it."""
    text = re.sub(r"\s+", " ", unit).strip(" .()[]").lower().replace("degrees ", "degree ").replace("^", "")
    if text in ("inches", "foots"):
        return text[:-2]
    words = text.split(" ", 1)
    known = {name for kind in UNITS.values() for names in kind for name in names.split("|")}
    return text if text in known or len(words[0]) < 3 else re.sub(r"s$", "", re.sub(r"s (?=per )", "s ", text))


@cache
def sizes(unit: str) -> dict[str, Fraction]:
    """Return by what it may measure the size of a unit in base units; empty when it is not known."""
    name = singular(unit)
    found: dict[str, Fraction] = {}
    for kind, units in UNITS.items():
        for spellings, size in units.items():
            if name in spellings.split("|") or name.replace(" ", "") in spellings.split("|"):
                found.setdefault(kind, Fraction(size))
    return found


@cache
def other_sizes(unit: str) -> dict[str, list[Fraction]]:
    """Return by what it may measure all sizes that go by the name of a unit, such as gallons."""
    name = singular(unit)
    found: dict[str, list[Fraction]] = {}
    for kind, units in UNITS.items():
        for spellings, size in units.items():
            if name in spellings.split("|"):
                found.setdefault(kind, []).append(Fraction(size))
    return found


def temperature(unit: str) -> str:
    """Return "C", "F" or "K" for the name of a scale, else nothing."""
    name = singular(unit)
    return next((scale for spellings, scale in TEMPERATURES.items() if name in spellings.split("|")), "")


def ratios_by_name(old: str, new: str) -> Iterator[Fraction]:
    """Yield by what to multiply to come from one unit to the other, as far as the names tell."""
    news = other_sizes(new)
    for kind, olds in other_sizes(old).items():
        yield from (size / other for size in olds for other in news.get(kind, []))


@cache
def known_ratios() -> list[Fraction]:
    """Return all ratios between two units of one kind, sorted."""
    pairs = (pair for units in UNITS.values() for pair in permutations(units.values(), 2))
    ratios = {Fraction(one) / Fraction(other) for one, other in pairs}
    return sorted(ratio for ratio in ratios if not plain(ratio))


def plain(ratio: Fraction) -> bool:
    """Tell whether a ratio is written with two digits at most, as 10 and 0.5 are: then it is nobody's in particular."""
    digits = f"{float(ratio):.12g}".replace(".", "").lstrip("0").rstrip("0")
    return len(digits.split("e")[0]) <= 2


@cache
def spellings_of(kind: str) -> dict[str, str]:
    """Return all spellings of the units of a kind, in small letters, with their sizes in base units."""
    found: dict[str, str] = {}
    for spellings, size in UNITS[kind].items():
        for spelling in spellings.split("|"):
            if " " not in spelling:
                plural = "inches" if spelling == "inch" else f"{spelling}s"
                found |= {spelling: size, **({plural: size} if len(spelling) > 1 else {})}
    return found
