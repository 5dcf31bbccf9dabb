// The line that says how the draft and the sending stand, and what «Отправить отчёт» does without a connection.
// Everything works without this file but that line. Nothing newer than Chromium 80; no library.
(function () {
  "use strict";

  var state = document.getElementById("draft-state");
  if (!state) {
    return;
  }

  // What is to be read (`kind`: "bad" or "note") stays at the lower edge of the window, wherever one types. The same
  // words are not said again: a screen reader would read them after every pause.
  function say(text, kind) {
    if (state.textContent !== text) {
      state.textContent = text;
    }
    state.className = kind ? "state " + kind : "state";
    var room = kind ? state.offsetHeight : 0;
    document.documentElement.style.scrollPaddingBottom = room ? room + 16 + "px" : "";
    var typing = document.activeElement;
    if (room && state.parentNode.contains(typing) &&
        typing.getBoundingClientRect().bottom > state.getBoundingClientRect().top) {
      typing.scrollIntoView({ block: "nearest" });
    }
  }
  window.draftState = { say: say };

  // «Проверьте ответы»: the report goes off once, and not into a broken line.
  var form = document.getElementById("send");
  if (!form) {
    return;
  }
  var PATIENCE = 20000;
  var send = form.querySelector("button");
  var words = send.textContent;
  var pressed = null;
  var leaving = false;

  function ready() {
    leaving = false;
    send.textContent = words;
  }

  form.addEventListener("click", function (event) {
    pressed = event.target.closest("button") || pressed;
  });
  form.addEventListener("submit", function (event) {
    if (navigator.onLine === false) {
      event.preventDefault();
      say("Нет связи, ничего не отправлено. Ответы сохранены. Когда связь появится, нажмите кнопку ещё раз", "bad");
      return;
    }
    if (leaving) {
      event.preventDefault();
      return;
    }
    leaving = true;
    say("", "");
    if (pressed === send) {
      send.textContent = "Отправляется…";
    }
    // The button serves again when no page comes, and when one comes back to this one.
    setTimeout(ready, PATIENCE);
  });
  window.addEventListener("online", function () { say("", ""); });
  window.addEventListener("pageshow", ready);
}());
