"""Hatch hook: a wheel holds the pages' assets and the compiled messages, so that it works alone."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Build what is not committed: static/vendor from the npm lock file, .mo files from .po files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run both scripts; each does nothing when its results are up to date."""
        scripts = Path(self.root) / "scripts"
        subprocess.run([sys.executable, str(scripts / "build_assets.py")], check=True)
        subprocess.run([sys.executable, str(scripts / "compile_messages.py")], check=True)
