// Language, light or dark, copying and folding. It runs before the page is drawn, so that nothing changes before the reader's eyes; what
// it needs of the page waits until that is there.
"use strict";
(() => {
  const root = document.documentElement;
  // A page from a folder may have no storage.
  const kept = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(`opentop.${key}`);
      localStorage.setItem(`opentop.${key}`, value);
    } catch {
      // Then it holds for this page.
    }
    return null;
  };
  const languages = { zh: "zh-CN", en: "en" };
  const preferred = (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
  root.lang = languages[kept("language")] ?? languages[preferred];
  const theme = kept("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  // A link into what is folded unfolds it.
  const reveal = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    let opened = false;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) opened = at.open = true;
    }
    if (opened) target.scrollIntoView();
  };

  const copy = async (button) => {
    const text = button.dataset.text ?? button.parentElement.querySelector("pre").innerText;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages from a folder have no clipboard in some browsers.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1200);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.getElementById("language").addEventListener("click", () => {
      const next = root.lang.startsWith("en") ? "zh" : "en";
      root.lang = languages[next];
      kept("language", next);
    });
    document.getElementById("theme").addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      kept("theme", root.dataset.theme);
    });
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.classList.contains("copy")) copy(button);
      if (button?.classList.contains("fold-all")) {
        const all = [...button.nextElementSibling.querySelectorAll("details")];
        const open = all.some((one) => !one.open);
        for (const one of all) one.open = open;
      }
    });
    reveal();
    addEventListener("hashchange", reveal);
  });
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details:not([open])")) one.open = true;
  });
})();
