import re
from pathlib import Path

import pytest

from server.address import Address
from server.door import MESSAGE_ROOM
from server.keys import parse_bindings, sha256
from server.settings import NOT_FOLLOWED, Settings, SettingsInvalid, read_settings, without_effect

ROOT = Path(__file__).parents[2]
OF_OTHERS = {field.validation_alias for field in Settings.model_fields.values() if field.validation_alias}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch, tmp_path):
    """Take away what whoever runs the tests has set."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"CSV_CONVERTER_{field.upper()}", raising=False)
    for name in OF_OTHERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default():
    settings = read_settings()
    assert str(settings.grpc_address) == "127.0.0.1:50051"
    assert str(settings.http_address) == "0.0.0.0:8000"
    assert settings.data_dir == Path("var").absolute()
    assert settings.configured_callers() == {}


def test_the_example_file_names_every_setting_with_its_default(tmp_path):
    example = (ROOT / ".env.example").read_text()
    fields = Settings.model_fields.items()
    names = {field.validation_alias or f"CSV_CONVERTER_{name.upper()}" for name, field in fields}
    assert set(re.findall(r"^(\w+)=", example, re.MULTILINE)) == names
    defaults = read_settings()
    (tmp_path / ".env").write_text(example)
    assert read_settings() == defaults


def test_the_environment_comes_before_the_file(monkeypatch, tmp_path):
    (tmp_path / ".env").write_text("CSV_CONVERTER_MAX_ITERATIONS=3\nOTHER_PROGRAM=1\n")
    assert read_settings().max_iterations == 3
    monkeypatch.setenv("CSV_CONVERTER_MAX_ITERATIONS", "4")
    assert read_settings().max_iterations == 4


def test_settings_that_are_not_followed_are_said(monkeypatch, tmp_path):
    for name in NOT_FOLLOWED:
        monkeypatch.delenv(name, raising=False)
    assert without_effect() == []
    (tmp_path / ".env").write_text("CSV_CONVERTER_BROKER_URL=redis://me:secret@broker\n")
    [sentence] = without_effect()
    assert sentence.split()[0] == "CSV_CONVERTER_BROKER_URL"
    assert "secret" not in sentence


def test_origins_are_separated_by_commas(monkeypatch):
    assert read_settings().allowed_origins == ()
    monkeypatch.setenv("CSV_CONVERTER_ALLOWED_ORIGINS", "https://ui.example, http://localhost:3000,")
    assert read_settings().allowed_origins == ("https://ui.example", "http://localhost:3000")


def test_layers_that_no_sandbox_has_are_refused(monkeypatch):
    monkeypatch.setenv("CSV_CONVERTER_SANDBOX_MINIMUM", "rlimits, seccomp")
    assert read_settings().sandbox_minimum == ("rlimits", "seccomp")
    monkeypatch.setenv("CSV_CONVERTER_SANDBOX_MINIMUM", "rlimits,moat")
    with pytest.raises(SettingsInvalid, match=r"SANDBOX_MINIMUM: wanted .*any of namespaces, .*landlock"):
        read_settings()


@pytest.mark.parametrize("origin", ["ui.example", "https://ui.example/", "https://UI.example", "https://*"])
def test_origins_that_no_browser_sends_are_refused(monkeypatch, origin):
    monkeypatch.setenv("CSV_CONVERTER_ALLOWED_ORIGINS", f"*,{origin}")
    with pytest.raises(SettingsInvalid, match=r"^CSV_CONVERTER_ALLOWED_ORIGINS: wanted \*, or scheme://host"):
        read_settings()


def test_every_wrong_setting_is_named(monkeypatch):
    monkeypatch.setenv("CSV_CONVERTER_MAX_WORKERS", "0")
    monkeypatch.setenv("CSV_CONVERTER_HTTP_ADDRESS", "8000")
    with pytest.raises(SettingsInvalid) as invalid:
        read_settings()
    assert re.findall(r"^(\w+): ", str(invalid.value), re.MULTILINE) == [
        "CSV_CONVERTER_HTTP_ADDRESS",
        "CSV_CONVERTER_MAX_WORKERS",
    ]


@pytest.mark.parametrize("name", ["JOB_SECONDS", "SCRIPT_TIMEOUT_SECONDS", "PROMPT_PRICE"])
@pytest.mark.parametrize("value", ["inf", "nan"])
def test_what_is_without_end_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"CSV_CONVERTER_{name}", value)
    with pytest.raises(SettingsInvalid, match=f"^CSV_CONVERTER_{name}: .*finite"):
        read_settings()


def test_the_largest_upload_is_one_that_grpc_can_carry(monkeypatch):
    monkeypatch.setenv("CSV_CONVERTER_MAX_UPLOAD_BYTES", str(1023 << 20))
    assert 2 * read_settings().max_upload_bytes + MESSAGE_ROOM < 2**31
    monkeypatch.setenv("CSV_CONVERTER_MAX_UPLOAD_BYTES", str(1024 << 20))
    with pytest.raises(SettingsInvalid, match="MAX_UPLOAD_BYTES"):
        read_settings()


def test_the_one_secret_opens_everything(monkeypatch):
    monkeypatch.setenv("FASTAPI_AND_WEP_APP_SECRET_KEY", "x")
    monkeypatch.setenv("CSV_CONVERTER_API_KEYS", "acme-key=acme")
    callers = read_settings().configured_callers()
    assert callers[sha256("x")].may_touch("anyone")
    assert callers[sha256("acme-key")].may_touch("acme")
    assert not callers[sha256("acme-key")].may_touch("anyone")
    assert {caller.key_id for caller in callers.values()} == {"secret-key", "api-keys-1"}


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("FASTAPI_AND_WEP_APP_SECRET_KEY", "hush")
    monkeypatch.setenv("CSV_CONVERTER_API_KEYS", "hush-too=acme")
    assert "hush" not in repr(read_settings())


@pytest.mark.parametrize("url", ["http://localhost:11434/v1", "https://models.example", "http://[::1]:8000/v1/"])
def test_a_model_server_is_an_address(monkeypatch, url):
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    assert read_settings().openai_base_url == url


@pytest.mark.parametrize(
    "url", ["localhost:11434", "ftp://a/v1", "http://", "http://me:hush@host/v1", "http://h/?k=hush"]
)
def test_what_is_no_model_server_is_refused_without_being_repeated(tmp_path, url):
    (tmp_path / ".env").write_text(f"OPENAI_BASE_URL={url}\n")
    with pytest.raises(SettingsInvalid, match=r"^OPENAI_BASE_URL: wanted http://host:port/v1") as invalid:
        read_settings()
    assert "hush" not in str(invalid.value)


def test_a_key_that_no_request_can_carry_is_refused_without_being_repeated(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", " hush\n")
    assert read_settings().openai_api_key.get_secret_value() == "hush"
    assert "hush" not in repr(read_settings())
    monkeypatch.setenv("OPENAI_API_KEY", "hush…")
    with pytest.raises(SettingsInvalid, match=r"^OPENAI_API_KEY: wanted a key of .* ASCII") as invalid:
        read_settings()
    assert "hush" not in str(invalid.value)


@pytest.mark.parametrize("text", ["127.0.0.1:0", "localhost:8000", "[::1]:50051", "0.0.0.0:65535"])
def test_addresses_are_read(text):
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["", "8000", ":8000", "host:", "host:65536", "host:-1", "::1:8000", "host:http"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="such as"):
        Address.parse(text)


def test_keys_are_bound_to_clients():
    everyone = frozenset({"*"})
    assert parse_bindings("a=*; b= acme , globex ;c==x;") == {
        "a": everyone,
        "b": frozenset({"acme", "globex"}),
        "c=": frozenset({"x"}),
    }
    assert parse_bindings("") == {}


@pytest.mark.parametrize("text", ["secret", "secret=", "=acme", "good=*;secret=a b", "secret=../x"])
def test_a_malformed_binding_is_refused_without_showing_the_key(text):
    with pytest.raises(ValueError, match="binding") as error:
        parse_bindings(text)
    assert "secret" not in str(error.value)


def test_bucket_has_the_names_that_programs_of_aws_read(monkeypatch):
    for name, value in {"BUCKET_NAME": "files", "ACCESS_KEY_ID": "me", "SECRET_ACCESS_KEY": "hidden"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("CSV_CONVERTER_BUCKET_ENCRYPTION", "aws:kms")
    settings = read_settings()
    assert (settings.s3.bucket, settings.s3.access_key, settings.s3.secret_key) == ("files", "me", "hidden")
    assert (settings.s3.region, settings.s3.encryption) == ("eu-central-1", "aws:kms")
    assert "hidden" not in repr(settings)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert read_settings().s3.region == "eu-west-1"


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("AWS_ENDPOINT_URL", "http://me:secret@store:9000", "http://host:port"),
        ("AWS_ENDPOINT_URL", "secret", "http://host:port"),
        ("CSV_CONVERTER_BUCKET_ENCRYPTION", "secret", "AES256"),
        ("AWS_DEFAULT_REGION", "eu secret", "eu-central-1"),
        ("AWS_CA_BUNDLE", "/secret", "does not point to a file"),
    ],
)
def test_wrong_settings_of_the_bucket_are_explained_and_not_repeated(monkeypatch, name, value, wanted):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=f"^{name}: ") as refused:
        read_settings()
    assert wanted in str(refused.value)
    assert "secret" not in str(refused.value)
