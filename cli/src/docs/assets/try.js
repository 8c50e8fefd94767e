// Calls the method of this page, where `docs --serve` serves it. All calls are made by that process: this page knows no credentials.
"use strict";
(() => {
  const section = document.getElementById("try");
  const here = location.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
  if (!section || !here) return;
  const { method, up } = section.dataset;
  const HISTORY = `opentop.try.${method}`;
  const MOST_KEPT = 20;
  const LONGEST_KEPT = 8_000;
  let token = "";

  // --- What a page says, in both languages -------------------------------------------------------------------------------------

  /// An element. Text is set as text, never as markup.
  function el(tag, attributes = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...inside.filter((child) => child !== null && child !== undefined));
    return element;
  }

  /// A label in both languages; the page shows one of them.
  function both(zh, en) {
    const pair = document.createDocumentFragment();
    pair.append(el("span", { lang: "zh" }, zh), el("span", { lang: "en" }, en));
    return pair;
  }

  // --- Asking the server -------------------------------------------------------------------------------------------------------

  async function ask(action, body) {
    const answer = await fetch(`${up}_try/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Opentop-Token": token },
      body,
      cache: "no-store",
      redirect: "error",
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(json.error);
    return json;
  }

  // --- The form: every control reads as JSON text, so that no number is rounded --------------------------------------------------

  const IS_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

  function scalar(kind, text) {
    if (kind === "boolean") return text;
    if ((kind === "number" || kind === "decimal") && IS_NUMBER.test(text)) return text;
    return JSON.stringify(text);
  }

  /// What stands under a name: its description, bounds and unit.
  function hint(input) {
    const bounds = input.limits.map(({ zh, en }) => both(zh, en));
    if (input.list && input.kind !== "object") bounds.push(both("每行一个", "one a line"));
    if (input.kind === "date") bounds.push("GMT+8");
    const line = el("span", { class: "try-hint" }, input.description);
    for (const bound of bounds) line.append(el("small", {}, bound));
    return line;
  }

  let count = 0;

  /// A control for `input`, which stands at `path` of the request.
  function control(input, path) {
    if (input.kind === "object") return input.list ? objects(input, path) : object(input, path);
    count += 1;
    const id = `try-${count}`;
    const attributes = { id, "data-path": path, "aria-describedby": `${id}-hint ${id}-wrong`, "aria-required": String(input.required), autocomplete: "off", spellcheck: "false" };
    const example = input.example ?? "";
    let box, extra = null;
    if (input.kind === "file") {
      box = el("input", { ...attributes, type: "file" });
    } else if (input.kind === "boolean" && !input.list) {
      box = el("select", attributes, el("option", { value: "" }, "—"), el("option", { value: "true" }, "true"), el("option", { value: "false" }, "false"));
    } else if (input.list || input.kind === "json" || (input.max_length ?? 0) > 400) {
      box = el("textarea", { ...attributes, rows: 3, placeholder: input.list ? example.replaceAll(",", "\n") : example });
    } else if (input.kind === "date") {
      box = el("input", { ...attributes, type: "datetime-local", step: 1 });
    } else {
      const numeric = { number: "numeric", decimal: "decimal" }[input.kind] ?? false;
      const kind = input.sensitive ? { type: "password", autocomplete: "new-password" } : { type: "text" };
      box = el("input", { ...attributes, ...kind, inputmode: numeric, placeholder: example });
      if (input.values.length > 0) {
        extra = el("datalist", { id: `${id}-values` }, ...input.values.map(([value, says]) => el("option", { value }, says)));
        box.setAttribute("list", `${id}-values`);
      }
    }
    const name = el("label", { for: id }, el("code", {}, input.name), input.required ? el("b", { class: "try-required", title: "required" }, " *") : null);
    const element = el("div", { class: "try-field" }, name, el("div", { id: `${id}-hint` }, hint(input)), box, extra, el("p", { id: `${id}-wrong`, class: "try-wrong", hidden: true }));
    const text = () => (input.kind === "date" && !input.list && box.value ? dated(box.value) : box.value);
    return {
      element,
      read(shown) {
        if (input.kind === "file" || (shown && input.sensitive) || text().trim() === "") return null;
        if (!input.list) return scalar(input.kind, text());
        return `[${text().split("\n").map((line) => line.trim()).filter(Boolean).map((line) => scalar(input.kind, line)).join(",")}]`;
      },
      write(value) {
        if (input.kind === "file") return;
        const plain = (one) => (typeof one === "object" && one !== null ? JSON.stringify(one) : String(one ?? ""));
        if (input.list) box.value = Array.isArray(value) ? value.map(plain).join("\n") : plain(value);
        else box.value = input.kind === "date" ? plain(value).replace(" ", "T") : plain(value);
      },
      example() {
        if (input.example === null || input.kind === "file") return;
        this.write(input.list && !input.example.startsWith("[") ? input.example.split(",") : input.list ? parsed(input.example) : input.example);
      },
      files: () => (input.kind === "file" ? [...box.files].map((file) => ({ parameter: input.name, file })) : []),
    };
  }

  /// `2024-01-01T00:00` of the browser as the platform writes it.
  function dated(value) {
    const text = value.replace("T", " ");
    return text.length === 16 ? `${text}:00` : text.slice(0, 19);
  }

  /// JSON whose numbers are their own texts.
  function parsed(text) {
    try {
      return JSON.parse(text, (_, value, context) => (typeof value === "number" && context ? context.source : value));
    } catch {
      return text;
    }
  }

  /// The controls of an object's fields.
  function fields(part, path) {
    const controls = part.fields.map((input) => [input, control(input, path ? `${path}.${input.name}` : input.name)]);
    const rules = part.rules.map(({ words }) => el("li", {}, both(words.zh, words.en)));
    const element = el("div", { class: "try-fields" }, rules.length > 0 ? el("ul", { class: "try-rules" }, ...rules) : null, ...controls.map(([, { element }]) => element));
    return {
      element,
      read(shown) {
        const members = controls.map(([input, { read }]) => [input.name, read(shown)]).filter(([, json]) => json !== null);
        return members.length > 0 ? `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(",")}}` : null;
      },
      write(value) {
        for (const [input, one] of controls) one.write(value?.[input.name]);
      },
      example(all) {
        const wanted = new Set(part.fields.filter(({ required }) => all || required).map(({ name }) => name));
        for (const { kind, fields: names } of part.rules) {
          const can = names.filter((name) => part.fields.some((input) => input.name === name && (input.example !== null || input.kind === "object")));
          const first = names.find((name) => wanted.has(name) && can.includes(name)) ?? can[0];
          if (kind !== "max_span" && kind !== "at_least_one_of") for (const name of names) wanted.delete(name);
          if (kind !== "max_span" && (all || kind !== "at_most_one_of") && first) wanted.add(first);
        }
        for (const [input, one] of controls) if (wanted.has(input.name)) one.example(all);
      },
      files: () => controls.flatMap(([, { files }]) => files()),
    };
  }

  let types = [];

  /// An object: its fields are made when it is opened, since a type may hold itself.
  function object(input, path) {
    let inside = null;
    const open = () => {
      if (inside) return inside;
      inside = fields(types[input.of], path);
      details.append(inside.element);
      return inside;
    };
    const wrong = el("p", { class: "try-wrong", hidden: true });
    const details = el(
      "details",
      { class: "try-object", "data-path": path, toggle: () => details.open && open() },
      el("summary", {}, el("code", {}, input.name), input.required ? el("b", { class: "try-required", title: "required" }, " *") : null, " ", hint(input)),
      wrong,
    );
    if (input.required && path.split(".").length < 6) {
      open();
      details.open = true;
    }
    return {
      element: details,
      read: (shown) => (inside === null || (shown && input.sensitive) ? null : inside.read(shown)),
      write(value) {
        if (value === undefined || value === null || typeof value !== "object") return inside?.write(undefined);
        open().write(value);
        details.open = true;
      },
      example(all) {
        if (path.split(".").length > 6) return;
        open().example(all);
        details.open = true;
      },
      files: () => [],
    };
  }

  /// A list of objects.
  function objects(input, path) {
    let items = [];
    const list = el("ol", { class: "try-items" });
    const add = () => {
      const index = items.length;
      const inside = fields(types[input.of], `${path}[${index}]`);
      const remove = el("button", { type: "button", class: "try-small", click: () => { const at = items.indexOf(item); rebuild(items.filter((_, other) => other !== at).map((one) => parsed(one.inside.read() ?? "{}"))); changed(); } }, both("删除", "Remove"));
      const item = { inside, element: el("li", {}, inside.element, remove) };
      items.push(item);
      list.append(item.element);
      return inside;
    };
    // Paths hold the place of an item: they are made anew when one goes.
    const rebuild = (values) => {
      items = [];
      list.replaceChildren();
      for (const value of values) add().write(value);
    };
    const more = el("button", { type: "button", class: "try-small", click: () => { add(); changed(); } }, both("添加一项", "Add an item"));
    const title = el("p", { class: "try-name" }, el("code", {}, input.name), input.required ? el("b", { class: "try-required", title: "required" }, " *") : null, " ", hint(input));
    const element = el("div", { class: "try-object", "data-path": path, role: "group", "aria-label": input.name }, title, el("p", { class: "try-wrong", hidden: true }), list, more);
    return {
      element,
      read(shown) {
        if (shown && input.sensitive) return null;
        const read = items.map(({ inside }) => inside.read(shown) ?? "{}");
        return read.length > 0 ? `[${read.join(",")}]` : null;
      },
      write: (value) => rebuild(Array.isArray(value) ? value : []),
      example(all) {
        if (path.split(".").length > 6) return;
        rebuild([]);
        add().example(all);
      },
      files: () => [],
    };
  }

  // --- The section -------------------------------------------------------------------------------------------------------------

  let root, targets, sending = false, tried = false, latest = 0;
  const status = el("p", { class: "try-status", role: "status" });
  const answer = el("div", { class: "try-answer" });
  const past = el("div", { class: "try-past" });
  const request = shown(both("签名后的请求", "The signed request"));
  const curl = shown(both("cURL：签名十分钟内有效", "As cURL: its signature is good for ten minutes"), fresh);
  const command = shown(both("命令行", "On the command line"));

  /// A title, a text and a button that copies it; `renew` makes the text anew first.
  function shown(title, renew) {
    const text = el("pre", { tabindex: 0 });
    const said = el("span", { role: "status" });
    const copy = el("button", { type: "button", class: "try-small try-copy", click: async () => {
      try {
        await renew?.();
        await navigator.clipboard.writeText(text.textContent);
        said.replaceChildren(both("已复制", "copied"));
      } catch (error) {
        getSelection().selectAllChildren(text);
        said.replaceChildren(both("已选中，请按 Ctrl+C", "selected: press Ctrl+C"));
      }
      setTimeout(() => said.replaceChildren(), 3000);
    } }, both("复制", "Copy"));
    const element = el("div", { class: "try-shown", hidden: true }, el("p", { class: "try-name" }, title, " ", copy, " ", said), text);
    return {
      element,
      put(value) {
        element.hidden = !value;
        text.textContent = value ?? "";
      },
    };
  }

  const target = () => targets.find(({ radio }) => radio.checked) ?? targets[0];

  function asked(files, once) {
    const parameters = root.read() ?? "{}";
    return `{"method":${JSON.stringify(method)},"target":${JSON.stringify(target().name)},"parameters":${parameters},"files":${JSON.stringify(files)},"once":${JSON.stringify(once)}}`;
  }

  async function uploads(withContent) {
    const encoded = async (file) => {
      const url = await new Promise((done, fail) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.onerror = () => fail(reader.error);
        reader.readAsDataURL(file);
      });
      return url.slice(url.indexOf(",") + 1);
    };
    const chosen = root.files().map(async ({ parameter, file }) => ({
      parameter, name: file.name, media_type: file.type, base64: withContent ? await encoded(file) : await encoded(file.slice(0, 1)),
    }));
    return Promise.all(chosen);
  }

  /// Marks what is wrong where it stands. Gives how much of it stands nowhere.
  function mark(violations) {
    for (const element of section.querySelectorAll("[aria-invalid]")) element.removeAttribute("aria-invalid");
    for (const element of section.querySelectorAll(".try-wrong")) {
      element.hidden = true;
      element.replaceChildren();
    }
    if (!tried) return;
    const rest = [];
    for (const { path, fields, words } of violations) {
      const places = fields.length > 0 ? fields.map((field) => (path ? `${path}.${field}` : field)) : [path];
      const found = places.map((place) => section.querySelector(`[data-path="${CSS.escape(place)}"]`)).filter(Boolean);
      for (const element of found) {
        const isBox = element.matches("input, select, textarea");
        if (isBox) element.setAttribute("aria-invalid", "true");
        const line = isBox ? document.getElementById(`${element.id}-wrong`) : element.querySelector(":scope > .try-wrong");
        for (let outer = element.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
        line.hidden = false;
        line.append(...(line.hasChildNodes() ? ["; "] : []), both(words.zh, words.en));
      }
      if (found.length === 0) rest.push(el("span", {}, `${path} `, both(words.zh, words.en), " "));
    }
    const many = violations.length;
    if (many > 0) status.replaceChildren(both(`有 ${many} 处不符合规则，未发送`, `${many} ${many === 1 ? "place breaks" : "places break"} the rules; nothing was sent`), rest.length > 0 ? ": " : "", ...rest);
    else status.replaceChildren();
    return violations;
  }

  async function prepare() {
    latest += 1;
    const mine = latest;
    if (target().refused) {
      for (const one of [request, curl, command]) one.put(null);
      return { violations: mark([]) ?? [] };
    }
    const prepared = await ask("prepare", asked(await uploads(false), ""));
    if (mine !== latest) return prepared;
    request.put(prepared.request);
    curl.put(prepared.curl);
    command.put(prepared.command);
    mark(prepared.violations);
    return prepared;
  }

  async function fresh() {
    await prepare();
  }

  let timer;
  function changed() {
    clearTimeout(timer);
    timer = setTimeout(() => { if (!sending) prepare().catch(say); }, 250);
  }

  function say(error) {
    status.replaceChildren(el("span", { class: "try-wrong" }, error instanceof TypeError ? both("服务已停止：重新运行 docs --serve", "the server has stopped: start docs --serve again") : error.message));
  }

  const OUTCOMES = {
    done: () => both("成功", "done"),
    failed: () => both("失败", "failed"),
    unknown: () => both("结果未知：再次调用前请先核实，它可能已经生效", "unknown: find out before you call again, it may have been done"),
    invalid: () => both("未发送", "not sent"),
  };

  async function send() {
    if (sending) return;
    const to = target();
    if (to.refused) return say(new Error(to.refused));
    tried = true;
    sending = true;
    button.disabled = true;
    clearTimeout(timer);
    try {
      const prepared = await prepare();
      if (prepared.violations.length > 0) {
        section.querySelector("[aria-invalid]")?.focus();
        return;
      }
      const question = document.documentElement.lang.startsWith("en") ? `${method} may change data at ${to.shown}. Send it?` : `${method} 可能会修改 ${to.shown} 的数据，确定发送吗？`;
      if (to.name === "live" && form.may_write && !confirm(question)) return;
      status.replaceChildren(both("发送中…", "sending…"));
      const ended = await ask("call", asked(await uploads(true), crypto.randomUUID()));
      status.replaceChildren();
      tell(ended);
      if (ended.outcome === "invalid") mark(ended.violations);
      else remember(to, ended);
    } catch (error) {
      say(error);
    } finally {
      sending = false;
      button.disabled = false;
    }
  }

  /// Shows how a call ended.
  function tell(ended) {
    const rows = [["code", ended.code], ["msg", ended.message], ["sub_code", ended.sub_code], ["sub_msg", ended.sub_message], ["request_id", ended.request_id]];
    const facts = el("dl", {});
    for (const [name, value] of rows) if (value) facts.append(el("dt", {}, name), el("dd", {}, el("code", {}, value)));
    answer.replaceChildren(
      el("h3", {}, both("应答", "Answer")),
      el("p", { class: `try-outcome try-${ended.outcome}` }, el("strong", {}, OUTCOMES[ended.outcome]()), ` · ${ended.milliseconds} ms`),
      ended.words ? el("p", {}, ended.words) : "",
      facts,
      ended.body ? el("pre", { tabindex: 0, class: "try-body" }, ended.body) : "",
    );
  }

  // --- The past: on this machine, without what is sensitive ------------------------------------------------------------------------

  function kept() {
    try {
      const list = JSON.parse(localStorage.getItem(HISTORY) ?? "[]");
      return Array.isArray(list) ? list : [];
    } catch {
      return [];
    }
  }

  function keep(list) {
    try {
      localStorage.setItem(HISTORY, JSON.stringify(list.slice(0, MOST_KEPT)));
    } catch {
      // No room, or not allowed: there is no past then.
    }
    showPast();
  }

  function remember(to, { outcome, code, request_id }) {
    const parameters = root.read(true) ?? "{}";
    keep([{ at: Date.now(), target: to.name, outcome, code, request_id, parameters: parameters.length > LONGEST_KEPT ? null : parameters }, ...kept()]);
  }

  function showPast() {
    const list = kept();
    const rows = list.map(({ at, target, outcome, code, request_id, parameters }) => el("li", {},
      el("time", { datetime: new Date(at).toISOString() }, new Date(at).toLocaleString()), ` ${target} `,
      el("strong", { class: `try-${outcome}` }, (OUTCOMES[outcome] ?? OUTCOMES.failed)()), code ? ` ${code}` : "", request_id ? ` ${request_id} ` : " ",
      parameters === null ? "" : el("button", { type: "button", class: "try-small", click: () => { root.write(parsed(parameters)); changed(); } }, both("填入", "Use again")),
    ));
    const clear = el("button", { type: "button", class: "try-small", click: () => keep([]) }, both("清空", "Clear"));
    past.replaceChildren(...(list.length === 0 ? [] : [el("details", {}, el("summary", {}, both(`调用记录（${list.length}，仅存于本机）`, `History (${list.length}, on this machine only)`)), el("ol", {}, ...rows), clear)]));
  }

  let form, button;

  function build(told) {
    token = told.token;
    form = told.form;
    types = form.types;
    root = fields(form.request, "");
    targets = told.targets.map((offer, index) => ({ ...offer, radio: el("input", { type: "radio", name: "try-target", id: `try-target-${index}`, checked: index === 0, change: changed }) }));
    const where = el("fieldset", { class: "try-targets" }, el("legend", {}, both("调用环境", "Where to")), ...targets.map(({ name, shown, refused, radio }) => el("div", {}, radio, " ",
      el("label", { for: radio.id }, name === "sandbox" ? both("本机沙箱", "the sandbox of this machine") : both("线上网关", "the gateway"), " ", el("code", {}, shown)), refused ? el("p", { class: "try-refused" }, refused) : null)));
    button = el("button", { type: "submit", class: "try-send" }, both("发送", "Send"));
    const fill = el("button", { type: "button", class: "try-small", click: () => { root.example(true); changed(); } }, both("填入全部示例", "Fill in every example"));
    const empty = el("button", { type: "button", class: "try-small", click: () => { root.write({}); tried = false; changed(); } }, both("清空", "Empty it"));
    const box = el("form", { novalidate: true, autocomplete: "off", submit: (event) => { event.preventDefault(); send(); }, input: changed, change: changed },
      where, root.element, el("p", { class: "try-buttons" }, button, " ", fill, " ", empty), status);
    const details = el("div", { class: "try-requests" }, request.element, curl.element, command.element);
    section.append(el("h2", { id: "try-title" }, both("试一试", "Try it")), box, answer, details, past);
    root.example(false);
    showPast();
    section.hidden = false;
    document.querySelector(".full-name")?.append(" ", el("a", { href: "#try" }, both("试一试", "Try it")));
    if (location.hash === "#try") section.scrollIntoView();
    prepare().catch(say);
    // A signature is good for ten minutes.
    setInterval(() => { if (!document.hidden && !sending) prepare().catch(() => {}); }, 300_000);
  }

  ask("method", JSON.stringify({ method })).then((told) => {
    const style = el("link", { rel: "stylesheet", href: `${up}try.css` });
    style.addEventListener("load", () => build(told));
    document.head.append(style);
  }).catch((error) => console.info(`there is nothing to try here: ${error.message}`));
})();
