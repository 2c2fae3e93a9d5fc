"""Attacks of a script on its own bounds: more than its share, and a life after the zygote's."""

import os
from pathlib import Path

from agents.script_runner import Outcome
from attacks.attack import DENIED, FORBIDDEN, UNPRIVILEGED, Attack, Key, Stop
from executor.sandbox.layers import SECCOMP

NO_PRIVILEGE: dict[Key, Stop] = {SECCOMP: FORBIDDEN, UNPRIVILEGED: FORBIDDEN}

CAP_SYS_RESOURCE = 24


def root_could() -> bool:
    """Whether limits can be raised by anybody: root in a container may lack the capability."""
    status = Path("/proc/self/status").read_text()
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    return os.geteuid() != 0 or bool(effective >> CAP_SYS_RESOURCE & 1)


ATTACKS = (
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
