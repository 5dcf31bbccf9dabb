"""The campaign file as typed, frozen data.

The models mirror the file key by key; derived data (leaf questions of a table, compiled rules) are properties. Their
errors carry the words; `campaign.load` adds file and line.
"""

from campaign.model.about import About, Contact
from campaign.model.campaign import Campaign
from campaign.model.municipalities import Municipality, MunicipalityKind
from campaign.model.questions import TABLE, Figure, Line, Option, Place, Question, Table, TargetGroup
from campaign.model.repeats import Repeats
from campaign.model.rollup import ROLLUP_KEY, Region, Rollup, RollupFigure, RollupTabs
from campaign.model.rule_text import RuleText
from campaign.model.sections import ITEM_KINDS, Section, leaves
from campaign.model.settings import MailSteps, MailTo, Schedule, SpreadsheetSettings, Tabs

__all__ = [
    "ITEM_KINDS",
    "ROLLUP_KEY",
    "TABLE",
    "About",
    "Campaign",
    "Contact",
    "Figure",
    "Line",
    "MailSteps",
    "MailTo",
    "Municipality",
    "MunicipalityKind",
    "Option",
    "Place",
    "Question",
    "Region",
    "Repeats",
    "Rollup",
    "RollupFigure",
    "RollupTabs",
    "RuleText",
    "Schedule",
    "Section",
    "SpreadsheetSettings",
    "Table",
    "Tabs",
    "TargetGroup",
    "leaves",
]
