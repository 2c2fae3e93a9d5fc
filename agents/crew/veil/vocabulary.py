"""Words that mean something inside string literals of scripts, and which no made-up word may therefore be."""

import builtins
import keyword

PANDAS = """
    abs agg all and any apply asc ascending assign astype axis back backfill bfill bool both boolean category center
    coerce col cols column columns concat constant copy count cross csv cum cumsum cut date dates datetime day days
    delim dense desc diff drop dtype dtypes end ewm explode ffill fill fillna first fixed float freq from get group
    groupby head high hour hours how idx iloc ignore index inf infer inner input int item items iter join key keys
    keep label labels last left len level line lines list loc log low lower main mask max mean median melt merge min
    minute minutes mixed mode month months most name names nan nat nearest new none not null num number numeric nunique
    object old out outer output pad path pct pivot pop prod quantile query raise range rank raw read rec records
    reindex rename replace reset resample right rolling round row rows run sample second seconds select sep series set
    size skip slice sort split squeeze stable stack start std step stop str strict string strip sub suffix sum table
    tail test text time times timestamp title to top total transform true try tuple txt type unique unit unstack upper
    usage use utc val value values var warn warning week weeks where with write wrong xs year years yes zip
    jan feb mar apr may jun jul aug sep oct nov dec january february march april june july august september october
    november december mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday
    critical debug error fatal info exception logger levelname levelno message asctime
    the for are was has had its but nor too see than then that this which after before into over under
"""
ENCODINGS = "ascii utf utf8 utf16 sig latin latin1 iso cp cp1250 cp1251 cp1252 gbk sjis shift jis big5 euc koi8"
NUMBERS = "100 1000 10000 100000 1000000 365 366 1900 1970 2000 8859 1252 1251 1250 128 256 512 1024"

VOCABULARY = frozenset(
    [*PANDAS.split(), *ENCODINGS.split(), *NUMBERS.split()]
    + [name.lower() for name in (*keyword.kwlist, *dir(builtins))]
    + [f"{kind}{bits}" for kind in ("int", "uint", "float", "complex") for bits in (8, 16, 32, 64, 128)]
)
