"""Capabilities, root's rights one by one: a process that is not root needs none, wherever it had them from."""

import ctypes

from executor.sandbox import kernel

VERSION_3 = 0x20080522  # linux/capability.h: three sets of 64, each in two halves


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("halves", ctypes.c_uint32 * 6),)


def drop() -> None:
    """Let go of all that this process can use and hand on; with no_new_privs it gets none of them back.

    Raises:
        OSError: the kernel refused it.
    """
    kernel.call("capset", _Header(VERSION_3, 0), _Sets())
