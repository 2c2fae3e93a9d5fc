"""Attacks on the kernel: calls of which a conversion has no need, and ways round the filter."""

import ctypes
import errno
import platform
from collections.abc import Callable
from pathlib import Path

from agents.script_runner import Outcome
from attacks.attack import FORBIDDEN, OUT_OF_MEMORY, UNPRIVILEGED, Attack, Key, Stop, ended
from executor.sandbox.layers import LANDLOCK, RLIMITS, SECCOMP

UNPRIVILEGED_MAY_NOT: dict[Key, Stop] = {UNPRIVILEGED: FORBIDDEN}
NOBODY_MOUNTS: dict[Key, Stop] = {LANDLOCK: FORBIDDEN, UNPRIVILEGED: FORBIDDEN}

IO_URING_SETUP = 425  # on both architectures
IOPL = 172  # on x86-64

UNNAMED = Stop(Outcome.REFUSED, "a system call that no script may make")

MACHINE_CODE = """
import mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write({code!r})
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
print(won if ctypes.CFUNCTYPE(ctypes.c_long)(address)() > 0 else '')
"""

REACHED = "\nexcept OSError as error:\n    if error.errno not in ({}):\n        raise\nprint(won)"
"""The end of a call that fails either way: with these errors it was judged by its arguments, not by its caller."""


def exists(number: int) -> Callable[[], bool]:
    """Whether the kernel has a system call, asked with arguments that it must find wrong."""

    def possible() -> bool:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.syscall(ctypes.c_long(number), ctypes.c_long(-1), ctypes.c_long(-1))
        return ctypes.get_errno() != errno.ENOSYS

    return possible


def on_x86() -> bool:
    return platform.machine() == "x86_64"


def has_port_levels() -> bool:
    return on_x86() and exists(IOPL)()


def kernel_log_is_restricted() -> bool:
    setting = Path("/proc/sys/kernel/dmesg_restrict")
    return setting.exists() and setting.read_text().strip() == "1"


def users_have_namespaces() -> bool:
    return Path("/proc/sys/user/max_user_namespaces").read_text().strip() != "0"


def attempt(call: str, *errors: str) -> str:
    """Write a script that makes a call, and gets through also when it fails with one of these errors."""
    return f"try:\n    {call}" + REACHED.format("".join(f"errno.{name}, " for name in errors))


ATTACKS = (
    Attack(
        "program_for_the_kernel_is_not_loaded",
        "call(numbers['bpf'], 0, (ctypes.c_uint32 * 32)(2, 4, 4, 1), 128)\nprint(won)",
        {SECCOMP: ended("bpf")} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "system_calls_are_not_queued",
        "call(numbers['io_uring_setup'], 1, ctypes.create_string_buffer(120))\nprint(won)",
        {SECCOMP: ended("io_uring_setup"), (RLIMITS, UNPRIVILEGED): OUT_OF_MEMORY},
        possible=exists(IO_URING_SETUP),
    ),
    Attack(
        "page_faults_are_not_handled",
        "call(numbers['userfaultfd'], 1)\nprint(won)",
        {SECCOMP: ended("userfaultfd")},
    ),
    Attack(
        "processor_is_not_measured",
        """
        wanted = (ctypes.c_uint64 * 16)(1 | 112 << 32, 0, 0, 0, 0, 0b1100000)
        call(numbers['perf_event_open'], wanted, 0, -1, -1, 0)
        print(won)
        """,
        {SECCOMP: ended("perf_event_open")},
    ),
    Attack(
        "nothing_is_mounted",
        attempt("call('mount', b'none', b'.', b'nothing', 0, 0)", "ENODEV"),
        {SECCOMP: ended("mount")} | NOBODY_MOUNTS,
    ),
    Attack(
        "nothing_is_unmounted",
        attempt("call('umount2', b'.', 2)", "EINVAL"),
        {SECCOMP: ended("umount2")} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "root_is_not_exchanged",
        attempt("call(numbers['pivot_root'], b'.', b'.')", "EINVAL", "EBUSY"),
        {SECCOMP: ended("pivot_root")} | NOBODY_MOUNTS,
    ),
    Attack(
        "root_is_not_changed",
        "call('chroot', b'/')\nprint(won)",
        {SECCOMP: ended("chroot")} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "user_namespace_is_not_made",
        "call('unshare', 0x10000000)\nprint(won)",
        {SECCOMP: ended("unshare")},
        possible=users_have_namespaces,
    ),
    Attack(
        "network_namespace_is_not_made",
        "call('unshare', 0x40000000)\nprint(won)",
        {SECCOMP: ended("unshare")} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "address_layout_is_not_fixed",
        "call('personality', 0x0040000)\nprint(won)",
        {SECCOMP: ended("personality")},
    ),
    Attack(
        "segments_of_the_processor_are_not_touched",
        "call(154, 0, ctypes.create_string_buffer(64), 64)\nprint(won)",
        {SECCOMP: ended("modify_ldt")},
        possible=on_x86,
    ),
    Attack(
        "ports_of_the_machine_are_not_opened",
        "call('iopl', 3)\nprint(won)",
        {SECCOMP: ended("iopl")} | UNPRIVILEGED_MAY_NOT,
        possible=has_port_levels,
    ),
    Attack(
        "calls_of_another_architecture_end_the_script",
        MACHINE_CODE.format(code=b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"),  # mov eax, 20 (getpid); int 0x80; ret
        {SECCOMP: UNNAMED},
        possible=on_x86,
    ),
    Attack(
        "end_by_the_filter_is_not_survived",
        """
        for attempt in (
            lambda: signal.signal(signal.SIGSYS, signal.SIG_IGN),
            lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()),
        ):
            try:
                attempt()
            except OSError:
                pass
        libc.ptrace(0, 0, 0, 0)
        print(won)
        """,
        {SECCOMP: UNNAMED},
    ),
    Attack(
        "name_of_the_machine_is_not_set",
        "socket.sethostname(socket.gethostname())\nprint(won)",
        {SECCOMP: FORBIDDEN} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "clock_is_not_set",
        attempt("time.clock_settime(time.CLOCK_MONOTONIC, 0)", "EINVAL"),
        {SECCOMP: ended("clock_settime")},
    ),
    Attack(
        "machine_is_not_restarted",
        attempt("call(numbers['reboot'], 0, 0, 0, 0)", "EINVAL"),
        {SECCOMP: ended("reboot")} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "kernel_log_is_not_read",
        "print(won if call('klogctl', 10, 0, 0) > 0 else '')",
        {SECCOMP: ended("syslog")} | UNPRIVILEGED_MAY_NOT,
        possible=kernel_log_is_restricted,
    ),
    Attack(
        "nothing_is_swapped_on",
        attempt("call('swapon', b'/nowhere', 0)", "ENOENT"),
        {SECCOMP: ended("swapon")} | UNPRIVILEGED_MAY_NOT,
    ),
    Attack(
        "file_events_of_the_machine_are_not_watched",
        "call('fanotify_init', 0, 0)\nprint(won)",
        {SECCOMP: ended("fanotify_init")} | UNPRIVILEGED_MAY_NOT,
    ),
)
