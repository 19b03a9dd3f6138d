from pathlib import Path

from local import environment
from local.settings import Settings

DEVELOPER = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "secret",
    "HTTPS_PROXY": "http://proxy:3128",
    "no_proxy": "intranet",
    "PATH": "/opt/tools",
    "PIP_CONFIG_FILE": "/etc/pip.conf",
    "MAKEFLAGS": " -j2 --jobserver-auth=3,4 -- ARCH=arm64",
    "MFLAGS": "-j2",
}


def test_isolating_leaves_nothing_of_the_developers_account_or_proxies() -> None:
    environ = dict(DEVELOPER)

    environment.isolate(environ)

    assert {"AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "no_proxy"}.isdisjoint(environ)
    assert environ["AWS_CONFIG_FILE"] == environ["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"
    assert environ["AWS_EC2_METADATA_DISABLED"] == "true"


def test_a_build_keeps_what_pip_needs_but_not_the_account() -> None:
    environ = environment.building(DEVELOPER)

    assert environ["HTTPS_PROXY"] == "http://proxy:3128"
    assert environ["PIP_CONFIG_FILE"] == "/etc/pip.conf"
    assert "AWS_PROFILE" not in environ


def test_a_build_is_no_part_of_the_make_that_has_asked_for_it() -> None:
    assert {"MAKEFLAGS", "MFLAGS"}.isdisjoint(environment.building(DEVELOPER))


def test_the_emulator_listens_on_loopback_enforces_policies_and_keeps_state(tmp_path: Path) -> None:
    environ = environment.emulator(Settings(tmp_path, emulator_port=4771))

    assert (environ["BIND_HOST"], environ["GATEWAY_PORT"], environ["AUTH"]) == ("127.0.0.1", "4771", "true")
    assert environ["PERSIST_STATE"] == environ["S3_PERSIST"] == "1"
    assert all(environ[name].startswith(str(tmp_path)) for name in ("STATE_DIR", "S3_DATA_DIR", "TMPDIR"))


def test_ffmpeg_of_the_layer_comes_before_any_other(tmp_path: Path) -> None:
    settings = Settings(tmp_path)

    assert environment.emulator(settings)["PATH"].split(":")[0] == str(settings.binaries)
