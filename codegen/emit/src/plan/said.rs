//! Sentences of ours in both languages: rustdoc and the Markdown reference are English, the site shows the one that its reader chose.

/// A sentence of ours, or a part of one, as Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Said {
    /// What needs no translation: a name, a value, a vendor's text.
    pub(super) fn same(text: String) -> Said {
        Said { zh: text.clone(), en: text }
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }
}

/// `said!("中文 {x}", "English {x}")` fills variables in. Those before `in` are [`Said`] themselves: `said!(why in "{why}。", "{why}.")`.
macro_rules! said {
    ($($part:ident),+ in $zh:literal, $en:literal) => {
        Said {
            zh: { $(let $part = &$part.zh;)+ format!($zh) },
            en: { $(let $part = &$part.en;)+ format!($en) },
        }
    };
    ($zh:literal, $en:literal) => {
        Said { zh: format!($zh), en: format!($en) }
    };
}
pub(super) use said;
