// Copies of specs under other names: enough methods to see what a whole catalogue does to the site.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/// Writes the methods of `from` and copies of them into `to`, `count` in all. Copy 7 of `a.b.c` is `a.b.c7`, in the category `cat7`.
/// Gives `to`.
export function copies(from, to, count) {
  const categories = readdirSync(from, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  cpSync(from, to, { recursive: true });
  const methods = [];
  for (const category of categories) {
    for (const file of readdirSync(join(from, category))) {
      if (file === "category.yaml" || !file.endsWith(".yaml") || file.endsWith(".override.yaml")) continue;
      methods.push({ category, method: file.slice(0, -".yaml".length), text: readFileSync(join(from, category, file), "utf8") });
    }
  }
  for (let made = methods.length, copy = 1; made < count; copy += 1) {
    // 25 copies share a category, as methods of the platform do.
    const part = Math.ceil(copy / 25);
    for (const { category, method, text } of methods.slice(0, count - made)) {
      const folder = join(to, `${category}${part}`);
      mkdirSync(folder, { recursive: true });
      const title = readFileSync(join(from, category, "category.yaml"), "utf8").replace(/^title: .*$/m, (line) => `${line} ${part}`);
      writeFileSync(join(folder, "category.yaml"), title);
      const renamed = text.replaceAll(method, `${method}${copy}`).replace(/^category: .*$/m, `category: ${category}${part}`);
      writeFileSync(join(folder, `${method}${copy}.yaml`), renamed);
      made += 1;
    }
  }
  return to;
}
