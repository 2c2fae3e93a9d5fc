"""Attacks on the network: out, in, and around what only knows TCP."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

from agents.script_runner import Outcome
from attacks.attack import DENIED, FORBIDDEN, HARMLESS, NOT_THERE, UNPRIVILEGED, Attack, Key, Stop
from attacks.scene import Aftermath, Scene, interfaces
from executor.sandbox.layers import LANDLOCK, NAMESPACES, SECCOMP
from executor.sandbox.runner import Sandbox

UNREACHABLE = Stop(Outcome.REFUSED, "rules for the network: .*Network is unreachable")
NO_ADDRESS = Stop(Outcome.CRASHED, "Cannot assign requested address")
ALONE: dict[Key, Stop] = {SECCOMP: FORBIDDEN, NAMESPACES: UNREACHABLE}
MPTCP = 262


def reached(listener: str) -> Callable[[Aftermath], bool]:
    return lambda after: after.scene.was_reached(listener)


def listens(family: int, kind: int, protocol: int = 0) -> Callable[[], bool]:
    """Whether this kernel has such sockets."""

    def possible() -> bool:
        with suppress(OSError), socket.socket(family, kind, protocol):
            return True
        return False

    return possible


def has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


def has_interfaces() -> bool:
    return bool(interfaces())


@contextmanager
def visitor(_: Scene, __: Sandbox) -> Iterator[Mapping[str, object]]:
    """Somebody who knocks at a port until the run is over, with a message for whoever opens."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        address = chosen.getsockname()
    over = threading.Event()

    def knock() -> None:
        while not over.wait(0.01):
            with suppress(OSError), socket.create_connection(address, 1) as connection:
                connection.send(b"knock")

    thread = threading.Thread(target=knock)
    thread.start()
    try:
        yield {"address": address}
    finally:
        over.set()
        thread.join()


ATTACKS = (
    Attack(
        "tcp_connection_is_not_made",
        "socket.create_connection(listeners['tcp4'], 2)",
        {SECCOMP: FORBIDDEN, LANDLOCK: DENIED, NAMESPACES: UNREACHABLE},
        reached("tcp4"),
    ),
    Attack(
        "tcp_connection_over_ipv6_is_not_made",
        "socket.create_connection(listeners['tcp6'][:2], 2)",
        {SECCOMP: FORBIDDEN, LANDLOCK: DENIED, NAMESPACES: NO_ADDRESS},
        reached("tcp6"),
        possible=has_ipv6,
    ),
    Attack(
        "data_does_not_leave_with_the_first_tcp_packet",
        "socket.socket().sendto(b'secret', socket.MSG_FASTOPEN, listeners['tcp4'])",
        ALONE,
        reached("tcp4"),
    ),
    Attack(
        "multipath_tcp_connection_is_not_made",
        "socket.socket(proto=262).connect(listeners['mptcp'])",
        ALONE,
        reached("mptcp"),
        possible=listens(socket.AF_INET, socket.SOCK_STREAM, MPTCP),
    ),
    Attack(
        "datagram_is_not_sent",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'secret', listeners['udp'])",
        ALONE,
        reached("udp"),
    ),
    Attack(
        "nobody_is_let_in",
        """
        server = socket.create_server(address)
        server.settimeout(0.3)
        print(won if server.accept()[0].recv(5) == b'knock' else '')
        """,
        {SECCOMP: FORBIDDEN, LANDLOCK: DENIED, NAMESPACES: Stop(Outcome.CRASHED, "timed out|Cannot assign")},
        company=visitor,
    ),
    Attack(
        "socket_in_the_file_system_is_not_reached",
        "socket.socket(socket.AF_UNIX).connect(listeners['unix'])",
        {SECCOMP: FORBIDDEN, NAMESPACES: NOT_THERE},
        reached("unix"),
    ),
    Attack(
        "abstract_socket_is_not_reached",
        "socket.socket(socket.AF_UNIX).connect(listeners['abstract'])",
        {SECCOMP: FORBIDDEN, NAMESPACES: Stop(Outcome.CRASHED, "Connection refused"), LANDLOCK: FORBIDDEN},
        reached("abstract"),
    ),
    Attack(
        "interfaces_are_not_listed",
        "print(*(name for _, name in socket.if_nameindex()))",
        {SECCOMP: FORBIDDEN, NAMESPACES: HARMLESS},
        lambda after: set(interfaces()) <= set(after.log.split()),
        possible=has_interfaces,
    ),
    Attack(
        "forged_packets_are_not_sent",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)\nprint(won)",
        {SECCOMP: FORBIDDEN, UNPRIVILEGED: FORBIDDEN},
    ),
    Attack(
        "packets_of_others_are_not_overheard",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW).bind((interfaces[0], 3))\nprint(won)",
        {SECCOMP: FORBIDDEN, UNPRIVILEGED: FORBIDDEN, NAMESPACES: Stop(Outcome.CRASHED, "No such device")},
        possible=has_interfaces,
    ),
    Attack(
        "hypervisor_is_not_called",
        "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)\nprint(won)",
        {SECCOMP: FORBIDDEN},
        possible=listens(getattr(socket, "AF_VSOCK", -1), socket.SOCK_STREAM),
    ),
)
