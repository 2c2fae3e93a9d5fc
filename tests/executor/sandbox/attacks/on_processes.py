"""Attacks on processes of others: signals to them, their memory, and what they hold."""

from attacks.attack import (
    DENIED,
    FORBIDDEN,
    HARMLESS,
    NO_SUCH_PROCESS,
    NOT_THERE,
    UNPRIVILEGED,
    Attack,
    Key,
    Stop,
    ended,
)
from attacks.scene import SPOILT_LIMIT, Aftermath
from executor.sandbox.layers import IDENTITY, LANDLOCK, NAMESPACES, SECCOMP

NO_SIGNAL: dict[Key, Stop] = {
    SECCOMP: FORBIDDEN,
    NAMESPACES: NO_SUCH_PROCESS,
    IDENTITY: FORBIDDEN,
    LANDLOCK: FORBIDDEN,
}
NO_TRACE = NO_SIGNAL | {SECCOMP: ended("ptrace|process_vm_.*")}
NO_PROC: dict[Key, Stop] = {NAMESPACES: NOT_THERE, IDENTITY: DENIED, LANDLOCK: DENIED}


def victim_died(after: Aftermath) -> bool:
    return after.scene.victim_died()


def victim_is_limited(after: Aftermath) -> bool:
    return after.scene.victims_limit() == SPOILT_LIMIT


ATTACKS = (
    Attack(
        "zygote_is_not_killed",
        "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(0.1)",
        {SECCOMP: FORBIDDEN, IDENTITY: FORBIDDEN, LANDLOCK: FORBIDDEN, NAMESPACES: HARMLESS},
        lambda after: after.lost,
    ),
    Attack("others_are_not_killed", "os.kill(victim, signal.SIGTERM)", NO_SIGNAL, victim_died),
    Attack(
        "threads_of_others_are_not_killed",
        "call(numbers['tgkill'], victim, victim, signal.SIGTERM)",
        NO_SIGNAL,
        victim_died,
    ),
    Attack(
        "others_are_not_killed_through_a_descriptor",
        "signal.pidfd_send_signal(os.pidfd_open(victim), signal.SIGTERM)",
        NO_SIGNAL,
        victim_died,
    ),
    Attack(
        "signals_with_data_are_not_queued_for_others",
        """
        information = (ctypes.c_int * 32)(signal.SIGTERM, 0, -1)
        call(numbers['rt_sigqueueinfo'], victim, signal.SIGTERM, information)
        """,
        NO_SIGNAL,
        victim_died,
    ),
    Attack(
        "others_are_not_signalled_when_a_pipe_moves",
        """
        import fcntl
        fcntl.fcntl(1, fcntl.F_SETOWN, victim)
        fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_ASYNC)
        for _ in range(20):
            os.write(1, b'moves')
            time.sleep(0.005)
        """,
        {SECCOMP: FORBIDDEN, NAMESPACES: NO_SUCH_PROCESS, IDENTITY: HARMLESS, LANDLOCK: HARMLESS},
        victim_died,
    ),
    Attack("others_are_not_traced", "call('ptrace', 0x4206, victim, 0, 0)\nprint(won)", NO_TRACE),
    Attack(
        "memory_of_others_is_not_copied",
        """
        taken = ctypes.create_string_buffer(64)
        here = (ctypes.c_void_p * 2)(ctypes.addressof(taken), 64)
        there = (ctypes.c_void_p * 2)(victim_address, 64)
        call('process_vm_readv', victim, here, 1, there, 1, 0)
        print(taken.value.decode())
        """,
        NO_TRACE,
    ),
    Attack(
        "memory_of_others_is_not_written",
        """
        poison = ctypes.create_string_buffer(b'poison')
        here = (ctypes.c_void_p * 2)(ctypes.addressof(poison), 6)
        there = (ctypes.c_void_p * 2)(victim_address + 1024, 6)
        call('process_vm_writev', victim, here, 1, there, 1, 0)
        print(won)
        """,
        NO_TRACE,
    ),
    Attack(
        "memory_file_of_others_is_not_read",
        "file = open(f'/proc/{victim}/mem', 'rb')\nfile.seek(victim_address)\nprint(file.read(64))",
        NO_PROC,
    ),
    Attack(
        "descriptor_of_others_is_not_taken",
        """
        taken = call(numbers['pidfd_getfd'], call(numbers['pidfd_open'], victim, 0), 0, 0)
        print(os.pread(taken, 100, 0).decode())
        """,
        NO_SIGNAL,
    ),
    Attack(
        "namespaces_of_others_are_not_entered",
        "call('setns', call(numbers['pidfd_open'], victim, 0), 0x04000000)\nprint(won)",
        NO_SIGNAL | {UNPRIVILEGED: FORBIDDEN},
    ),
    Attack(
        "limits_of_others_are_not_changed",
        "resource.prlimit(victim, resource.RLIMIT_NOFILE, (spoilt_limit, spoilt_limit))",
        {SECCOMP: FORBIDDEN, NAMESPACES: NO_SUCH_PROCESS, IDENTITY: FORBIDDEN},
        victim_is_limited,
    ),
)
