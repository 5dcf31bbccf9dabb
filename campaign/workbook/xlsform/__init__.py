"""Forms of ODK, Kobo and Ona (XLSForm) brought over: what can be carried is, the rest is listed by name and cell."""

from campaign.workbook.xlsform.carrying import Carried, from_xlsform

__all__ = ["Carried", "from_xlsform"]
