"""`python -m campaign [config.yaml] [--ids]`: check the campaign file without starting anything; list its ids."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignFileError
from campaign.load import config_path, load_campaign
from campaign.model import Campaign, Table

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
        campaign = load_campaign(path)
    except CampaignFileError as error:
        print(error, file=sys.stderr)
        return 2
    if listed:
        print("\n".join(ids(campaign)))
        return 0
    print(
        texts.CHECK_GOOD.format(
            path=path,
            questions=len(campaign.questions),
            rules=len(campaign.rule_texts),
            municipalities=len(campaign.municipalities),
        )
    )
    return 0


def ids(campaign: Campaign) -> Iterator[str]:
    """Yield a line a name that rules, `at`, `aggregate` and `main_figure` may use: id, type, title."""
    for section in campaign.sections:
        yield f"# {section.title}"
        for item in section.questions:
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
