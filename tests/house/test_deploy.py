"""What operators deploy fits the service."""

import re

import msgspec
import pytest
import yaml

from service.settings.document import describe_settings
from tests.house.place import ROOT, text

COMPOSE = yaml.safe_load(text("deploy/compose.yaml"))
SERVICES = COMPOSE["services"]
OURS = ("askonce", "worker")
USER = re.search(r"^USER (\d+)$", text("deploy/Dockerfile"), re.MULTILINE)[1]


def test_compose_sets_only_variables_that_are_settings():
    known = {one.variable for one in describe_settings()}
    for name in OURS:
        assert {variable.removesuffix("_FILE") for variable in SERVICES[name]["environment"]} <= known


def test_compose_takes_the_addresses_of_the_servers_it_runs():
    environment = SERVICES["askonce"]["environment"]
    assert re.search(r"@postgres/(\w+)$", environment["ASKONCE_DATABASE_URL"])[1] == "askonce"
    assert SERVICES["postgres"]["environment"]["POSTGRES_DB"] == "askonce"
    assert environment["ASKONCE_REDIS_URL"].startswith("redis://redis:")


def test_compose_gives_timers_to_a_worker_of_their_own():
    assert "--no-worker" in SERVICES["askonce"]["command"]
    assert SERVICES["worker"]["command"] == ["worker"]


def test_compose_watches_a_worker_where_prometheus_reads_its_metrics():
    port = SERVICES["worker"]["environment"]["ASKONCE_WORKER_PORT"]
    assert f":{port}/health/live" in SERVICES["worker"]["healthcheck"]["test"][-1]
    assert f'"worker:{port}"' in text("deploy/prometheus/prometheus.yml")


def test_compose_starts_the_service_when_its_servers_are_healthy():
    for name in OURS:
        assert set(SERVICES[name]["depends_on"]) == {"postgres", "redis"}
    for server in ("postgres", "redis"):
        assert SERVICES[server]["healthcheck"]["test"][0] == "CMD"


def test_compose_keeps_the_records_and_every_named_volume_is_declared():
    named = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert named == set(COMPOSE["volumes"]) == {"attachments", "postgres"}


def test_compose_holds_no_secret():
    assert set(re.findall(r"PASSWORD: (.)", text("deploy/compose.yaml"))) == {"$"}
    assert re.search(r"^POSTGRES_PASSWORD=$", text("deploy/service.env.example"), re.MULTILINE)
    assert all(SERVICES[name]["env_file"] == "service.env" for name in OURS)


def test_the_files_with_secrets_are_never_committed():
    assert {"deploy/service.env", "deploy/secrets.key"} <= set(text(".gitignore").splitlines())


@pytest.mark.parametrize("name", OURS)
def test_compose_hands_the_key_of_secrets_over_as_a_file(name):
    (secret,) = SERVICES[name]["secrets"]
    assert SERVICES[name]["environment"]["ASKONCE_SECRETS_KEY_FILE"] == f"/run/secrets/{secret}"
    assert COMPOSE["secrets"][secret] == {"file": "secrets.key"}


def test_compose_mounts_files_that_exist():
    assert "./nginx.conf:/etc/nginx/nginx.conf:ro" in SERVICES["nginx"]["volumes"]
    assert (ROOT / "deploy" / "nginx.conf").is_file()
    assert (ROOT / SERVICES["askonce"]["build"]["dockerfile"]).is_file()


def test_the_image_is_built_of_files_that_exist():
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", text("deploy/Dockerfile"), re.MULTILINE)
        for name in line.split()[:-1]
    ]
    assert "service" in copied
    let_in = [line[1:] for line in text("deploy/Dockerfile.dockerignore").splitlines() if line.startswith("!")]
    for name in copied:
        assert (ROOT / name).exists()
        assert any((ROOT / name) in ROOT.glob(pattern) for pattern in let_in)


def test_the_image_runs_as_an_ordinary_user():
    assert int(USER) > 0


def test_the_image_leaves_out_the_embedded_servers_alone():
    """The expressions of the Dockerfile, applied as sed applies them."""
    names = set(re.findall(r"'/\^([\w-]+)==/,/\[\^\\\\\]\$/d'", text("deploy/Dockerfile")))
    optional = msgspec.toml.decode(text("pyproject.toml"))["project"]["optional-dependencies"]["embedded"]
    assert names == {requirement.partition("==")[0] for requirement in optional}


def test_the_image_is_watched_through_a_route_that_exists():
    assert "8080/health/live" in text("deploy/Dockerfile")


@pytest.mark.parametrize("name", OURS)
def test_compose_keeps_attachments_in_a_volume_that_the_service_may_write(name):
    folder = SERVICES[name]["environment"]["ASKONCE_ATTACHMENTS_DIR"]
    assert f"attachments:{folder}" in SERVICES[name]["volumes"]
    assert re.search(rf"install --directory --owner={USER} .*{folder}$", text("deploy/Dockerfile"), re.MULTILINE)
