"""The Kubernetes manifests are what an API server takes, and fit the service."""

import re
import shutil
import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service.cli.main import COMMANDS
from service.settings.document import describe_settings
from tests.house.place import ROOT, text
from tests.house.test_deploy import SERVICES, USER

FOLDER = ROOT / "deploy" / "kubernetes"
FILES = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
MANIFESTS = [one for file in FILES for one in yaml.safe_load_all((FOLDER / file).read_text("utf-8"))]
DEPLOYMENTS = [one for one in MANIFESTS if one["kind"] == "Deployment"]
WITH_PODS = [one for one in MANIFESTS if one["kind"] in {"Deployment", "Job"}]
VERSIONS = ("1.30", "1.35")


def title(manifest: dict[str, Any]) -> str:
    return f"{manifest['kind']}-{manifest['metadata']['name']}"


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in MANIFESTS if one["kind"] == kind]


def pod(workload: dict[str, Any]) -> dict[str, Any]:
    return workload["spec"]["template"]["spec"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", MANIFESTS, ids=title)
def test_an_api_server_takes_the_manifest(manifest, version):
    kubernetes_validate.validate(manifest, version, strict=True)


def test_a_manifest_with_a_field_that_there_is_not_is_refused():
    odd = of_kind("Service")[0] | {"spec": {"selektor": {}}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(odd, VERSIONS[0], strict=True)


def test_every_manifest_is_in_the_kustomization():
    assert sorted([*FILES, "kustomization.yaml"]) == sorted(file.name for file in FOLDER.iterdir())


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_gives_every_manifest_with_the_image_of_the_release():
    built = subprocess.run(["kubectl", "kustomize", FOLDER], capture_output=True, text=True)
    manifests = list(yaml.safe_load_all(built.stdout))
    assert sorted(map(title, manifests)) == sorted(map(title, MANIFESTS)), built.stderr
    images = {
        one["image"] for manifest in manifests if "template" in manifest["spec"] for one in pod(manifest)["containers"]
    }
    assert images == {"askonce:latest"}


def test_kubernetes_runs_what_compose_runs():
    commands = {one["metadata"]["name"]: pod(one)["containers"][0]["args"] for one in DEPLOYMENTS}
    assert commands == {"askonce": SERVICES["askonce"]["command"], "askonce-worker": SERVICES["worker"]["command"]}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["metadata"]["name"])
def test_kubernetes_keeps_attachments_in_a_claim_that_the_service_may_write(deployment):
    (container,) = pod(deployment)["containers"]
    mounted = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    volumes = {one["name"]: one for one in pod(deployment)["volumes"]}
    environment = {one["name"]: one["value"] for one in container["env"]}
    volume = volumes[mounted[environment["ASKONCE_ATTACHMENTS_DIR"]]]
    claims = [one["metadata"]["name"] for one in MANIFESTS if one["kind"] == "PersistentVolumeClaim"]
    assert volume["persistentVolumeClaim"]["claimName"] in claims
    assert set(mounted.values()) == set(volumes)
    assert pod(deployment)["securityContext"]["fsGroup"] == int(USER) == pod(deployment)["securityContext"]["runAsUser"]
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert "/tmp" in mounted


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda one: one["metadata"]["name"])
def test_kubernetes_finds_the_pods_of_each_deployment(deployment):
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels == deployment["metadata"]["labels"]


def test_kubernetes_sends_requests_to_the_service_and_asks_routes_that_exist():
    (service,) = [one for one in MANIFESTS if one["kind"] == "Service"]
    (served,) = [one for one in DEPLOYMENTS if one["metadata"]["name"] == "askonce"]
    (container,) = pod(served)["containers"]
    assert service["spec"]["selector"] == served["metadata"]["labels"]
    assert container["ports"] == [{"name": "http", "containerPort": 8080}]
    paths = {container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"/health/live", "/health/ready"}


