"""Attacks on who reads the output and the log: what they leave there looks like something else."""

import time

from agents.script_runner import Outcome
from attacks.attack import DENIED, FORBIDDEN, HARMLESS, LIMITS, NO_MORE_PROCESSES, OWNER, UNPRIVILEGED, Attack, Stop
from attacks.scene import Aftermath
from executor.sandbox.layers import IDENTITY, LANDLOCK, RLIMITS, SECCOMP

NOTHING_WRITTEN = Stop(Outcome.OUTPUT_NOT_CSV, "without writing anything")
BINARY = Stop(Outcome.OUTPUT_NOT_CSV, "NUL characters")
LATER_SECONDS = 0.5
CLEANED = {OWNER: HARMLESS}


def passes_for_a_success(after: Aftermath) -> bool:
    return after.output_mode != 0


def is_poisoned_later(after: Aftermath) -> bool:
    time.sleep(LATER_SECONDS)
    return b"poison" in after.output


ATTACKS = (
    Attack("exit_without_output_is_no_success", "os._exit(0)", {OWNER: NOTHING_WRITTEN}, passes_for_a_success),
    Attack(
        "program_is_no_output",
        "open(output_file, 'wb').write(b'\\x7fELF\\x02\\x01\\x01' + bytes(100))",
        {OWNER: BINARY},
        passes_for_a_success,
    ),
    Attack(
        "text_with_nul_is_no_output",
        "open(output_file, 'w').write('id\\n7\\0\\n')",
        {OWNER: BINARY},
        passes_for_a_success,
    ),
    Attack(
        "output_with_a_hole_is_no_output",
        "with open(output_file, 'w') as file:\n    file.write('id\\n7\\n' * 50_000)\n    file.truncate(900_000)",
        {OWNER: BINARY},
        passes_for_a_success,
    ),
    Attack(
        "output_of_countless_columns_is_too_large",
        "open(output_file, 'w').write(',' * 200_000 + '\\n')",
        {OWNER: Stop(Outcome.OUTPUT_TOO_LARGE, "more than 100000 columns")},
        passes_for_a_success,
    ),
    Attack(
        "output_does_not_change_after_the_run",
        """
        open(output_file, 'w').write('id')
        file = open(output_file, 'a')
        if os.fork() == 0:
            os.setsid()
            time.sleep(0.2)
            file.write('poison')
            file.flush()
            os._exit(0)
        """,
        {SECCOMP: FORBIDDEN, (RLIMITS, UNPRIVILEGED): NO_MORE_PROCESSES},
        is_poisoned_later,
    ),
    Attack(
        "script_does_not_pass_for_its_output",
        "os.rename(sys.argv[0], output_file)",
        {SECCOMP: FORBIDDEN, IDENTITY: DENIED, LANDLOCK: DENIED},
        passes_for_a_success,
    ),
    Attack(
        "endless_log_is_cut",
        "for _ in range(100):\n    print('x' * 10**5)",
        CLEANED,
        lambda after: len(after.log) > LIMITS.log_bytes,
    ),
    Attack(
        "endless_error_is_cut",
        "raise SystemExit('x' * 10**7)",
        CLEANED,
        lambda after: len(after.log) > LIMITS.log_bytes,
    ),
    Attack("terminal_is_not_cleared", "print('\\x1b[2J')", CLEANED, lambda after: "\x1b" in after.log),
    Attack(
        "title_of_the_terminal_is_not_set", "print('\\x1b]0;owned\\x07')", CLEANED, lambda after: "\x07" in after.log
    ),
    Attack("terminal_does_not_obey_one_byte_codes", "print('\\x9b31mred')", CLEANED, lambda after: "\x9b" in after.log),
    Attack(
        "direction_of_the_log_is_not_turned",
        "print('\\u202egpj.exe \\u2066 \\u2069')",
        CLEANED,
        lambda after: "\u202e" in after.log,
    ),
    Attack(
        "lines_of_the_log_are_not_overwritten",
        "print('an error\\rall is well')",
        CLEANED,
        lambda after: "\r" in after.log,
    ),
    Attack("letters_are_not_taken_back", "print('rejected\\x08\\x08')", CLEANED, lambda after: "\x08" in after.log),
    Attack("nothing_is_written_unseen", "print('a\\u200b\\u2060b\\0')", CLEANED, lambda after: "\u200b" in after.log),
    Attack(
        "message_of_an_error_is_cleaned",
        "raise ValueError('\\x1b[31mbad\\x07')",
        CLEANED,
        lambda after: "\x1b" in after.log,
    ),
)
