// Looks for methods, types, fields and error codes. Knows nothing of the page: `search.js` shows what is found here.
//
// The index comes in files (see search.rs), which call `opentopSearch.take`. `opentopSearch.answer(query)` answers from those that are
// there, and names the ones that would make the answer better in `wants`.
"use strict";
(() => {
  const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$_";
  const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const VALUE = table(DIGITS);
  const SIXBITS = table(BASE64);

  // Longer queries are cut.
  const LONGEST = 400;
  // So many results of a kind are listed.
  const MOST = 100;
  // So many are compared; what fits worse than these is only counted.
  const COMPARED = 1000;
  // A query loads so many text files at most, and no more once it has so many results of texts.
  const TEXT_FILES = 10;
  const TEXTS_AT_ONCE = 4;
  const ENOUGH = 8;
  // How many results of each group are shown at first, by the number of groups: the best of every group is among the first ten.
  const HEADS = [[], [20], [7, 7], [4, 4, 4], [3, 3, 3, 3], [3, 2, 2, 2, 2], [2, 2, 2, 2, 1, 1]];

  // How good a result is. Everything from EXACT on is what was asked for, and no text is looked through for more.
  const NAME = 1000, TITLE = 990, SHORT_NAME = 950, WORD = 905, EXACT = 890, PREFIX = 800, SLIP = 780, BEGINS = 750, WORDS = 730, IN_TITLE = 700,
    IN_NAME = 640, PART = 560, TEXT = 420, NEAR = 400, SCATTERED = 300, PARTLY = 200;

  function table(digits) {
    const values = new Uint8Array(128);
    for (let at = 0; at < digits.length; at++) values[digits.charCodeAt(at)] = at;
    return values;
  }

  const narrow = (letter) => {
    const code = letter.charCodeAt(0);
    if (code === 0xa0 || code === 0x3000) return " ";
    return String.fromCharCode(code >= 0xff01 ? code - 0xfee0 : code).toLowerCase();
  };

  // Without differences that a reader does not mean. As long as before.
  function fold(text) {
    return text.replace(/[A-Z\u00a0\u3000\uff01-\uff5e]/g, narrow);
  }

  // What is not shown of a text that was copied from a page's source: the same as in outline.rs.
  const TAGS = new Set(("a abbr b big blockquote br center code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre s small span " +
    "strong sub sup table tbody td th thead tr u ul").split(" "));
  const ENTITIES = { nbsp: " ", lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  const plain = (text) =>
    text.replace(/<\/?([a-z0-9]+)[^<>a-z0-9][^<>]{0,298}>|<\/?([a-z0-9]+)>|&(nbsp|lt|gt|quot|#39|amp);/g, (all, long, short, entity) =>
      entity ? ENTITIES[entity] : TAGS.has(long ?? short) ? " " : all);

  // Without what parts words: `order_id`, `orderId` and `order id` are one name.
  const joined = (text) => text.replace(/[\s._/-]+/g, "");

  const lines = (text) => (text ? text.split("\n") : []);
  const isAscii = (text) => !/[^\u0000-\u007f]/.test(text);
  const isWord = (code) => (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || code > 127;

  // Reads numbers as numbers.rs writes them; other letters are handed on.
  function read(text, state, number, other) {
    let value = 0, shift = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 46) number(state.next++);
      else if (code === 40 || code === 41 || code === 59) other(code);
      else {
        const digit = VALUE[code];
        value += (digit & 31) * 2 ** shift;
        shift += 5;
        if (digit < 32) {
          number(value);
          value = shift = 0;
        }
      }
    }
  }

  // Which letters are in a text, as bits: texts that differ in more letters than slips were made are not compared.
  function letters(text) {
    let bits = 0;
    for (let at = 0; at < text.length; at++) bits |= 1 << text.charCodeAt(at) % 31;
    return bits;
  }

  function count(bits) {
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }

  const mayBeNear = (one, other, most) => count(one & ~other) <= most && count(other & ~one) <= most;

  // How many letters were left out, put in, changed or swapped with a neighbour; more than `most` is `most + 1`. Of the table of distances
  // only the cells that can be that low are filled: those at most `most` beside its diagonal.
  const rows = [new Uint8Array(2 * LONGEST), new Uint8Array(2 * LONGEST), new Uint8Array(2 * LONGEST)];
  function slips(one, other, most) {
    let start = 0, height = one.length, width = other.length;
    if (Math.abs(height - width) > most || width >= 2 * LONGEST) return most + 1;
    while (start < height && start < width && one.charCodeAt(start) === other.charCodeAt(start)) start++;
    while (height > start && width > start && one.charCodeAt(height - 1) === other.charCodeAt(width - 1)) height--, width--;
    height -= start;
    width -= start;
    let [before, last, row] = rows;
    for (let j = 0; j <= Math.min(width, most); j++) row[j] = j;
    for (let i = 1; i <= height; i++) {
      [before, last, row] = [last, row, before];
      const from = Math.max(1, i - most), to = Math.min(width, i + most);
      row[from - 1] = from === 1 ? i : most + 1;
      if (i + most <= width) last[i + most] = most + 1;
      let least = row[from - 1];
      const a = one.charCodeAt(start + i - 1), behind = i > 1 ? one.charCodeAt(start + i - 2) : -1;
      for (let j = from; j <= to; j++) {
        const b = other.charCodeAt(start + j - 1);
        let cost = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a === b ? 0 : 1));
        if (j > 1 && behind === b && a === other.charCodeAt(start + j - 2)) cost = Math.min(cost, before[j - 2] + 1);
        row[j] = cost;
        if (cost < least) least = cost;
      }
      if (least > most) return most + 1;
    }
    return Math.min(row[width], most + 1);
  }

  // How many slips are forgiven in a word of so many letters.
  const forgiven = (length) => (length < 4 ? 0 : length < 9 ? 1 : 2);

  // A letter is left out more often than one too many is typed.
  const missing = (query, name) => (name.length > query.length ? 1 : 0);

  // Names and who has them.
  class Names {
    constructor(text) {
      this.shown = lines(text);
      this.folded = this.shown.map(fold);
      this.letters = Int32Array.from(this.folded, letters);
      this.exact = new Map();
      this.folded.forEach((name, id) => {
        const same = this.exact.get(name);
        if (same) same.push(id);
        else this.exact.set(name, [id]);
      });
      this.joined = new Map();
      this.folded.forEach((name, id) => {
        const word = joined(name), same = this.joined.get(word);
        if (same) same.push(id);
        else this.joined.set(word, [id]);
      });
    }

    // [id, score] of every name that fits: the same, one that begins with the query, one that has it in it, or one of few slips.
    like(query, score) {
      const found = [];
      const same = this.exact.get(query) ?? [];
      for (const id of same) found.push([id, score]);
      if (query.length < 2) return found;
      const word = joined(query);
      for (const id of word.length > 2 ? this.joined.get(word) ?? [] : []) if (this.folded[id] !== query) found.push([id, score - 6]);
      for (let id = 0; id < this.folded.length; id++) {
        const name = this.folded[id];
        const at = name.indexOf(query);
        if (at < 0 || name.length === query.length) continue;
        const begins = at === 0 ? 0 : !isWord(name.charCodeAt(at - 1)) || isUpper(this.shown[id].charCodeAt(at)) ? 25 : 120;
        found.push([id, PART - begins - Math.min(name.length - query.length, 24)]);
      }
      if (!found.length) {
        for (const [id, slipped] of this.near(query)) found.push([id, NEAR - 20 * slipped + missing(query, this.folded[id])]);
      }
      return found;
    }

    // [id, slips] of every name that is near.
    near(query) {
      const most = forgiven(query.length), bits = letters(query), found = [];
      if (!most) return found;
      for (let id = 0; id < this.folded.length; id++) {
        if (!mayBeNear(bits, this.letters[id], most)) continue;
        const slipped = slips(query, this.folded[id], most);
        if (slipped <= most) found.push([id, slipped]);
      }
      return found;
    }
  }

  const isUpper = (code) => code >= 65 && code <= 90;

  // Methods: their names, titles, pages, types and codes.
  class Methods {
    constructor(data) {
      this.names = [];
      this.titles = [];
      for (const line of lines(data.methods)) {
        const at = line.indexOf("\t");
        this.names.push(at < 0 ? line : line.slice(0, at));
        this.titles.push(at < 0 ? "" : line.slice(at + 1));
      }
      this.count = this.names.length;
      this.name = this.names.map(fold);
      this.title = this.titles.map(fold);
      // Without the vendor's word before the first dot.
      this.short = this.name.map((name) => name.slice(name.indexOf(".") + 1));
      this.joined = this.name.map(joined);
      this.joinedShort = this.short.map(joined);
      this.letters = Int32Array.from(this.name, letters);
      this.titleLetters = Int32Array.from(this.title, letters);
      this.pages = data.pages;
      // Of each category its name, its title, its first method and how many it has.
      this.categories = [];
      this.categoryOf = new Int32Array(this.count);
      let first = 0;
      for (const [name, count, title] of data.categories) {
        this.categoryOf.fill(this.categories.length, first, first + count);
        this.categories.push({ name, title, first, count, words: [fold(name), fold(title)] });
        first += count;
      }
      // Words of names, and which methods have them.
      this.words = new Map();
      this.name.forEach((name, method) => {
        for (const word of new Set(name.split(/[^a-z0-9]+/))) {
          const same = this.words.get(word);
          if (same) same.push(method);
          else this.words.set(word, [method]);
        }
      });
      this.types = new Names(data.types);
      this.codes = new Names(data.codes);
      [this.typesOf, this.withType] = owners(data.typesOf, this.types.shown.length);
      [this.codesOf, this.withCode] = owners(data.codesOf, this.codes.shown.length);
    }

    page(method) {
      return this.pages[method] ?? `${this.categories[this.categoryOf[method]].name}/${this.names[method]}.html`;
    }
  }

  // By method the ids it has, and by id [method, whether it stands before the `;`].
  function owners(text, ids) {
    const of = [], having = Array.from({ length: ids }, () => []), state = { next: 0 };
    (text === "" ? [] : text.split("\n")).forEach((line, method) => {
      const mine = [];
      let first = true;
      read(line, state, (id) => {
        mine.push(id);
        having[id]?.push([method, first]);
      }, () => (first = false));
      of.push(mine);
    });
    return [of, having];
  }

  // Every field of every method, in the order of the pages.
  class Fields {
    constructor(data) {
      this.names = new Names(data.fields);
      const names = [], parents = [], starts = [], splits = [], state = { next: 0 };
      for (const tree of data.trees.split("\n")) {
        starts.push(names.length);
        let parent = -1;
        read(tree, state, (id) => {
          names.push(id);
          parents.push(parent);
        }, (code) => {
          if (code === 40) parent = names.length - 1;
          else if (code === 41) parent = parents[parent] ?? -1;
          else splits.push(names.length);
        });
      }
      starts.push(names.length);
      this.name = Int32Array.from(names);
      this.parent = Int32Array.from(parents);
      this.starts = Int32Array.from(starts);
      this.splits = Int32Array.from(splits);
      // The fields of a name stand together.
      this.first = new Int32Array(this.names.shown.length + 1);
      for (const id of names) this.first[id + 1]++;
      for (let id = 0; id < this.names.shown.length; id++) this.first[id + 1] += this.first[id];
      this.byName = new Int32Array(names.length);
      const next = this.first.slice();
      for (let node = 0; node < names.length; node++) this.byName[next[names[node]]++] = node;
    }

    // The fields with a name.
    named(id) {
      return this.byName.subarray(this.first[id], this.first[id + 1]);
    }

    method(node) {
      let low = 0, high = this.starts.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (this.starts[middle] <= node) low = middle;
        else high = middle;
      }
      return low;
    }

    path(node) {
      const path = [];
      for (; node >= 0; node = this.parent[node]) path.push(this.names.shown[this.name[node]]);
      return path.reverse().join(".");
    }

    depth(node) {
      let depth = 0;
      for (; (node = this.parent[node]) >= 0; ) depth++;
      return depth;
    }

    // Parameters before fields of the answer, outer before inner ones.
    order(node) {
      return 2 * Math.min(this.depth(node), 8) + (node < this.splits[this.method(node)] ? 0 : 1);
    }
  }

  // Which text files may hold a text: see grams.rs.
  class Grams {
    constructor(pieces, files) {
      this.count = pieces;
      this.files = files;
      this.pieces = [];
    }

    take(piece, text) {
      let at = 0;
      const bit = () => {
        const value = (SIXBITS[text.charCodeAt((at / 6) | 0)] >> (5 - (at % 6))) & 1;
        at++;
        return value;
      };
      const number = (width) => {
        let value = 0;
        while (width--) value = value * 2 + bit();
        return value;
      };
      const gamma = () => {
        let zeros = 0;
        while (at < text.length * 6 && !bit()) zeros++;
        return 2 ** zeros + number(zeros) - 1;
      };
      const rice = (width) => {
        let high = 0;
        while (bit()) high++;
        return high * 2 ** width + number(width);
      };
      const widthOf = (places, count) => 31 - Math.clz32(Math.max(1, Math.floor((places * 11) / (16 * Math.max(1, count)))));
      const lists = new Map(), grams = gamma(), keyWidth = widthOf(65536, grams);
      for (let gram = 0, key = 0; gram < grams; gram++) {
        key += rice(keyWidth);
        const files = new Uint32Array(gamma()), width = widthOf(this.files, files.length);
        let next = 0;
        for (let i = 0; i < files.length; i++) {
          files[i] = next + rice(width);
          next = files[i] + 1;
        }
        lists.set(key, files);
      }
      this.pieces[piece] = lists;
    }

    static of(text) {
      const grams = [];
      for (let at = 0; at + 1 < text.length; at++) {
        let gram = text.slice(at, at + 2);
        if (isAscii(gram) && (gram = text.slice(at, at + 3)).length < 3) continue;
        if (/[\u0000-\u0020]/.test(gram)) continue;
        grams.push(gram);
      }
      return grams;
    }

    static hash(gram) {
      let hash = 0x811c9dc5;
      for (let at = 0; at < gram.length; at++) hash = Math.imul(hash ^ gram.charCodeAt(at), 0x01000193);
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
      return (hash ^ (hash >>> 16)) >>> 0;
    }

    // For each file how many of these grams it may hold, or the names of the pieces that are needed to know.
    among(grams) {
      const hashes = grams.map(Grams.hash);
      const wants = new Set(hashes.map((hash) => hash % this.count).filter((piece) => !this.pieces[piece]));
      if (wants.size) return { wants: [...wants].map((piece) => `grams-${piece}`) };
      const held = new Uint16Array(this.files);
      for (const hash of hashes) {
        for (const file of this.pieces[hash % this.count].get(hash >>> 16) ?? []) held[file]++;
      }
      return { held };
    }
  }

  // The lines of a text file, and where each stands, as [method, number of the line in it]: see texts.rs.
  function described(lines, places) {
    let before = [];
    const written = places.split("\n");
    return lines.split("\n").map((shown, at) => {
      const explicit = written[at].startsWith(";"), numbers = [];
      read(written[at], {}, (number) => numbers.push(number), () => {});
      if (explicit) {
        let method = before.length ? before[0][0] : 0;
        const found = [];
        for (let i = 0; i < numbers.length; i += 2) found.push([(method += numbers[i]), numbers[i + 1]]);
        before = found;
      } else {
        const further = numbers[0] ?? 1;
        before = before.map(([method, number]) => [method, number + further]);
      }
      return { shown, folded: fold(shown), places: before };
    });
  }

  class Engine {
    // Takes a file of the index.
    take(name, data) {
      const [kind, number] = name.split("-");
      if (kind === "names") {
        this.methods = new Methods(data);
        this.grams = new Grams(data.grams, data.texts);
        this.texts = [];
      } else if (kind === "fields") this.fields = new Fields(data);
      else if (kind === "grams") this.grams.take(Number(number), data);
      else if (kind === "text") this.texts[Number(number)] = described(...data);
    }

    // The answer to a query: groups of results, best first, and the files of the index that would make it better.
    answer(query) {
      if (!this.methods) return { query, groups: [], count: 0, wants: ["names"], more: false };
      const whole = plain(fold(query.slice(0, LONGEST))).replace(/[\s\u0000-\u0020\u007f-\u009f]+/g, " ").trim();
      const search = new Search(this, whole);
      if (whole) search.run();
      return { query, ...search.result() };
    }
  }

  // One query.
  class Search {
    constructor(engine, whole) {
      this.engine = engine;
      this.methods = engine.methods;
      this.fields = engine.fields;
      this.whole = whole;
      this.words = whole.split(" ").filter(Boolean);
      this.best = 0;
      // Results of each kind by what they lead to.
      this.kinds = { methods: new Map(), types: new Map(), fields: new Map(), codes: new Map(), categories: new Map(), texts: new Map() };
      // How many more there are of a kind.
      this.uncompared = {};
      this.wants = [];
      this.more = false;
      // How many texts hold the query as it stands.
      this.phrases = 0;
    }

    add(kind, key, score, row) {
      this.best = Math.max(this.best, score);
      const kept = this.kinds[kind].get(key);
      if (!kept) this.kinds[kind].set(key, { score, ...row });
      else if (kept.score < score) kept.score = score;
    }

    addMethod(method, score) {
      this.add("methods", method, score, { method });
    }

    addField(node, score) {
      this.add("fields", node, score - this.fields.order(node) / 10, { method: this.fields.method(node), node });
    }

    addType(type, method, anchored, score) {
      this.add("types", `${type} ${method}`, score - (anchored ? 0 : 5), { method, type, anchored });
    }

    addCode(code, method, score) {
      this.add("codes", `${code} ${method}`, score, { method, code });
    }

    run() {
      this.byName();
      this.byCategory();
      this.byType();
      this.byCode();
      if (!this.fields) this.wants.push("fields");
      else this.byField();
      if (this.best < IN_TITLE) this.bySlips();
      if (this.words.length > 1) this.byWords(this.words);
      else if (this.best < IN_NAME) {
        this.byWords(this.whole.split(/[._\-/,、;:]+/).filter(Boolean));
        // Chinese words of two letters, in another order than in the title.
        if (/^([\u4e00-\u9fff]{2}){2,4}$/.test(this.whole)) this.byWords(this.whole.match(/../g));
        if (this.best < NEAR) this.byNearWord();
      }
      if (this.fields) this.byText();
      if (this.best < TEXT && !this.wants.length) this.byParts();
    }

    byName() {
      const { methods, whole } = this;
      // As a class of the vendor's SDK is called, too: TradeFullinfoGetRequest.
      const word = joined(whole), base = word.replace(/(request|response)$/, "");
      for (let method = 0; method < methods.count; method++) {
        let score = Math.max(nameScore(methods.name[method], methods.short[method], whole), titleScore(methods.title[method], whole));
        if (score < WORD && word.length > 3) {
          const name = methods.joined[method], short = methods.joinedShort[method];
          if (name === word || name === base || short === word || short === base) score = SHORT_NAME - 5;
        }
        if (score) this.addMethod(method, score);
      }
    }

    byCategory() {
      for (const category of this.methods.categories) {
        const [name, title] = category.words;
        const at = title.indexOf(this.whole);
        const same = name === this.whole || title === this.whole;
        if (same || (this.whole.length > 1 && (at >= 0 || name.startsWith(this.whole)))) {
          this.add("categories", category.name, same ? EXACT + 8 : PART - (at === 0 ? 10 : 30), { method: category.first, category });
        }
      }
    }

    // Adds who has the names that were found, the best names first.
    each(kind, found, having, add) {
      let room = COMPARED;
      for (const [id, score] of found.sort((one, other) => other[1] - one[1])) {
        const all = having(id);
        for (let at = 0; at < all.length; at++) {
          if (room-- > 0) add(all[at], id, score);
          else this.uncompared[kind] = (this.uncompared[kind] ?? 0) + 1;
        }
      }
    }

    byType() {
      const { types, withType } = this.methods;
      const name = this.whole.replace(/( ?\[\])+$/, (brackets) => (this.whole === "byte[]" ? brackets : ""));
      this.each("types", types.like(name, EXACT + 10), (id) => withType[id], ([method, anchored], id, score) => this.addType(id, method, anchored, score));
    }

    byCode() {
      const { codes, withCode } = this.methods;
      this.each("codes", codes.like(this.whole, EXACT + 12), (id) => withCode[id], ([method], id, score) => this.addCode(id, method, score));
    }

    byField() {
      const { fields, whole } = this;
      this.each("fields", fields.names.like(whole, EXACT), (id) => fields.named(id), (node, id, score) => this.addField(node, score));
      const dot = whole.lastIndexOf(".");
      for (const id of dot < 0 ? [] : fields.names.exact.get(whole.slice(dot + 1)) ?? []) {
        for (const node of fields.named(id)) if (`.${fold(fields.path(node))}`.endsWith(`.${whole}`)) this.addField(node, EXACT + 5);
      }
    }

    // Names and titles in which few letters are wrong.
    bySlips() {
      const { methods, whole } = this;
      const most = forgiven(whole.length), bits = letters(whole);
      if (!most) return;
      for (let method = 0; method < methods.count; method++) {
        let slipped = most + 1;
        if (mayBeNear(bits, methods.letters[method], most)) slipped = slips(whole, methods.name[method], most);
        // The vendor's word can have letters of its own, so what is left without it has fewer.
        if (slipped > most && count(bits & ~methods.letters[method]) <= most) slipped = slips(whole, methods.short[method], most);
        if (mayBeNear(bits, methods.titleLetters[method], most)) slipped = Math.min(slipped, slips(whole, methods.title[method], most));
        if (slipped > most) continue;
        this.addMethod(method, SLIP - 60 * (slipped - 1) + missing(whole, methods.name[method]));
      }
    }

    // Every word is in the name or the title, in any order; or one word is a field and the others are.
    byWords(words) {
      const { methods, fields } = this;
      if (words.length < 2) return;
      const scores = words.map((word) => this.wordScores(word));
      for (let method = 0; method < methods.count; method++) {
        let sum = 0;
        for (const score of scores) {
          if (!score[method]) {
            sum = 0;
            break;
          }
          sum += score[method];
        }
        if (!sum) continue;
        // Of two that have the same words, the one that has more of them in the order in which they were typed.
        let ordered = 0;
        for (let at = 1; at < words.length; at++) if (methods.name[method].indexOf(words[at - 1]) < methods.name[method].indexOf(words[at])) ordered++;
        this.addMethod(method, WORDS + (10 * sum + 5 * ordered) / words.length - methods.name[method].length / 10);
      }
      if (!fields) return;
      words.forEach((word, at) => {
        for (const id of fields.names.exact.get(word) ?? []) {
          for (const node of fields.named(id)) {
            const method = fields.method(node);
            if (scores.every((score, other) => other === at || score[method])) this.addField(node, WORDS);
          }
        }
      });
    }

    // One word of a name, in which few letters are wrong.
    byNearWord() {
      const most = forgiven(this.whole.length);
      if (!most) return;
      for (const [word, having] of this.methods.words) {
        const slipped = slips(this.whole, word, most);
        if (slipped <= most) for (const method of having) this.addMethod(method, NEAR - 20 * slipped + missing(this.whole, word));
      }
    }

    // By method how well a word fits its name or title: 4 is a word of it, 3 begins one, 2 is in it, 1 is near a word of it.
    wordScores(word) {
      const { methods } = this;
      const scores = new Uint8Array(methods.count);
      let any = false;
      for (let method = 0; method < methods.count; method++) {
        const name = methods.name[method];
        const at = name.indexOf(word);
        if (at >= 0) {
          const begins = at === 0 || !isWord(name.charCodeAt(at - 1));
          const ends = at + word.length === name.length || !isWord(name.charCodeAt(at + word.length));
          scores[method] = begins ? (ends ? 4 : 3) : 2;
          any = true;
        } else if (methods.title[method].includes(word)) {
          scores[method] = 3;
          any = true;
        }
      }
      const most = any ? 0 : forgiven(word.length);
      if (most) {
        for (const [other, having] of methods.words) {
          if (slips(word, other, most) <= most) for (const method of having) scores[method] = 1;
        }
      }
      return scores;
    }

    // Descriptions that hold the query, or all its words.
    byText() {
      if (this.best >= EXACT || this.whole.length < 2) return;
      if (isAscii(this.whole) && this.whole.length < 3) return;
      const files = this.textFiles();
      if (!files) return;
      const { words } = this;
      // Methods whose lines hold the words only together, and which words those are.
      const scattered = new Map();
      this.read(files, (line) => {
        const held = words.map((word) => line.folded.includes(word));
        if (held.every(Boolean)) this.inLine(line);
        else if (held.includes(true)) {
          for (const [method] of line.places) {
            const before = scattered.get(method) ?? [];
            scattered.set(method, held.map((one, at) => one || before[at]));
          }
        }
      });
      for (const [method, held] of scattered) if (held.every(Boolean)) this.addMethod(method, SCATTERED);
    }

    // The files that may hold the query, the whole before its words alone. None, if it is not known yet.
    textFiles() {
      const { grams, texts } = this.engine;
      const all = this.words.flatMap((word) => Grams.of(word));
      const { held, wants } = grams.among(all);
      if (wants) {
        this.wants.push(...wants);
        return null;
      }
      const files = [];
      for (let file = 0; file < grams.files; file++) if (held[file] === all.length) files.push(file);
      // What is there costs nothing.
      return files.sort((one, other) => (texts[other] ? 1 : 0) - (texts[one] ? 1 : 0) || one - other);
    }

    // Looks through text files until there is enough; asks for those that are not there.
    read(files, look) {
      const { texts } = this.engine;
      let read = 0;
      // Where there are good results already, texts only show that they hold it, too.
      const most = this.best >= BEGINS ? TEXTS_AT_ONCE : TEXT_FILES;
      const enough = () => (this.best >= BEGINS ? this.kinds.texts.size >= 3 : this.phrases >= ENOUGH);
      for (const file of files) {
        if (!texts[file] && enough()) {
          this.more = true;
          return;
        }
        if (texts[file]) {
          read++;
          texts[file].forEach(look);
        } else if (read + this.wants.length >= most) {
          this.more = true;
          return;
        } else if (this.wants.length < TEXTS_AT_ONCE) this.wants.push(`text-${file}`);
      }
    }

    // A line that holds all words.
    inLine(line) {
      const lead = this.words.reduce((one, other) => (other.length > one.length ? other : one));
      const at = line.folded.indexOf(lead), phrase = line.folded.includes(this.whole);
      if (phrase) this.phrases++;
      const exact = line.folded.length === lead.length ? 30 : at === 0 ? 15 : 0;
      this.addLine(line, TEXT + exact - (phrase ? 0 : 40) - Math.min(line.folded.length, 200) / 20, [at, lead.length]);
    }

    // The places of a line: it describes the method itself, a field, a type with a section, or a code, in this order.
    addLine({ shown, places }, score, mark) {
      const { methods, fields } = this;
      const snippet = excerpt(shown, mark);
      for (const [method, line] of places.slice(0, MOST)) {
        const row = { method, snippet };
        const nodes = fields.starts[method + 1] - fields.starts[method];
        let number = line - 1;
        if (number >= 0 && number < nodes) row.node = fields.starts[method] + number;
        number -= nodes;
        if (number >= 0) {
          const types = methods.typesOf[method].filter((id) => methods.withType[id].some(([owner, anchored]) => anchored && owner === method));
          row.anchored = true;
          row.type = types[number];
          row.code = methods.codesOf[method][number - types.length];
        }
        this.add("texts", `${method} ${line}`, score - (row.node === undefined ? 0 : fields.order(row.node) / 10), row);
      }
      if (places.length > MOST) this.uncompared.texts = (this.uncompared.texts ?? 0) + places.length - MOST;
    }

    // Titles and descriptions that hold much of the query: a Chinese query has no blanks, and one letter of it may be wrong.
    byParts() {
      const { methods, engine } = this;
      const grams = [...new Set(Grams.of(this.whole.replaceAll(" ", "")).filter((gram) => gram.length === 2))];
      if (grams.length < 2) return;
      const share = (text) => grams.reduce((sum, gram) => sum + (text.includes(gram) ? 1 : 0), 0) / grams.length;
      for (let method = 0; method < methods.count; method++) {
        const part = share(methods.title[method]);
        if (part >= 0.5) this.addMethod(method, PARTLY + 50 * part + 1);
      }
      if (!this.fields) return;
      const { held, wants } = engine.grams.among(grams);
      if (wants) {
        this.wants.push(...wants);
        return;
      }
      const files = [...held.keys()].filter((file) => held[file] >= 0.6 * grams.length).sort((one, other) => held[other] - held[one]);
      this.read(files.slice(0, TEXT_FILES), (line) => {
        const part = share(line.folded);
        if (part < 0.6) return;
        const at = Math.min(...grams.map((gram) => line.folded.indexOf(gram)).filter((place) => place >= 0));
        this.addLine(line, PARTLY + 50 * part, [at, 2]);
      });
    }

    result() {
      const groups = [];
      let count = 0;
      for (const [kind, rows] of Object.entries(this.kinds)) {
        if (!rows.size) continue;
        const sorted = [...rows.values()].sort((one, other) => other.score - one.score || this.compare(one, other));
        const all = sorted.length + (this.uncompared[kind] ?? 0);
        count += all;
        groups.push({ kind, count: all, best: sorted[0].score, rows: sorted.slice(0, MOST).map((row) => this.row(kind, row)) });
      }
      groups.sort((one, other) => other.best - one.best);
      groups.forEach((group, at) => (group.head = HEADS[groups.length][at]));
      return { groups, count, wants: [...new Set(this.wants)], more: this.more };
    }

    // Short names before long ones.
    compare(one, other) {
      const { name } = this.methods;
      return name[one.method].length - name[other.method].length || (name[one.method] < name[other.method] ? -1 : 1);
    }

    row(kind, { method, category, node, type, anchored, code, score, snippet }) {
      const { methods, fields } = this;
      if (category) {
        const href = methods.page(method).replace(/[^/]*$/, "index.html").split("/").map(encode).join("/");
        return { name: category.name, title: category.title, key: null, side: null, methods: category.count, href, score };
      }
      const side = node === undefined ? null : node < fields.splits[method] ? "request" : "response";
      let key = null, anchor = "";
      if (node !== undefined) {
        key = fields.path(node);
        anchor = (side === "request" ? "p-" : "r-") + key;
      } else if (type !== undefined) {
        key = methods.types.shown[type];
        if (anchored) anchor = `t-${key}`;
      } else if (code !== undefined) {
        key = methods.codes.shown[code];
        anchor = `e-${key}`;
      }
      const href = methods.page(method).split("/").map(encode).join("/") + (anchor && `#${encode(anchor.replace(/[\s\u0000-\u001f\u007f-\u009f]/g, "_"))}`);
      return { name: methods.names[method], title: methods.titles[method], key, side, href, score, snippet };
    }
  }

  // A half of a letter, which no text should have, cannot be encoded.
  const encode = (text) => encodeURIComponent(text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"));

  function nameScore(name, short, whole) {
    if (name === whole) return NAME;
    if (short === whole) return SHORT_NAME;
    const at = name.indexOf(whole);
    if (at < 0) return 0;
    const begins = at === 0 || !isWord(name.charCodeAt(at - 1));
    const end = at + whole.length;
    const ends = end === name.length || !isWord(name.charCodeAt(end));
    const rest = Math.min(name.length - whole.length, 90);
    if (begins && ends) return WORD + 9 - Math.min(name.split(".").length, 8) - at / 100;
    if (at === 0) return PREFIX - rest;
    return begins ? BEGINS + 10 - rest / 10 : IN_NAME - rest / 10;
  }

  function titleScore(title, whole) {
    if (title === whole) return TITLE;
    const at = title.indexOf(whole);
    if (at < 0 || whole.length < 2) return 0;
    return IN_TITLE - (at ? 20 : 0) - Math.min(title.length - whole.length, 18);
  }

  // The piece of a text around a place, cut into what stands before, at and behind it.
  function excerpt(text, [at, length]) {
    const from = at > 24 ? at - 16 : 0, to = Math.min(text.length, Math.max(at + length + 40, from + 80));
    return [(from ? "…" : "") + text.slice(from, at), text.slice(at, at + length), text.slice(at + length, to) + (to < text.length ? "…" : "")];
  }

  globalThis.opentopSearch = new Engine();
})();
