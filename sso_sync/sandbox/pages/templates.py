"""Pages out of templates. Everything that comes from the records is escaped; a name that a page lacks is an error."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from jinja2 import Environment, PackageLoader, StrictUndefined

from sso_sync.sandbox.wire import NO_BODY, Answer, ServiceName

__all__ = ["page", "redirect", "static"]

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
# Nothing of a page may come from, or go to, any other place than the sandbox itself.
_POLICY = "default-src 'self'; form-action 'self' http://127.0.0.1:* http://localhost:*; frame-ancestors 'none'"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("sso_sync.sandbox", "pages/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, **values: object) -> Answer:
    """The template `<service>/<name>.html` filled in, as a page that is never cached."""
    text = _templates().get_template(template).render(values)
    headers = {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "content-security-policy": _POLICY,
    }
    return Answer(status, text.encode(), headers)


def redirect(location: str, *, cookie: str | None = None) -> Answer:
    """Sends the browser on to `location` with GET (303), with a Set-Cookie header if there is one."""
    headers = {"location": location, "cache-control": "no-store"}
    return Answer(303, NO_BODY, headers if cookie is None else {**headers, "set-cookie": cookie})


def static(service: ServiceName, name: str) -> Answer | None:
    """The file `static/<service>/<name>`, None when there is none of that name."""
    kind = _TYPES.get(PurePosixPath(name).suffix)
    if kind is None or "/" in name or name.startswith("."):
        return None
    found = _files().get(f"{service}/{name}")
    return None if found is None else Answer(200, found, {"content-type": kind, "cache-control": "max-age=3600"})


@cache
def _files() -> dict[str, bytes]:
    root = files("sso_sync.sandbox") / "pages" / "static"
    folders = [folder for folder in root.iterdir() if folder.is_dir()]
    return {f"{folder.name}/{file.name}": file.read_bytes() for folder in folders for file in folder.iterdir()}
