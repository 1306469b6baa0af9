/* Acts of a page by one key: whatever carries data-key="c" is pressed by that key, while nobody is typing. */

const isTyping = (element) =>
  element instanceof Element && element.closest("input, textarea, select, [contenteditable], dialog[open]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const wanted = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

// A form that arrives in a dialog is filled in at once.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target instanceof Element && event.target.closest("dialog[open]");
  if (!dialog) return;
  const first = dialog.querySelector(
    ".has-error :is(input, select, textarea), [autofocus], :is(input:not([type=hidden]), select, textarea)",
  );
  first?.focus();
});
