"""Hatch hook: what the package depends on is written once, in requirements/base.in."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


def loose_requirements(path: Path) -> list[str]:
    """Read the requirements of a file, without comments and blank lines."""
    lines = (line.split("#", 1)[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


class RequirementsHook(MetadataHookInterface):
    """Give the wheel its dependencies as loose requirements; requirements/base.txt pins them by hash."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in `dependencies`, which pyproject.toml declares as dynamic."""
        metadata["dependencies"] = loose_requirements(Path(self.root) / "requirements" / "base.in")
