// The fields of the form: as a copy, and the way back from a copy into the form.

export const form = document.getElementById("form");

const HIDDEN = ["csrf_token", "key", "base_version", "ticket", "opened"];

export function typed() {
  return new URLSearchParams(new FormData(form));
}

export function isTick(input) {
  return input.type === "checkbox" || input.type === "radio";
}

export function inputs() {
  return Array.from(form.elements).filter((input) => {
    return input.name && input.type !== "hidden" && input.defaultValue !== undefined;
  });
}

// A copy of the form. seen: time of the newest draft that the form knows of, ms.
export function snapshot(seen) {
  return {
    fields: Array.from(typed()).filter(([name]) => !HIDDEN.includes(name)),
    boxes: inputs().filter(isTick).map((input) => input.name),
    version: Number(form.elements.base_version.value),
    seen,
    time: Date.now()
  };
}

export function plain(text) {
  return text.replace(/\r\n?/g, "\n").trim();
}

// Where the copy differs from the page: {input, value} or {input, checked}. And its answers to prompts that the page
// does not show: {unasked: [name, value]}.
export function changes(copy) {
  const there = Array.from(form.elements).map((input) => input.name);
  const unasked = copy.fields.filter(([name, value]) => {
    return /^(reason|confirm):/.test(name) && value.trim() && !there.includes(name);
  }).map((pair) => ({ unasked: pair }));
  return unasked.concat(inputs().map((input) => {
    const values = copy.fields.filter(([name]) => name === input.name).map(([, value]) => value);
    if (isTick(input)) {
      const checked = values.includes(input.value);
      return !copy.boxes.includes(input.name) || checked === input.checked ? null : { input, checked };
    }
    return !values.length || plain(values[0]) === plain(input.value) ? null : { input, value: values[0] };
  }).filter(Boolean));
}

// Put the copy into the form, all but the inputs with these names.
export function show(copy, except) {
  form.querySelectorAll("input[data-unasked]").forEach((input) => input.remove());
  changes(copy).forEach((change) => {
    if (change.unasked) {
      carry(change.unasked);
    } else if (!except.includes(change.input.name)) {
      if (isTick(change.input)) {
        change.input.checked = change.checked;
      } else {
        change.input.value = change.value;
      }
    }
  });
  form.dispatchEvent(new Event("filled"));
}

// An answer to a prompt that the page does not show travels in hidden inputs until the page shows it.
function carry([name, value]) {
  [[name, value], ["asked", name.slice(name.indexOf(":") + 1)]].forEach((pair) => {
    const input = document.createElement("input");
    input.type = "hidden";
    [input.name, input.value] = pair;
    input.setAttribute("data-unasked", "");
    form.appendChild(input);
  });
}
