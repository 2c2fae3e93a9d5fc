"""Attacks on the runs that follow: what one leaves behind, the next would find."""

from agents.script_runner import Outcome
from attacks.attack import DENIED, FORBIDDEN, HARMLESS, NOT_THERE, OWNER, Attack, Stop, ended
from executor.sandbox.layers import IDENTITY, LANDLOCK, NAMESPACES, RLIMITS, SECCOMP

FORGOTTEN = {OWNER: HARMLESS}

ATTACKS = (
    Attack(
        "patched_pandas_is_not_seen",
        "import pandas\npandas.read_csv = won",
        FORGOTTEN,
        next_script="import pandas\nprint(pandas.read_csv)",
    ),
    Attack(
        "patched_builtin_is_not_seen",
        "import builtins\nbuiltins.len = lambda _: won",
        FORGOTTEN,
        next_script="print(len([]))",
    ),
    Attack(
        "false_module_is_not_imported",
        "import types\nsys.modules['turtle'] = types.SimpleNamespace(poison=won)",
        FORGOTTEN,
        next_script="import turtle\nprint(turtle.poison)",
    ),
    Attack(
        "finder_of_modules_is_not_kept",
        "sys.meta_path.insert(0, type('Finder', (), {'find_spec': lambda *_: print(won)})())",
        FORGOTTEN,
        next_script="import this_is_nowhere",
    ),
    Attack(
        "environment_is_not_kept", "os.environ['POISON'] = won", FORGOTTEN, next_script="print(os.environ['POISON'])"
    ),
    Attack(
        "umask_is_not_kept",
        "libc.umask(0o7654)",
        FORGOTTEN,
        next_script="print(won if libc.umask(0) == 0o654 else '')",
    ),
    Attack(
        "handler_of_signals_is_not_kept",
        "signal.signal(signal.SIGALRM, lambda *_: print(won))",
        FORGOTTEN,
        next_script="signal.getsignal(signal.SIGALRM)()",
    ),
    Attack(
        "timer_is_not_kept",
        "signal.signal(signal.SIGALRM, lambda *_: print(won))\nsignal.setitimer(signal.ITIMER_REAL, 0.05)",
        FORGOTTEN,
        next_script="time.sleep(0.1)",
    ),
    Attack(
        "random_numbers_are_not_foretold",
        "import random\nrandom.seed(7)",
        FORGOTTEN,
        next_script="import random\nprint(won if random.random() == random.Random(7).random() else '')",
    ),
    Attack(
        "options_of_pandas_are_not_kept",
        "import pandas\npandas.set_option('display.precision', 1)",
        FORGOTTEN,
        next_script="import pandas\nprint(won if pandas.get_option('display.precision') == 1 else '')",
    ),
    Attack(
        "precision_of_decimals_is_not_kept",
        "import decimal\ndecimal.getcontext().prec = 3",
        FORGOTTEN,
        next_script="import decimal\nprint(won if decimal.getcontext().prec == 3 else '')",
    ),
    Attack(
        "tracing_is_not_kept",
        "sys.settrace(lambda *_: print(won))",
        FORGOTTEN,
        next_script="def step(): pass\nstep()",
    ),
    Attack(
        "poked_memory_is_not_kept",
        """
        import string
        ctypes.memmove(id(string.digits) + sys.getsizeof(string.digits) - 11, b'9', 1)
        """,
        FORGOTTEN,
        next_script="import string\nprint(won if string.digits[0] == '9' else '')",
    ),
    Attack(
        "descriptor_is_not_kept",
        "os.dup2(os.open('input.csv', os.O_RDONLY), 60)",
        FORGOTTEN,
        next_script="print(won if os.fstat(60) else '')",
    ),
    Attack(
        "values_of_another_run_are_not_found",
        "leftover = ['tell' + 'tale']\nimport csv\ncsv.leftover = leftover",
        FORGOTTEN,
        next_script="""
        import gc
        for found in gc.get_objects():
            if isinstance(found, list) and found == ['tell' + 'tale']:
                print(won)
        """,
    ),
    Attack(
        "shared_memory_segment_is_not_kept",
        "call('shmget', int(won[:7], 16), 4096, 0o1666)",
        {SECCOMP: FORBIDDEN},
        next_script="call('shmctl', call('shmget', int(won[:7], 16), 4096, 0), 0, 0)\nprint(won)",
    ),
    Attack(
        "semaphore_is_not_kept",
        "call('semget', int(won[:7], 16), 1, 0o1666)",
        {SECCOMP: FORBIDDEN},
        next_script="call('semctl', call('semget', int(won[:7], 16), 1, 0), 0, 0)\nprint(won)",
    ),
    Attack(
        "queue_of_messages_is_not_kept",
        "call('msgget', int(won[:7], 16), 0o1666)",
        {SECCOMP: FORBIDDEN},
        next_script="call('msgctl', call('msgget', int(won[:7], 16), 0), 0, 0)\nprint(won)",
    ),
    Attack(
        "named_queue_is_not_kept",
        "call('mq_open', f'/{won}'.encode(), os.O_CREAT | os.O_RDWR, 0o666, 0)",
        {SECCOMP: FORBIDDEN, RLIMITS: Stop(Outcome.CRASHED, "Too many open files")},
        next_script="call('mq_unlink', f'/{won}'.encode())\nprint(won)",
    ),
    Attack(
        "key_is_not_kept",
        "call(numbers['add_key'], b'user', won.encode(), b'secret', 6, -4)",
        {SECCOMP: ended("add_key")},
        next_script="""
        key = call(numbers['keyctl'], 10, -4, b'user', won.encode(), 0)
        call(numbers['keyctl'], 9, key, -4)
        print(won)
        """,
    ),
    Attack(
        "memory_disk_is_not_used",
        "open(f'/dev/shm/{won}', 'w').write('x')",
        {NAMESPACES: NOT_THERE, LANDLOCK: DENIED},
        next_script="print(won if os.path.exists(f'/dev/shm/{won}') else '')",
    ),
    Attack(
        "files_among_the_runs_are_not_kept",
        "open('../poison', 'w').write('x')",
        {IDENTITY: DENIED, LANDLOCK: DENIED},
        next_script="print(won if os.path.exists('../poison') else '')",
    ),
    Attack(
        "working_folder_is_not_kept",
        "os.chdir('/usr/lib')",
        {SECCOMP: FORBIDDEN, OWNER: HARMLESS},
        next_script="print(won if os.getcwd() == '/usr/lib' else '')",
    ),
)
