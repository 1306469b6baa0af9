/*
 * Small acts that every staff page shares: dialogs, copying, dismissing, printing, and saying what went
 * wrong when a partial request fails. Everything hangs on data attributes; nothing is written inline.
 */

const byId = (id) => document.getElementById(id);

document.addEventListener("click", async (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;

  const opener = target.closest("[data-opens]");
  if (opener) {
    const dialog = byId(opener.dataset.opens);
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    return;
  }
  const closer = target.closest("[data-closes]");
  if (closer) {
    byId(closer.dataset.closes)?.close();
    return;
  }
  // A click on the backdrop lands on the dialog itself.
  if (target instanceof HTMLDialogElement && target.open) {
    const box = target.getBoundingClientRect();
    const outside =
      event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
    if (outside && event.detail > 0) target.close();
    return;
  }
  const dismisser = target.closest("[data-dismisses]");
  if (dismisser) {
    dismisser.closest(dismisser.dataset.dismisses)?.remove();
    return;
  }
  if (target.closest("[data-prints]")) {
    window.print();
    return;
  }
  const copier = target.closest("[data-copies]");
  if (copier) await copy(copier);
});

/** Put the value on the clipboard and say so on the button. */
async function copy(button) {
  const text = button.dataset.copies;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The clipboard needs https or localhost: fall back to selecting a hidden field.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  const word = button.querySelector("[data-copy-word]");
  if (!word) return;
  if (!button.dataset.word) button.dataset.word = word.textContent;
  word.textContent = button.dataset.copied;
  button.classList.add("is-done");
  window.clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = String(
    window.setTimeout(() => {
      word.textContent = button.dataset.word;
      button.classList.remove("is-done");
    }, 2000),
  );
}

/** Show a sentence for a while at the foot of the page. */
function toast(text, tone = "error") {
  const place = byId("toasts");
  if (!place || !text) return;
  const note = document.createElement("div");
  note.className = `toast-note toast-${tone}`;
  note.textContent = text;
  place.append(note);
  window.setTimeout(() => note.remove(), 8000);
}

// A view says it with the header HX-Trigger: {"puntual:toast": {"text": "…", "tone": "good"}}.
document.addEventListener("puntual:toast", (event) => toast(event.detail.text, event.detail.tone));
const words = () => byId("toasts")?.dataset ?? {};
document.addEventListener("htmx:responseError", () => toast(words().error));
document.addEventListener("htmx:sendError", () => toast(words().offline));
document.addEventListener("htmx:timeout", () => toast(words().offline));

/** A framed message is as high as what it says: it is read without a second scroll bar. */
function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  frame.style.height = "0";
  frame.style.height = `${page.scrollHeight}px`;
}

for (const frame of document.querySelectorAll(".mail-frame")) {
  frame.addEventListener("load", () => fit(frame));
  if (frame.contentDocument?.readyState === "complete") fit(frame);
}

// A form is sent once: a second click while the first is under way would do the act twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
  // A form that answers with a file leaves the page where it is, and may be sent again.
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
