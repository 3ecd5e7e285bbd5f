"""Prometheus' text format: metrics with their help and type, each sample once, every label escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sso_sync.safe import visible

__all__ = ["Metric"]

_LABEL = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
_HELP = str.maketrans({"\\": "\\\\", "\n": "\\n"})


@dataclass
class Metric:
    """One gauge and its samples, by their labels."""

    name: str
    help: str
    _samples: dict[tuple[tuple[str, str], ...], float] = field(default_factory=dict)

    def set(self, value: float, **labels: str) -> None:
        """Sets one sample; the last one of the same labels counts."""
        self._samples[tuple(labels.items())] = value

    @property
    def text(self) -> str:
        """The metric's lines; empty when there is no sample."""
        if not self._samples:
            return ""
        head = f"# HELP {self.name} {self.help.translate(_HELP)}\n# TYPE {self.name} gauge\n"
        return head + "".join(
            f"{self.name}{_labels(dict(labels))} {_number(value)}\n" for labels, value in self._samples.items()
        )


def _labels(labels: Mapping[str, str]) -> str:
    given = ",".join(f'{name}="{visible(value).translate(_LABEL)}"' for name, value in labels.items())
    return f"{{{given}}}" if given else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
