"""`python -m campaign [config.yaml] [--ids]`: check a campaign file, or a folder of them; list its ids."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignFileError
from campaign.folder import load_files
from campaign.load import config_path
from campaign.model import Campaign, Repeats, Table
from campaign.rollup_checks import rollup_good

IDS = "--ids"


def main(arguments: list[str]) -> int:
    """Check the file; return 0 for a good one, else 2 with every mistake on standard error."""
    listed = IDS in arguments
    arguments = [argument for argument in arguments if argument != IDS]
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print(texts.CHECK_USAGE, file=sys.stderr)
        return 2
    path = Path(arguments[0]) if arguments else config_path(os.environ)
    try:
        files = load_files(path).by_path
    except CampaignFileError as error:
        print(error, file=sys.stderr)
        return 2
    for file, one in files.items():
        if isinstance(one, Campaign):
            print("\n".join(ids(one)) if listed else _summary(file, one))
        else:
            print(rollup_good(file, one))
    return 0


def _summary(file: Path, campaign: Campaign) -> str:
    return texts.CHECK_GOOD.format(
        path=file,
        questions=len(campaign.questions),
        rules=len(campaign.rule_texts),
        municipalities=len(campaign.municipalities),
    )


def ids(campaign: Campaign) -> Iterator[str]:
    """Yield a line a name that rules, `at`, `aggregate` and `main_figure` may use: id, type, title."""
    for section in campaign.sections:
        yield f"# {section.title}"
        for item in section.questions:
            if isinstance(item, Repeats):
                yield _line(item.id, item.type, item.title)
                yield from (_line(f"  {q.id}", q.type, q.title) for q in item.leaves()[1:])
                continue
            if not isinstance(item, Table):
                yield _line(item.id, item.type, item.title)
                yield from (_line(f"    {option.id}", "", option.title) for option in item.options)
                continue
            yield _line(item.id, item.type, item.title)
            for figure in item.figures:
                yield _line(f"  {figure.id}", "", figure.title)
                for group in campaign.target_groups:
                    name = f"{figure.id}.{group.id}"
                    yield _line(f"    {name}", "", group.title)
                    yield from (_line(f"      {q.id}", q.type, q.title) for q in campaign.leaves_of(name))


def _line(name: str, kind: str, title: str) -> str:
    return f"{name:<40} {kind:<10} {title}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
