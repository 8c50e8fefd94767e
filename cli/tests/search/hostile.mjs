// node hostile.mjs ENGINE FOLDER COUNT SEED: asks COUNT queries of anything. No answer may throw, leave the site or give what is not text.
import { open, seeded } from "./engine.mjs";

const [engine, folder, count, seed] = process.argv.slice(2);
const search = open(engine, folder);
const random = seeded(Number(seed));
const any = (list) => list[Math.floor(random() * list.length)];
const PIECES = [
  "", " ", "\0", "\n", "\t", "\ud800", "\udfff", "\u202e", "\u2028", "\ufeff", "😀", "é", "İ", "ß", "ﬀ", "Ａ", "（", "　", "订单", "退", "。", ".", "..", "[", "(", "[]",
  "\\", "$&", "$1", "^", "*", "+", "?", "{", "<", "<img src=x onerror=alert(1)>", "</script>", "&lt;", "%", "%00", "#", "?q=", "javascript:alert(1)", "__proto__", "constructor",
  "toString", "trade", "get", "isv.", "0", "-1", "NaN", "a".repeat(300), "订".repeat(300), "_".repeat(50), "a b ".repeat(100),
];
const texts = (value) => (Array.isArray(value) ? value.every(texts) : typeof value === "string");
let results = 0;
for (let i = 0; i < Number(count); i++) {
  const query = Array.from({ length: 1 + Math.floor(random() * 5) }, () => any(PIECES)).join(any(["", " ", "."]));
  const { answer } = search.ask(query);
  if (answer.query !== query) throw new Error(`${JSON.stringify(query)} is answered as ${JSON.stringify(answer.query)}`);
  for (const { kind, rows, count, head } of answer.groups) {
    if (!rows.length || count < rows.length || !head) throw new Error(`${JSON.stringify(query)}: group ${kind} has ${rows.length} of ${count}`);
    for (const row of rows) {
      results++;
      const fine = texts([row.name, row.title, row.href, row.key ?? "", row.snippet ?? []]) && Number.isFinite(row.score);
      // What a link leads to is decided against an address that no site has.
      const target = new URL(row.href, "https://site.invalid/");
      if (!fine || target.host !== "site.invalid" || /["'<>\s]/.test(row.href)) throw new Error(`${JSON.stringify(query)}: ${JSON.stringify(row)}`);
    }
  }
}
console.log(`${count} queries, ${results} results`);
