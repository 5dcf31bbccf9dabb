"""What must hold between the parts of a campaign file: unique ids, known names."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from campaign import texts
from campaign.columns import HEADERS
from campaign.mistakes import FileKey
from campaign.model import Campaign, Question, Repeats, Table, leaves
from campaign.model.base import LONGEST_ID
from campaign.model.compile import RuleError, compile_calculation, compile_condition, compile_rule
from campaign.model.repeats import COUNT, MOST_FIELDS, refused_key
from campaign.texts import repeats as repeats_texts
from campaign.words import odd_sign, twin

RESERVED_IDS = frozenset(
    {
        *HEADERS,
        "this",
        "count",
        "includes",
        "previous",
        "key",
        "base_version",
        "ticket",
        "opened",
        "asked",
        "checked",
        "visible",
        "csrf_token",
        "page",
        "to",
        "form",
        "main",
    }
)
"""Ids that no question may have: of the other columns, of expressions, and of the form's own fields and parts.

Python's keywords are refused too, because its grammar reads the rules.
"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Two parts of the file that do not agree.

    expected: Russian words; {line} in them is the line of `other`, the place that `location` contradicts
    """

    location: tuple[FileKey, ...]
    expected: str
    other: tuple[FileKey, ...] | None = None


def mistakes(campaign: Campaign) -> list[Mistake]:
    """Return all mistakes in the order of the file.

    While the ids of a table's questions are too long, these mistakes alone: no question can be made of them.
    """
    return list(_leaf_ids(campaign)) or [
        *_tabs(campaign),
        *_groups(campaign),
        *_sections(campaign),
        *_lists(campaign),
        *_main_figure(campaign),
        *_aggregates(campaign),
        *_conditions(campaign),
        *_rules(campaign),
        *_municipalities(campaign),
    ]


def _leaf_ids(campaign: Campaign) -> Iterator[Mistake]:
    lines = [line.id for group in campaign.target_groups for line in group.lines]
    for s, section in enumerate(campaign.sections):
        for n, item in enumerate(section.questions):
            for f, figure in enumerate(item.figures if isinstance(item, Table) else ()):
                name = max((f"{figure.id}_{line}" for line in lines), key=len, default="")
                if len(name) > LONGEST_ID:
                    here = ("sections", s, "questions", n, "figures", f, "id")
                    yield Mistake(here, texts.LEAF_ID_TOO_LONG.format(name=name))
            for q, name in enumerate([one.id for one in item.questions] if isinstance(item, Repeats) else ()):
                if len(made := f"{item.id}_{name}") > LONGEST_ID:
                    here = ("sections", s, "questions", n, "questions", q, "id")
                    yield Mistake(here, texts.LEAF_ID_TOO_LONG.format(name=made))


def _repeated(keys: Iterable[Hashable]) -> Iterator[tuple[int, Hashable]]:
    seen: set[Hashable] = set()
    for index, key in enumerate(keys):
        if key in seen:
            yield index, key
        seen.add(key)


def _alike(
    titles: Sequence[tuple[tuple[FileKey, ...], str]], repeated: str = texts.TITLE_REPEATED
) -> Iterator[Mistake]:
    """Yield a mistake for each title that looks like an earlier one. repeated: words with {name} and {line}."""
    seen: dict[str, tuple[tuple[FileKey, ...], str]] = {}
    for location, title in titles:
        first, other = seen.setdefault(twin(title), (location, title))
        if first == location:
            continue
        sign = odd_sign(title, other)
        words = texts.TITLE_ALIKE.replace("{sign}", sign) if sign else repeated
        yield Mistake(location, words.replace("{name}", title), first)


def _unique(name: Hashable) -> str:
    return texts.EXPECTED_UNIQUE.format(name=name)


def _tabs(campaign: Campaign) -> Iterator[Mistake]:
    titles = campaign.spreadsheet.tabs.model_dump()
    tabs: list[tuple[tuple[FileKey, ...], str]] = [
        (("spreadsheet", "tabs", key), str(title)) for key, title in titles.items()
    ]
    yield from _alike(tabs)
    lists: list[tuple[tuple[FileKey, ...], str]] = [
        (("sections", s, "questions", n, "tab" if item.tab_text else "title"), item.tab)
        for s, section in enumerate(campaign.sections)
        for n, item in enumerate(section.questions)
        if isinstance(item, Repeats)
    ]
    found = _alike([*tabs, *lists], repeats_texts.TAB_REPEATED)
    yield from (mistake for mistake in found if mistake.location[0] == "sections")


def _lists(campaign: Campaign) -> Iterator[Mistake]:
    """Yield what is wrong inside the lists of entries, and where they have too many fields together."""
    left = MOST_FIELDS
    for s, section in enumerate(campaign.sections):
        for n, item in enumerate(section.questions):
            if not isinstance(item, Repeats):
                continue
            here: tuple[FileKey, ...] = ("sections", s, "questions", n)
            if item.fields * item.max_entries > left:
                key = "max_entries" if "max_entries" in item.model_fields_set else "questions"
                words = repeats_texts.TOO_MANY_FIELDS.format(most=max(0, left // item.fields))
                yield Mistake((*here, key), words)
            left -= item.fields * item.max_entries
            for index, name in _repeated(one.id for one in item.questions):
                yield Mistake((*here, "questions", index, "id"), _unique(name))
            headers: list[tuple[tuple[FileKey, ...], str]] = []
            for index, one in enumerate(item.questions):
                inside = (*here, "questions", index)
                if one.id == COUNT or keyword.iskeyword(one.id):
                    words = repeats_texts.RESERVED_INSIDE.format(name=one.id)
                    yield Mistake((*inside, "id"), words)
                if (refused := refused_key(one)) is not None:
                    yield Mistake((*inside, refused[0]), refused[1])
                options = enumerate(one.options)
                yield from _alike([((*inside, "options", place, "title"), option.title) for place, option in options])
                for place, option_id in _repeated(option.id for option in one.options):
                    yield Mistake((*inside, "options", place, "id"), _unique(option_id))
                headers.append(((*inside, "header" if one.header_text else "title"), one.header))
            yield from _alike(headers)


def _groups(campaign: Campaign) -> Iterator[Mistake]:
    for index, name in _repeated(g.id for g in campaign.target_groups):
        yield Mistake(("target_groups", index, "id"), _unique(name))
    yield from _alike([(("target_groups", g, "title"), group.title) for g, group in enumerate(campaign.target_groups)])
    places = [(g, n, line) for g, group in enumerate(campaign.target_groups) for n, line in enumerate(group.lines)]
    for index, name in _repeated(line.id for _, _, line in places):
        group, n, _ = places[index]
        yield Mistake(("target_groups", group, "lines", n, "id"), _unique(name))
    yield from _alike([(("target_groups", g, "lines", n, "short"), line.short) for g, n, line in places])


def _sections(campaign: Campaign) -> Iterator[Mistake]:
    for index, name in _repeated(s.id for s in campaign.sections):
        yield Mistake(("sections", index, "id"), _unique(name))
    ids: set[str] = set()
    headers: list[tuple[tuple[FileKey, ...], str]] = []
    reserved = frozenset(map(twin, HEADERS.values()))
    for s, section in enumerate(campaign.sections):
        for n, item in enumerate(section.questions):
            here: tuple[FileKey, ...] = ("sections", s, "questions", n)
            found = leaves(item, campaign.target_groups)
            names = {item.id, *(leaf.id for leaf in found)}
            if isinstance(item, Table):
                if not found:
                    yield Mistake((*here, "rows"), texts.EXPECTED_ROWS)
                names |= {figure.id for figure in item.figures}
            for name in sorted(names & ids):
                yield Mistake((*here, "id"), _unique(name))
            for name in sorted(n for n in names if n in RESERVED_IDS or keyword.iskeyword(n)):
                yield Mistake((*here, "id"), texts.RESERVED_ID.format(name=name))
            ids |= names
            options = enumerate(getattr(item, "options", ()))
            yield from _alike([((*here, "options", index, "title"), option.title) for index, option in options])
            for index, option in _repeated(o.id for o in getattr(item, "options", ())):
                yield Mistake((*here, "options", index, "id"), _unique(option))
            for leaf in found:
                if not leaf.in_sheet:
                    continue
                place = (*here, "header" if leaf.header_text else "title")
                if twin(leaf.header) in reserved:
                    yield Mistake(place, texts.RESERVED_HEADER.format(name=leaf.header))
                else:
                    headers.append((place, leaf.header))
    yield from _alike(headers)


def _main_figure(campaign: Campaign) -> Iterator[Mistake]:
    main = campaign.main_questions
    if campaign.main_figure is None:
        for index, municipality in enumerate(campaign.municipalities):
            if municipality.plan is not None:
                yield Mistake(("municipalities", index, "plan"), texts.PLAN_OF_NOTHING)
    elif not main or not all(q.numeric and not q.kept_at_home for q in main):
        names = [figure.id for table in campaign.tables for figure in table.figures]
        names += [q.id for q in campaign.sheet_questions if q.numeric and q.place is None]
        yield Mistake(("main_figure",), texts.EXPECTED_FIGURE.format(options=", ".join(names)))
    elif any(q.aggregate.kind != "sum" for q in main):
        yield Mistake(("main_figure",), texts.MAIN_SUMS)


def _aggregates(campaign: Campaign) -> Iterator[Mistake]:
    known = {q.id for q in campaign.sheet_questions if q.numeric and q.place is None}
    for s, section in enumerate(campaign.sections):
        for n, item in enumerate(section.questions):
            here: tuple[FileKey, ...] = ("sections", s, "questions", n)
            if isinstance(item, Table):
                figures = {figure.id for figure in item.figures}
                for f, figure in enumerate(item.figures):
                    for name in figure.aggregate.of:
                        if name not in figures - {figure.id}:
                            place = (*here, "figures", f, "aggregate")
                            yield Mistake(place, texts.AGGREGATE_FIGURE.format(name=name))
                continue
            for name in item.aggregate.of if isinstance(item, Question) else ():
                if name not in known - {item.id}:
                    yield Mistake((*here, "aggregate"), texts.AGGREGATE_QUESTION.format(name=name))


def _conditions(campaign: Campaign) -> Iterator[Mistake]:
    earlier: set[str] = set()
    for s, section in enumerate(campaign.sections):
        yield from _condition(campaign, ("sections", s), section.relevant, earlier)
        for n, item in enumerate(section.questions):
            here: tuple[FileKey, ...] = ("sections", s, "questions", n)
            yield from _condition(campaign, here, item.relevant, earlier)
            if isinstance(item, Question) and item.calculated is not None:
                yield from _calculation(campaign, here, item, earlier)
            earlier.update(leaf.id for leaf in leaves(item, campaign.target_groups))


def _condition(
    campaign: Campaign, here: tuple[FileKey, ...], text: str | None, earlier: Collection[str]
) -> Iterator[Mistake]:
    if text is None:
        return
    try:
        compile_condition("", text, campaign.vocabulary, earlier)
    except RuleError as error:
        yield Mistake((*here, error.key), error.expected)


def _calculation(
    campaign: Campaign, here: tuple[FileKey, ...], question: Question, earlier: Collection[str]
) -> Iterator[Mistake]:
    try:
        compile_calculation(question, campaign.vocabulary, earlier)
    except RuleError as error:
        yield Mistake((*here, error.key), error.expected)


def _rules(campaign: Campaign) -> Iterator[Mistake]:
    for index, name in _repeated(r.id for r in campaign.rule_texts):
        yield Mistake(("rules", index, "id"), _unique(name))
    for index, text in enumerate(campaign.rule_texts):
        try:
            list(compile_rule(text, campaign.vocabulary))
        except RuleError as error:
            yield Mistake(("rules", index, error.key), error.expected)


def _municipalities(campaign: Campaign) -> Iterator[Mistake]:
    for index, name in _repeated(k.id for k in campaign.municipality_kinds):
        yield Mistake(("municipality_kinds", index, "id"), _unique(name))
    for index, oktmo in _repeated(m.oktmo for m in campaign.municipalities):
        yield Mistake(("municipalities", index, "oktmo"), _unique(oktmo))
    for index, kind in enumerate(campaign.municipality_kinds):
        if kind.deadline_text is not None and campaign.deadlines[kind.id] <= campaign.about.opens:
            yield Mistake(("municipality_kinds", index, "deadline"), texts.EXPECTED_DEADLINE_AFTER)
    # A row that names a municipality must mean one of them.
    names = [(("municipalities", index, "name"), one.name) for index, one in enumerate(campaign.municipalities)]
    yield from _alike(names, texts.NAME_REPEATED)
    kinds = [k.id for k in campaign.municipality_kinds]
    groups = [g.id for g in campaign.target_groups]
    for index, municipality in enumerate(campaign.municipalities):
        if municipality.kind is not None and municipality.kind not in kinds:
            words = texts.EXPECTED_KIND.format(options=", ".join(kinds))
            yield Mistake(("municipalities", index, "kind"), words)
        for group, people in municipality.headcounts.items():
            if group not in groups:
                words = texts.EXPECTED_GROUP.format(options=", ".join(groups))
                yield Mistake(("municipalities", index, "headcounts", group), words)
            elif people < 0:
                yield Mistake(("municipalities", index, "headcounts", group), texts.EXPECTED_MIN.format(limit=0))
