// Finds methods by name or title. The list of methods is loaded when it is first wanted.
"use strict";
(() => {
  const up = document.currentScript.dataset.up;
  const box = document.getElementById("search");
  const found = document.getElementById("found");
  const MOST = 50;
  let asked = false;

  function load() {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = up + "methods.js";
    script.onload = show;
    document.head.append(script);
  }

  function matches() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length || !window.METHODS) return [];
    const holds = ([method, title]) => {
      const text = (method + " " + title).toLowerCase();
      return words.every((word) => text.includes(word));
    };
    return window.METHODS.filter(holds).slice(0, MOST);
  }

  function row([method, title, page]) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const name = document.createElement("code");
    link.href = up + page;
    name.textContent = method;
    link.append(name, " " + title);
    item.append(link);
    return item;
  }

  function show() {
    const rows = matches().map(row);
    found.replaceChildren(...rows);
    found.hidden = !rows.length;
  }

  // Arrows walk through the box and the links below it.
  function walk(by) {
    const stops = [box, ...found.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[Math.min(Math.max(at + by, 0), stops.length - 1)];
    if (next) next.focus();
  }

  box.addEventListener("focus", load);
  box.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    const first = found.querySelector("a");
    if (event.key === "Enter" && first) first.click();
  });
  document.addEventListener("keydown", (event) => {
    const within = event.target === box || found.contains(event.target);
    if (event.key === "/" && !within) {
      event.preventDefault();
      box.focus();
    } else if (within && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (within && event.key === "Escape") {
      box.value = "";
      show();
      box.blur();
    }
  });
})();
