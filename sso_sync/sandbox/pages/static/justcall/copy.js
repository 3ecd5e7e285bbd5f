// Buttons that copy the value of the field named in data-copies.
const AGAIN_MS = 1500;

async function copy(button) {
  const field = document.getElementById(button.dataset.copies);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return; // the text is selected; the keyboard still copies it
  }
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), AGAIN_MS);
}

export function wireCopyButtons(root) {
  for (const button of root.querySelectorAll("[data-copies]")) {
    button.addEventListener("click", () => copy(button));
  }
}
