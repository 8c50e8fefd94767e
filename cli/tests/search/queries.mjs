// Queries of every kind, made of what methods hold. A query is answered by any method that holds it.
import { seeded } from "./engine.mjs";

// By kind: the share of queries that must be found, and among how many of the first results.
export const GOALS = {
  method: [1, 1],
  title: [1, 1],
  slip: [0.95, 1],
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
  const origin = new Map();
  make("slip", () => true, ({ method }) => {
    const at = Math.floor(random() * method.length);
    const query = method.slice(0, at) + method.slice(at + 1);
    if (names.has(query)) return undefined;
    origin.set(query, [...(origin.get(query) ?? []), method]);
    return query;
  }, (one, query) => origin.get(query).includes(one.method));
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
