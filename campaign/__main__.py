"""`python -m campaign [config.yaml]`: check the campaign file without starting anything."""

import os
import sys
from pathlib import Path

from campaign import texts
from campaign.errors import CampaignFileError
from campaign.load import config_path, load_campaign


def main(arguments: list[str]) -> int:
    """Check the file; return 0 for a good one, else 2 with every mistake on standard error."""
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-")):
        print(texts.CHECK_USAGE, file=sys.stderr)
        return 2
    path = Path(arguments[0]) if arguments else config_path(os.environ)
    try:
        campaign = load_campaign(path)
    except CampaignFileError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        texts.CHECK_GOOD.format(
            path=path,
            questions=len(campaign.questions),
            rules=len(campaign.rule_texts),
            municipalities=len(campaign.municipalities),
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
