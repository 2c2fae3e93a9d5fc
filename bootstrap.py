"""Bring up .venv with the locked dependencies, from nothing but this Python and the package index.

python bootstrap.py              what the service and its demo need, and CrewAI where a language model is configured
python bootstrap.py --all        all that, and what tests, checks and generators need
python bootstrap.py --browser    nothing but a browser for the tests of the documentation page

uv does the work. Its wheel comes from the configured index, through pip where pip works and directly where the
distribution took pip away; either way its SHA-256 stands below.
"""

import configparser
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
UV_VERSION = "0.13.9"
UV = ROOT / ".tools" / f"uv-{UV_VERSION}"
PYPI = "https://pypi.org/simple"
WHEELS = {
    "Linux x86_64": (
        f"uv-{UV_VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "Linux aarch64": (
        f"uv-{UV_VERSION}-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
}
OPTIONS = {
    "service": ["--no-dev"],
    "crew": ["--no-dev", "--extra=crew"],
    "all": ["--all-groups", "--all-extras"],
}
"""What uv is told; each extent holds those before it."""
EXTENTS = list(OPTIONS)
SETTING = re.compile(r"""^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*["']?([^\s#"']*)""", re.MULTILINE)
NO_BROWSER = "there is no browser; install Chromium, on Debian as root with `apt-get install chromium`"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Install what is missing; when nothing is, say nothing and take no time."""
    if "--browser" in sys.argv[1:]:
        bring_browser()
        return
    extent = wanted_extent()
    wanted = fingerprint()
    if (VENV / "bin" / "python").exists() and STAMP.exists():
        installed, _, there = STAMP.read_text().partition(" ")
        if installed == wanted and there in EXTENTS and EXTENTS.index(there) >= EXTENTS.index(extent):
            return
    use_configured_certificates()
    try:
        if not UV.exists():
            install_uv()
        install_packages(extent)
    except subprocess.CalledProcessError as failure:
        sys.exit(f"setup stopped: `{' '.join(map(str, failure.cmd[:3]))} …` failed; its messages stand above")
    STAMP.write_text(f"{wanted} {extent}")


def wanted_extent() -> str:
    """Return how much is to be installed: CrewAI is large, and of use only with a language model."""
    if "--all" in sys.argv[1:]:
        return "all"
    file = Path(".env")
    settings = dict(SETTING.findall(file.read_text(encoding="utf-8"))) if file.exists() else {}
    settings |= {name: value for name, value in os.environ.items() if value}
    agents = settings.get("CSV_CONVERTER_AGENTS", "auto")
    model = any(settings.get(name) for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"))
    return "crew" if agents == "crew" or (model and agents != "induction") else "service"


def fingerprint() -> str:
    """Return a digest of all that decides what .venv holds."""
    sources = [ROOT / name for name in ("uv.lock", "pyproject.toml", "clients/python/pyproject.toml")]
    return hashlib.sha256(b"\0".join([bytes(ROOT), *(path.read_bytes() for path in sources)])).hexdigest()


def use_configured_certificates() -> None:
    """Let this process and uv trust what pip and requests are told to trust on this machine."""
    named = (os.environ.get(name) for name in ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"))
    if bundle := next(filter(None, [*named, pip_setting("cert")]), None):
        os.environ["SSL_CERT_FILE"] = bundle


def install_uv() -> None:
    """Put the pinned uv into .tools."""
    machine = f"{platform.system()} {platform.machine()}"
    if machine not in WHEELS:
        sys.exit(f"this machine is {machine}; the service runs on {' and '.join(WHEELS)}")
    name, digest = WHEELS[machine]
    print(f"fetching uv {UV_VERSION} into .tools", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        wheel = Path(folder) / name
        if not download_with_pip(wheel, digest):
            download_from_index(wheel)
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if found != digest:
            sys.exit(f"{name} from {index_url()} has SHA-256 {found}, not {digest}: do not use that index")
        UV.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(wheel) as archive, archive.open(f"uv-{UV_VERSION}.data/scripts/uv") as packed:
            unpacked = UV.with_suffix(".part")
            unpacked.write_bytes(packed.read())
        unpacked.chmod(0o755)
        unpacked.rename(UV)


def download_with_pip(wheel: Path, digest: str) -> bool:
    """Let pip fetch the wheel, since it knows its proxies, certificates and passwords; False when it cannot."""
    requirements = wheel.with_name("requirements.txt")
    requirements.write_text(f"uv=={UV_VERSION} --hash=sha256:{digest}\n")
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(wheel.parent), "-r", str(requirements)]
    fetched = subprocess.run([sys.executable, "-m", "pip", "download", *options], capture_output=True, check=False)
    return fetched.returncode == 0 and wheel.exists()


def download_from_index(wheel: Path) -> None:
    """Fetch the wheel from the index's own page, as pip would."""
    page = f"{index_url()}/uv/"
    try:
        with urllib.request.urlopen(urllib.request.Request(page, headers={"Accept": "text/html"})) as answer:
            links = Links(answer.geturl(), answer.read().decode())
        if wheel.name not in links.found:
            sys.exit(f"{page} lists no {wheel.name}; set PIP_INDEX_URL to an index that does")
        with urllib.request.urlopen(links.found[wheel.name]) as answer, wheel.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except urllib.error.URLError as failure:
        sys.exit(f"cannot fetch uv from {page}: {failure}; set PIP_INDEX_URL, https_proxy or SSL_CERT_FILE to reach it")


class Links(HTMLParser):
    """The files that an index page names, with their addresses."""

    def __init__(self, address: str, page: str) -> None:
        super().__init__()
        self.address = address
        self.found: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep where each link leads, relative ones included."""
        target = dict(attributes).get("href")
        if tag == "a" and target:
            url = urllib.parse.urldefrag(urllib.parse.urljoin(self.address, target)).url
            self.found[urllib.parse.unquote(url.rpartition("/")[2])] = url


def install_packages(extent: str) -> None:
    """Make .venv hold what uv.lock says, at the index that this machine uses."""
    with_crew = "" if extent == "service" else ", CrewAI among them,"
    print(f"installing the locked packages{with_crew} into .venv", file=sys.stderr)
    if index_url() == PYPI:
        run_uv("sync", "--locked", "--inexact", *OPTIONS[extent], f"--python={sys.executable}")
        return
    # The lock names files at PyPI and `uv sync` insists on those; a mirror has the same files elsewhere.
    requirements = STAMP.with_suffix(".txt")
    run_uv("venv", "--allow-existing", f"--python={sys.executable}", str(VENV))
    run_uv("export", "--frozen", "--no-emit-workspace", *OPTIONS[extent], f"--output-file={requirements}")
    run_uv("pip", "install", "--require-hashes", f"--requirements={requirements}")
    run_uv("pip", "install", "--no-deps", "--editable=.", "--editable=clients/python")


def run_uv(*arguments: str) -> None:
    """Run uv on this project, never letting it bring a Python of its own or work on an environment elsewhere."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    environment |= {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "VIRTUAL_ENV": str(VENV),
        "UV_DEFAULT_INDEX": index_url(),
    }
    subprocess.run([UV, "--quiet", *arguments], cwd=ROOT, env=environment, check=True)


def index_url() -> str:
    """Return the package index that this machine is set up to use."""
    named = (os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"))
    return next(filter(None, [*named, pip_setting("index-url")]), PYPI).rstrip("/")


def pip_setting(name: str) -> str | None:
    """Return a setting of pip's configuration files; the later of them wins, as it does for pip."""
    home = Path.home()
    places = [Path("/etc/pip.conf"), home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    settings = configparser.RawConfigParser()
    settings.read([*places, os.environ.get("PIP_CONFIG_FILE", os.devnull)])
    return settings.get("global", name, fallback=None)


def bring_browser() -> None:
    """Install Debian's Chromium as root; say what is to be done where that is not possible."""
    if browser():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing chromium with apt-get", file=sys.stderr)
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "--quiet=2", *arguments], env=environment, stdout=sys.stderr, check=False)
    if not browser():
        print(f"the tests of the documentation page will fail: {NO_BROWSER}", file=sys.stderr)


def browser() -> str | None:
    """Return the path of a browser that tests can drive."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


if __name__ == "__main__":
    main()
