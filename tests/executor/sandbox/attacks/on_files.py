"""Attacks on files: those of others, those of the run, and the disk."""

import ctypes
import os
import resource
import stat
import tempfile

from agents.script_runner import Outcome
from attacks.attack import (
    DENIED,
    FORBIDDEN,
    HARMLESS,
    LIMITS,
    NOT_THERE,
    OWNER,
    TOO_LARGE,
    UNPRIVILEGED,
    Attack,
    Key,
    Stop,
    ended,
)
from attacks.scene import GIVEN, PLANTED_MODULE, Aftermath
from executor.sandbox.layers import IDENTITY, LANDLOCK, NAMESPACES, RLIMITS, SECCOMP

OUT_OF_SIGHT: dict[Key, Stop] = {NAMESPACES: NOT_THERE, LANDLOCK: DENIED}
CLOSED_TO_OTHERS: dict[Key, Stop] = {NAMESPACES: NOT_THERE, IDENTITY: DENIED, LANDLOCK: DENIED}
WRITTEN: dict[Key, Stop] = {IDENTITY: DENIED, LANDLOCK: DENIED}
REPLACED: dict[Key, Stop] = {SECCOMP: FORBIDDEN, **WRITTEN}
NOT_PLAIN = Stop(Outcome.OUTPUT_NOT_CSV, "not a plain file")
KEEP_SIZE = 1  # FALLOC_FL_KEEP_SIZE
RESERVED_BYTES = 1 << 26
READ_ONLY = Stop(Outcome.REFUSED, "rules for files: .*Read-only file system")


def input_changed(after: Aftermath) -> bool:
    return after.scene.input_file.read_text() != GIVEN


def input_mode_changed(after: Aftermath) -> bool:
    return stat.S_IMODE(after.scene.input_file.stat().st_mode) != 0o644


def input_looks_old(after: Aftermath) -> bool:
    return after.scene.input_file.stat().st_mtime == 0


def input_is_labelled(after: Aftermath) -> bool:
    return bool(os.listxattr(after.scene.input_file))


def file_was_left(after: Aftermath) -> bool:
    return bool(os.listdir(after.scene.open_folder))


def output_is_too_large(after: Aftermath) -> bool:
    return after.output_mode != 0 and after.scene.output_file.stat().st_size > LIMITS.output_bytes


def much_is_reserved(after: Aftermath) -> bool:
    return after.output_mode != 0 and after.scene.output_file.stat().st_blocks * 512 >= RESERVED_BYTES


