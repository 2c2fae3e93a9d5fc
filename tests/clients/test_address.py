import pytest

from csvconverter.address import is_local, reachable


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.8.8.8:1", "localhost:1", "[::1]:1"])
def test_this_machine_is_local(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", ["10.0.0.1:1", "127.evil.example:1", "localhost.evil.example:1", "1", ""])
def test_another_machine_is_not(address: str) -> None:
    assert not is_local(address)


@pytest.mark.parametrize(
    ("told", "found"),
    [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("10.0.0.0:1", "10.0.0.0:1"), ("host:1", "host:1")],
)
def test_a_server_that_listens_everywhere_is_reached_here(told: str, found: str) -> None:
    assert reachable(told) == found
