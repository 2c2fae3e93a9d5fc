"""Attacks by and on processes: more of them, other programs, signals to others, and their memory."""

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from agents.script_runner import Outcome
from attacks.attack import (
    CGROUP,
    DENIED,
    FORBIDDEN,
    HARMLESS,
    IDENTITY,
    LANDLOCK,
    NAMESPACES,
    NO_MORE_PROCESSES,
    NO_SUCH_PROCESS,
    NO_THREAD,
    NOT_THERE,
    RLIMITS,
    SECCOMP,
    UNPRIVILEGED,
    Attack,
    Key,
    Stop,
    ended,
)
from attacks.scene import SPOILT_LIMIT, Aftermath, Scene
from executor.sandbox.limits import Limits
from executor.sandbox.runner import Sandbox, SandboxedRunner, SandboxLost

NO_FORK: dict[Key, Stop] = {SECCOMP: FORBIDDEN, (RLIMITS, UNPRIVILEGED): NO_MORE_PROCESSES}
NO_SIGNAL: dict[Key, Stop] = {
    SECCOMP: FORBIDDEN,
    NAMESPACES: NO_SUCH_PROCESS,
    IDENTITY: FORBIDDEN,
    LANDLOCK: FORBIDDEN,
}
NO_TRACE = NO_SIGNAL | {SECCOMP: ended("ptrace|process_vm_.*")}
NO_PROC: dict[Key, Stop] = {NAMESPACES: NOT_THERE, IDENTITY: DENIED, LANDLOCK: DENIED}
NO_PRIVILEGE: dict[Key, Stop] = {SECCOMP: FORBIDDEN, UNPRIVILEGED: FORBIDDEN}

CAP_SYS_RESOURCE = 24

PATIENCE_SECONDS = 10.0

SIBLING = """
import os, time
with open('output.csv', 'w') as file:
    file.write(f'{os.getpid()}\\n')
time.sleep(60)
"""


def victim_died(after: Aftermath) -> bool:
    return after.scene.victim_died()


def victim_is_limited(after: Aftermath) -> bool:
    return after.scene.victims_limit() == SPOILT_LIMIT


def somebody_survived(after: Aftermath) -> bool:
    return bool(after.scene.survivors())


def root_could() -> bool:
    """Whether limits can be raised by anybody: root in a container may lack the capability."""
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    return os.geteuid() != 0 or bool(effective >> CAP_SYS_RESOURCE & 1)


@contextmanager
def sibling(scene: Scene, sandbox: Sandbox) -> Iterator[Mapping[str, object]]:
    """Another script of the same sandbox, which sleeps, with the secret as its input."""
    runner = sandbox.runner(Limits(wall_seconds=20))
    arguments = (SIBLING, scene.another_jobs_file, scene.folder / "siblings.csv")
    thread = threading.Thread(target=_run_until_closed, args=(runner, *arguments))
    thread.start()
    try:
        yield _wait_for_sibling(sandbox)
    finally:
        runner.close()
        thread.join()


def _run_until_closed(runner: SandboxedRunner, script: str, input_file: Path, output_file: Path) -> None:
    with suppress(SandboxLost):
        runner.run(script, input_file, output_file)


def _wait_for_sibling(sandbox: Sandbox) -> Mapping[str, object]:
    """Tell the name of the sibling's folder, and its process id in its own eyes, which it wrote down."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for output in sandbox.folder.glob("*/output.csv"):
            if (written := output.read_text()).endswith("\n"):
                return {"sibling": int(written), "siblings_folder": output.parent.name}
        time.sleep(0.01)
    raise AssertionError("the sibling did not start")


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
        NO_FORK | {SECCOMP: Stop(None)},
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
        _thread.stack_size(65536)
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
    Attack(
        "sibling_is_not_killed",
        "os.kill(sibling, signal.SIGKILL)\nprint(won)",
        {SECCOMP: FORBIDDEN, LANDLOCK: FORBIDDEN},
        company=sibling,
    ),
    Attack(
        "files_of_a_sibling_are_not_read",
        "print(open(f'../{siblings_folder}/input.csv').read())",
        {LANDLOCK: DENIED},
        company=sibling,
    ),
    Attack(
        "output_of_a_sibling_is_not_written",
        "open(f'../{siblings_folder}/output.csv', 'a')\nprint(won)",
        {LANDLOCK: DENIED},
        company=sibling,
    ),
    Attack(
        "siblings_are_not_listed",
        "print(won if siblings_folder in os.listdir('..') else '')",
        {IDENTITY: DENIED, LANDLOCK: DENIED},
        company=sibling,
    ),
    Attack("others_are_not_traced", "call('ptrace', 0x4206, victim, 0, 0)\nprint(won)", NO_TRACE),
    Attack(
        "sibling_is_not_traced",
        "call('ptrace', 0x4206, sibling, 0, 0)\nprint(won)",
        {SECCOMP: ended("ptrace"), LANDLOCK: FORBIDDEN, UNPRIVILEGED: FORBIDDEN},
        company=sibling,
    ),
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
        there = (ctypes.c_void_p * 2)(victim_address, 6)
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
    Attack(
        "own_limits_are_not_raised",
        "resource.setrlimit(resource.RLIMIT_NICE, (1, 1))\nprint(won)",
        {
            SECCOMP: Stop(Outcome.CRASHED, "not allowed to raise maximum limit"),
            UNPRIVILEGED: Stop(Outcome.CRASHED, "not allowed to raise maximum limit"),
        },
        possible=root_could,
    ),
    Attack(
        "priority_is_not_raised",
        "os.setpriority(os.PRIO_PROCESS, 0, -10)\nprint(won)",
        {SECCOMP: FORBIDDEN, UNPRIVILEGED: DENIED},
    ),
    Attack(
        "real_time_scheduling_is_refused",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))\nprint(won)",
        NO_PRIVILEGE,
    ),
    Attack(
        "real_time_disk_access_is_refused",
        "call(numbers['ioprio_set'], 1, 0, 1 << 13)\nprint(won)",
        NO_PRIVILEGE,
    ),
    Attack(
        "choice_of_processors_is_refused",
        "os.sched_setaffinity(0, os.sched_getaffinity(0))\nprint(won)",
        {SECCOMP: FORBIDDEN},
    ),
    Attack("death_with_the_zygote_is_not_cancelled", "call('prctl', 1, 0)\nprint(won)", {SECCOMP: FORBIDDEN}),
    Attack("memory_is_not_opened_to_others", "call('prctl', 4, 1)\nprint(won)", {SECCOMP: FORBIDDEN}),
)
