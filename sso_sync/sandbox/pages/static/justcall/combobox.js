// A choice of one, built from ARIA roles: a button that opens a list and keeps the focus (select-only combobox).
import { el } from "./dom.js";

const FORGET_TYPED_MS = 600;

export class Combobox {
  /** `options` are {value, label}; `changed(value)` is called when the person chooses, not when `value` is set. */
  constructor({ id, labelId, blank, options, changed }) {
    this.options = [{ value: "", label: blank }, ...options];
    this.changed = changed;
    this.active = 0;
    this.typed = "";
    this.button = el("button", {
      type: "button",
      id,
      class: "combo",
      role: "combobox",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
      "aria-labelledby": labelId,
    });
    this.items = this.options.map(({ label }, index) => this.#item(`${id}-option-${index}`, label, index));
    this.list = el("ul", { id: `${id}-list`, class: "options", role: "listbox", "aria-labelledby": labelId, hidden: true });
    this.list.append(...this.items);
    this.element = el("div", { class: "combo-box" }, this.button, this.list);
    this.#wire();
    this.value = "";
  }

  get value() {
    return this.options[this.chosen].value;
  }

  set value(value) {
    const found = this.options.findIndex((option) => option.value === value);
    this.chosen = Math.max(found, 0);
    this.button.textContent = this.options[this.chosen].label;
    this.button.classList.toggle("blank", this.chosen === 0);
    this.items.forEach((item, index) => item.setAttribute("aria-selected", String(index === this.chosen)));
  }

  get open() {
    return !this.list.hidden;
  }

  set open(open) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.#point(this.chosen);
    else this.button.removeAttribute("aria-activedescendant");
  }

  #item(id, label, index) {
    const item = el("li", { id, role: "option", "aria-selected": "false" }, label);
    item.addEventListener("click", () => this.#choose(index));
    item.addEventListener("mousemove", () => this.#point(index));
    return item;
  }

  #wire() {
    this.button.addEventListener("click", () => {
      this.open = !this.open;
    });
    this.button.addEventListener("keydown", (event) => this.#key(event));
    this.button.addEventListener("blur", () => {
      this.open = false;
    });
    // A press on the list must not take the focus from the button, or the list would close before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  #point(index) {
    this.active = Math.min(Math.max(index, 0), this.items.length - 1);
    this.items.forEach((item, at) => item.classList.toggle("active", at === this.active));
    this.button.setAttribute("aria-activedescendant", this.items[this.active].id);
    this.items[this.active].scrollIntoView({ block: "nearest" });
  }

  #choose(index) {
    this.open = false;
    const before = this.value;
    this.value = this.options[index].value;
    if (this.value !== before) this.changed(this.value);
  }

  #key(event) {
    const last = this.items.length - 1;
    const moves = { ArrowDown: this.active + 1, ArrowUp: this.active - 1, Home: 0, End: last };
    if (event.key in moves) {
      event.preventDefault();
      if (this.open) this.#point(moves[event.key]);
      else this.open = true;
    } else if (this.open && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      this.#choose(this.active);
    } else if (this.open && event.key === "Escape") {
      event.preventDefault();
      this.open = false;
    } else if (this.open && event.key === "Tab") {
      this.#choose(this.active);
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#type(event.key);
    }
  }

  #type(letter) {
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => {
      this.typed = "";
    }, FORGET_TYPED_MS);
    this.typed += letter.toLowerCase();
    if (!this.open) this.open = true;
    const found = this.options.findIndex(({ label }) => label.toLowerCase().startsWith(this.typed));
    if (found >= 0) this.#point(found);
  }
}
