// "Try it": the form, the call, what is copied, and the past.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const READS = "taobao.bill.book.bills.get";
const WRITES = "alibaba.alsc.crm.recharge.dedut.update";

async function opened(stage, method, base = stage.base) {
  await stage.page.goto(base + stage.pageOf(method));
  await stage.page.locator("#try form").waitFor();
  return stage.page.locator("#try");
}

async function ends(section, outcome) {
  await section.locator(`.try-outcome.try-${outcome}`).waitFor();
  return section.locator(".try-answer").innerText();
}

export default [
  {
    name: "a page from a folder shows nothing to try",
    on: "folder",
    async run(stage) {
      await stage.go(stage.pageOf(stage.method()));
      await stage.page.waitForTimeout(300);
      assert.equal(await stage.page.locator("#try").isHidden(), true);
    },
  },
  {
    name: "every method is called with its examples and answers",
    on: "served",
    async run(stage) {
      const pages = stage.pages().filter((path) => path.split("/").pop().split(".").length > 3).slice(0, 8);
      for (const path of pages) {
        await stage.page.goto(stage.base + path);
        const section = stage.page.locator("#try");
        await section.locator("form").waitFor();
        await section.locator(".try-send").click();
        await section.locator(".try-outcome").waitFor();
        const answer = await section.locator(".try-answer").innerText();
        assert.match(answer, /request_id/, `${path}: ${answer}`);
        assert.match(await section.locator(".try-body").innerText(), /^\{\n  "/);
        for (const width of [1280, 390]) {
          await stage.page.setViewportSize({ width, height: 800 });
          await stage.shot(`try-${path.split("/").pop()}-${width}`, section);
          const wide = await stage.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(wide <= 0, `${path} is ${wide} pixels wider than a window of ${width}`);
        }
        assert.deepEqual(await stage.axe(), [], path);
      }
    },
  },
  {
    name: "the copied lines are accepted when a shell runs them",
    on: "served",
    async run(stage) {
      for (const method of [READS, WRITES]) {
        const section = await opened(stage, method);
        const lines = [];
        for (const index of [1, 2]) {
          const shown = section.locator(".try-shown").nth(index);
          await shown.locator(".try-copy").click();
          await shown.getByText("已复制").or(shown.getByText("copied")).first().waitFor();
          lines.push(await stage.page.evaluate(() => navigator.clipboard.readText()));
        }
        const [curl, command] = lines;
        assert.match(curl, /^curl 'http:\/\/127\.0\.0\.1:/);
        const answer = execFileSync("bash", ["-c", curl], { encoding: "utf8", stdio: "pipe", env: { ...process.env, no_proxy: "127.0.0.1" } });
        assert.ok(JSON.parse(answer).request_id && !answer.includes("error_response"), answer);
        const bin = join(process.env.FOLDER, "bin");
        mkdirSync(bin, { recursive: true });
        writeFileSync(join(bin, "opentop"), `#!/bin/sh\nexec ${process.env.OPENTOP} "$@"\n`, { mode: 0o755 });
        const path = `${bin}:${process.env.PATH}`;
        execFileSync("bash", ["-c", command], { cwd: process.env.FOLDER, env: { ...process.env, PATH: path }, stdio: "pipe" });
      }
    },
  },
  {
    name: "what breaks a rule is shown where it stands, and nothing is sent",
    on: "served",
    async run(stage) {
      const section = await opened(stage, WRITES);
      await section.getByRole("button", { name: "清空" }).or(section.getByRole("button", { name: "Empty it" })).first().click();
      await section.locator(".try-send").click();
      await section.locator(".try-wrong:not([hidden])").first().waitFor();
      assert.equal(await section.locator(".try-outcome").count(), 0);
      assert.deepEqual(await stage.axe(), []);
      await stage.shot("try-violations", section);
    },
  },
  {
    name: "the past is on the machine, bounded, and without what is sensitive",
    on: "served",
    async run(stage) {
      const section = await opened(stage, READS);
      for (let call = 0; call < 22; call += 1) {
        await section.locator(".try-send").click();
        await ends(section, "done");
        await stage.page.waitForFunction((least) => document.querySelectorAll(".try-past li").length >= least, Math.min(call + 1, 20));
      }
      const keys = await stage.page.evaluate(() => Object.entries(localStorage));
      const [[, text]] = keys.filter(([name]) => name.startsWith("opentop.try."));
      assert.equal(JSON.parse(text).length, 20);
      for (const secret of ["helloworld", "test-session"]) assert.ok(!text.includes(secret), text);
      await stage.page.reload();
      await section.locator(".try-past summary").click();
      await section.locator(".try-past button").first().click();
      await section.locator(".try-send").click();
      await ends(section, "done");
    },
  },
  {
    name: "with --live a page learns no credentials, and writes are refused without --allow-writes",
    on: "served",
    async run(stage) {
      const SECRET = "a-very-secret-secret", SESSION = "6100-a-very-secret-session";
      const account = { OPENTOP_APP_KEY: "12345678", OPENTOP_APP_SECRET: SECRET, OPENTOP_SESSION: SESSION, OPENTOP_ENDPOINT: stage.base.slice(0, -1) };
      const live = await stage.serve(["--live"], account);
      const seen = [];
      stage.page.on("response", async (response) => seen.push(await response.text().catch(() => "")));
      let section = await opened(stage, READS, live.address);
      await section.getByRole("radio").nth(1).check();
      await section.locator(".try-send").click();
      // The other server knows another secret: the signature is refused.
      const answer = await ends(section, "failed");
      assert.match(answer, /Invalid signature|code\s+25/i);
      section = await opened(stage, WRITES, live.address);
      await section.getByRole("radio").nth(1).check();
      await section.locator(".try-send").click();
      await section.getByText("--allow-writes").first().waitFor();
      assert.equal(await section.locator(".try-outcome").count(), 0);
      const kept = await stage.page.evaluate(() => JSON.stringify(Object.entries(localStorage)) + document.documentElement.outerHTML);
      for (const text of [...seen, kept]) {
        for (const secret of [SECRET, SESSION]) assert.ok(!text.includes(secret), text);
      }
      live.server.kill();
    },
  },
];
