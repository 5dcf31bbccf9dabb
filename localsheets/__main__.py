"""`python -m localsheets`: serves; `schema`: derives the table of types anew. Imports `server`, `schema`."""

import json
import sys
from pathlib import Path

import click

from localsheets.settings import SettingsError, read_settings


@click.group(invoke_without_command=True)
@click.pass_context
def main(ctx: click.Context) -> None:
    """The embedded spreadsheet server. Without a command it serves."""
    if ctx.invoked_subcommand is None:
        from localsheets.server import serve

        try:
            serve(read_settings())
        except SettingsError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@main.command()
def schema() -> None:
    """Derive schema/types.json from the discovery document in google-api-python-client."""
    from localsheets.schema.derive import derive, discovery_document

    document = discovery_document()
    if document is None:
        click.echo("google-api-python-client is not installed: pip install -r requirements-dev.txt", err=True)
        sys.exit(1)
    target = Path(__file__).parent / "schema" / "types.json"
    target.write_text(json.dumps(derive(document), indent=0, sort_keys=True) + "\n", encoding="utf-8")
    click.echo(f"{target.name}: {len(derive(document))} schemas")


if __name__ == "__main__":
    main()
