"""The campaign file as typed, frozen data.

The models mirror the file key by key; derived data (leaf questions of a table, compiled rules) are properties. Their
errors carry the words; `campaign.load` adds file and line.
"""

from campaign.model.about import About, Contact
from campaign.model.campaign import Campaign
from campaign.model.municipalities import Municipality, MunicipalityKind
from campaign.model.questions import QUESTION, TABLE, Figure, Line, Option, Place, Question, Section, Table, TargetGroup
from campaign.model.rollup import ROLLUP_KEY, Region, Rollup, RollupFigure, RollupTabs
from campaign.model.rule_text import RuleText
from campaign.model.settings import MailSteps, MailTo, Schedule, SpreadsheetSettings, Tabs

__all__ = [
    "QUESTION",
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
]
