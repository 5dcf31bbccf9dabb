"""The campaign as typed, frozen data: what is asked, of whom, until when, by which rules.

Pure: no I/O beyond reading the campaign file.
"""

from campaign.answers import Reading, examine, read_cell, read_figures, read_json, read_typed, stored_text, to_json
from campaign.errors import AnswerError, CampaignError, CampaignFileError
from campaign.folder import Files, choose_campaign, load_campaigns, load_files
from campaign.load import config_path, load_campaign, load_file
from campaign.model import Campaign, Municipality, Question, Region, Rollup, RollupFigure, Section, Table, TargetGroup
from campaign.problems import Problem
from campaign.rules import Rule
from campaign.values import Cell, Typed, Value

__all__ = [
    "AnswerError",
    "Campaign",
    "CampaignError",
    "CampaignFileError",
    "Cell",
    "Files",
    "Municipality",
    "Problem",
    "Question",
    "Reading",
    "Region",
    "Rollup",
    "RollupFigure",
    "Rule",
    "Section",
    "Table",
    "TargetGroup",
    "Typed",
    "Value",
    "choose_campaign",
    "config_path",
    "examine",
    "load_campaign",
    "load_campaigns",
    "load_file",
    "load_files",
    "read_cell",
    "read_figures",
    "read_json",
    "read_typed",
    "stored_text",
    "to_json",
]
