// The search: what is typed finds methods and fields, by keyboard alone, and going back finds the query again.
import assert from "node:assert/strict";
import { join } from "node:path";

const BOX = "#search";
const SELECTED = "#found-list [aria-selected=true]";

/// Types into the box as a person does, and waits for what is found.
async function ask(stage, query) {
  await stage.page.fill(BOX, "");
  await stage.page.type(BOX, query);
  await settled(stage, query);
}

/// Waits until the answer to `query` is complete: it stands in the address, and nothing changes any more.
async function settled(stage, query) {
  await stage.page.waitForFunction((query) => new URLSearchParams(location.search).get("q") === query, query.trim());
  await stage.page.waitForFunction(() => {
    const found = document.getElementById("found");
    const now = found.textContent;
    const same = window.lastFound === now && !found.hidden;
    window.lastFound = now;
    return same;
  }, undefined, { polling: 400 });
}

const rows = (stage) => stage.page.$$eval("#found-list a[role=option]", (all) => all.map((row) => ({ text: row.textContent, href: row.getAttribute("href") })));
const status = (stage) => stage.page.textContent("#found-status");

/// A field of a method whose page has an anchor for it: a parameter, the deepest one.
async function parameter(stage) {
  const ids = await stage.page.$$eval("[id^='p-']", (all) => all.map((one) => one.id));
  assert.ok(ids.length, "the page has anchors of parameters");
  return ids.reduce((one, other) => (other.split(".").length > one.split(".").length ? other : one));
}

