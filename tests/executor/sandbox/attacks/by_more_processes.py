"""Attacks by more processes than the one there is, and by other programs."""

from attacks.attack import DENIED, FORBIDDEN, NO_MORE_PROCESSES, NO_THREAD, NOT_THERE, UNPRIVILEGED, Attack, Key, Stop
from attacks.scene import Aftermath
from executor.sandbox.layers import CGROUP, LANDLOCK, NAMESPACES, RLIMITS, SECCOMP

NO_FORK: dict[Key, Stop] = {SECCOMP: FORBIDDEN, (RLIMITS, UNPRIVILEGED): NO_MORE_PROCESSES}


def somebody_survived(after: Aftermath) -> bool:
    return bool(after.scene.survivors())


ATTACKS = (
    Attack(
        "fork_is_refused",
        """
        if os.fork() == 0:
            os.write(1, won.encode())
            os._exit(0)
        os.wait()
        """,
        NO_FORK,
    ),
    Attack(
        "raw_clone_is_refused",
        """
        if call(numbers['clone'], signal.SIGCHLD, 0, 0, 0, 0) == 0:
            os.write(1, won.encode())
            os._exit(0)
        os.wait()
        """,
        NO_FORK,
    ),
    Attack(
        "newer_clone_is_refused",
        """
        arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD)
        if call(numbers['clone3'], arguments, 88) == 0:
            os.write(1, won.encode())
            os._exit(0)
        os.wait()
        """,
        NO_FORK,
    ),
    Attack(
        "thread_is_refused",
        "import threading\nthreading.Thread(target=print, args=(won,)).start()",
        {SECCOMP: NO_THREAD, (RLIMITS, UNPRIVILEGED): NO_THREAD},
    ),
    Attack(
        "thread_flood_is_contained",
        """
        import _thread
        door = _thread.allocate_lock()
        door.acquire()
        _thread.stack_size(262144)
        for _ in range(1100):
            _thread.start_new_thread(door.acquire, ())
        print(won)
        sys.stdout.flush()
        os._exit(0)
        """,
        {SECCOMP: NO_THREAD, RLIMITS: NO_THREAD, CGROUP: NO_THREAD},
    ),
    Attack(
        "orphan_does_not_outlive_the_run",
        """
        call('prctl', 15, won.encode())
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
        os.wait()
        """,
        NO_FORK,
        somebody_survived,
    ),
    Attack(
        "other_program_is_not_started",
        "os.posix_spawn('/bin/echo', ['echo', won], {})\nos.wait()",
        NO_FORK
        | {
            NAMESPACES: NOT_THERE,
            LANDLOCK: DENIED,
        },
    ),
    Attack(
        "script_does_not_become_another_program",
        "os.execv('/bin/echo', ['echo', won])",
        {SECCOMP: FORBIDDEN, NAMESPACES: NOT_THERE, LANDLOCK: DENIED},
    ),
    Attack(
        "dynamic_loader_does_not_start_programs",
        "os.execv(loader, [loader, '--version'])",
        {SECCOMP: FORBIDDEN, LANDLOCK: DENIED},
        lambda after: "ld.so (" in after.log,
    ),
    Attack(
        "program_in_memory_is_not_started",
        """
        program = os.memfd_create('program')
        os.write(program, open(loader, 'rb').read())
        os.execve(program, ['program', '--version'], {})
        """,
        {SECCOMP: FORBIDDEN},
        lambda after: "ld.so (" in after.log,
    ),
)
