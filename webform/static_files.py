"""The form's style, scripts and icon, served by WhiteNoise under an address that changes with their content."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from wsgiref.headers import Headers

from flask import Flask, redirect
from whitenoise import WhiteNoise  # type: ignore[import-untyped]
from whitenoise.compress import Compressor  # type: ignore[import-untyped]

from outbox.texts import reason
from webform import texts
from webform.environment import Settings
from webform.errors import SettingsError
from webform.security import headers_of_all

FOLDER = Path(__file__).parent / "static"


def register_static_files(app: Flask, settings: Settings) -> None:
    """Serve the static folder before Flask, and give the templates `asset(name)`, a file's address."""
    published = publish(FOLDER, settings.data_dir)
    prefix = f"/static/{published.name}"
    headers = headers_of_all(settings)

    def add_headers(answer: Headers, path: str, url: str) -> None:  # noqa: ARG001 - WhiteNoise's interface
        for name, value in headers.items():
            answer[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=published,
        prefix=prefix,
        allow_all_origins=False,
        add_headers_function=add_headers,
        immutable_file_test=".",  # a regular expression: all of them
    )
    app.jinja_env.globals["asset"] = lambda name: f"{prefix}/{name}"
    app.add_url_rule("/favicon.ico", "favicon", lambda: redirect(f"{prefix}/icon.svg"))


def publish(source: Path, data_dir: Path) -> Path:
    """Copy a folder of files to `DATA_DIR/run/static/HASH`, each with its `.gz` beside it; return that folder.

    HASH is that of names and contents, so a folder that exists is complete and is used as it is. It is written under
    another name first: several processes may start at once. Raises SettingsError where it cannot be written.
    """
    files = sorted(path for path in source.iterdir() if path.is_file())
    content = hashlib.sha256()
    for path in files:
        content.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    target = data_dir / "run" / "static"
    folder = target / content.hexdigest()[:12]
    try:
        if not folder.is_dir():
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(files, folder)
    except OSError as error:
        if not folder.is_dir():  # else another process was faster
            raise SettingsError(texts.STATIC_UNWRITABLE.format(path=target, reason=reason(error))) from error
    return folder


def _write(files: list[Path], folder: Path) -> None:
    compressor = Compressor(use_brotli=False, quiet=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:
        complete = Path(scratch) / folder.name
        complete.mkdir()
        for path in files:
            compressor.compress(str(shutil.copyfile(path, complete / path.name)))
        complete.rename(folder)
