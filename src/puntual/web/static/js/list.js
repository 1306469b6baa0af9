/*
 * Lists by keyboard: j and k move, x selects, Enter opens, / searches, Esc leaves the search.
 * A row is any <tr data-row>; its link is [data-row-link], its box is input[type=checkbox].
 */

const ROWS = "[data-list] tbody tr[data-row]";
const isTyping = (element) =>
  element instanceof Element && element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog[open]");

const rows = () => [...document.querySelectorAll(ROWS)];
const current = () => document.querySelector("tr.is-current");

function moveTo(row) {
  if (!row) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  const link = row.querySelector("[data-row-link], a");
  (link ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  moveTo(all[next]);
}

/** Show how many rows are selected, and the acts for them only while there are some. */
function countSelected(list) {
  const bar = list.querySelector("[data-list-bulk]");
  if (!bar) return;
  const boxes = [...list.querySelectorAll("tbody input[type=checkbox]")];
  const chosen = boxes.filter((box) => box.checked);
  for (const box of boxes) box.closest("tr")?.classList.toggle("is-selected", box.checked);
  bar.hidden = chosen.length === 0;
  const count = bar.querySelector("[data-list-count]");
  if (count) count.textContent = new Intl.NumberFormat(document.documentElement.lang).format(chosen.length);
  const all = list.querySelector("[data-list-all]");
  if (all) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const search = document.querySelector("[data-list-search]");
  if (event.key === "Escape" && event.target === search) {
    search.blur();
    return;
  }
  if (isTyping(event.target)) return;
  const row = current();
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/" && search) {
    search.focus();
    search.select();
  } else if (event.key === "x" && row) {
    row.querySelector("input[type=checkbox]")?.click();
  } else if (event.key === "Enter" && row && event.target === document.body) {
    row.querySelector("[data-row-link], a")?.click();
  } else return;
  event.preventDefault();
});

document.addEventListener("change", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  const list = box.closest("[data-list]");
  if (!list) return;
  if (box.matches("[data-list-all]")) {
    for (const each of list.querySelectorAll("tbody input[type=checkbox]")) each.checked = box.checked;
  }
  countSelected(list);
});

document.addEventListener("click", (event) => {
  const clear = event.target instanceof Element && event.target.closest("[data-list-clear]");
  if (!clear) return;
  const list = clear.closest("[data-list]");
  for (const box of list.querySelectorAll("input[type=checkbox]")) box.checked = false;
  countSelected(list);
});

document.addEventListener("focusin", (event) => {
  const row = event.target instanceof Element && event.target.closest(ROWS);
  if (!row || row === current()) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
});

// Browsers keep ticked boxes when one comes back to a page.
const recount = () => document.querySelectorAll("[data-list]").forEach(countSelected);
recount();
window.addEventListener("pageshow", recount);
document.addEventListener("htmx:afterSettle", recount);
