"""The Kubernetes manifests: valid, without rights, without secrets, and in agreement with what sso-sync does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from kubernetes_validate import utils

from sso_sync import __version__
from sso_sync.errors import ExitCode
from sso_sync.spec.load import check_fleet, load
from tests.deploy.kustomize import DEPLOY, Manifest, render, split

OLDEST = "1.29"  # the first with backoffLimitPerIndex, FailIndex and sidecars switched on
NAMES = ["base", "apply", "example", "example-apply", "everything"]
SECRET = re.compile(r"secret|token|password|api_?key|credential|authorization", re.IGNORECASE)
_HASH = re.compile(r"-[0-9a-z]{10}$")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders by name; `everything` is the example with all that it only offers."""
    copied = tmp_path_factory.mktemp("deploy") / "deploy"
    shutil.copytree(DEPLOY, copied)
    settings = copied / "example" / "kustomization.yaml"
    text = settings.read_text(encoding="utf-8")
    assert text.count("# - path:") == 2
    settings.write_text(text.replace("# - path:", "- path:"), encoding="utf-8")
    return {name: copied / "example" if name == "everything" else DEPLOY / name for name in NAMES}


def jobs(manifests: list[Manifest]) -> Iterator[Manifest]:
    """The spec of every Job."""
    for one in manifests:
        if one["kind"] == "CronJob":
            yield one["spec"]["jobTemplate"]["spec"]
        elif one["kind"] == "Job":
            yield one["spec"]


def pods(manifests: list[Manifest]) -> Iterator[Manifest]:
    for job in jobs(manifests):
        yield job["template"]["spec"]


def containers(pod: Manifest) -> list[Manifest]:
    return [*pod["containers"], *pod.get("initContainers", [])]


@pytest.fixture(params=NAMES)
def manifests(request: pytest.FixtureRequest, folders: dict[str, Path]) -> list[Manifest]:
    return render(folders[request.param])


