"""Which OneLogin account a spec file is about, told without loading it: that needs no credentials of any account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sso_sync.errors import SpecError
from sso_sync.marked.nodes import EnvNode, MapNode, Node, ScalarNode
from sso_sync.marked.place import Mark
from sso_sync.spec.documents import merged, read_chain

__all__ = ["Glance", "glance"]

_TRUE = frozenset({"true", "True", "TRUE"})


@dataclass(frozen=True, slots=True)
class Glance:
    """What is seen of a spec file at first sight. `name` is None where none can be read, `mark` is where it stands.

    `account` is the same for all specs of one OneLogin account. A sandbox is an account of its own, and so is a file
    that does not say: then it is the file's path.
    """

    account: str
    name: str | None = None
    mark: Mark | None = None


def glance(path: Path, environ: Mapping[str, str]) -> Glance:
    """Never raises for a spec that is wrong: whoever loads it will say so."""
    try:
        root = merged(read_chain(path))
    except SpecError:
        return Glance(f"path:{path.as_posix()}")
    named = _node(root, "name")
    name = named.text if isinstance(named, ScalarNode) and named.text else None
    account = _account(root, environ, name) or f"path:{path.as_posix()}"
    return Glance(account, name, named.mark if named is not None and name is not None else None)


def _account(root: MapNode, environ: Mapping[str, str], name: str | None) -> str | None:
    if _text(_node(root, "sandbox"), environ) in _TRUE:
        return f"sandbox:{name}" if name else None
    onelogin = _node(root, "onelogin")
    if not isinstance(onelogin, MapNode):
        return None
    subdomain, url = (_text(_node(onelogin, key), environ) for key in ("subdomain", "url"))
    host = f"{subdomain}.onelogin.com" if subdomain else _host(url or "")
    return f"onelogin:{host.lower()}" if host else None


def _host(url: str) -> str | None:
    """The host, with the port unless it is the usual one: however it is spelt, one address is one account."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.hostname if port in (None, usual) else f"{parts.hostname}:{port}"


def _node(root: MapNode, key: str) -> Node | None:
    entry = root.entries.get(key)
    return entry.node if entry else None


def _text(node: Node | None, environ: Mapping[str, str]) -> str | None:
    if isinstance(node, EnvNode):
        return (environ.get(node.variable) or "").strip() or None
    return node.text.strip() if isinstance(node, ScalarNode) and not node.null else None
