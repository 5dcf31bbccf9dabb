"""The campaign file as typed, frozen data. Imported by `campaign`; others take what they need from the package.

The models mirror the file key by key; what is derived (leaf questions of a table, compiled rules) are properties.
Messages here are markers of `campaign.load`, which says them in Russian with file and line.
"""

from campaign.model.about import About, Contact
from campaign.model.campaign import Campaign
from campaign.model.municipalities import Municipality, MunicipalityKind
from campaign.model.questions import QUESTION, TABLE, Figure, Line, Option, Place, Question, Section, Table, TargetGroup
from campaign.model.rule_text import RuleText
from campaign.model.settings import Schedule, SpreadsheetSettings, Tabs

__all__ = [
    "QUESTION",
    "TABLE",
    "About",
    "Campaign",
    "Contact",
    "Figure",
    "Line",
    "Municipality",
    "MunicipalityKind",
    "Option",
    "Place",
    "Question",
    "RuleText",
    "Schedule",
    "Section",
    "SpreadsheetSettings",
    "Table",
    "Tabs",
    "TargetGroup",
]
