"""The answer types: each one small class in a file of its own, in one mapping.

A new answer type is one file here, a line in this mapping, and its test.
"""

from collections.abc import Mapping

from campaign.answer_types.base import AnswerType
from campaign.answer_types.choice import OneOf, Several
from campaign.answer_types.contacts import Email, Phone
from campaign.answer_types.day import Day
from campaign.answer_types.files import Files
from campaign.answer_types.links import Links
from campaign.answer_types.numbers import DecimalNumber, WholeNumber
from campaign.answer_types.repeats import Repeats
from campaign.answer_types.text import LongText, Text
from campaign.answer_types.yes_no import YesNo

ANSWER_TYPES: Mapping[str, AnswerType] = {
    answer_type.name: answer_type
    for answer_type in (
        WholeNumber(),
        DecimalNumber(),
        Text(),
        LongText(),
        OneOf(),
        Several(),
        YesNo(),
        Day(),
        Links(),
        Files(),
        Repeats(),
        Phone(),
        Email(),
    )
}

__all__ = ["ANSWER_TYPES", "AnswerType"]
