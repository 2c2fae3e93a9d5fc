"""Capabilities, root's rights one by one: a script has none, whoever its owner is."""

import contextlib
import ctypes

from executor.sandbox import kernel

PR_CAPBSET_DROP = 24
VERSION_3 = 0x20080522  # linux/capability.h: sets of 64, as two structures of three halves
HIGHEST = 63


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("halves", ctypes.c_uint32 * 6),)


def drop() -> None:
    """Let go of all that this process may use and hand on; it can get none of them back.

    Raises:
        OSError: the kernel refused it.
    """
    kernel.call("capset", _Header(VERSION_3, 0), _Sets())


def bar() -> None:
    """Let no program gain one that this process or a child of it starts; for those that may not say so, none does."""
    with contextlib.suppress(OSError):  # past the highest that this kernel has, or not allowed
        for capability in range(HIGHEST + 1):
            kernel.control_process(PR_CAPBSET_DROP, capability)
