/*
 * What was typed outlives a session that ended meanwhile. A form is noted as it leaves; when the answer is the
 * sign-in, or the word that the page was too old, the note is put back into the same form of the same person.
 * It lives in this tab alone, holds no secrets and no files, and goes with the next page or with anybody else.
 */

const NOTE = "puntual:typed";
const PERSON = document.body.dataset.person ?? "";
const UNSAID = ["csrfmiddlewaretoken", "form_key"];
const SKIPPED = ["hidden", "password", "file", "submit", "button", "reset", "image"];

const addressOf = (form) => {
  const url = new URL(form.getAttribute("action") || window.location.href, window.location.href);
  return url.pathname + url.search;
};
const isTyped = (field) => field.name && !SKIPPED.includes(field.type) && !field.autocomplete?.startsWith("one-time");
const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

/** Hidden fields tell one form from another of the same address. */
const marksOf = (form) =>
  JSON.stringify(
    [...form.elements]
      .filter((field) => field.type === "hidden" && !UNSAID.includes(field.name))
      .map((field) => [field.name, field.value]),
  );

function valueOf(field) {
  if (isChoice(field)) return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

function note(form) {
  window.sessionStorage.removeItem(NOTE);
  if (form.getAttribute("method") !== "post" || form.hasAttribute("data-downloads")) return;
  const fields = [...form.elements].filter(isTyped);
  if (!fields.length) return;
  const values = fields.map((field) => [field.name, isChoice(field) ? field.value : "", valueOf(field)]);
  const kept = { person: PERSON, address: addressOf(form), marks: marksOf(form), values, isLost: false };
  window.sessionStorage.setItem(NOTE, JSON.stringify(kept));
}

function putBack(form, values) {
  for (const [name, choice, value] of values) {
    const field = [...form.elements].find((one) => one.name === name && (!isChoice(one) || one.value === choice));
    if (!field || !isTyped(field)) continue;
    if (isChoice(field)) field.checked = value;
    else if (field.type === "select-multiple")
      for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const dialog = form.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  const told = document.getElementById("kept-note");
  if (told) form.prepend(told.content.cloneNode(true));
  form.firstElementChild.scrollIntoView({ block: "nearest" });
  // What looks on while one types, as the effect of a payment, sees it once all scripts are there.
  window.addEventListener("load", () => form.dispatchEvent(new Event("input", { bubbles: true })), { once: true });
}

const kept = JSON.parse(window.sessionStorage.getItem(NOTE) ?? "null");
if (kept && !PERSON) {
  window.sessionStorage.setItem(NOTE, JSON.stringify({ ...kept, isLost: true }));
} else if (kept) {
  window.sessionStorage.removeItem(NOTE);
  const isOwn = kept.isLost && kept.person === PERSON;
  const form = [...document.forms].find((one) => addressOf(one) === kept.address && marksOf(one) === kept.marks);
  if (isOwn && form) putBack(form, kept.values);
}

// Some browsers go back to the page as it was, which is still too old: asked for anew, it puts the note back.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && PERSON && window.sessionStorage.getItem(NOTE)?.includes('"isLost":true')) window.location.reload();
});

if (PERSON) {
  document.addEventListener("submit", (event) => note(event.target), { capture: true });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form && event.detail.requestConfig.verb !== "get") note(form);
  });
  // Answered in place: the form is still before one's eyes, or did what it should.
  document.addEventListener("htmx:afterRequest", (event) => {
    const isRead = event.detail.requestConfig.verb === "get";
    if (!isRead && !event.detail.xhr.getResponseHeader("HX-Redirect")) window.sessionStorage.removeItem(NOTE);
  });
}
