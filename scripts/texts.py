"""All that people read of the commands in `scripts`, in Russian. Imported by `scripts` alone."""

ABOUT = """Запускает таблицу, форму и обработчик на этом компьютере. Как писать: make run (без ключей).
Настройки — переменные среды: PORT, SHEETS_PORT, DATA_DIR, SVOD_CONFIG, SVOD_NOW и другие, см. docs/operating.md.
Остановить: Ctrl+C."""
NO_WORDS = "Лишнее: {words}. Запуск пишется без ключей: make run. Настройки — переменные среды, см. --help."
FOLDER_HELD = (
    "С папкой данных {folder} уже работает другой make run. Ничего не запущено и не изменено. "
    "Остановите его (Ctrl+C в его окне) или задайте другую папку: DATA_DIR=… make run"
)
PROCESS_LIVES = (
    "С папкой данных {folder} уже работает процесс: {name}, номер {number}. Ничего не запущено и не изменено. "
    "Остановите его (kill {number}) или задайте другую папку: DATA_DIR=… make run"
)
REHEARSAL_ON_GOOGLE = (
    "make run репетирует, а настройки ведут в настоящую таблицу (SPREADSHEET_ID и ключ Google). Ничего не запущено.\n"
    "  Репетировать в отдельной папке:          .venv/bin/svod rehearse ФАЙЛ_КАМПАНИИ\n"
    "  Принимать по-настоящему, процессами:     см. Procfile и docs/operating.md\n"
    "  Принимать по-настоящему на этом же компьютере: SVOD_NOW=real make run"
)
OTHER_CAMPAIGN = (
    "В {folder} кампания «{other}», а в файле — «{own}». Ничего не запущено и не изменено. "
    "Возьмите для неё другую папку:\n"
    "  Репетировать:         .venv/bin/svod rehearse ФАЙЛ_КАМПАНИИ\n"
    "  Или задайте папку:    DATA_DIR=… make run"
)
NOT_WRITTEN = "Ничего не запущено: {path} не записать: {reason}. Проверьте DATA_DIR, права на папку и место на диске."
ENV_ABOUT = "# Настройки последнего make run, в том числе секреты. Команда с ними: sh run/env КОМАНДА"
STARTING = "Свод запускается: {title}"
PORT_TAKEN = "Порт {port} занят. Остановите программу, которая его занимает, или задайте другой: {variable}=… make run"
BAD_PORT = "{variable}: нужен номер порта от 1 до 65535, а задано «{value}»."
BAD_NOW = "SVOD_NOW: нужно время с часовым поясом, например 2023-05-27T12:00:00+03:00, или real, а задано «{value}»."
OUTSIDE_HOST = (
    "HOST={host}: make run — для этого компьютера. На сервере запускайте процессы из Procfile, см. docs/operating.md."
)
WAITING = "  {name:<12} запускается …"
READY = "  {name:<12} работает: {address}"
WORKER_STARTED = "  {name:<12} работает"
NOT_READY = "{name} не запускается. Последние строки {log}:"
DIED = "{name}: процесс остановился (код {code}). Остальные работают. Подробности: {log}"
REPLACE = "  Запустить снова: {command}"
ALL_DIED = "Все процессы остановились."
STOPPING = "Останавливаюсь …"
STOPPED = "Остановлено. Ответы сохранены в {data_dir}."
REAL_CLOCK = "НАСТОЯЩИЙ ПРИЁМ. Часы настоящие: {now}."
REHEARSAL = "РЕПЕТИЦИЯ. Часы кампании: {now}, срок — {deadline}. Передвинуть: {python} -m webform clock ВРЕМЯ"
ADDRESSES = """
Откройте в браузере:
  Таблица министерства      {sheets}
  Править таблицу           {staff}
                            (ссылка сработает один раз; новая: {python} -m localsheets staff-link)
  Стол министерства         {desk}
                            ({desk_hint})
  Ссылка муниципалитета     {link}
                            ({name})
Ссылки всех муниципалитетов: {python} -m webform links
{demo}Остановить:                  Ctrl+C
"""
DESK_LINK = "ссылка сработает один раз; новая: {python} -m svod staff link"
DESK_ACCOUNT = "вход по учётной записи; завести: {python} -m svod staff add ИМЯ --role work --link"
DEMO_HINT = "Показать работу целиком:     {demo}   (в другом окне)\n"
SPREADSHEET = """
    {title}
                            {address}"""
NOT_MADE = "ещё не создана: посмотрите журнал обработчика"
NAMES = {"sheets": "Таблица", "web": "Форма", "worker": "Обработчик"}

