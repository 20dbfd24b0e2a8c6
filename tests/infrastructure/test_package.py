"""The deployment package: what is in it, that it is always the same, and that it runs with requirements.txt alone."""

import shutil
import subprocess
import venv
import zipfile
from pathlib import Path

import pathspec
import pytest

from devstack.package import LARGEST_BYTES, PackageError, build_package, main, packaged_files
from tests.architecture.test_routes import registered_functions

GIT = shutil.which("git") or "git"
NEVER = ("tests/", "devhost/", "devstack/", "docs/", "bicep/", "benchmarks/", ".github/", ".ci/", "node_modules/")


def run(*command: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    """What a program prints; it must end well."""
    ran = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=500, env=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("package") / "package.zip"
    build_package(target)
    return target


def test_the_package_holds_what_the_ignore_file_leaves(package: Path, project_root: Path):
    ignored = pathspec.GitIgnoreSpec.from_lines((project_root / ".funcignore").read_text().splitlines())
    names = zipfile.ZipFile(package).namelist()
    tracked = run(GIT, "ls-files", cwd=project_root).splitlines()
    left = {name for name in tracked if not ignored.match_file(name) and (project_root / name).is_file()}
    pages = {name for name in names if name.startswith("shared/web/openapi/vendor/")}

    assert set(names) - pages == left
    assert {
        "function_app.py",
        "function_index.json",
        "host.json",
        "requirements.txt",
        "sql/functions/derive_reporting.sql",
    } <= set(names)
    assert {"swagger-ui-bundle.js", "redoc.standalone.js"} <= {name.rpartition("/")[2] for name in pages}
    assert [name for name in names if name.startswith(NEVER) or name.endswith((".md", ".pyc"))] == []
    assert "local.settings.json" not in names


def test_the_package_is_small_and_always_the_same(package: Path, tmp_path: Path):
    again = tmp_path / "again.zip"
    build_package(again)

    assert again.read_bytes() == package.read_bytes()
    assert package.stat().st_size < LARGEST_BYTES
    assert zipfile.ZipFile(package).testzip() is None


def test_a_package_without_the_app_is_refused(tmp_path: Path):
    run(GIT, "init", "--quiet", cwd=tmp_path)
    (tmp_path / ".funcignore").write_text("function_app.py\n")
    for name in ("function_app.py", "function_index.json", "host.json", "requirements.txt"):
        (tmp_path / name).write_text("")
    run(GIT, "add", ".", cwd=tmp_path)

    with pytest.raises(PackageError, match=r"function_app\.py would not be deployed"):
        packaged_files(tmp_path)


def test_the_workflow_builds_it_by_this_script(project_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    target = tmp_path / "package.zip"

    assert "python3 -m devstack.package --output package.zip" in (project_root / ".github/workflows/ci.yml").read_text()
    assert main(["--output", str(target)]) == 0
    assert "sha256" in capsys.readouterr().out
    assert target.exists()


@pytest.mark.stress
@pytest.mark.timeout(600)
def test_the_package_imports_in_an_environment_with_its_requirements_alone(package: Path, tmp_path: Path):
    app, environment = tmp_path / "app", tmp_path / "environment"
    zipfile.ZipFile(package).extractall(app)
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
    run(*pip, "-r", "requirements.txt", cwd=app)
    rooms = "from shared.web.function_index import import_rooms; import_rooms()"
    ask = f"import function_app as f; {rooms}; print(sorted(f.get_function_name() for f in f.app.get_functions()))"
    said = run(python, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {ask}", cwd=app, environment={})

    assert said.strip() == str(sorted(found.get_function_name() for found in registered_functions()))
