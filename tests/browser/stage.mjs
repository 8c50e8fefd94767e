// What a case works with: a page in a browser, and where the site is.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/// Chromium without talk of its own.
export const ARGUMENTS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/// Starts it with a new, empty profile.
export function open(require) {
  const { chromium } = require("playwright-core");
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: ARGUMENTS, chromiumSandbox: false, timeout: 60_000 });
}

export class Stage {
  constructor(given) {
    Object.assign(this, given);
    this.complaints = [];
  }

  /// Opens a page of a new context; `more` are options of playwright's `newContext`.
  async begin(more = {}) {
    await this.context?.close();
    this.context = await this.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "zh-CN", ...more });
    if (this.way === "served") {
      await this.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(this.base).origin });
    }
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(15_000);
    this.page.on("pageerror", (error) => this.complaints.push(`error in the page: ${error.message}`));
    this.page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
  }

  async end() {
    await this.context?.close();
  }

  /// No page has complained: no error, nothing that its policy forbids.
  quiet() {
    assert.deepEqual(this.complaints, []);
  }

  /// Opens a page of the site by its path.
  async go(path = "index.html") {
    await this.page.goto(this.base + path);
  }

  /// The paths of all pages.
  pages() {
    this.paths ??= readdirSync(this.out, { recursive: true })
      .map((path) => path.replaceAll("\\", "/"))
      .filter((path) => path.endsWith(".html"))
      .sort();
    return this.paths;
  }

  /// The path of a method's page.
  pageOf(method) {
    return this.pages().find((path) => path.endsWith(`/${method}.html`)) ?? assert.fail(`there is no page of ${method}`);
  }

  /// A method: the first of the site, or the first whose page holds `text`.
  method(text = "") {
    const holds = (path) => text === "" || readFileSync(join(this.out, path), "utf8").includes(text);
    const path = this.pages().find((path) => path.split("/").pop().split(".").length > 3 && holds(path));
    return path ? path.split("/").pop().slice(0, -".html".length) : assert.fail(`no method's page holds ${text}`);
  }

  /// The faults of the page that axe calls serious or critical.
  async axe() {
    const source = readFileSync(this.require.resolve("axe-core/axe.min.js"), "utf8");
    // Evaluated, not added as an element: the page's policy allows its own scripts alone.
    await this.page.evaluate(source);
    const { violations } = await this.page.evaluate(() => window.axe.run());
    const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return bad.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  }

  /// A screenshot of the whole page, or of a part of it, where --shots wants them.
  async shot(name, part) {
    if (!this.options.shots) return;
    const path = join(this.options.shots, `${name}.png`);
    await (part ? part.screenshot({ path }) : this.page.screenshot({ path, fullPage: true }));
  }
}
