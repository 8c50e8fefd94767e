// Queries of every kind, made of what methods hold. A query is answered by any method that holds it.
import { seeded } from "./engine.mjs";

// By kind: the share of queries that must be found, and among how many of the first results.
export const GOALS = {
  method: [1, 1],
  title: [1, 1],
  missing: [0.95, 1],
  swapped: [0.95, 1],
  added: [0.95, 1],
  prefix: [0.99, 10],
  words: [0.99, 10],
  type: [0.99, 10],
  field: [0.95, 10],
  code: [0.95, 10],
  text: [0.95, 10],
};

const plain = (text) => text.replace(/<[^<>]*>/g, " ").replace(/\s+/g, " ").trim();
const same = (one, other) => one.toLowerCase() === other.toLowerCase();

// [{ kind, query, holds: (method) => Boolean }], `count` of each kind that the methods have.
export function queries(methods, count, seed) {
  const random = seeded(seed);
  const any = (list) => list[Math.floor(random() * list.length)];
  const names = new Set(methods.map(({ method }) => method));
  const texts = new Map(methods.map(({ method, texts }) => [method, texts.map(plain).join("\n")]));
  const made = [];
  const make = (kind, from, query, holds) => {
    const able = methods.filter(from);
    for (let i = 0; able.length && i < count; i++) {
      const one = query(any(able));
      if (one === undefined) i -= 0.9;
      else made.push({ kind, query: one, holds: (method) => holds(method, one) });
    }
  };
  make("method", () => true, ({ method }) => method, (one, query) => one.method === query);
  make("title", ({ title }) => plain(title), ({ title }) => plain(title), (one, query) => same(plain(one.title), query));
  const slips = {
    missing: (name, at) => name.slice(0, at) + name.slice(at + 1),
    swapped: (name, at) => name.slice(0, at) + (name[at + 1] ?? "") + name[at] + name.slice(at + 2),
    added: (name, at) => name.slice(0, at) + "abcdefghijklmnopqrstuvwxyz"[Math.floor(random() * 26)] + name.slice(at),
  };
  for (const [kind, slip] of Object.entries(slips)) {
    const origin = new Map();
    make(kind, () => true, ({ method }) => {
      const query = slip(method, Math.floor(random() * method.length));
      // A slip that makes the name of another method is none.
      if (names.has(query)) return undefined;
      origin.set(query, [...(origin.get(query) ?? []), method]);
      return query;
    }, (one, query) => origin.get(query).includes(one.method));
  }
  make("prefix", () => true, ({ method }) => method.slice(0, Math.ceil(method.length * 0.7)), (one, query) => one.method.startsWith(query));
  const wordsOf = (method) => method.split(".").slice(1);
  make("words", ({ method }) => wordsOf(method).length > 1, ({ method }) => wordsOf(method).reverse().join(" "), (one, query) => {
    return query.split(" ").every((word) => one.method.includes(word));
  });
  for (const [kind, list] of [["type", "types"], ["field", "fields"], ["code", "codes"]]) {
    make(kind, (one) => one[list].length, (one) => any(one[list]), (one, query) => one[list].some((name) => same(name, query)));
  }
  make("text", ({ method }) => texts.get(method).length >= 5, ({ method }) => {
    const line = any(texts.get(method).split("\n"));
    const at = Math.floor(random() * (line.length - 4));
    const query = line.slice(at, at + 5);
    return query.length === 5 && query === query.trim() ? query : undefined;
  }, (one, query) => texts.get(one.method).includes(query));
  return made;
}
