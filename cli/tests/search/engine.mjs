// The engine with an index in a folder, as a page has it: files are loaded when the engine asks for them.
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";
import zlib from "node:zlib";

export function open(engineFile, folder) {
  vm.runInThisContext(fs.readFileSync(engineFile, "utf8"), { filename: engineFile });
  const engine = globalThis.opentopSearch;
  const loaded = new Map();
  const load = (name) => {
    const script = fs.readFileSync(path.join(folder, "search", `${name}.js`));
    globalThis.opentopSearch = engine;
    vm.runInThisContext(script.toString("utf8"), { filename: name });
    loaded.set(name, script);
  };
  return {
    engine,
    loaded,
    // The last answer, and how many milliseconds the slowest on the way took.
    ask(query) {
      let slowest = 0;
      for (let rounds = 0; ; rounds++) {
        const began = performance.now();
        const answer = engine.answer(query);
        slowest = Math.max(slowest, performance.now() - began);
        const wants = answer.wants.filter((name) => !loaded.has(name));
        if (wants.length < answer.wants.length) throw new Error(`${query}: it asks again for ${answer.wants}`);
        if (!wants.length) return { answer, slowest, rounds };
        wants.forEach(load);
      }
    },
    // The sizes of everything that was loaded, compressed.
    compressed() {
      let gzip = 0, brotli = 0;
      for (const script of loaded.values()) {
        gzip += zlib.gzipSync(script, { level: 9 }).length;
        brotli += zlib.brotliCompressSync(script).length;
      }
      return { files: loaded.size, gzip, brotli };
    },
  };
}

// What a reader sees without asking for more.
export const shown = (answer) => answer.groups.flatMap((group) => group.rows.slice(0, group.head).map((row) => ({ kind: group.kind, ...row })));

// Numbers from a seed (mulberry32).
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
