"""The words of the column «Учёт» in «Ответы»: what became of a row."""

from __future__ import annotations

COUNTS = "считается"
COUNTS_MANUAL = "считается (строка добавлена вручную)"
REPLACED = "заменён версией {version}"
BEHIND_MANUAL = "заменён строкой, добавленной вручную"
COPY = "копия: считается другая такая же строка"

MISPLACED = "не считается: строка записана заново под своими заголовками"
EXCLUDED = "исключён: {reason}"
ERROR = "ошибка в строке"
ERROR_IN = "ошибка в столбце «{title}»"
CONFLICTING = "строки этого отчёта различаются"
MANUAL_OLDER = "есть более поздние сведения"
MANUAL_WITHOUT_TIME = "нет времени в «Принято», а от муниципалитета есть отчёт"
MANUAL_UNCLEAR = "вручную добавлено несколько строк, неясно, какая верна"
CONTRADICTORY = "в строке названы разные отчёты или муниципалитеты"
FOREIGN = "номер приёма — из другой кампании"
UNKNOWN_MUNICIPALITY = "непонятно, чья это строка"
MUNICIPALITY_CONFLICT = "код и название относятся к разным муниципалитетам"
MUNICIPALITY_GONE = "муниципалитета нет в списке кампании"
