"""`python -m localsheets`: serve; commands about accounts, backups and generated files."""

import json
import sys
from pathlib import Path

import click

from localsheets import texts, usage
from localsheets.backup import backup, restore
from localsheets.people.commands import account, staff_link
from localsheets.settings import SettingsError, read_settings


@click.group(invoke_without_command=True, help=texts.SERVES, options_metavar="", subcommand_metavar=texts.ANY_COMMAND)
@click.pass_context
def main(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        from localsheets.server import serve

        try:
            serve(read_settings())
        except SettingsError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@main.command()
def schema() -> None:
    """Для разработчиков: записать заново schema/types.json."""
    from localsheets.schema.derive import derive, discovery_document

    document = discovery_document()
    if document is None:
        click.echo("Нет google-api-python-client: pip install -r requirements-dev.txt", err=True)
        sys.exit(1)
    target = Path(__file__).parent / "schema" / "types.json"
    target.write_text(json.dumps(derive(document), indent=0, sort_keys=True) + "\n", encoding="utf-8")
    click.echo(f"{target.name}: {len(derive(document))} schemas")


@main.command()
def coverage() -> None:
    """Для разработчиков: записать заново docs/sheets-api-coverage.md."""
    from localsheets.coverage import report

    target = Path(__file__).parents[2] / "docs" / "sheets-api-coverage.md"
    target.write_text(report(), encoding="utf-8")
    click.echo(str(target.name))


@main.command("openapi")
def print_openapi() -> None:
    """Для разработчиков: напечатать OpenAPI того, что сервер умеет."""
    from localsheets.coverage import openapi

    click.echo(json.dumps(openapi(), ensure_ascii=False))


main.add_command(account)
main.add_command(staff_link)
main.add_command(backup)
main.add_command(restore)


def run() -> None:
    """Run the command `localsheets`."""
    usage.run(main, "python -m localsheets")


if __name__ == "__main__":
    run()
