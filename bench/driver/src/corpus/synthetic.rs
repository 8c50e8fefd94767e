//! Invents JSON descriptions, shaped like the real catalogue.
//!
//! The proportions are those of the real catalogue: about 21 parameters and fields a method, an eighth of them objects, nesting
//! as deep as eight, and its oddities (both spellings of a list, keywords, names that are not snake case, markup and control
//! characters in descriptions, blank types, one type name with several shapes) as often as they really occur. The names are
//! invented.

use serde_json::{Value, json};

use super::random::Random;
use crate::emit::Files;

/// The same corpus every time.
pub(crate) const SEED: u64 = 0x7061_6765_2d6e_6f31;

/// How many fields an object has, parameters a request and fields a response, by eighths of the real ones.
const CHILDREN: [usize; 9] = [1, 2, 3, 3, 4, 6, 8, 12, 40];
const PARAMETERS: [usize; 9] = [1, 1, 1, 1, 2, 2, 3, 5, 22];
const ANSWERS: [usize; 9] = [1, 1, 1, 1, 1, 1, 2, 3, 8];
/// How long a description is, in characters.
const WORDS: [usize; 9] = [2, 3, 4, 4, 6, 8, 11, 25, 150];

const TYPES: [(usize, &str); 12] = [
    (6045, "String"),
    (2435, "Number"),
    (701, "Boolean"),
    (346, "Date"),
    (100, "String[]"),
    (52, "String []"),
    (42, "Number[]"),
    (15, "Json"),
    (11, "Price"),
    (5, "BigDecimal"),
    (4, "Map"),
    (5, ""),
];
const NOUNS: [&str; 28] = [
    "order", "item", "gift", "card", "shop", "brand", "user", "flow", "page", "sku", "price", "stock", "remark",
    "trade", "coupon", "member", "room", "bill", "status", "code", "message", "channel", "route", "ticket", "task",
    "image", "address", "score",
];
const PARTS: [&str; 16] = [
    "id", "name", "no", "time", "count", "list", "url", "desc", "ext", "type_id", "value", "flag", "key", "start",
    "end", "total",
];
const VERBS: [&str; 8] = ["get", "query", "update", "add", "delete", "sync", "search", "confirm"];
const TYPE_ENDS: [&str; 9] = ["Dto", "DTO", "VO", "DO", "Info", "Result", "Query", "Param", ""];
const LETTERS: [&str; 24] = [
    "商", "品", "订", "单", "编", "号", "时", "间", "状", "态", "会", "员", "门", "店", "名", "称", "数", "量", "是",
    "否", "的", "列", "表", ",",
];

/// The descriptions and their categories.
pub(crate) fn emit(size: usize) -> Files {
    let mut files = Files::default();
    let mut random = Random::new(SEED);
    // 502 methods have 174 categories.
    let categories = (size * 174 / 502).max(1);
    for category in 0..categories {
        let category = category_name(category);
        let about = json!({"name": format!("{category} API"), "pkg": category, "id": 20_000});
        files.add(format!("{category}/category.json"), format!("{about:#}\n"));
    }
    for number in 0..size {
        let category = category_name(if number < categories { number } else { random.below(categories) });
        let method = Method { random: &mut random, types: Vec::new() }.describe(number, &category);
        files.add(format!("{category}/method_{number}.json"), format!("{method:#}\n"));
    }
    files
}

fn category_name(number: usize) -> String {
    format!("{}{number}", NOUNS[number % NOUNS.len()])
}

struct Method<'a> {
    random: &'a mut Random,
    /// Names of the types so far, to be used again with another shape now and then.
    types: Vec<String>,
}

