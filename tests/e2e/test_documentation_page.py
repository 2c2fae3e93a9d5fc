"""The documentation page as somebody uses it: in a real browser that reaches nothing but the gateway."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

import bootstrap
from tests.server.conftest import EXPECTED, INPUT
from tests.server.server_process import server_process

pytestmark = pytest.mark.long

KEY = "the-key"
NOTHING_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PATIENCE = 60_000  # milliseconds that anything on the page may take
FILE = {"name": "input.csv", "mimeType": "text/csv", "buffer": INPUT}
EXPECTED_FILE = FILE | {"name": "expected.csv", "buffer": EXPECTED}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server_process(tmp_path_factory.mktemp("documented"), API_KEYS=f"{KEY}=*", MAX_WORKERS=1) as server:
        yield f"http://{server.told['http_address']}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = bootstrap.browser()
    assert found, bootstrap.NO_BROWSER
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[NOTHING_ELSE])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """Return what the page's console and scripts complain of; a test that expects some takes them out."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, complaints: list[str]) -> Iterator[Page]:
    """Open the page; at the end it must have asked nobody else, and nothing may have been complained of."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/docs")
    page.locator(".opblock").first.wait_for()
    yield page
    page.close()
    assert hosts - {""} == {urlsplit(address).netloc}  # what is saved from the page itself has no host
    assert complaints == []


def authorize(page: Page) -> None:
    page.locator(".auth-wrapper .authorize").click()
    page.locator(".auth-container input").fill(KEY)
    page.locator(".auth-btn-wrapper .authorize").click()
    page.locator(".auth-btn-wrapper .btn-done").click()


def try_out(page: Page, name: str) -> Locator:
    """Open an operation for trying it out."""
    operation = page.locator(f"[id^=operations-][id$=-{name}]")
    operation.locator(".opblock-summary-control").click()
    operation.locator(".try-out__btn").click()
    return operation


def execute(operation: Locator) -> tuple[str, str]:
    """Make the call and return the status and the body that the page shows."""
    operation.locator(".execute").click()
    answer = operation.locator(".live-responses-table .response")
    status = answer.locator(".response-col_status").inner_text().split()[0]
    return status, answer.locator(".response-col_description pre").first.inner_text()


def saved(operation: Locator, link: str) -> bytes:
    """Return what a link of an answer saves."""
    with operation.page.expect_download() as download:
        operation.get_by_text(link).click()
    return Path(download.value.path()).read_bytes()


def train(page: Page) -> None:
    operation = try_out(page, "StartTraining")
    operation.get_by_label("input_file:").set_input_files(FILE)
    operation.get_by_label("expected_output_file:").set_input_files(EXPECTED_FILE)
    body = operation.locator("textarea")
    body.fill(body.input_value().replace('"date": "Convert to YYYY-MM-DD"', '"Name": "title case"'))
    status, answer = execute(operation)
    assert status == "202"
    assert '"job_id": "people"' in answer


def watch(page: Page) -> str:
    status, events = execute(try_out(page, "WatchJob"))
    assert status == "200"
    return events


def test_a_job_is_trained_and_files_are_converted(page: Page) -> None:
    authorize(page)
    train(page)
    assert "JOB_STATUS_SUCCEEDED" in watch(page)
    inference = try_out(page, "RunInference")
    inference.get_by_label("input_file:").set_input_files(FILE)
    status, answer = execute(inference)
    assert status == "200"
    assert '"rows": 4' in answer
    assert saved(inference, "Save output.csv") == EXPECTED
    convert = try_out(page, "Convert")
    convert.locator("input[type=file]").set_input_files(FILE)
    assert execute(convert)[0] == "200"
    assert saved(convert, "Download file") == EXPECTED


def test_the_examples_work_as_they_stand(page: Page) -> None:
    authorize(page)
    assert execute(try_out(page, "StartTraining"))[0] == "202"
    assert "JOB_STATUS_SUCCEEDED" in watch(page)
    assert '"rows": 2' in execute(try_out(page, "RunInference"))[1]
    artifact = try_out(page, "GetArtifact")
    assert execute(artifact)[0] == "200"
    assert b"import pandas" in saved(artifact, "Download file")
    assert '"status": "SUCCEEDED"' in execute(try_out(page, "GetJobMetadata"))[1]


def test_health_needs_no_key(page: Page) -> None:
    assert execute(try_out(page, "GetHealth"))[0] == "200"


def test_the_page_may_run_and_reach_nothing_else(page: Page, complaints: list[str]) -> None:
    injected = page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.injected = true";
            document.body.append(script);
            return window.injected;
        }"""
    )
    assert injected is None
    assert page.evaluate("fetch('http://localhost:9/').catch(() => 'refused')") == "refused"
    told = [complaint for complaint in complaints if "Content Security Policy" in complaint]
    assert "inline script" in told[0]
    assert "http://localhost:9/" in told[1]
    complaints.clear()