def test_kubernetes_holds_no_secret_and_sets_only_variables_that_are_settings():
    known = {one.variable for one in describe_settings()}
    for workload in WITH_PODS:
        (container,) = pod(workload)["containers"]
        assert {one["name"].removesuffix("_FILE") for one in container["env"]} <= known
        assert container["envFrom"] == [{"configMapRef": {"name": "askonce", "optional": True}}]


@pytest.mark.parametrize("workload", WITH_PODS, ids=title)
def test_pods_read_secrets_as_files_that_they_alone_may_read(workload):
    (container,) = pod(workload)["containers"]
    folders = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    (secret,) = [one["secret"] for one in pod(workload)["volumes"] if one["name"] == folders["/run/secrets/askonce"]]
    files = [one["value"] for one in container["env"] if one["name"].endswith("_FILE")]
    made = re.findall(r"--from-literal=(\w+)=", (FOLDER / "kustomization.yaml").read_text("utf-8"))
    assert sorted(files) == [f"/run/secrets/askonce/{name}" for name in sorted(made)]
    assert (secret["secretName"], secret["defaultMode"] & 0o007) == ("askonce", 0)


@pytest.mark.parametrize("workload", WITH_PODS, ids=title)
def test_no_pod_may_more_than_the_service_needs(workload):
    (container,) = pod(workload)["containers"]
    assert workload["spec"]["template"]["metadata"]["labels"] == workload["metadata"]["labels"]
    assert pod(workload)["automountServiceAccountToken"] is False
    assert pod(workload)["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert "memory" in container["resources"]["limits"]
    assert container["args"][0] in COMMANDS


@pytest.mark.parametrize("budget", of_kind("PodDisruptionBudget"), ids=title)
def test_a_drained_node_takes_one_pod_at_a_time(budget):
    (kept,) = [one for one in DEPLOYMENTS if one["metadata"]["name"] == budget["metadata"]["name"]]
    assert budget["spec"]["selector"]["matchLabels"] == kept["metadata"]["labels"]
    assert budget["spec"]["maxUnavailable"] == 1
    assert len(of_kind("PodDisruptionBudget")) == len(DEPLOYMENTS)


def test_processes_that_answer_grow_with_the_load_and_nothing_else_says_how_many_there_are():
    (scaler,) = of_kind("HorizontalPodAutoscaler")
    assert scaler["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "askonce"}
    (served,) = [one for one in DEPLOYMENTS if one["metadata"]["name"] == "askonce"]
    assert "replicas" not in served["spec"]
    assert scaler["spec"]["minReplicas"] >= 2


def test_a_worker_is_watched_at_the_port_at_which_it_serves_its_health():
    (worker,) = [one for one in DEPLOYMENTS if one["metadata"]["name"] == "askonce-worker"]
    (container,) = pod(worker)["containers"]
    (port,) = container["ports"]
    environment = {one["name"]: one["value"] for one in container["env"]}
    assert environment["ASKONCE_WORKER_PORT"] == str(port["containerPort"])
    probes = [container[f"{probe}Probe"]["httpGet"] for probe in ("startup", "liveness", "readiness")]
    assert {probe["port"] for probe in probes} == {port["name"]}
    assert {probe["path"] for probe in probes} == {"/health/live", "/health/ready"}


def test_only_the_ingress_and_the_monitoring_reach_the_pods_at_ports_that_they_have():
    (policy,) = of_kind("NetworkPolicy")
    assert all(
        workload["metadata"]["labels"].items() >= policy["spec"]["podSelector"]["matchLabels"].items()
        for workload in WITH_PODS
    )
    names = {port["name"] for one in DEPLOYMENTS for port in pod(one)["containers"][0].get("ports", ())}
    assert {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]} == names
    assert all("from" in rule for rule in policy["spec"]["ingress"])


def test_the_schema_is_migrated_by_a_job_that_may_be_run_again():
    (job,) = of_kind("Job")
    assert pod(job)["containers"][0]["args"] == ["migrate"]
    assert job["spec"]["ttlSecondsAfterFinished"] > 0
    assert "kubectl delete job askonce-migrate" in text("deploy/kubernetes/kustomization.yaml")
