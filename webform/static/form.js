// The form beyond its plain HTML: drafts as one types, nothing lost without a connection. After `state.js`, whose line tells of it.
// Everything works without this file, drafts by the button. Nothing newer than Chromium 80; no library.
(function () {
  "use strict";

  // A page that shows what was sent: the copy of it may go, unless one has typed on in another window since.
  var sent = document.querySelector("[data-sent]");
  if (sent && (kept(sent.getAttribute("data-sent")) || {}).sent) {
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

  // Drafts -------------------------------------------------------------------------------------------------------

  var WAIT = 1500;
  var RETRY = 10000;
  var PATIENCE = 20000;
  var UNSEEN = ["csrf_token", "key", "base_version", "ticket", "opened"];
  var store = form.getAttribute("data-store");
  var unsaved = form.hasAttribute("data-unsaved");
  var say = window.draftState ? window.draftState.say : function () {};
  var box = document.getElementById("draft-box");
  var restored = "";
  var timer = null;
  var saving = false;
  var changed = false;
  var leaving = false;
  // The newest draft that this form knows of, ms.
  var seen = unsaved ? 0 : Date.parse(form.elements.opened.value) || 0;

  // The words of a draft that is kept now; those at the top of the page told of an older one.
  function saidSaved(answer) {
    var late = document.querySelector(".deadline.overdue") ? "" : answer.window;
    var note = [restored, late].filter(Boolean).join(" ");
    if (!answer.session) {
      say(answer.saved + ". Сеанс закончился: перед отправкой откройте свою ссылку ещё раз", "bad");
    } else {
      say(note ? note + " " + answer.saved : answer.saved, late ? "bad" : note && "note");
    }
    if (box) {
      box.hidden = !answer.saved_at; // none is kept of a report that was sent in these very words
      box.querySelector("strong").textContent = answer.saved + ".";
    }
  }

  function saidUnsaved(text) {
    say(text, "bad");
    if (box) {
      box.hidden = true;
    }
  }

  function typed() {
    return new URLSearchParams(new FormData(form));
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function lost(text) {
    saidUnsaved(text);
    later(RETRY);
  }

  function save() {
    if (!changed || saving || leaving) {
      return;
    }
    saving = true;
    changed = false;
    var hanging = new AbortController();
    var patience = setTimeout(function () { hanging.abort(); }, PATIENCE);
    fetch(form.getAttribute("data-draft"), {
      method: "POST",
      headers: { Accept: "application/json" },
      body: typed(),
      credentials: "same-origin",
      signal: hanging.signal
    }).then(function (response) {
      return response.json().catch(function () {
        return { problem: "Сервер сейчас не отвечает. Введённое хранится в этом браузере. Форма попробует ещё раз" };
      });
    }).then(function (answer) {
      clearTimeout(patience);
      saving = false;
      if (answer.key) {
        goOnAs(answer);
      }
      if (answer.saved) {
        if (!changed) {
          forget(own());
        }
        saidSaved(answer);
      } else if (answer.other) {
        saidUnsaved("Черновик изменён в другом окне (" + answer.other + "). Ваш текст хранится в этом браузере: обновите страницу, чтобы выбрать");
      } else if (answer.key) {
        changed = true;
      } else {
        changed = true;
        lost(answer.problem);
      }
      if (changed) {
        later(answer.saved || answer.key ? WAIT : RETRY);
      }
    }).catch(function () {
      clearTimeout(patience);
      saving = false;
      changed = true;
      lost("Нет связи. Введённое хранится в этом браузере и сохранится, когда связь появится");
    });
  }

  // As what the server has kept: after the report was sent, a form that is still open goes on as a correction of it.
  function goOnAs(answer) {
    seen = Date.parse(answer.saved_at) || seen;
    if (answer.key !== form.elements.key.value) {
      forget(own());
      form.elements.key.value = answer.key;
      form.elements.base_version.value = answer.base_version;
      keep();
    }
  }

  function typedOn() {
    restored = "";
    noted();
  }

  function noted() {
    changed = true;
    if (!keep()) {
      say("Этот браузер ничего не хранит: сохраняйте черновик кнопкой", "bad");
    }
    later(WAIT);
  }

  // Copies in the browser --------------------------------------------------------------------------------------------
  // Of what no draft holds yet, one a form. They come back when the form is opened: by themselves where nothing newer
  // is overwritten, otherwise by a button.

  function own() {
    return store + form.elements.key.value;
  }

  function ticked(input) {
    return input.type === "checkbox" || input.type === "radio";
  }

  function visible() {
    return Array.from(form.elements).filter(function (input) {
      return input.name && input.type !== "hidden" && input.defaultValue !== undefined;
    });
  }

  function page() {
    return {
      fields: Array.from(typed()).filter(function (pair) { return UNSEEN.indexOf(pair[0]) < 0; }),
      boxes: visible().filter(ticked).map(function (input) { return input.name; }),
      version: Number(form.elements.base_version.value),
      seen: seen,
      time: Date.now()
    };
  }

  function put(name, copy) {
    try {
      localStorage.setItem(name, JSON.stringify(copy));
      return true;
    } catch (error) {
      return false;
    }
  }

  function keep() {
    return put(own(), page());
  }

  function forget(name) {
    try {
      localStorage.removeItem(name);
    } catch (error) {
      // A browser that keeps nothing has nothing to forget.
    }
  }

  function kept(name) {
    try {
      var copy = JSON.parse(localStorage.getItem(name));
      return copy && Array.isArray(copy.fields) && Array.isArray(copy.boxes) ? copy : null;
    } catch (error) {
      return null;
    }
  }

  // Where the copy says something else than the page; and its answers to what the page does not ask, or not yet.
  function changes(copy) {
    var there = Array.from(form.elements).map(function (input) { return input.name; });
    var more = copy.fields.filter(function (pair) {
      return /^(reason|confirm):/.test(pair[0]) && pair[1].trim() && there.indexOf(pair[0]) < 0;
    }).map(function (pair) { return { unasked: pair }; });
    return more.concat(visible().map(function (input) {
      var values = copy.fields.filter(function (pair) { return pair[0] === input.name; }).map(function (pair) { return pair[1]; });
      if (ticked(input)) {
        var checked = values.indexOf(input.value) >= 0;
        return copy.boxes.indexOf(input.name) < 0 || checked === input.checked ? null : { input: input, checked: checked };
      }
      return !values.length || plain(values[0]) === plain(input.value) ? null : { input: input, value: values[0] };
    }).filter(Boolean));
  }

  function plain(text) {
    return text.replace(/\r\n?/g, "\n").trim();
  }

  function show(copy, except) {
    form.querySelectorAll("input[data-unasked]").forEach(function (input) { input.remove(); });
    changes(copy).forEach(function (change) {
      if (change.unasked) {
        carry(change.unasked);
        return;
      }
      if (except.indexOf(change.input.name) >= 0) {
        return;
      }
      if (ticked(change.input)) {
        change.input.checked = change.checked;
      } else {
        change.input.value = change.value;
      }
    });
    form.dispatchEvent(new Event("filled"));
  }

  // An answer to what the page does not ask goes along unseen, until the page asks.
  function carry(pair) {
    [pair, ["asked", pair[0].slice(pair[0].indexOf(":") + 1)]].forEach(function (one) {
      var input = document.createElement("input");
      input.type = "hidden";
      input.name = one[0];
      input.value = one[1];
      input.setAttribute("data-unasked", "");
      form.appendChild(input);
    });
  }

  // Left by forms that are gone; the newest first. Those that say what the page says are done with.
  function left() {
    var names = [];
    try {
      names = Object.keys(localStorage);
    } catch (error) {
      return [];
    }
    return names.filter(function (name) { return name.indexOf(store) === 0; }).map(function (name) {
      return { name: name, copy: kept(name) };
    }).filter(function (one) {
      if (one.copy && changes(one.copy).length) {
        return true;
      }
      forget(one.name);
      return false;
    }).sort(function (one, other) { return other.copy.time - one.copy.time; });
  }

  // Whether the page shows nothing that was saved or sent after the copy, but by the copy's own form.
  function newest(one) {
    if (one.copy.aside) {
      return false;
    }
    var at = Date.parse(form.getAttribute("data-draft-at")) || 0;
    var same = one.name === store + form.getAttribute("data-draft-key");
    return one.copy.version >= Number(form.elements.base_version.value) && (same || at <= one.copy.seen);
  }

  // typedSince: names of fields that were filled in before this file came.
  function restore(typedSince) {
    var copies = left();
    if (copies.length && newest(copies[0])) {
      var first = copies.shift();
      show(first.copy, typedSince);
      forget(first.name);
      noted();
      restored = "Восстановлено то, что вы ввели раньше и что не успело сохраниться.";
      say(restored, "note");
    }
    copies.slice(0, 3).forEach(offer);
  }

  function offer(one) {
    var box = document.createElement("div");
    box.className = "notice warning";
    box.setAttribute("role", "status");
    var words = box.appendChild(document.createElement("p"));
    var buttons = box.appendChild(document.createElement("div"));
    buttons.className = "actions";
    var swap = button(buttons, "Вставить его в форму", function () {
      var before = page();
      show(one.copy, []);
      form.elements.base_version.value = Math.min(one.copy.version, before.version);
      before.aside = true;
      one.copy = before;
      put(one.name, before);
      noted();
      words.textContent = "В форму вставлен отложенный текст, а то, что в ней стояло, отложено и хранится в этом браузере.";
      swap.textContent = "Поменять обратно";
      drop.textContent = "Удалить отложенное";
    });
    var drop = button(buttons, "Удалить его", function () {
      if (window.confirm("Удалить отложенный текст? Вернуть его будет нельзя.")) {
        forget(one.name);
        box.remove();
        say("Отложенный текст удалён", "");
      }
    });
    words.textContent = "В этом браузере есть текст, который вы ввели " + moment(one.copy.time) + sample(one.copy) +
      ": он не успел сохраниться. Сейчас в форме то, что сохранили или отправили без него.";
    form.parentNode.insertBefore(box, form);
  }

  // The first words in which the copy differs, so that one sees which text is meant.
  function sample(copy) {
    var texts = changes(copy).map(function (change) {
      return change.unasked ? change.unasked[1] : change.value;
    }).filter(function (text) { return text && text.trim(); });
    return texts.length ? " («" + (texts[0].length > 40 ? texts[0].slice(0, 39) + "…" : texts[0]) + "»)" : "";
  }

  function button(place, text, press) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", press);
    return place.appendChild(made);
  }

  function moment(at) {
    var time = new Date(at);
    return time.toLocaleDateString("ru-RU", { day: "numeric", month: "long" }) + " в " +
      time.toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" });
  }

  // Typed before this file came (a slow line): the page shows it, and no event has told of it. What a browser puts
  // back by itself on the way back is not typing: that report may have been sent since.
  function early() {
    var way = performance.getEntriesByType("navigation")[0];
    if (way && way.type === "back_forward") {
      return [];
    }
    return visible().filter(function (input) {
      return ticked(input) ? input.checked !== input.defaultChecked : plain(input.value) !== plain(input.defaultValue);
    }).map(function (input) { return input.name; });
  }

  form.addEventListener("input", typedOn);
  form.addEventListener("change", typedOn);
  window.addEventListener("online", function () { later(0); });
  window.addEventListener("offline", function () {
    say("Нет связи. Введённое хранится в этом браузере и сохранится, когда связь появится", "bad");
  });
  form.addEventListener("submit", function (event) {
    if (navigator.onLine === false) {
      event.preventDefault();
      keep();
      say("Нет связи, ничего не отправлено. Введённое хранится в этом браузере. Отправьте отчёт, когда связь появится", "bad");
      return;
    }
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    clearTimeout(timer);
    var copy = kept(own());
    if (copy) {
      copy.sent = true;
      put(own(), copy);
    }
    // A page that does not come (the connection broke) leaves the form usable.
    setTimeout(function () {
      leaving = false;
      save();
    }, 5000);
  });
  window.addEventListener("pageshow", function () { leaving = false; });

  var typedEarly = early();
  if (unsaved) {
    keep();
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