impl Method<'_> {
    fn describe(&mut self, number: usize, category: &str) -> Value {
        let vendor = self.random.pick(&["alibaba", "taobao", "tmall"]);
        let noun = self.random.pick(&NOUNS);
        let verb = self.random.pick(&VERBS);
        let parameters = self.random.quantile(&PARAMETERS);
        let answers = self.random.quantile(&ANSWERS);
        json!({
            "name": format!("{vendor}.{category}.{noun}{number}.{verb}"),
            "apiChineseName": self.description(),
            "description": self.description(),
            "id": 30_000 + number,
            "requestParams": self.fields(parameters, 0, true),
            "responseParams": self.fields(answers, 0, false),
        })
    }

    fn fields(&mut self, count: usize, depth: usize, request: bool) -> Vec<Value> {
        let mut names = std::collections::BTreeSet::new();
        let mut fields = Vec::with_capacity(count);
        while fields.len() < count {
            let name = self.name(fields.len());
            if names.insert(name.clone()) {
                fields.push(self.field(name, depth, request));
            }
        }
        fields
    }

    fn field(&mut self, name: String, depth: usize, request: bool) -> Value {
        let mut field = json!({"name": name, "description": self.description()});
        // Answers are mostly one object around everything; deeper down objects become rare.
        let object = match (depth, request) {
            (0, false) => 35_000,
            (0, true) => 18_000,
            (1, _) => 8_000,
            (2 | 3, _) => 6_000,
            (4..=7, _) => 1_500,
            _ => 0,
        };
        if self.random.chance(object) {
            let count = self.random.quantile(&CHILDREN);
            let list = if self.random.chance(32_000) { self.random.pick(&["[]", " []"]) } else { "" };
            field["type"] = json!(format!("{}{list}", self.type_name()));
            field["subParams"] = json!(self.fields(count, depth + 1, request));
        } else {
            field["type"] = json!(self.random.weighted(&TYPES));
        }
        if request {
            self.limits(&mut field);
        }
        field
    }

    fn limits(&mut self, field: &mut Value) {
        if self.random.chance(34_000) {
            field["required"] = json!(true);
        }
        let of = field["type"].as_str().unwrap_or_default().to_owned();
        let (key, odds, bound) = match of.as_str() {
            "String" => ("maxLength", 2_500, 64),
            "Number" => ("maxValue", 1_000, 100),
            list if list.ends_with("[]") => ("maxListSize", 18_000, 20),
            _ => return,
        };
        if self.random.chance(odds) {
            field[key] = json!(bound);
        }
    }

    fn name(&mut self, at: usize) -> String {
        // 605 of 112,185 names are keywords, 1,740 no lower snake case.
        if self.random.chance(540) {
            return "type".to_owned();
        }
        let (noun, part) = (self.random.pick(&NOUNS), self.random.pick(&PARTS));
        let number = if at > 20 { format!("_{at}") } else { String::new() };
        if self.random.chance(1_550) { format!("{noun}Of{}{at}", noun.len()) } else { format!("{noun}_{part}{number}") }
    }

    fn type_name(&mut self) -> String {
        // One method in 36 gives one name to two shapes.
        if !self.types.is_empty() && self.random.chance(1_000) {
            return self.types[self.random.below(self.types.len())].clone();
        }
        let noun = self.random.pick(&NOUNS);
        let capital = noun[..1].to_uppercase();
        let name = format!("{capital}{}{}{}", &noun[1..], self.types.len(), self.random.pick(&TYPE_ENDS));
        self.types.push(name.clone());
        name
    }

    fn description(&mut self) -> String {
        let length = self.random.quantile(&WORDS);
        let mut text: String = (0..length).map(|_| self.random.pick(&LETTERS)).collect();
        // 388, 40 and 36 of 112,185.
        if self.random.chance(346) {
            text = format!("<b>{text}</b><br/>");
        }
        if self.random.chance(36) {
            text += "\n1. 一";
        }
        if self.random.chance(32) {
            text.push('\u{8}');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Fields, objects and the deepest nesting below `fields`.
    fn count(fields: &Value, depth: usize) -> (usize, usize, usize) {
        let mut sum = (0, 0, depth);
        for field in fields.as_array().into_iter().flatten() {
            sum.0 += 1;
            if field["subParams"].is_array() {
                let (below, objects, deepest) = count(&field["subParams"], depth + 1);
                sum = (sum.0 + below, sum.1 + 1 + objects, sum.2.max(deepest));
            }
        }
        sum
    }

    #[test]
    fn the_corpus_is_shaped_like_the_real_one() {
        let files = emit(502);
        let methods: Vec<Value> = files
            .0
            .iter()
            .filter(|(path, _)| !path.ends_with("category.json"))
            .map(|(_, text)| serde_json::from_str(text).unwrap())
            .collect();
        assert_eq!(methods.len(), 502);
        let mut sum = (0, 0, 0);
        for method in &methods {
            for side in ["requestParams", "responseParams"] {
                let (fields, objects, depth) = count(&method[side], 0);
                sum = (sum.0 + fields, sum.1 + objects, sum.2.max(depth));
            }
        }
        // Really: 21.9 fields and 2.4 objects a method, eight levels.
        assert!((9_000..13_500).contains(&sum.0), "{sum:?}");
        assert!((1_000..1_500).contains(&sum.1), "{sum:?}");
        assert!((4..=8).contains(&sum.2), "{sum:?}");
    }

    #[test]
    fn the_same_size_makes_the_same_corpus() {
        assert_eq!(emit(30).0, emit(30).0);
    }
}