@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
def test_kubernetes_takes_every_manifest(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(utils, "schema_contents", cache(utils.schema_contents))  # the definitions are large
    checked = []
    for name in NAMES:
        for one in render(folders[name]):
            kubernetes_validate.validate(one, version, strict=True)
            checked.append(one["kind"])
    assert {"CronJob", "Job", "ServiceAccount", "NetworkPolicy", "ConfigMap"} == set(checked)
    broken = render(DEPLOY / "base")
    next(jobs(broken))["completion"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(next(one for one in broken if one["kind"] == "CronJob"), version, strict=True)


def test_kustomize_sees_what_is_checked_here(folders: dict[str, Path]) -> None:
    """Where there is a kubectl; every reference is followed here in any case."""
    assert all(render(folder) for folder in folders.values())
    kubectl = shutil.which("kubectl")
    for folder in folders.values() if kubectl else []:
        ran = subprocess.run([str(kubectl), "kustomize", str(folder)], capture_output=True, text=True, check=True)
        assert ran.stderr == ""
        theirs = [_plain(one) for one in yaml.safe_load_all(ran.stdout)]
        assert sorted(theirs) == sorted(_plain(one) for one in render(folder))


def _plain(node: Any) -> str:
    """The manifest as a text that does not depend on the order of lists, or on hashes behind names."""

    def sorted_out(value: Any) -> Any:
        if isinstance(value, dict):
            named = {key: _HASH.sub("", one) if key == "name" else one for key, one in value.items()}
            return {key: sorted_out(one) for key, one in named.items()}
        if isinstance(value, list):
            return sorted((sorted_out(one) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
        return value

    return json.dumps(sorted_out(node), sort_keys=True)


def test_no_file_is_left_out(folders: dict[str, Path]) -> None:
    used = set()
    for name in NAMES:
        (wanted,) = split(folders[name] / "kustomization.yaml")
        files = [*wanted["resources"], *(patch["path"] for patch in wanted.get("patches", []))]
        files += [file for generator in wanted.get("configMapGenerator", []) for file in generator["files"]]
        used |= {DEPLOY / ("example" if name == "everything" else name) / file for file in files}
    assert {path for path in used if path.is_file()} == set(DEPLOY.rglob("*.yaml")) - set(
        DEPLOY.rglob("kustomization.yaml")
    )


def test_a_pod_can_do_nothing_but_its_work(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        assert pod["serviceAccountName"] == "sso-sync"
        assert pod["automountServiceAccountToken"] is False
        assert pod["restartPolicy"] == "Never"
        assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC"}
        rights = pod["securityContext"]
        assert rights["runAsNonRoot"] is True
        assert min(rights["runAsUser"], rights["runAsGroup"], rights["fsGroup"]) > 0
        assert rights["seccompProfile"] == {"type": "RuntimeDefault"}
        for one in containers(pod):
            assert one["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"cpu", "memory"} <= one["resources"]["requests"].keys()
            assert "memory" in one["resources"]["limits"]


def test_what_is_written_to_is_empty_and_gone_with_the_pod(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        for one in containers(pod):
            for mount in one["volumeMounts"]:
                volume = volumes[mount["name"]]
                assert mount.get("readOnly") is True or "sizeLimit" in volume["emptyDir"]
        (main,) = pod["containers"]
        places = {mount["mountPath"] for mount in main["volumeMounts"] if not mount.get("readOnly")}
        assert places == {"/fleet", "/tmp"}
        assert main["workingDir"] == "/fleet"


def test_nothing_has_rights_in_the_cluster(manifests: list[Manifest]) -> None:
    assert not {one["kind"] for one in manifests} & {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}
    for one in manifests:
        if one["kind"] == "ServiceAccount":
            assert one["automountServiceAccountToken"] is False
        if one["kind"] == "NetworkPolicy":
            assert one["spec"]["ingress"] == []
            assert set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"}


def test_secrets_come_by_reference_alone(manifests: list[Manifest]) -> None:
    assert "Secret" not in {one["kind"] for one in manifests}
    for pod in pods(manifests):
        assert {"secretRef": {"name": "sso-sync"}} in pod["containers"][0]["envFrom"]
        for one in containers(pod):
            for variable in one.get("env", []):
                assert "value" not in variable or not SECRET.search(f"{variable['name']} {variable['value']}")


def test_images_are_pinned(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        for one in containers(pod):
            name, _, tag = one["image"].rpartition(":")
            assert re.fullmatch(r"\d+\.\d+\.\d+", tag), one["image"]
            if name.rpartition("/")[2] == "sso-sync":
                assert tag == __version__


def test_the_numbers_of_shards_are_one(manifests: list[Manifest]) -> None:
    for job in jobs(manifests):
        (main,) = job["template"]["spec"]["containers"]
        told = {variable["name"]: variable.get("value") for variable in main["env"]}
        assert job["completionMode"] == "Indexed"
        assert job["completions"] == job["parallelism"] == int(str(told["SSO_SYNC_SHARDS"]))
        assert "--shard" not in main["args"]
        assert told.keys().isdisjoint({"SSO_SYNC_SHARD", "JOB_COMPLETION_INDEX"})


@pytest.mark.parametrize("name", ["base", "apply"])
def test_only_what_may_pass_is_tried_again(name: str) -> None:
    (job,) = jobs(render(DEPLOY / name))
    final = {ExitCode.REFUSED, ExitCode.STALE, ExitCode.USAGE} | ({ExitCode.CHANGES} if name == "base" else set())
    ignore, fail = job["podFailurePolicy"]["rules"]
    assert (ignore["action"], fail["action"]) == ("Ignore", "FailIndex")
    assert fail["onExitCodes"] == {"containerName": "sso-sync", "operator": "In", "values": sorted(final)}
    assert 0 < job["backoffLimitPerIndex"] < 10
    assert job["activeDeadlineSeconds"] > 0
    assert job["ttlSecondsAfterFinished"] > 0


def test_one_drift_at_a_time() -> None:
    (cron,) = (one for one in render(DEPLOY / "base") if one["kind"] == "CronJob")
    assert cron["spec"]["concurrencyPolicy"] == "Forbid"


def test_the_example_s_specs_load() -> None:
    folder = DEPLOY / "example" / "specs"
    environ = {f"{name}_CLIENT_{kind}": "x" * 20 for name in ("ACME", "GLOBEX") for kind in ("ID", "SECRET")}
    check_fleet(load(path, environ) for path in sorted(folder.iterdir()))
