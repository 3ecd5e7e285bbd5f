"""The table of output formats: one name, one formatter, one file each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sso_sync.report.github import GithubFormatter
from sso_sync.report.html.formatter import HtmlFormatter
from sso_sync.report.interface import Formatter
from sso_sync.report.json import JsonFormatter
from sso_sync.report.junit import JunitFormatter
from sso_sync.report.markdown import MarkdownFormatter
from sso_sync.report.prometheus import PrometheusFormatter
from sso_sync.report.sarif import SarifFormatter
from sso_sync.report.text import TextFormatter

__all__ = ["FORMATS"]

FORMATS: Mapping[str, Formatter] = MappingProxyType(
    {
        "text": TextFormatter(),
        "json": JsonFormatter(),
        "markdown": MarkdownFormatter(),
        "html": HtmlFormatter(),
        "sarif": SarifFormatter(),
        "junit": JunitFormatter(),
        "github": GithubFormatter(),
        "prometheus": PrometheusFormatter(),
    }
)
