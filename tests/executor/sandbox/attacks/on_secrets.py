"""Attacks on secrets: what the owner knows, and what the machine tells about itself."""

import os

from attacks.attack import DENIED, HARMLESS, NOT_THERE, OWNER, UNPRIVILEGED, Attack, Key, Stop
from executor.sandbox.layers import IDENTITY, LANDLOCK, NAMESPACES

OUT_OF_SIGHT: dict[Key, Stop] = {NAMESPACES: NOT_THERE, LANDLOCK: DENIED}
GUARDED: dict[Key, Stop] = {NAMESPACES: NOT_THERE, IDENTITY: DENIED, LANDLOCK: DENIED}

GUARDED_FROM_ALL = OUT_OF_SIGHT | {UNPRIVILEGED: DENIED}

ATTACKS = (
    Attack("environment_of_the_owner_is_not_inherited", "print(os.environ)", {OWNER: HARMLESS}),
    Attack("standard_input_of_the_owner_is_not_inherited", "print(sys.stdin.read())", {OWNER: HARMLESS}),
    Attack("environment_of_others_is_not_read", "print(open(f'/proc/{victim}/environ').read())", GUARDED),
    Attack("arguments_of_others_are_not_read", "print(open(f'/proc/{victim}/cmdline').read())", OUT_OF_SIGHT),
    Attack("files_of_others_are_not_read_through_proc", "print(open(f'/proc/{victim}/fd/0').read())", GUARDED),
    Attack("root_of_others_is_not_entered", "print(open(f'/proc/{victim}/root{another_jobs_file}').read())", GUARDED),
    Attack("programs_of_others_are_not_learned", "os.readlink(f'/proc/{victim}/exe')\nprint(won)", GUARDED),
    Attack("processes_are_not_listed", "print(won if str(victim) in os.listdir('/proc') else '')", OUT_OF_SIGHT),
    Attack(
        "descriptors_of_the_zygote_are_not_listed",
        "os.listdir(f'/proc/{os.getppid()}/fd')\nprint(won)",
        GUARDED_FROM_ALL,
    ),
    Attack("own_memory_is_not_mapped_out", "print(won if '-' in open('/proc/self/maps').read() else '')", OUT_OF_SIGHT),
    Attack("own_memory_is_no_file", "open('/proc/self/mem', 'r+b', 0)\nprint(won)", GUARDED_FROM_ALL),
    Attack("mounts_are_not_learned", "print(won if ' / ' in open('/proc/self/mounts').read() else '')", OUT_OF_SIGHT),
    Attack("devices_are_not_listed", "print(won if os.listdir('/sys/devices') else '')", OUT_OF_SIGHT),
    Attack("command_line_of_the_kernel_is_not_read", "open('/proc/cmdline').read()\nprint(won)", OUT_OF_SIGHT),
    Attack(
        "name_of_the_machine_is_not_learned",
        "print(os.uname().nodename)",
        {NAMESPACES: HARMLESS},
        lambda after: os.uname().nodename in after.log,
    ),
)
