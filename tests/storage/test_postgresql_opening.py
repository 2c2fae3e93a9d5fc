"""Opening a PostgreSQL that is not as it should be: what is wrong is said, soon and without the password."""

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage.sql.database import DatabaseUnusable, open_database
from storage.sql.postgresql.connections import Patience
from storage.sql.postgresql.database import MIGRATING, PostgresqlDatabase
from tests.certificates import Authority
from tests.stores.postgresql import PASSWORD, PostgresServer
from tests.stores.processes import free_port
from tests.stores.proxy import Proxy

IMPATIENT = Patience(connect=0.5, tries=0.5)
NAMES = [
    ("/nonesuch", 'database "nonesuch" does not exist; create it'),
    ("/postgres?sslmode=require", "does not speak TLS as sslmode demands"),
    ("/postgres?sslmode=wanted", "`sslmode` parameter must be one of"),
    ("/postgres?sslmode=verify-full&sslrootcert=/nonesuch", "No such file or directory"),
    ("/postgres?channel_binding=require", '"channel_binding"; leave it out of the URL'),
    ("/postgres?target_session_attrs=standby", "None of the hosts match"),
    ("/postgres?options=-csearch_path%3Dnonesuch", "no schema has been selected"),
    ("/postgres?sslmode", "the URL cannot be read"),
]


async def refusal(url: str) -> str:
    """Return why a database is not opened."""
    with pytest.raises(DatabaseUnusable) as refused:
        await PostgresqlDatabase.open(url, 1, IMPATIENT)
    assert "secret" not in str(refused.value)
    assert quote(PASSWORD, safe="") not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(("end", "message"), NAMES)
async def test_what_cannot_be_used_is_named_with_what_to_do(postgres: PostgresServer, end: str, message: str) -> None:
    assert message in await refusal(postgres.url(end[1:]))


async def test_wrong_password_is_told_at_once(postgres: PostgresServer) -> None:
    url = postgres.url("postgres").replace(quote(PASSWORD, safe=""), "secret")
    message = await refusal(url)
    assert 'password authentication failed for user "converter"; correct the user or the password' in message


@pytest.mark.parametrize("host", ["127.0.0.1:1", "nonesuch.invalid", "127.0.0.1:1,127.0.0.1:2"])
async def test_server_that_is_not_there_is_told_soon(host: str) -> None:
    assert "does it run, and are host and port in the URL right?" in await refusal(f"postgresql://ann:secret@{host}/x")


@pytest.mark.parametrize("sign", ["/secret", "?secret", "#secret", "@secret", "[secret", "%00"])
async def test_password_with_signs_that_are_not_quoted_is_not_repeated(sign: str) -> None:
    await refusal(f"postgresql://ann:se{sign}@127.0.0.1:1/x")


@pytest.mark.parametrize("place", ["127.0.0.1:99999/x", "127.0.0.1:http/x", "[::1/x"])
async def test_url_that_names_no_place_is_refused(place: str) -> None:
    assert "the URL cannot be read" in await refusal(f"postgresql://ann:secret@{place}")


async def test_user_who_may_not_make_tables_is_told_so(postgres: PostgresServer) -> None:
    postgres.query("CREATE ROLE guest LOGIN PASSWORD 'welcome'")
    postgres.query("CREATE DATABASE not_for_guests")
    url = f"postgresql://guest:welcome@127.0.0.1:{postgres.port}/not_for_guests"
    assert "permission denied for schema public; let the user create tables there" in await refusal(url)


async def test_database_that_cannot_hold_all_text_is_refused(postgres: PostgresServer) -> None:
    postgres.query("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    assert "its encoding is LATIN1; create it with ENCODING 'UTF8'" in await refusal(postgres.url("latin"))


async def test_server_that_takes_connections_and_says_nothing_is_given_up(postgres: PostgresServer) -> None:
    async with Proxy(postgres.port) as proxy:
        proxy.hold()
        assert "it does not answer" in await refusal(postgres.url("postgres", proxy.port))


async def test_server_that_is_still_starting_is_waited_for(postgres: PostgresServer, database_url: str) -> None:
    postgres.stop()
    opening = asyncio.create_task(open_database(database_url))
    await asyncio.sleep(0.1)  # while nobody listens
    await asyncio.to_thread(postgres.start)
    await (await opening).close()


async def test_next_host_is_taken_when_the_first_does_not_answer(postgres: PostgresServer, database_url: str) -> None:
    async with Proxy(postgres.port) as silent:
        silent.hold()
        hosts = f"127.0.0.1:{free_port()},127.0.0.1:{silent.port},127.0.0.1:{postgres.port}"
        url = database_url.replace(f"127.0.0.1:{postgres.port}", hosts) + "?target_session_attrs=read-write"
        await (await PostgresqlDatabase.open(url, 1, Patience(connect=0.5))).close()


async def test_certificate_is_verified_where_that_is_demanded(
    postgres: PostgresServer, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "stranger").mkdir()
    authority, stranger = Authority(tmp_path), Authority(tmp_path / "stranger")
    async with Proxy(postgres.port, authority.issue("store").context(), postgresql=True) as proxy:
        url = database_url.replace(str(postgres.port), str(proxy.port)) + "?sslmode=verify-full&sslrootcert="
        await (await open_database(url + quote(str(authority.certificate)))).close()
        assert "it is not trusted" in await refusal(url + quote(str(stranger.certificate)))


async def test_settings_in_the_url_are_the_servers(database_url: str) -> None:
    database = await open_database(f"{database_url}?work_mem=3MB&options=-c%20geqo%3Doff")

    def settings(session: Session) -> list[object]:
        return [session.scalar(text(f"SHOW {name}")) for name in ("work_mem", "geqo", "application_name")]

    assert await database.read(settings) == ["3MB", "off", "csv-converter"]
    await database.close()


async def test_many_that_open_an_empty_database_take_turns(postgres: PostgresServer) -> None:
    postgres.query("CREATE DATABASE empty")
    async with AsyncExitStack() as stack:
        opening: list[Awaitable[PostgresqlDatabase]] = [
            PostgresqlDatabase.open(postgres.url("empty"), 1) for _ in range(10)
        ]
        for database in await asyncio.gather(*opening):
            stack.push_async_callback(database.close)
            assert await database.read(lambda session: session.scalar(text("SELECT count(*) FROM jobs"))) == 0


async def test_migration_of_another_server_is_waited_for_however_long_it_takes(database_url: str) -> None:
    other = await asyncpg.connect(database_url)
    await other.execute(f"SELECT pg_advisory_lock({MIGRATING})")
    opening = asyncio.create_task(PostgresqlDatabase.open(database_url, 1, Patience(statement=0.1, silence=0.2)))
    done, _ = await asyncio.wait([opening], timeout=1.0)
    assert not done
    await other.close()
    await (await opening).close()
