"""Runs a command on a weaker kernel, or in a container: played by a filter that answers for what is missing."""

import errno
import os
import platform
import struct
import sys
from collections.abc import Callable, Mapping

from executor.sandbox import kernel, seccomp
from executor.sandbox.syscalls import FATAL

LANDLOCK_CREATE_RULESET = 444  # on both architectures
PRCTL = {"x86_64": 157, "aarch64": 167}

CONTAINER_REFUSES = (
    "add_key bpf fsopen io_uring_enter io_uring_register io_uring_setup keyctl mount mount_setattr move_mount"
    " open_by_handle_at open_tree perf_event_open pivot_root request_key setns umount2 unshare userfaultfd"
)
"""What the usual filter of a container refuses to anybody without privileges, as far as it concerns a sandbox."""


def without_landlock() -> bytes:
    return answering({LANDLOCK_CREATE_RULESET: errno.ENOSYS})


def without_seccomp() -> bytes:
    return program(
        (seccomp.LOAD, 0, 0, seccomp.NUMBER),
        (seccomp.JUMP_IF_EQUAL, 0, 3, PRCTL[platform.machine()]),
        (seccomp.LOAD, 0, 0, seccomp.ARGUMENTS),
        (seccomp.JUMP_IF_EQUAL, 0, 1, seccomp.PR_SET_SECCOMP),
        (seccomp.RETURN, 0, 0, seccomp.FAIL | errno.EINVAL),
        (seccomp.RETURN, 0, 0, seccomp.ALLOW),
    )


def in_container() -> bytes:
    column = seccomp.ARCHITECTURES[platform.machine()][1]
    numbers = [FATAL[name][column] for name in CONTAINER_REFUSES.split() if name in FATAL]
    return answering({number: errno.EPERM for number in numbers if number is not None})


LACKING: Mapping[str, Callable[[], bytes]] = {
    "landlock": without_landlock,
    "seccomp": without_seccomp,
    "namespaces": in_container,
}
"""Kernels by the layer that is missing there."""


def answering(errors: Mapping[int, int]) -> bytes:
    """Write a filter under which some system calls fail."""
    answers = [
        instruction
        for number, error in errors.items()
        for instruction in (
            (seccomp.JUMP_IF_EQUAL, 0, 1, number),
            (seccomp.RETURN, 0, 0, seccomp.FAIL | error),
        )
    ]
    return program((seccomp.LOAD, 0, 0, seccomp.NUMBER), *answers, (seccomp.RETURN, 0, 0, seccomp.ALLOW))


def program(*instructions: tuple[int, int, int, int]) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def main() -> None:
    """Become the command, on a kernel that lacks the layer that the first argument names."""
    kernel.control_process(kernel.PR_SET_NO_NEW_PRIVS, 1)
    assert seccomp.install(LACKING[sys.argv[1]]())
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
