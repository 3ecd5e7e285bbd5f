"use strict";

// Copy buttons show only where copying can work.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !source) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

// A part of a form that matters for one choice only.
for (const part of document.querySelectorAll("[data-only-for]")) {
  const choice = document.getElementById(part.dataset.onlyFor);
  const show = () => { part.hidden = choice.value !== part.dataset.value; };
  choice.addEventListener("change", show);
  show();
}
