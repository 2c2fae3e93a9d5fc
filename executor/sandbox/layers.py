"""The layers of the seal by name, outermost first. A machine may lack some; every run says which were in force."""

NAMESPACES = "namespaces"  # around all runs: no network, no other processes, and no files but those that scripts need
CGROUP = "cgroup"  # around all runs: memory and processes
RLIMITS = "rlimits"
LANDLOCK = "landlock"
IDENTITY = "identity"
SECCOMP = "seccomp"

LAYERS = (NAMESPACES, CGROUP, RLIMITS, LANDLOCK, IDENTITY, SECCOMP)
