"""Attacks on memory and time: more of either than a run may have."""

from dataclasses import replace

from agents.script_runner import Outcome
from attacks.attack import FORBIDDEN, LIMITS, OUT_OF_MEMORY, OWNER, TIMED_OUT, UNPRIVILEGED, Attack, Stop
from attacks.scene import Aftermath
from executor.sandbox.layers import RLIMITS, SECCOMP

BRIEF = replace(LIMITS, wall_seconds=0.4)
TOO_LONG = {OWNER: TIMED_OUT}
TOO_MUCH = {RLIMITS: OUT_OF_MEMORY}


def hung(after: Aftermath) -> bool:
    return after.hung


ATTACKS = (
    Attack("huge_buffer_is_out_of_memory", "bytearray(1 << 29)\nprint(won)", TOO_MUCH),
    Attack(
        "shared_memory_is_out_of_memory",
        "import mmap\nmmap.mmap(-1, 1 << 29)\nprint(won)",
        TOO_MUCH,
    ),
    Attack(
        "growing_list_is_out_of_memory",
        "rows = []\nwhile len(rows) < 200:\n    rows.append('x' * 10**6)\nprint(won)",
        TOO_MUCH,
    ),
    Attack(
        "compressed_bomb_is_out_of_memory",
        """
        import gzip
        bomb = gzip.compress(bytes(1 << 20)) * 160
        print(won if len(gzip.decompress(bomb)) == 160 << 20 else '')
        """,
        TOO_MUCH,
    ),
    Attack(
        "exploding_join_is_out_of_memory",
        """
        import pandas as pd
        table = pd.DataFrame({'a': range(3500)})
        print(won if len(table.merge(table, how='cross')) == 3500 ** 2 else '')
        """,
        TOO_MUCH,
    ),
    Attack(
        "wide_type_of_a_column_is_out_of_memory",
        "import numpy\nnumpy.array(['a'] * 100).astype('U1000000')\nprint(won)",
        TOO_MUCH,
    ),
    Attack(
        "csv_with_one_endless_row_is_out_of_memory",
        """
        import io
        import pandas as pd
        pd.read_csv(io.StringIO('a\\n' + ',' * 20_000_000), header=None, names=None, engine='c', on_bad_lines='warn')
        print(won)
        """,
        TOO_MUCH,
    ),
    Attack(
        "memory_is_not_locked",
        "block = ctypes.create_string_buffer(1 << 16)\ncall('mlock', block, 1 << 16)\nprint(won)",
        {SECCOMP: FORBIDDEN, (RLIMITS, UNPRIVILEGED): FORBIDDEN},
    ),
    Attack(
        "descriptors_run_out",
        "opened = [open('/dev/null') for _ in range(500)]\nprint(won)",
        {RLIMITS: Stop(Outcome.CRASHED, "Too many open files")},
    ),
    Attack(
        "processor_time_runs_out",
        """
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while time.process_time() < 2.5:
            pass
        print(won)
        """,
        {RLIMITS: Stop(Outcome.TIMED_OUT, "more than 0.1 s of processor time")},
        limits=replace(LIMITS, cpu_seconds=0.1),
    ),
    Attack("sleep_times_out", "time.sleep(60)", TOO_LONG, hung, limits=BRIEF),
    Attack(
        "sleeper_that_ignores_every_signal_times_out",
        """
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                pass
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(60)
        """,
        TOO_LONG,
        hung,
        limits=BRIEF,
    ),
    Attack(
        "expression_that_tracks_back_for_ever_times_out",
        "import re\nre.match('(a+)+b', 'a' * 64)",
        TOO_LONG,
        hung,
        limits=BRIEF,
    ),
    Attack(
        "script_that_stops_itself_times_out",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        {SECCOMP: FORBIDDEN, OWNER: TIMED_OUT},
        hung,
        limits=BRIEF,
    ),
    Attack(
        "last_words_that_never_end_time_out",
        "import atexit\nopen(output_file, 'w').write('id')\natexit.register(time.sleep, 60)",
        TOO_LONG,
        hung,
        limits=BRIEF,
    ),
    Attack(
        "destructor_that_never_ends_times_out",
        """
        class Slow:
            def __del__(self, sleep=time.sleep):
                sleep(60)
        slow = Slow()
        open(output_file, 'w').write('id')
        """,
        TOO_LONG,
        hung,
        limits=BRIEF,
    ),
    Attack(
        "script_that_survives_every_exception_times_out",
        """
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        signal.signal(signal.SIGALRM, lambda *_: bytearray(1 << 40))
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
        """,
        TOO_LONG,
        hung,
        limits=BRIEF,
    ),
    Attack(
        "printing_without_end_times_out",
        "while True:\n    os.write(2, b'x' * 65536)",
        TOO_LONG,
        hung,
        limits=BRIEF,
    ),
)
