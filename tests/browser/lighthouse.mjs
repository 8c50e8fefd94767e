// Lighthouse as a phone. Gives the score of 0 to 100 and what cost points.
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ARGUMENTS } from "./stage.mjs";

export async function lighthouse(require, url) {
  const of = (name) => import(pathToFileURL(require.resolve(name)).href);
  const { default: run } = await of("lighthouse");
  const { launch } = await of("chrome-launcher");
  const chrome = await launch({
    chromePath: process.env.CHROMIUM,
    chromeFlags: ARGUMENTS,
    userDataDir: mkdtempSync(join(process.env.FOLDER, "profile-")),
    logLevel: "silent",
  });
  try {
    const { lhr } = await run(url, { port: chrome.port, logLevel: "silent", onlyCategories: ["performance", "accessibility", "best-practices"] });
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]));
    const audits = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 0.9);
    return { scores, cost: audits.map(({ id, displayValue }) => `${id} ${displayValue ?? ""}`.trim()) };
  } finally {
    chrome.kill();
  }
}
