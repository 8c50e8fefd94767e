// The search box. `search/engine.js` and the index are loaded when it is first used, as scripts: a page that was opened from a folder can
// load nothing else. The query stands in the address (`?q=`), so that going back finds it again.
"use strict";
(() => {
  const box = document.getElementById("search");
  if (!box) return;
  const up = document.currentScript.dataset.up ?? "";
  const popup = document.getElementById("found");
  const list = document.getElementById("found-list");
  const status = document.getElementById("found-status");

  // How long a query rests before descriptions are loaded for it, and before it is written into the address.
  const REST = 200;
  const LABELS = {
    zh: {
      methods: "方法",
      types: "类型",
      fields: "字段",
      codes: "错误码",
      categories: "类目",
      texts: "说明",
      request: "参数",
      response: "返回",
      placeholder: ["搜索方法、字段、类型、错误码、说明（按 / 键）", "搜索方法、字段、错误码、说明"],
      loading: "正在加载索引…",
      failed: "索引没有加载成功。请检查 search 文件夹是否完整，再试一次。",
      found: (count, more) => `${count}${more ? "+" : ""} 条结果`,
      none: (query) => `没有找到“${query}”。可以试试方法名中的词（trade get）、字段名（order_id）、错误码（isv.…），或说明里的几个字。`,
      all: (count) => `显示全部 ${count} 条`,
      most: (count, all) => `显示前 ${count} 条（共 ${all} 条）`,
    },
    en: {
      methods: "Methods",
      types: "Types",
      fields: "Fields",
      codes: "Error codes",
      categories: "Categories",
      texts: "Descriptions",
      request: "parameter",
      response: "answer",
      placeholder: ["Search methods, fields, types, codes, descriptions ( / )", "Search methods, fields, codes …"],
      loading: "Loading the index…",
      failed: "The index could not be loaded. Check that the folder `search` is complete, then try again.",
      found: (count, more) => `${count}${more ? "+" : ""} ${count === 1 ? "result" : "results"}`,
      none: (query) => `Nothing found for “${query}”. Try words of a method's name (trade get), a field (order_id), an error code (isv.…), or a few letters of a description.`,
      all: (count) => `Show all ${count}`,
      most: (count, all) => `Show the first ${count} of ${all}`,
    },
  };
  const labels = () => LABELS[document.documentElement.lang.startsWith("en") ? "en" : "zh"];

  // Files of the index, by name: the promise that each is there.
  const files = new Map();
  let composing = false;
  let typing = 0;
  // Groups of which all is shown.
  let opened = new Set();
  // The option that Enter opens, and its link if the reader chose it: it then stays while better answers arrive.
  let active = -1;
  let chosen = null;
  // The query for which Enter was pressed before anything was found.
  let entered = 0;

  function file(name) {
    if (!files.has(name)) {
      const arrived = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${up}search/${name}.js`;
        script.onload = resolve;
        script.onerror = () => reject(new Error(name));
        document.head.append(script);
      });
      // What failed is asked for again.
      arrived.catch(() => files.delete(name));
      files.set(name, arrived);
    }
    return files.get(name);
  }

  // Answers the query, then again when the files that it wants are there.
  async function run() {
    const query = box.value;
    const now = ++typing;
    chosen = null;
    opened = new Set();
    if (!query.trim()) {
      close();
      return;
    }
    try {
      if (!globalThis.opentopSearch) {
        show(labels().loading);
        await file("engine");
      }
      const loaded = new Set();
      for (let round = 0; now === typing; round++) {
        const answer = globalThis.opentopSearch.answer(query);
        // A file that came and is still wanted is not one of this index.
        if (answer.wants.some((name) => loaded.has(name))) throw new Error("the index does not fit together");
        const core = answer.wants.filter((name) => name === "names" || name === "fields");
        render(answer);
        if (!answer.wants.length) return;
        if (!core.length && round < 3) await new Promise((resolve) => setTimeout(resolve, REST));
        if (now !== typing) return;
        const wanted = core.length ? core : answer.wants;
        await Promise.all(wanted.map(file));
        wanted.forEach((name) => loaded.add(name));
      }
    } catch {
      if (now === typing) show(labels().failed);
    }
  }

  function render(answer) {
    const texts = labels();
    const words = answer.query.trim().split(/\s+/);
    const rows = [];
    const groups = answer.groups.map((group, at) => {
      const part = element("div", "");
      part.setAttribute("role", "group");
      const label = element("div", "found-group", texts[group.kind], ` ${group.count}`);
      label.id = `found-group-${at}`;
      part.setAttribute("aria-labelledby", label.id);
      part.append(label);
      const all = opened.has(group.kind) ? group.rows : group.rows.slice(0, group.head);
      all.forEach((row) => part.append(option(rows, resultOf(group.kind, row, words))));
      if (all.length < group.rows.length) {
        const most = group.rows.length;
        const more = element("div", "found-row found-all", most < group.count ? texts.most(most, group.count) : texts.all(most));
        more.addEventListener("click", () => {
          opened.add(group.kind);
          const at = rows.indexOf(more);
          render(answer);
          choose(at);
        });
        part.append(option(rows, more));
      }
      return part;
    });
    const again = chosen === null ? 0 : rows.findIndex((row) => row.getAttribute("href") === chosen);
    list.replaceChildren(...groups);
    const waits = answer.wants.length > 0 && !rows.length;
    show(waits ? texts.loading : rows.length ? texts.found(answer.count, answer.more || answer.wants.length > 0) : texts.none(answer.query.trim()));
    mark(rows.length ? Math.max(again, 0) : -1);
    // Not before all names are there: the first result may be another then.
    if (entered === typing && rows.length && !answer.wants.includes("fields")) {
      typing++;
      rows[0].click();
    }
  }

  function option(rows, row) {
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.id = `found-${rows.length}`;
    row.tabIndex = -1;
    rows.push(row);
    return row;
  }

  function resultOf(kind, { name, title, key, side, href, snippet, methods }, words) {
    const link = element("a", "found-row");
    link.href = up + href;
    const method = element("code", "", ...marked(name, kind === "methods" ? words : []));
    if (kind === "methods") {
      method.className = "found-key";
      link.append(method, element("span", "found-title", ...marked(title, words)));
      return link;
    }
    if (kind === "categories") {
      const of = element("span", "found-title found-of", ...marked(name, words), ` · ${methods}`);
      link.append(element("span", "found-key", ...marked(title, words)), of);
      return link;
    }
    if (snippet) {
      const [before, hit, after] = snippet;
      link.append(element("span", "found-text", before, element("mark", "", hit), after));
    } else link.append(element("code", "found-key", ...marked(key, words)));
    const of = element("span", "found-of");
    if (side) of.append(element("span", "found-side", labels()[side]), " ");
    if (snippet && key) of.append(element("code", "", ...breakable(key)), " · ");
    of.append(method, ` ${title}`);
    link.append(of);
    return link;
  }

  // A name that may be broken behind a dot or an underscore.
  const breakable = (text) => text.split(/(?<=[._])/).flatMap((piece) => [piece, document.createElement("wbr")]);

  // The text in pieces, of which those that are words of the query are marked.
  function marked(text, words) {
    const lower = text.toLowerCase();
    if (lower.length !== text.length) return breakable(text);
    const pieces = [];
    let from = 0;
    while (from < text.length) {
      let at = -1, length = 0;
      for (const word of words) {
        const place = lower.indexOf(word.toLowerCase(), from);
        if (word && place >= 0 && (at < 0 || place < at || (place === at && word.length > length))) [at, length] = [place, word.length];
      }
      if (at < 0) break;
      pieces.push(text.slice(from, at), element("mark", "", text.slice(at, at + length)));
      from = at + length;
    }
    pieces.push(text.slice(from));
    return pieces.flatMap((piece) => (typeof piece === "string" ? breakable(piece) : [piece]));
  }

  // Texts of the index become text, never markup.
  function element(tag, name, ...children) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children);
    return made;
  }

  function show(text) {
    if (status.textContent !== text) status.textContent = text;
    if (popup.hidden) {
      popup.style.setProperty("--found-top", `${box.getBoundingClientRect().bottom + 6}px`);
      popup.hidden = false;
    }
    box.setAttribute("aria-expanded", String(list.childElementCount > 0));
  }

  function close() {
    popup.hidden = true;
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  const options = () => list.querySelectorAll("[role=option]");

  function mark(at) {
    const all = options();
    for (const old of list.querySelectorAll("[aria-selected=true]")) old.setAttribute("aria-selected", "false");
    active = at;
    const row = all[at];
    if (!row) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    row.setAttribute("aria-selected", "true");
    box.setAttribute("aria-activedescendant", row.id);
  }

  function choose(at) {
    mark(at);
    const row = options()[at];
    chosen = row?.getAttribute("href") ?? null;
    if (at === 0) popup.scrollTop = 0;
    else row?.scrollIntoView({ block: "nearest" });
  }

  let rest;
  // The query in the address, without a step to go back to.
  function remember() {
    clearTimeout(rest);
    const address = new URL(location.href);
    const query = box.value.trim();
    if ((address.searchParams.get("q") ?? "") === query) return;
    if (query) address.searchParams.set("q", query);
    else address.searchParams.delete("q");
    try {
      history.replaceState(history.state, "", address);
    } catch {
      // Some browsers keep the address of a page from a folder as it is.
    }
  }

  function typed() {
    if (composing) return;
    clearTimeout(rest);
    rest = setTimeout(remember, REST);
    run();
  }

  function key(event) {
    // The keys of an input method belong to it.
    if (composing || event.isComposing || event.keyCode === 229) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (popup.hidden) run();
      else if (all.length) choose((active + step + all.length) % all.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      remember();
      if (!all.length) entered = typing;
      const { ctrlKey, metaKey, shiftKey } = event;
      all[active]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (popup.hidden) {
        box.value = "";
        remember();
      }
      typing++;
      close();
    } else if (event.key === "Tab") {
      typing++;
      close();
    }
  }

  function isEditable(target) {
    return target instanceof Element && (target.closest("input, textarea, select") !== null || target.isContentEditable);
  }

  const narrow = matchMedia("(max-width: 40rem)");

  function label() {
    box.placeholder = labels().placeholder[narrow.matches ? 1 : 0];
    if (!popup.hidden) run();
  }

  box.addEventListener("focus", () => {
    // The first letters are typed while these are loaded. An error shows when they are needed.
    file("engine").then(() => file("names")).catch(() => {});
  });
  box.addEventListener("input", typed);
  box.addEventListener("compositionstart", () => (composing = true));
  box.addEventListener("compositionend", () => {
    composing = false;
    typed();
  });
  box.addEventListener("keydown", key);
  box.addEventListener("click", () => popup.hidden && run());
  // A click on a result keeps the box focused and is written into the address first.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", remember, { capture: true });
  document.addEventListener("pointerdown", (event) => {
    if (!popup.hidden && !popup.contains(event.target) && event.target !== box) {
      typing++;
      close();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isEditable(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
  addEventListener("hashchange", close);
  narrow.addEventListener("change", label);
  new MutationObserver(label).observe(document.documentElement, { attributeFilter: ["lang"] });

  label();
  const asked = new URLSearchParams(location.search).get("q");
  // A browser may have put back what was typed.
  if (asked && !box.value) box.value = asked;
  if (asked) run();
})();
