"""What the form's server says of settings that gunicorn itself would refuse in English."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.run import answers
from tests.acceptance.harness import ROOT, clean_environment, free_port
from tests.webform.harness import make_site

pytestmark = pytest.mark.slow


def serve(data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**clean_environment(), "DATA_DIR": str(data_dir), "SECRET_KEY": "x" * 40, **variables}
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    return subprocess.run(
        [gunicorn, "--config", "gunicorn.conf.py", "webform:create_app()"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("variables", [{"PORT": "порт"}, {"PORT": "80 00"}, {"WEB_CONCURRENCY": "900"}])
def test_a_number_that_is_none_is_named(tmp_path: Path, variables: dict[str, str]) -> None:
    done = serve(tmp_path, **variables)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Веб-форма не запущена. {next(iter(variables))} не подходит: нужно целое число")


def test_beside_a_form_that_runs_it_says_which_process_to_stop(tmp_path: Path) -> None:
    running = make_site(tmp_path)
    running.start()
    assert running.process is not None
    try:
        done = serve(tmp_path, PORT=str(free_port()))
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert f"уже работает: процесс {running.process.pid}" in line
        assert answers(f"{running.address}/healthz")
    finally:
        running.stop()
