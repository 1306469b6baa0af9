/*
 * Light, dark or as the device: read before the first paint, so the page never flashes.
 * A plain script in the head, not a module, because modules run after the page is drawn.
 */
(() => {
  "use strict";
  const KEY = "puntual.theme";
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      const stored = window.localStorage.getItem(KEY);
      return stored === "light" || stored === "dark" ? stored : "auto";
    } catch {
      return "auto"; // Storage can be forbidden; the device still decides.
    }
  };

  const show = (theme) => {
    if (root.getAttribute("data-bs-theme") === theme) return;
    root.setAttribute("data-bs-theme", theme);
    window.dispatchEvent(new CustomEvent("puntual:theme", { detail: { theme } }));
  };

  const apply = () => {
    const choice = chosen();
    show(choice === "auto" ? (device.matches ? "dark" : "light") : choice);
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };

  apply();
  device.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  // Paper is white.
  window.addEventListener("beforeprint", () => show("light"));
  window.addEventListener("afterprint", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      window.localStorage.setItem(KEY, button.dataset.themeChoice);
    } catch {
      // Without storage the choice lasts as long as this page.
      show(button.dataset.themeChoice === "dark" ? "dark" : "light");
      return;
    }
    apply();
  });
})();
