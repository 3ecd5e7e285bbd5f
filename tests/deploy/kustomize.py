"""As much of kustomize as our manifests need: it comes with kubectl, which not every machine has."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

__all__ = ["DEPLOY", "Manifest", "render", "split"]

DEPLOY = Path(__file__).parents[2] / ".github" / "deploy"
Manifest = dict[str, Any]
_MERGED_BY = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
}
_KNOWN = {"apiVersion", "kind", "namespace", "resources", "images", "configMapGenerator", "patches"}


def split(path: Path) -> list[Manifest]:
    """The documents of a file, each of which must be a mapping."""
    found = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    assert all(isinstance(one, dict) for one in found), path
    return found


def render(folder: Path) -> list[Manifest]:
    """What `kubectl kustomize` makes of the folder, but for the hashes behind the names of generated ConfigMaps."""
    (wanted,) = split(folder / "kustomization.yaml")
    assert wanted.keys() <= _KNOWN, "kustomize may know it, this does not"
    made: list[Manifest] = []
    for name in wanted["resources"]:
        place = folder / name
        made += render(place) if place.is_dir() else split(place)
    for generator in wanted.get("configMapGenerator", []):
        data = {Path(name).name: (folder / name).read_text(encoding="utf-8") for name in generator["files"]}
        made.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data})
    for patch in wanted.get("patches", []):
        for change in split(folder / patch["path"]):
            (target,) = (one for one in made if _identity(one) == _identity(change))
            made[made.index(target)] = _merged(target, change)
    for one in made:
        if "namespace" in wanted:
            one["metadata"]["namespace"] = wanted["namespace"]
        for image in wanted.get("images", []):
            _rename(one, image)
    return made


def _identity(one: Manifest) -> tuple[str, str, str]:
    return one["apiVersion"], one["kind"], one["metadata"]["name"]


def _merged(base: Any, change: Any, key: str = "") -> Any:
    if isinstance(base, dict) and isinstance(change, dict):
        made = dict(base)
        for name, value in change.items():
            made[name] = _merged(base.get(name), value, name)
        return made
    identity = _MERGED_BY.get(key)
    if identity is None or not isinstance(change, list):
        return copy.deepcopy(change)
    kept = {one[identity]: one for one in base or []}
    for one in change:
        if one.get("$patch") == "delete":
            del kept[one[identity]]
        else:
            kept[one[identity]] = _merged(kept.get(one[identity]), one)
    return list(kept.values())


def _rename(node: Any, image: dict[str, str]) -> None:
    if isinstance(node, list):
        for one in node:
            _rename(one, image)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "image" and str(value).partition(":")[0] == image["name"]:
                node[key] = f"{image['newName']}:{image['newTag']}"
            else:
                _rename(value, image)