def limits_let_reserve() -> bool:
    """Whether this filesystem reserves more than a file may have: some look at its limit, some cannot reserve."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with tempfile.TemporaryFile() as file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
        try:
            return ctypes.CDLL(None).fallocate(file.fileno(), KEEP_SIZE, ctypes.c_long(0), ctypes.c_long(4096)) == 0
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def libraries_are_ours() -> bool:
    return os.access(PLANTED_MODULE.parent, os.W_OK)


ATTACKS = (
    Attack("another_jobs_file_is_not_read", "print(open(another_jobs_file).read())", OUT_OF_SIGHT),
    Attack("credentials_are_not_read", "print(open(credentials).read())", CLOSED_TO_OTHERS),
    Attack(
        "password_file_is_not_read",
        "print(open('/etc/passwd').read())",
        OUT_OF_SIGHT,
        lambda after: "root:x:" in after.log,
    ),
    Attack(
        "folder_of_others_is_not_listed",
        "print(won if os.listdir(os.path.dirname(credentials)) else '')",
        OUT_OF_SIGHT,
    ),
    Attack(
        "size_of_another_jobs_file_is_not_learned",
        "print(won if os.stat(another_jobs_file).st_size == another_jobs_size else '')",
        {NAMESPACES: NOT_THERE},
    ),
    Attack(
        "kept_descriptors_lead_nowhere",
        """
        for descriptor in (*range(3, 64), None):
            try:
                print(open(os.open('../' * 32 + another_jobs_file, os.O_RDONLY, dir_fd=descriptor)).read())
                break
            except OSError as error:
                met = error
        else:
            raise met
        """,
        OUT_OF_SIGHT,
    ),
    Attack(
        "file_handle_does_not_open_a_file",
        """
        kind, name = file_handle
        handle = ctypes.create_string_buffer(len(name).to_bytes(4, 'little') + kind.to_bytes(4, 'little') + name)
        mount = os.open(input_file, os.O_RDONLY)
        print(os.read(call('open_by_handle_at', mount, handle, os.O_RDONLY), 100).decode())
        """,
        {SECCOMP: ended("open_by_handle_at"), UNPRIVILEGED: FORBIDDEN, LANDLOCK: DENIED},
    ),
    Attack(
        "other_folders_are_not_watched",
        """
        watch = call('inotify_init1', 0)
        call('inotify_add_watch', watch, os.path.dirname(another_jobs_file).encode(), 0x100)
        print(won)
        """,
        {SECCOMP: FORBIDDEN, NAMESPACES: NOT_THERE},
    ),
    Attack(
        "output_does_not_become_a_link_to_a_secret",
        "os.unlink(output_file)\nos.symlink(another_jobs_file, output_file)",
        REPLACED | {OWNER: NOT_PLAIN},
    ),
    Attack(
        "output_does_not_become_another_name_of_a_secret",
        "os.unlink(output_file)\nos.link(another_jobs_file, output_file)",
        REPLACED | {NAMESPACES: NOT_THERE, OWNER: NOT_PLAIN},
    ),
    Attack(
        "output_does_not_become_a_pipe",
        "os.unlink(output_file)\nos.mkfifo(output_file)",
        REPLACED | {OWNER: NOT_PLAIN},
        lambda after: after.hung,
    ),
    Attack(
        "output_does_not_become_a_folder",
        "os.unlink(output_file)\nos.mkdir(output_file)",
        REPLACED | {OWNER: NOT_PLAIN},
        lambda after: stat.S_ISDIR(after.output_mode),
    ),
    Attack(
        "output_does_not_become_a_device",
        "os.unlink(output_file)\nos.mknod(output_file, 0o20666, os.makedev(1, 5))",
        REPLACED | {UNPRIVILEGED: FORBIDDEN, OWNER: NOT_PLAIN},
        lambda after: stat.S_ISCHR(after.output_mode),
    ),
    Attack("input_is_not_written", "open(input_file, 'a').write('more')", WRITTEN, input_changed),
    Attack("input_is_not_cut_short", "os.truncate(input_file, 3)", REPLACED, input_changed),
    Attack(
        "mode_of_the_input_is_not_changed",
        "os.chmod(input_file, 0)",
        {SECCOMP: FORBIDDEN, IDENTITY: FORBIDDEN},
        input_mode_changed,
    ),
    Attack(
        "date_of_the_input_is_not_changed",
        "os.utime(input_file, (0, 0))",
        {SECCOMP: FORBIDDEN, IDENTITY: FORBIDDEN},
        input_looks_old,
    ),
    Attack(
        "input_is_not_labelled",
        "os.setxattr(input_file, 'user.note', b'x')",
        {SECCOMP: FORBIDDEN, IDENTITY: DENIED},
        input_is_labelled,
    ),
    Attack(
        "input_is_not_leased",
        "import fcntl\nfcntl.fcntl(open(input_file), fcntl.F_SETLEASE, fcntl.F_RDLCK)\nprint(won)",
        {SECCOMP: FORBIDDEN, IDENTITY: DENIED},
    ),
    Attack(
        "input_is_not_locked",
        "import fcntl\nfcntl.lockf(open(input_file), fcntl.LOCK_SH)\nprint(won)",
        {SECCOMP: FORBIDDEN},
    ),
    Attack("input_is_not_removed", "os.unlink(input_file)\nprint(won)", REPLACED),
    Attack("script_is_not_rewritten", "open(sys.argv[0], 'w')\nprint(won)", WRITTEN),
    Attack(
        "output_does_not_get_the_setuid_bit",
        "open(output_file, 'w').write('id')\nos.chmod(output_file, 0o4755)",
        {SECCOMP: FORBIDDEN, IDENTITY: FORBIDDEN, OWNER: HARMLESS},
        lambda after: bool(after.output_mode & stat.S_ISUID),
    ),
    Attack("nothing_is_left_elsewhere", "open(f'{open_folder}/left', 'w')", OUT_OF_SIGHT, file_was_left),
    Attack(
        "output_is_not_moved_elsewhere",
        "os.rename(output_file, f'{open_folder}/moved')",
        {SECCOMP: FORBIDDEN, NAMESPACES: NOT_THERE, IDENTITY: DENIED, LANDLOCK: DENIED},
        file_was_left,
    ),
    Attack(
        "folder_of_the_run_is_not_filled_with_files",
        "for number in range(1000):\n    open(f'{number}.csv', 'w')\nprint(won)",
        WRITTEN,
    ),
    Attack(
        "no_module_is_planted_among_the_packages",
        """
        import pandas
        open(f'{pandas.__path__[0]}/../{planted_module}', 'w')
        """,
        {NAMESPACES: READ_ONLY, IDENTITY: DENIED, LANDLOCK: DENIED},
        lambda after: PLANTED_MODULE.exists(),
        possible=libraries_are_ours,
    ),
    Attack(
        "sparse_output_is_too_large",
        "file = open(output_file, 'w')\nos.ftruncate(file.fileno(), 1 << 40)",
        {RLIMITS: TOO_LARGE, OWNER: TOO_LARGE},
        output_is_too_large,
    ),
    Attack(
        "disk_is_not_reserved",
        "file = open(output_file, 'w')\nos.posix_fallocate(file.fileno(), 0, 1 << 26)",
        {SECCOMP: FORBIDDEN, RLIMITS: TOO_LARGE, OWNER: TOO_LARGE},
        output_is_too_large,
    ),
    Attack(
        "disk_is_not_reserved_behind_the_end",
        f"""
        with open(output_file, 'w') as file:
            file.write('id')
            call('fallocate', file.fileno(), {KEEP_SIZE}, 0, {RESERVED_BYTES})
        """,
        {SECCOMP: FORBIDDEN},
        much_is_reserved,
        possible=limits_let_reserve,
    ),
    Attack(
        "disk_is_not_filled",
        "with open(output_file, 'w') as file:\n    for _ in range(8):\n        file.write('x' * 10**6)",
        {RLIMITS: TOO_LARGE, OWNER: TOO_LARGE},
        output_is_too_large,
    ),
    Attack(
        "hole_behind_the_limit_is_too_large",
        "file = os.open(output_file, os.O_WRONLY)\nos.pwrite(file, b'x', 1 << 40)",
        {RLIMITS: TOO_LARGE, OWNER: TOO_LARGE},
        output_is_too_large,
    ),
    Attack(
        "output_that_was_cut_off_silently_is_too_large",
        """
        file = os.open(output_file, os.O_WRONLY)
        try:
            for _ in range(8):
                os.write(file, b'x' * 10**6)
        except OSError:
            pass
        """,
        {OWNER: TOO_LARGE},
        output_is_too_large,
    ),
)
