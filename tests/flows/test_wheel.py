"""The wheel: everything that the product needs, and nothing of the repository."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.processes import environment, ground, run_to_the_end

__all__ = ["ground"]

REPOSITORY = Path(__file__).resolve().parents[2]
SIZE = "300"


@pytest.mark.feature("N-20")
def test_a_wheel_holds_everything_and_works_without_the_repository(ground: Path) -> None:
    folder = ground / "wheel"
    folder.mkdir()
    uv = Path(sys.executable).parent / "uv"
    bin_folder = folder / "venv" / "bin"
    build = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(REPOSITORY),
    ]
    steps = [
        build,
        [str(uv), "venv", "--quiet", "--python", sys.executable, str(folder / "venv")],
        [
            str(uv), "pip", "install", "--quiet", "--python", str(bin_folder / "python"),
            "--require-hashes", "-r", str(REPOSITORY / "requirements" / "base.txt"),
        ],
    ]  # fmt: skip
    for step in steps:
        done = subprocess.run(step, env=environment(folder), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = folder.glob("puntual-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "web/static/vendor/tabler.min.css",
        "web/templates/layouts/staff.html",
        "plans/sql/runs.sql",
    ):
        assert f"puntual/{needed}" in names
    subprocess.run(
        [
            str(uv),
            "pip",
            "install",
            "--quiet",
            "--python",
            str(bin_folder / "python"),
            "--no-deps",
            str(wheel),
        ],
        env=environment(folder),
        check=True,
    )
    empty = folder / "empty"
    empty.mkdir()

    answer = run_to_the_end(
        [str(bin_folder / "puntual"), "demo", "--no-serve", "--json", "--size", SIZE],
        env=environment(folder / "home"),
        cwd=empty,
    )

    assert answer["counts"]["receivables"] == int(SIZE)
    assert answer["counts"]["sent"] > 0
    assert list(empty.iterdir()) == []
