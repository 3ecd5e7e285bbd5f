// The controls of the SSO form. Each answers {element, value} and reports what the person does to `changed`.
import { Combobox } from "./combobox.js";
import { el } from "./dom.js";

function field(label, id, ...rest) {
  return el("div", { class: "field" }, el("label", { for: id, id: `${id}-label` }, label), ...rest);
}

export function card(heading, ...children) {
  return el("section", { class: "card stack" }, el("h2", {}, heading), ...children);
}

export function toggle(label, changed) {
  const button = el("button", {
    type: "button",
    id: "sso-enabled",
    class: "toggle",
    role: "switch",
    "aria-checked": "false",
    "aria-labelledby": "sso-enabled-label",
  });
  const control = {
    element: el("div", { class: "switch-row" }, el("span", { class: "label", id: "sso-enabled-label" }, label), button),
    get value() {
      return button.getAttribute("aria-checked") === "true";
    },
    set value(on) {
      button.setAttribute("aria-checked", String(on));
    },
  };
  button.addEventListener("click", () => {
    control.value = !control.value;
    changed();
  });
  return control;
}

export function readonly(id, label, value) {
  const copy = el(
    "button",
    { type: "button", class: "quiet copy", "data-copies": id },
    "Copy",
    el("span", { class: "unseen" }, ` ${label}`),
  );
  const input = el("input", { id, type: "text", readonly: true, value });
  return field(label, id, el("div", { class: "with-button" }, input, copy));
}

function bound(input, element, changed) {
  input.addEventListener("input", changed);
  return {
    element,
    get value() {
      return input.value;
    },
    set value(value) {
      input.value = value;
    },
  };
}

export function text(id, label, hint, changed) {
  const input = el("input", { id, type: "text", spellcheck: "false", autocomplete: "off", "aria-describedby": `${id}-hint` });
  return bound(input, field(label, id, input, el("p", { class: "hint", id: `${id}-hint` }, hint)), changed);
}

export function choice(id, label, options, changed) {
  const box = new Combobox({ id, labelId: `${id}-label`, blank: "Choose…", options, changed });
  return {
    element: el("div", { class: "field" }, el("span", { class: "label", id: `${id}-label` }, label), box.element),
    get value() {
      return box.value;
    },
    set value(value) {
      box.value = value;
    },
  };
}

/** The certificate: pasted, or read out of a file. `note` is what is said of a saved one that is not shown. */
export function certificate(label, fileLabel, changed) {
  const id = "sso-certificate";
  const area = el("textarea", { id, rows: "7", spellcheck: "false", autocomplete: "off", "aria-describedby": `${id}-hint` });
  const hint = el("p", { class: "hint", id: `${id}-hint` });
  const file = el("input", { id: `${id}-file`, type: "file", accept: ".pem,.crt,.cer,.txt" });
  file.addEventListener("change", async () => {
    if (file.files.length === 0) return;
    area.value = await file.files[0].text();
    changed();
  });
  const element = el("div", { class: "stack" }, field(label, id, area, hint), field(fileLabel, file.id, file));
  const control = bound(area, element, changed);
  return Object.defineProperty(control, "note", {
    set(note) {
      file.value = "";
      area.placeholder = note === null ? "-----BEGIN CERTIFICATE-----" : "Paste a new certificate to replace it";
      hint.textContent = note ?? "X.509, as PEM or bare base64. Paste it, or upload a file.";
    },
  });
}

export function domains(label, names) {
  const list = el("ul", { class: "chips", role: "list", "aria-labelledby": "sso-domains" });
  list.append(...names.map((name) => el("li", {}, name)));
  return el("div", { class: "field" }, el("span", { class: "label", id: "sso-domains" }, label), list);
}