export default [
  {
    name: "search: / focuses the box, a name is found first, Enter opens its page",
    async run(stage) {
      const method = stage.method();
      await stage.go();
      await stage.page.keyboard.press("/");
      assert.equal(await stage.page.evaluate(() => document.activeElement.id), "search");
      await stage.page.keyboard.type(method);
      await settled(stage, method);
      const [first] = await rows(stage);
      assert.ok(first.text.startsWith(method), first.text);
      assert.equal(await stage.page.getAttribute(BOX, "aria-expanded"), "true");
      await Promise.all([stage.page.waitForURL(new RegExp(`${method.replaceAll(".", "\\.")}\\.html$`)), stage.page.keyboard.press("Enter")]);
      await stage.page.goBack();
      assert.equal(await stage.page.inputValue(BOX), method);
      await settled(stage, method);
      assert.equal((await rows(stage))[0].text, first.text, "going back shows what was found");
    },
  },
  {
    name: "search: Enter before anything is found opens the first result when it comes",
    async run(stage) {
      const method = stage.method();
      await stage.go();
      await stage.page.evaluate((method) => {
        const box = document.getElementById("search");
        box.focus();
        box.value = method;
        box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      }, method);
      await stage.page.waitForURL(new RegExp(`${method.replaceAll(".", "\\.")}\\.html$`));
    },
  },
  {
    name: "search: arrows walk through the results, Escape closes and then empties",
    async run(stage) {
      const word = stage.method().split(".")[1];
      await stage.go();
      await ask(stage, word);
      const selected = () => stage.page.$eval(SELECTED, (one) => one.id);
      const described = () => stage.page.getAttribute(BOX, "aria-activedescendant");
      assert.equal(await selected(), "found-0");
      const all = (await stage.page.$$("#found-list [role=option]")).length;
      assert.ok(all > 1, "there are several results");
      await stage.page.keyboard.press("ArrowDown");
      assert.equal(await selected(), "found-1");
      assert.equal(await described(), "found-1");
      await stage.page.keyboard.press("ArrowUp");
      await stage.page.keyboard.press("ArrowUp");
      assert.equal(await selected(), `found-${all - 1}`, "from the first to the last");
      assert.equal(await stage.page.evaluate(() => document.activeElement.id), "search", "the box keeps the focus");
      await stage.page.keyboard.press("Escape");
      assert.equal(await stage.page.isVisible("#found"), false);
      assert.equal(await stage.page.inputValue(BOX), word);
      await stage.page.keyboard.press("ArrowDown");
      await stage.page.waitForSelector(SELECTED);
      await stage.page.keyboard.press("Escape");
      await stage.page.keyboard.press("Escape");
      assert.equal(await stage.page.inputValue(BOX), "");
      assert.equal(new URL(stage.page.url()).search, "");
    },
  },
  {
    name: "search: a field leads to its place on the page",
    async run(stage) {
      const method = stage.method();
      await stage.go(stage.pageOf(method));
      const id = await parameter(stage);
      const path = id.slice("p-".length);
      await ask(stage, path);
      const row = (await rows(stage)).find(({ href }) => href.endsWith(`${method}.html#${id}`));
      assert.ok(row, `${path} of ${method} is found`);
      await Promise.all([stage.page.waitForURL(/#p-/), stage.page.click(`#found-list a[href="${row.href}"]`)]);
      assert.equal(decodeURIComponent(new URL(stage.page.url()).hash), `#${id}`);
      await stage.page.waitForFunction((id) => {
        const { top, bottom, height } = document.getElementById(id).getBoundingClientRect();
        return height > 0 && top >= 0 && bottom <= innerHeight;
      }, id);
    },
  },
  {
    name: "search: a slip and words in any order find the method",
    async run(stage) {
      const method = stage.method();
      await stage.go();
      const slip = method.slice(0, 9) + method.slice(10);
      await ask(stage, slip);
      assert.ok((await rows(stage))[0].text.startsWith(method), slip);
      const words = method.split(".").reverse().join(" ");
      await ask(stage, words);
      assert.ok((await rows(stage))[0].text.startsWith(method), words);
    },
  },
  {
    name: "search: an input method has its keys, and its letters are not searched for",
    async run(stage) {
      const method = stage.method();
      await stage.go(stage.pageOf(method));
      const title = (await stage.page.textContent("h1")).trim();
      await stage.page.focus(BOX);
      const session = await stage.context.newCDPSession(stage.page);
      await session.send("Input.imeSetComposition", { text: "chaxun", selectionStart: 6, selectionEnd: 6 });
      await stage.page.waitForTimeout(300);
      assert.equal(await stage.page.isVisible("#found"), false, "what is being composed is no query");
      await stage.page.evaluate(() => {
        const enter = new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true });
        document.getElementById("search").dispatchEvent(enter);
        window.taken = enter.defaultPrevented;
      });
      assert.equal(await stage.page.evaluate(() => window.taken), false, "Enter ends the composition and nothing else");
      await session.send("Input.insertText", { text: title.slice(0, 4) });
      await settled(stage, title.slice(0, 4));
      assert.ok((await rows(stage)).some(({ text }) => text.includes(title.slice(0, 4))));
    },
  },
  {
    name: "search: nothing found says what to try; labels follow the language; axe is content",
    async run(stage) {
      await stage.go();
      await ask(stage, "qqzzxxjj");
      assert.match(await status(stage), /没有找到“qqzzxxjj”/);
      assert.equal((await rows(stage)).length, 0);
      assert.equal(await stage.page.getAttribute(BOX, "aria-expanded"), "false");
      await stage.page.evaluate(() => (document.documentElement.lang = "en"));
      await stage.page.waitForFunction(() => document.getElementById("found-status").textContent.startsWith("Nothing found for"));
      await ask(stage, stage.method().split(".").pop());
      assert.match(await status(stage), /^\d+\+? results?$/);
      // axe reads the style sheet by a request, which a page from a folder may not make.
      if (stage.way === "served") assert.deepEqual(await stage.axe(), []);
    },
  },
  {
    name: "search: looks right, wide and narrow",
    async run(stage) {
      for (const width of [1280, 390]) {
        await stage.begin({ viewport: { width, height: 800 } });
        await stage.go();
        await ask(stage, stage.method().split(".")[1]);
        const { shots } = stage.options;
        if (shots) await stage.page.screenshot({ path: join(shots, `${stage.way}-search-${width}.png`) });
        const { left, right } = await stage.page.$eval("#found", (one) => one.getBoundingClientRect().toJSON());
        assert.ok(left >= 0 && right <= width, `the results are within ${width} pixels: ${left} to ${right}`);
      }
    },
  },
];
