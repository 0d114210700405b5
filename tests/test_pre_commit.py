"""The hooks for pre-commit, and the workflow for GitHub, do what they are for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.cli.samples import BAD, GOOD

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
WORKFLOW = ROOT / "examples" / "ci" / "check_specs.yml"
BIN = Path(sys.executable).parent
ENVIRONMENT = {
    **os.environ,
    "PATH": f"{BIN}:{os.environ['PATH']}",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, text=True)


def repository(folder: Path) -> Path:
    """A git repository with all that is in the folder."""
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all", "--no-verify"]):
        result = run("git", *command, cwd=folder)
        assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a good spec, and YAML that is no spec."""
    folder = tmp_path / "project"
    (folder / "specs").mkdir(parents=True)
    (folder / "specs" / "good.yaml").write_text(GOOD)
    (folder / "other.yaml").write_text("- not a spec\n")
    return folder


def hooks() -> list[dict[str, object]]:
    found = yaml.safe_load(HOOKS.read_text("utf-8"))
    assert isinstance(found, list)
    return found


def test_both_hooks_run_the_check_on_specs_only() -> None:
    assert [hook["id"] for hook in hooks()] == ["netspec-check", "netspec-check-system"]
    for hook in hooks():
        assert hook["entry"] == "netspec check"
        assert (hook["types"], hook["files"]) == (["yaml"], "(^|/)specs/")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
def test_pre_commit_itself(project: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    shutil.copy(HOOKS, source)
    repository(source)
    assert run("pre-commit", "validate-manifest", HOOKS, cwd=source).returncode == 0
    config = {
        "repo": str(source),
        "rev": run("git", "rev-parse", "HEAD", cwd=source).stdout.strip(),
        "hooks": [{"id": "netspec-check-system"}],
    }
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [config]}))
    repository(project)
    result = run("pre-commit", "run", "--all-files", cwd=project)
    assert result.returncode == 0, result.stdout
    assert "Passed" in result.stdout
    (project / "specs" / "bad.yaml").write_text(BAD)
    run("git", "add", "-A", cwd=project)
    result = run("pre-commit", "run", cwd=project)
    assert result.returncode == 1
    assert "error[unknown-op]" in result.stdout


def step(name: str) -> str:
    """What a step of the workflow runs."""
    (job,) = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"].values()
    (found,) = (each["run"] for each in job["steps"] if each.get("name") == name)
    assert isinstance(found, str)
    return found


def test_the_workflow_annotates_a_pull_request(project: Path) -> None:
    good = run("bash", "-e", "-c", step("Check"), cwd=project)
    assert (good.returncode, good.stdout) == (0, "")
    (project / "specs" / "bad.yaml").write_text(BAD)
    bad = run("bash", "-e", "-c", step("Check"), cwd=project)
    assert bad.returncode == 1
    assert "::error title=error[unknown-op],file=specs/bad.yaml,line=8," in bad.stdout


def test_what_the_workflow_installs_is_enough_for_a_check() -> None:
    """Everything but these is hidden, torch and safetensors among it."""
    installed = step("Install").splitlines()[1].split()[2:]
    script = (
        "import sys\nfrom netspec.cli.main import run\n"
        f"hidden = {{'torch', 'safetensors', 'rich', 'numpy'}} - {set(installed)}\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in hidden: raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Hide())\n"
        "sys.exit(run(['check', 'resnet34', '--format', 'github']))\n"
    )
    result = run(sys.executable, "-c", script, cwd=ROOT)
    assert (result.returncode, result.stderr) == (0, "")
    assert {"click", "networkx", "pydantic", "pyyaml"} == set(installed)
