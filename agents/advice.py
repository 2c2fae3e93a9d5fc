"""What a coder should do instead, by what became of a script: the clumsy ways that scripts take, and the way out."""

import re

from agents.script_runner import Outcome, ScriptRun

TRACEBACK = "Traceback (most recent call last):"

IN_MEMORY = "Keep what lies in between in memory, in a DataFrame or io.StringIO: no temporary file can be made."
NO_EVENT_LOOP = "Write plain functions: the sandbox refuses what asyncio needs, and there is nothing to wait for."
ONE_THREAD = "Leave out threads and pools, and use vectorised pandas: a script has one thread."
NO_PROCESS = "Do it in Python: no other program or process can be started."
NO_NETWORK = "Take everything from the input file, and write small tables into the script: there is no network."
NO_CHANGES = "Write to the path in sys.argv[2]: no other file can be made, moved, changed or deleted."
ONE_OUTPUT = "Write one file, to the path in sys.argv[2], and log to standard error."
ONE_INPUT = "Read one file, from the path in sys.argv[1]: there is no other."
NO_WORKBOOKS = "Read and write CSV with pd.read_csv and to_csv: there is no library for workbooks."
IMPORTS = "Import nothing but the standard library, numpy and pandas."
VALID_PYTHON = "Write the whole file as valid Python, with no remarks or code fences around it."
READ_ENCODING = "Read the input with the encoding that it has."
WRITE_ENCODING = "Write the output with the encoding that is expected."
READ_DIALECT = "Give pd.read_csv the delimiter, the quoting and the header of the input."
COLUMN_NAMES = "Use the names of the columns exactly as they stand in the header of the input."
AS_TEXT = "Read every column as text: pd.read_csv(..., dtype=str, keep_default_na=False)."
ROWS_IN_STEP = "Keep the number of rows in step: compute each new column from the DataFrame that it is put into."
CHECK_FORM = "Convert a value only when it has the form that is converted, and keep the text of the others."
NO_RECURSION = "Use a loop instead of recursion."
NO_QUESTIONS = "Ask nobody: a script has no standard input."
TWO_ARGUMENTS = "Take exactly two arguments: the input and the output."
PLAIN_PYTHON = "Leave out ctypes and the like: the interpreter itself was brought down."
AS_IT_SAYS = "Mend what the script itself says went wrong."
DEFINE = "Import or define every name before it is used."

WAYS_OUT = {
    Outcome.REFUSED: {
        r"tempfile|temporary directory": IN_MEMORY,
        r"asyncio": NO_EVENT_LOOP,
        r"[Tt]hread": ONE_THREAD,
        r"subprocess|multiprocessing|concurrent\.futures|Popen": NO_PROCESS,
        r"os\.(system|popen|fork|exec|spawn|posix_spawn)|\b(v?fork|execve|execveat|clone3?)\b": NO_PROCESS,
        r"socket|urllib|http|requests|getaddrinfo|resolution|unreachable": NO_NETWORK,
        r"chmod|chown|mkdir|makedirs|remove|unlink|rename|replace\(|rmtree|link\(|touch|utime|truncate": NO_CHANGES,
        r"""open\([^)]{0,200}["'][wax]|to_(csv|excel|parquet|pickle|json)|FileHandler|Read-only""": ONE_OUTPUT,
        r"open|read_|listdir|scandir|glob|stat\(": ONE_INPUT,
    },
    Outcome.CRASHED: {
        r"openpyxl|xlrd|xlsxwriter|read_excel|to_excel": NO_WORKBOOKS,
        r"ModuleNotFoundError|ImportError": IMPORTS,
        r"SyntaxError|IndentationError|TabError": VALID_PYTHON,
        r"UnicodeDecodeError": READ_ENCODING,
        r"UnicodeEncodeError": WRITE_ENCODING,
        r"ParserError|EmptyDataError": READ_DIALECT,
        r"KeyError|not in index": COLUMN_NAMES,
        r"accessor|'(float|int)' object has no attribute": AS_TEXT,
        r"Length of values|Length mismatch|same length|must be equal|broadcast": ROWS_IN_STEP,
        r"ValueError|Overflow|InvalidOperation|OutOfBounds|ParseError": CHECK_FORM,
        r"RecursionError": NO_RECURSION,
        r"EOFError": NO_QUESTIONS,
        r"FileNotFoundError|IsADirectoryError|NotADirectoryError": ONE_INPUT,
        r"unrecognized arguments|arguments are required|sys\.argv": TWO_ARGUMENTS,
        r"NameError": DEFINE,
        r"unable to open database": IN_MEMORY,
        r"ended by signal": PLAIN_PYTHON,
        r"exit status": AS_IT_SAYS,
    },
}
"""By patterns, the most telling first, of what a run's sentence or its traceback holds."""

USUAL = {
    Outcome.CRASHED: "Mend the line that the traceback names.",
    Outcome.TIMED_OUT: "Use vectorised operations, and leave out loops that may not end.",
    Outcome.OUT_OF_MEMORY: "Keep fewer copies of the table, and build no cross products.",
    Outcome.REFUSED: "Read only the input file, write only the output file, and start no processes or connections.",
    Outcome.OUTPUT_TOO_LARGE: "Write each row of the output once, with the columns that are expected.",
    Outcome.OUTPUT_NOT_CSV: "Write the output as text with DataFrame.to_csv, to the path in sys.argv[2].",
}


def advise(run: ScriptRun) -> str:
    """Return what to do instead; the run's own sentence is looked at first, then its last traceback."""
    ways_out = WAYS_OUT.get(run.outcome, {})
    for text in (run.detail, run.log.rpartition(TRACEBACK)[2]):
        for pattern, suggestion in ways_out.items():
            if re.search(pattern, text):
                return suggestion
    return USUAL[run.outcome]