DEMO_NOT_RUNNING = "Сначала запустите Свод в другом окне: make run"
DEMO_NO_REHEARSAL = "make demo работает только на репетиции: здесь идёт настоящий приём, чужие ответы не подделываю."
BENCH_UNKNOWN = "Замера «{name}» нет. Есть: {names}."
DEMO_CAMPAIGN = "\n{title}"
DEMO_START = "Репетиция: {reporting} из {all} муниципалитетов отвечают через форму, {silent} молчат. Круг {round}."
DEMO_CLOCK = "  Часы кампании: {now}"
DEMO_SENT = "  {name}: квитанция {receipt}{notes}"
DEMO_MISTAKE = "ошибка найдена формой и исправлена"
DEMO_REASON = "пояснений: {count}"
DEMO_CORRECTED = "исправлено второй отправкой"
DEMO_LATE = "с опозданием"
DEMO_SILENT = "Молчат: {names}."
DEMO_WAITING = "Жду, пока отправленное появится во вкладке «{tab}» …"
DEMO_NOT_SHOWN = (
    "За {seconds} с во вкладке «{tab}» не появилось всё отправленное. Работает ли обработчик? Последнее различие:"
)
DEMO_AGREES = "Итоги сходятся: во вкладке «{tab}» {count} показателей, и все равны пересчитанным по отправленному."
DEMO_DIFFERS = "Итоги не сходятся:"
DEMO_DIFFERENCE = "  {name}: отправлено {sent}, в таблице {shown}"
DEMO_OTHERS = "Кроме этой репетиции отчитались ({names}): их числа взяты из вкладки «{tab}»."
DEMO_OPEN = "Посмотрите: {sheets}"
DEMO_UNEXPECTED = "{name}: форма повела себя не так, как должна. {why}"
DEMO_NO_ANSWER = (
    "Форма {form} перестала отвечать. Посмотрите в окне с make run, что остановилось, и запустите make demo снова."
)
DEMO_NO_ANSWERS = (
    "Ответов, которые подошли бы под пределы и строгие правила кампании, подобрать не удалось. Мешает: {why} "
    "Заполните форму сами."
)
DEMO_NO_CAMPAIGN = "На странице «{heading}» нет кампании «{title}»."
DEMO_NO_ERROR = "Ответ «{typed}» в поле «{field}» она приняла без ошибки."
DEMO_NO_RECEIPT = "Квитанции нет; страница: «{heading}» (код {status}). {errors}"
DEMO_MISSING = "нет"

FAULTS_ABOUT = "Обработчик убивают посреди работы под сбоями; каждая квитанция должна попасть в «Ответы» один раз."
FAULTS_KILLS = "сколько раз убить обработчик"
FAULTS_SEED = "зерно случайных чисел: с тем же зерном сбои те же"
FAULTS_START = "Сбои: обработчик будет убит {kills} раз. Зерно: {seed}."
FAULTS_KILLED = "  убит {kills} раз из {of}, отправлено отчётов: {sent}"
FAULTS_DONE = (
    "Убит {kills} раз. Отчётов: {sent}. Запросов на запись: {attempts}, из всех запросов испорчено: {struck}.\n"
    "Нет в «Ответах»: {missing}. Больше одного раза: {doubled}. Лишних строк: {strange}."
)
FAULTS_GOOD = "Каждая квитанция стоит в «Ответах» ровно один раз."
FAULTS_BAD = "Есть потери или повторы. Повторить: make faults ARGS='--seed {seed}'"

SOAK_ABOUT = (
    "Репетиция в отдельной папке под враждебным вводом: форма, файлы, стол, таблица, оба API, формулы. Код выхода 0 — "
    "ни одного сбоя, ни одного медленного ответа, память не растёт; иначе 1."
)
SOAK_MINUTES = "сколько минут (без ключа — 30)"
SOAK_START = "Враждебный ввод: {minutes:g} мин. Зерно: {seed}."
SOAK_LOOK = "  прошло {share} % времени, память, МБ: {held}"
SOAK_CALLS = "| запрос | 2xx | 3xx | 4xx | 5xx | без ответа | дольше всего, с |"
SOAK_ALL = "всего"
SOAK_MEMORY = "| процесс | память в начале, МБ | в середине | в конце | от середины |"
SOAK_LISTED = "Ответ дольше {seconds:g} с — ошибка, кроме этих:"
SOAK_LOAD = "\nЗагрузка машины за последние 5 минут: {load:.1f} на {cores} ядра; вместе с самой проверкой."
SOAK_FAULT = "СБОЙ: {label}: код {status}: {sent}\n  {said}"
SOAK_SLOW = "МЕДЛЕННО: {label}: {seconds:.1f} с (код {status}): {sent}"
SOAK_GROWN = "ПАМЯТЬ: «{name}» выросла от середины к концу больше чем на {share:.0%}."
SOAK_GOOD = "Сбоев нет, медленных ответов нет, память не растёт."
SOAK_BAD = (
    "Не в порядке: сбоев — {bad}, медленных ответов — {slow}, выросло процессов — {grown}. "
    "Повторить: make soak ARGS='--seed {seed}'"
)

STORM_GOOD = "Все отчёты приняты сразу и стоят в таблице ровно один раз: цели достигнуты."
STORM_BAD = "Цели НЕ достигнуты."
