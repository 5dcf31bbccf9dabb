"""Time zones in words that people use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from campaign import texts

CITIES: Mapping[str, str] = {
    "Asia/Anadyr": "анадырскому",
    "Asia/Barnaul": "барнаульскому",
    "Asia/Chita": "читинскому",
    "Asia/Irkutsk": "иркутскому",
    "Asia/Kamchatka": "камчатскому",
    "Asia/Krasnoyarsk": "красноярскому",
    "Asia/Magadan": "магаданскому",
    "Asia/Novokuznetsk": "новокузнецкому",
    "Asia/Novosibirsk": "новосибирскому",
    "Asia/Omsk": "омскому",
    "Asia/Sakhalin": "сахалинскому",
    "Asia/Srednekolymsk": "среднеколымскому",
    "Asia/Tomsk": "томскому",
    "Asia/Vladivostok": "владивостокскому",
    "Asia/Yakutsk": "якутскому",
    "Asia/Yekaterinburg": "екатеринбургскому",
    "Europe/Astrakhan": "астраханскому",
    "Europe/Kaliningrad": "калининградскому",
    "Europe/Kirov": "московскому",
    "Europe/Moscow": "московскому",
    "Europe/Samara": "самарскому",
    "Europe/Saratov": "саратовскому",
    "Europe/Simferopol": "московскому",
    "Europe/Ulyanovsk": "ульяновскому",
    "Europe/Volgograd": "московскому",
}
"""IANA name → adjective of the zone, dative."""


def zone_words(moment: datetime) -> str:
    """Return «по красноярскому времени»; the difference from UTC for a zone that no Russian region has.

    moment: aware
    """
    city = CITIES.get(getattr(moment.tzinfo, "key", ""))
    if city is not None:
        return texts.ZONE.format(city=city)
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else texts.MINUS
    return texts.ZONE_UTC.format(sign=sign, hours=hours, rest=f":{rest:02d}" if rest else "")
