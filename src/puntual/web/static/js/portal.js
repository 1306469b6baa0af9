/*
 * The portal works without this file. It only copies a reference, shares a receipt, and keeps a form from
 * being sent twice on a slow phone.
 */

document.addEventListener("click", async (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;
  if (target.closest("[data-prints]")) window.print();
  target.closest("[data-dismisses]")?.closest(target.closest("[data-dismisses]").dataset.dismisses)?.remove();
  const copier = target.closest("[data-copies]");
  if (!copier) return;
  const word = copier.querySelector("[data-copy-word]");
  try {
    await navigator.clipboard.writeText(copier.dataset.copies);
  } catch {
    return; // Without a clipboard the value stays on the page, to be selected by hand.
  }
  if (word) word.textContent = copier.dataset.copied;
  copier.classList.add("is-done");
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-downloads")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
