// Elements without markup in strings: nothing that comes from the account is ever read as HTML.

/** `el("p", {class: "hint"}, "text", child)`; an attribute of false, null or undefined is left out. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
