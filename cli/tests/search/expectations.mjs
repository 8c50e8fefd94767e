// node expectations.mjs ENGINE FOLDER: what the first results of some queries are, over the invented methods of tests.rs.
import assert from "node:assert/strict";
import { open, shown } from "./engine.mjs";

const [engine, folder] = process.argv.slice(2);
const search = open(engine, folder);
const ask = (query) => search.ask(query).answer;
const first = (query) => {
  const [row] = shown(ask(query));
  return row && `${row.kind} ${row.key ?? ""} ${row.name}`.replace("  ", " ");
};

// [what is asked, the first result]
for (const [query, expected] of [
  ["example.trade.get", "methods example.trade.get"],
  ["EXAMPLE.Trade.Get", "methods example.trade.get"],
  ["  example.trade.get\n", "methods example.trade.get"],
  ["ｅｘａｍｐｌｅ．ｔｒａｄｅ．ｇｅｔ", "methods example.trade.get"],
  ["<b>example.trade.get</b>&nbsp;<br/>", "methods example.trade.get"],
  ["trade.get", "methods example.trade.get"],
  ["get trade refund", "methods example.trade.refund.get"],
  ["exampleTradeGet", "methods example.trade.get"],
  ["example_trade_get", "methods example.trade.get"],
  ["TradeRefundGetRequest", "methods example.trade.refund.get"],
  ["isvItemSkuGetError", "codes isv.item-sku-get-error example.item.sku.get"],
  ["退款查询", "methods example.refund.get"],
  ["refnud", "methods example.refund.add"],
  ["查询退款的商品", "methods example.refund.item.get"],
  ["查询 退款 规格", "methods example.refund.sku.get"],
  ["exmaple.trade.get", "methods example.trade.get"],
  ["trde.get", "methods example.trade.get"],
  ["refund wharehouse sync", "methods example.refund.warehouse.sync"],
  ["TradeSkuDTO", "types TradeSkuDTO example.trade.sku.add"],
  ["TradeSkuDTO []", "types TradeSkuDTO example.trade.sku.add"],
  ["tradeskudto", "types TradeSkuDTO example.trade.sku.add"],
  ["isv.item-sku-get-error", "codes isv.item-sku-get-error example.item.sku.get"],
  ["item-sku-get-err", "codes isv.item-sku-get-error example.item.sku.get"],
  ["query42.trade_coupon_price", undefined],
  ["第42号", "texts query42 example.trade.coupon.get"],
  ["query42", "fields query42 example.trade.coupon.get"],
  ["quer42", "fields query42 example.trade.coupon.get"],
]) {
  const found = first(query);
  if (expected === undefined) assert.ok(found === undefined || !found.startsWith("fields"), `${query}: ${found}`);
  else assert.equal(found, expected, query);
}

// A word of names: short names first, and everything else that is called so is among the first ten.
const trade = shown(ask("trade"));
assert.deepEqual(trade[0].name.split(".").slice(0, 2), ["example", "trade"]);
assert.equal(trade[0].name.split(".").length, 3, trade[0].name);
assert.ok(trade.slice(0, 10).some(({ kind }) => kind === "fields") && trade.slice(0, 10).some(({ kind }) => kind === "types"));

// Links lead to the place.
const link = (query, kind) => shown(ask(query)).find((row) => row.kind === kind)?.href;
assert.equal(link("example.trade.get", "methods"), "trade/example.trade.get.html");
assert.equal(link("query42", "fields"), "trade/example.trade.coupon.get.html#p-query42");
assert.equal(link("TradeSkuDTO", "types"), "trade/example.trade.sku.add.html#t-TradeSkuDTO");
assert.match(link("isv.item-sku-get-error", "codes"), /item\/example\.item\.sku\.get\.html#e-isv\.item-sku-get-error$/);
assert.match(link("trade_sku_", "fields"), /trade\/example\.trade\.sku\.\w+\.html#p-query\d+\.trade_sku_\w+$/);
const path = shown(ask("trade_sku_")).find(({ kind, side }) => kind === "fields" && side === "response").key;
assert.match(path, /^result\.trade_sku_/);
assert.equal(first(path).split(" ")[1], path);

// The text around what was found, in three pieces.
const [text] = shown(ask("第42号"));
assert.deepEqual([...text.snippet], ["", "第42号", "参数"]);

// Nothing is nothing, and asks for nothing.
for (const query of ["", "   ", "qqzzxxjj", "龘龘龘龘", "\ud800"]) {
  const answer = ask(query);
  assert.equal(answer.count, 0, query);
  assert.deepEqual([...answer.groups], []);
}

// An answer before the index is there asks for it.
const { answer } = open(engine, folder).engine;
assert.equal(typeof answer, "function");
assert.deepEqual([...open(engine, folder).engine.answer("trade").wants], ["names"]);
console.log("as expected");
