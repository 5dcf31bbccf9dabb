"""What stops the worker, as exceptions; `str()` is a clear Russian sentence."""

# ruff: noqa: N818 - named as what happened
from __future__ import annotations


class WorkerError(Exception):
    """Base of all that `sync` raises on purpose."""


class SettingsError(WorkerError):
    """A setting that the worker needs to start is missing or wrong."""


class Stopped(WorkerError):
    """Nothing may be written until a person acts. The worker looks again each minute and goes on by itself."""


class HeadersBroken(Stopped):
    """Headers of the answers tab that the worker wrote are missing or doubled."""


class MassLoss(Stopped):
    """Answers are gone from too many rows for an edit: nothing is counted or published, and nothing written there."""


class AnswersTabDeleted(Stopped):
    """The answers tab is gone."""


class Foreign(Stopped):
    """The spreadsheet, or a part of it, is somebody else's: not even a notice is written there."""


class ForeignTab(Foreign):
    """A tab of ours by title, made by somebody else."""


class ForeignCampaign(Foreign):
    """The spreadsheet is filled by another campaign."""


class ForeignKind(Foreign):
    """The spreadsheet is a rehearsal's and the process isn't, or the other way round."""


class ForeignMarker(Foreign):
    """A marker with our next sequence and another's value: a second writer, or an outbox restored from a copy."""


class AlreadyRunning(WorkerError):
    """Another worker holds the lease."""


class CommandError(WorkerError):
    """Why a command did nothing; one Russian line or two."""
