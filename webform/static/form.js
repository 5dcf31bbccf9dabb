// The form beyond its plain HTML: sums as one types, drafts as one types, nothing lost without a connection.
// Everything works without this file, drafts by the button. Nothing newer than Chromium 80; no library.
(function () {
  "use strict";

  var sent = document.querySelector("[data-sent]");
  if (sent) {
    forget(sent.getAttribute("data-sent"));
  }
  var print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }
  var form = document.getElementById("form");
  if (!form) {
    return;
  }

  // Sums ---------------------------------------------------------------------------------------------------------

  // As the server reads it: «1 234» is 1234; what it would refuse is null and adds nothing.
  function figure(input) {
    var plain = input.value.replace(/[\u00a0\u202f\u2009\u2007\t]/g, " ").trim();
    var match = /^\+?(\d{1,3}(?: \d{3})+|\d{1,12})(?:[.,](\d{1,6}))?$/.exec(plain);
    if (!match || (Number(match[2]) && input.inputMode === "numeric")) {
      return null;
    }
    return Number(match[1].replace(/ /g, "") + "." + (match[2] || "0"));
  }

  function written(sum) {
    var text = String(Math.round(sum * 1e6) / 1e6).split(".");
    text[0] = text[0].replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return text.join(",");
  }

  function addUp() {
    var sums = {};
    form.querySelectorAll("[data-adds]").forEach(function (input) {
      var value = figure(input);
      if (value === null) {
        return;
      }
      var name = input.getAttribute("data-adds");
      [name, name.split(".")[0]].forEach(function (key) { sums[key] = (sums[key] || 0) + value; });
    });
    form.querySelectorAll("[data-sum]").forEach(function (cell) {
      var sum = sums[cell.getAttribute("data-sum")];
      var text = sum === undefined ? "—" : written(sum);
      if (cell.textContent !== text) {
        cell.textContent = text;
      }
    });
  }

  // Drafts -------------------------------------------------------------------------------------------------------

  var WAIT = 1500;
  var RETRY = 10000;
  var UNSEEN = ["csrf_token", "key", "base_version", "ticket", "opened"];
  var store = form.getAttribute("data-store");
  var state = document.getElementById("draft-state");
  var timer = null;
  var saving = false;
  var changed = false;
  var leaving = false;

  function say(text, bad) {
    state.textContent = text;
    state.className = bad ? "state bad" : "state";
  }

  function typed() {
    return new URLSearchParams(new FormData(form));
  }

  function content(parameters) {
    return Array.from(parameters).filter(function (pair) { return UNSEEN.indexOf(pair[0]) < 0; });
  }

  function keep() {
    var kept = { fields: content(typed()), version: form.elements.base_version.value };
    try {
      localStorage.setItem(store, JSON.stringify(kept));
      return true;
    } catch (error) {
      return false;
    }
  }

  function forget(name) {
    try {
      localStorage.removeItem(name);
    } catch (error) {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(store));
    } catch (error) {
      return null;
    }
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function lost(text) {
    say(text, true);
    later(RETRY);
  }

  function save() {
    if (!changed || saving || leaving) {
      return;
    }
    saving = true;
    changed = false;
    fetch(form.getAttribute("data-draft"), {
      method: "POST",
      headers: { Accept: "application/json" },
      body: typed(),
      credentials: "same-origin"
    }).then(function (response) {
      return response.json().catch(function () {
        return { problem: "Сервер сейчас не отвечает. Введённое хранится в этом браузере. Форма попробует ещё раз" };
      });
    }).then(function (answer) {
      saving = false;
      if (answer.saved) {
        if (!changed) {
          forget(store);
        }
        say(answer.saved + (answer.session ? "" : ". Сеанс закончился: перед отправкой откройте свою ссылку ещё раз"), !answer.session);
      } else if (answer.other) {
        say("Черновик изменён в другом окне в " + answer.other + ". Ваш текст хранится в этом браузере", true);
      } else {
        changed = true;
        lost(answer.problem);
      }
      if (changed) {
        later(answer.saved ? WAIT : RETRY);
      }
    }).catch(function () {
      saving = false;
      changed = true;
      lost("Нет связи. Введённое хранится в этом браузере и сохранится, когда связь появится");
    });
  }

  function noted() {
    changed = true;
    if (!keep()) {
      say("Этот браузер ничего не хранит: сохраняйте черновик кнопкой", true);
    }
    later(WAIT);
  }

  // Typed before this file came (a slow line): the page shows it, and no event has told of it. What a browser puts
  // back by itself on the way back is not typing: that report may have been sent since.
  function early() {
    var way = performance.getEntriesByType("navigation")[0];
    if (way && way.type === "back_forward") {
      return [];
    }
    return Array.from(form.elements).filter(function (input) {
      if (input.type === "checkbox" || input.type === "radio") {
        return input.checked !== input.defaultChecked;
      }
      return input.type !== "hidden" && input.defaultValue !== undefined &&
        input.value !== input.defaultValue.replace(/\r\n?/g, "\n");
    }).map(function (input) { return input.name; });
  }

  // What was typed without a connection, or just before the tab was closed, comes back when the form is opened.
  function restore(typedSince) {
    var last = kept();
    if (!last || !Array.isArray(last.fields)) {
      return;
    }
    if (JSON.stringify(last.fields) === JSON.stringify(content(typed()))) {
      forget(store);
      return;
    }
    Array.from(form.elements).forEach(function (input) {
      if (!input.name || input.type === "hidden" || typedSince.indexOf(input.name) >= 0) {
        return;
      }
      var values = last.fields.filter(function (pair) { return pair[0] === input.name; });
      if (input.type === "checkbox" || input.type === "radio") {
        input.checked = values.some(function (pair) { return pair[1] === input.value; });
      } else if (values.length) {
        input.value = values[0][1];
      }
    });
    if (Number(last.version) < Number(form.elements.base_version.value)) {
      form.elements.base_version.value = last.version;
    }
    addUp();
    changed = true;
    say("Восстановлено то, что вы ввели раньше и что не успело сохраниться", false);
    later(WAIT);
  }

  form.addEventListener("input", function () {
    addUp();
    noted();
  });
  form.addEventListener("change", noted);
  window.addEventListener("online", function () { later(0); });
  window.addEventListener("offline", function () {
    say("Нет связи. Введённое хранится в этом браузере и сохранится, когда связь появится", true);
  });
  form.addEventListener("submit", function (event) {
    if (navigator.onLine === false) {
      event.preventDefault();
      keep();
      say("Нет связи, ничего не отправлено. Введённое хранится в этом браузере. Отправьте отчёт, когда связь появится", true);
      return;
    }
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    clearTimeout(timer);
    // A page that does not come (the connection broke) leaves the form usable.
    setTimeout(function () { leaving = false; }, 5000);
  });
  window.addEventListener("pageshow", function () { leaving = false; });

  addUp();
  var typedEarly = early();
  // A page that shows errors or questions holds what was just typed; an older copy must not overwrite it.
  if (document.querySelector(".summary")) {
    forget(store);
  } else {
    restore(typedEarly);
  }
  if (typedEarly.length) {
    noted();
  }
  var focus = document.querySelector("main [autofocus]");
  if (focus && !("autofocus" in HTMLElement.prototype)) {
    focus.focus();
  }
}());
