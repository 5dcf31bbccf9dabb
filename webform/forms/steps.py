"""The pages of a form, where the campaign file makes one of each section.

A page sends its own fields alone; those of the other pages stand in the draft. So no page that a browser's way back
shows again can bring old answers of another one along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from campaign import Campaign, Section
from campaign.answers import PERSONAL_DATA
from campaign.rules import SECTION
from webform.forms.form_input import FormInput
from webform.forms.plan import CONFIRM, REASON
from webform.forms.validation import Validation


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form, among those that are asked. id, title: of its section"""

    id: str
    title: str
    number: int
    count: int

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.count


class Steps:
    """Which page holds what. False where the form is one page."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._sections = campaign.sections if campaign.about.pages and len(campaign.sections) > 1 else ()
        self._pages: dict[str, str] = {}
        for section in self._sections:
            leaves = {leaf.id for item in section.questions for leaf in campaign.leaves_of(item.id)}
            places = {f"{SECTION}{section.id}", *(item.id for item in section.questions)}
            self._pages |= dict.fromkeys(leaves | places, section.id)

    def __contains__(self, page: object) -> bool:
        return any(section.id == page for section in self._sections)

    def __bool__(self) -> bool:
        return bool(self._sections)

    def page_of(self, name: str | None) -> str:
        """Return the page of a question, field or place of the form; "" for any other name."""
        return self._pages.get(self._question(name or ""), "")

    def _question(self, name: str) -> str:
        if name.startswith(CONFIRM):
            return self._asked_at(name.removeprefix(CONFIRM))
        if name.startswith(REASON):
            return self._asked_at(name.removeprefix(REASON))
        return name.partition(".")[0]  # of a field of an entry its list

    def _asked_at(self, key: str) -> str:
        """Return the question at which the prompt of this key stands."""
        if key.startswith(f"{PERSONAL_DATA}:"):
            return self._question(key.removeprefix(f"{PERSONAL_DATA}:"))
        rule = self._campaign.rules_by_key.get(key)
        return rule.at if rule else ""

    def at(self, page: str, not_asked: Collection[str]) -> Step | None:
        """Return the page of this section, the first one for any that is not asked; None for a form of one page."""
        asked = self._asked(not_asked)
        if not asked:
            return None
        place = next((n for n, section in enumerate(asked) if section.id == page), 0)
        return Step(asked[place].id, asked[place].title, place + 1, len(asked))

    def beside(self, page: str, not_asked: Collection[str], by: int) -> str:
        """Return the page that stands so many pages after this one (before it, if negative); "" where there is none."""
        asked = [section.id for section in self._asked(not_asked)]
        place = asked.index(page) + by if page in asked else -1
        return asked[place] if 0 <= place < len(asked) else ""

    def _asked(self, not_asked: Collection[str]) -> list[Section]:
        return [section for section in self._sections if f"{SECTION}{section.id}" not in not_asked]

    def problems_at(self, validation: Validation) -> list[str]:
        """Return the pages, in their order, with an error, an open prompt, or a question that was not shown."""
        named: Iterable[str | None] = (
            *(problem.question for problem in validation.errors),
            *(prompt.problem.question for prompt in validation.prompts if not prompt.answered),
            *validation.unseen,
        )
        found = {self.page_of(name) for name in named}
        return [section.id for section in self._sections if section.id in found]

    def merged(self, kept: FormInput, sent: FormInput, page: str) -> FormInput:
        """Return the input that was kept with everything of this page as it was sent."""

        def here(name: str) -> bool:
            return self.page_of(name) == page

        fields = {name: typed for name, typed in kept.fields.items() if not here(name)}
        fields |= {name: typed for name, typed in sent.fields.items() if here(name)}
        prompted = {key for key in kept.prompted if not here(f"{CONFIRM}{key}")}
        prompted |= {key for key in sent.prompted if here(f"{CONFIRM}{key}")}
        visible = {place for place in kept.visible if not here(place)}
        visible |= {place for place in sent.visible if here(place)}
        return replace(sent, fields=fields, prompted=frozenset(prompted), visible=frozenset(visible))
