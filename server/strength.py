"""What a sandbox lacks that is weaker than it could be: what comes of that, and what it would take."""

import os
from collections.abc import Collection, Iterator

from executor.sandbox.layers import CGROUP, IDENTITY, LANDLOCK, LAYERS, NAMESPACES, RLIMITS, SECCOMP

USUAL = (RLIMITS, LANDLOCK, SECCOMP)
"""What any ordinary machine or container puts on; a server that lacks one of these says so when it starts."""

COST = {
    RLIMITS: "a script may take all memory and processor time",
    LANDLOCK: "a script may read what its user can read, unless the layer namespaces hides it",
    SECCOMP: "a script may start processes and reach whatever else the kernel offers, if no other layer forbids it",
}
"""What comes of it when a usual layer is missing."""

NEEDS = {
    NAMESPACES: "Linux 5.12 and leave to make namespaces: for root CAP_SYS_ADMIN, for others user namespaces (sysctls "
    "user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns); in a "
    "container also a filter that lets the system calls unshare and mount pass",
    CGROUP: "a control group that it may divide: Delegate=memory pids and DelegateSubgroup=server in the systemd unit "
    "(systemd 254 or later), or a parent group, without processes, that its user can write to",
    RLIMITS: "a Linux that lets a process lower its own limits",
    LANDLOCK: "Linux 5.13 with landlock among its security modules (lsm= on its command line); in a container also a "
    "filter that lets the system call landlock_create_ruleset pass",
    IDENTITY: "root's CAP_SETUID, CAP_SETGID and CAP_CHOWN, and the id 65534 in its user namespace; a server that is "
    "not root has no identity to drop",
    SECCOMP: "a kernel with seccomp filters (CONFIG_SECCOMP_FILTER), on x86-64 or aarch64",
}
"""What each layer takes."""


def missing_layers(layers: Collection[str]) -> list[str]:
    """Return the layers that are not among these, and could be."""
    return [layer for layer in LAYERS if layer not in layers and (layer != IDENTITY or os.geteuid() == 0)]


def what_it_takes(layers: Collection[str]) -> str:
    """Say for each of these layers what it takes; empty for none."""
    return "; ".join(f"{layer} takes {NEEDS[layer]}" for layer in layers)


def weaknesses(layers: Collection[str]) -> Iterator[str]:
    """Yield what whoever starts a server with these layers has to know; nothing when all the usual ones are there."""
    for layer in USUAL:
        if layer not in layers:
            yield f"the sandbox is weak, it has no {layer}: {COST[layer]}. It takes {NEEDS[layer]}"
