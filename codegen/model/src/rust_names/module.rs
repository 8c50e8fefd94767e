//! Names of modules and features.

use heck::ToSnakeCase;

use super::keywords::{DEVICES, is_keyword};

/// A module: of a category or of a method.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleName(String);

impl ModuleName {
    /// Lower-cases `name`, turns every run of characters other than `a-z0-9` into one `_`, puts `_` before a leading digit and
    /// `_` behind keywords and device names. A leading `taobao.` is the caller's to take off.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut out = String::with_capacity(name.len());
        for letter in name.chars() {
            let letter = letter.to_ascii_lowercase();
            if letter.is_ascii_lowercase() || letter.is_ascii_digit() {
                out.push(letter);
            } else if !out.ends_with('_') {
                out.push('_');
            }
        }
        if out.is_empty() || out == "_" {
            out = "unnamed".to_owned();
        }
        if out.starts_with(|first: char| first.is_ascii_digit()) {
            out.insert(0, '_');
        }
        let numbered = |stem: &str| out.strip_prefix(stem).is_some_and(|n| n.len() == 1 && n != "0");
        if is_keyword(&out) || DEVICES.contains(&out.as_str()) || numbered("com") || numbered("lpt") {
            out.push('_');
        }
        ModuleName(out)
    }

    /// The module of a category. One called like the module around it, `api`, gets a `_` behind.
    #[must_use]
    pub fn of_category(category: &str) -> Self {
        ModuleName::new(category).within("api")
    }

    /// The module of a method: its words, without a first `taobao` or `alibaba`, then without one leading word that equals the
    /// category.
    ///
    /// All words stay where that leaves nothing, or a name that is a keyword, begins with a digit or equals the category's module.
    #[must_use]
    pub fn of_method(method: &str, category: &str) -> Self {
        Self::of_words(method, method.split('.').collect(), category)
    }

    /// The module of a message, as that of a method whose words are the topic's: `taobao_trade_TradeBuyerPay` in the category `trade` is
    /// `trade_buyer_pay`.
    #[must_use]
    pub fn of_topic(topic: &str, category: &str) -> Self {
        let snake = topic.to_snake_case();
        Self::of_words(&snake, snake.split('_').collect(), category)
    }

    fn of_words(method: &str, mut words: Vec<&str>, category: &str) -> Self {
        let of_category = ModuleName::of_category(category);
        for redundant in [&["taobao", "alibaba"][..], &[category]] {
            if words.first().is_some_and(|word| redundant.contains(word)) {
                words.remove(0);
            }
        }
        let short = words.join(".");
        let name = ModuleName::new(&short);
        let altered = name.0.starts_with('_') || name.0.ends_with('_');
        if short.is_empty() || altered || name == of_category {
            return ModuleName::new(method).within(of_category.as_str());
        }
        name
    }

    /// A name that the specification gives; it has been checked.
    #[must_use]
    pub fn given(name: &str) -> Self {
        ModuleName(name.to_owned())
    }

    /// This name, told from that of the module around it.
    fn within(mut self, outer: &str) -> Self {
        if self.0 == outer {
            self.0.push('_');
        }
        self
    }

    /// The identifier, which is the file's name too.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A feature of the generated crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Feature(String);

impl Feature {
    /// `api-` and the category: lower-cased, everything but `a-z0-9-` turned into `-`.
    #[must_use]
    pub fn of_category(category: &str) -> Self {
        let clean = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        Feature(format!("api-{}", category.chars().map(clean).collect::<String>()))
    }

    /// The feature's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind `api-`.
    pub fn category(&self) -> &str {
        self.0.strip_prefix("api-").unwrap_or(&self.0)
    }
}
