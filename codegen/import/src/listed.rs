//! Finds the values that a field's description lists, and their meanings, and suggests `values:`.
//!
//! If the text may be something else (numbered points, dates, addresses), nothing is suggested.

use super::described::Param;
use super::tree::{Map, Tree};
use super::vendor_type::{Base, VendorType};

/// What may stand between a value and what it means.
const MEANS: [char; 9] = ['-', '–', '—', ':', '：', '、', '=', '是', '.'];
/// Where what a value means ends.
const ENDS: [char; 12] = [';', '；', ',', '，', '。', '*', '|', '\n', ')', '）', '/', '<'];

/// `values`: `101-可用金充值;102-可用金扣除`, `CS是辰森,KRY是客如云`, `88 - 销售 * 99 - 退款`.
pub(super) fn values(param: &Param, map: &mut Map) {
    let ty = VendorType::read(&param.ty);
    let number = match ty.base {
        Base::Scalar("Number") => true,
        Base::Scalar("String") => false,
        _ => return,
    };
    let Some(found) = pairs(&param.description) else { return };
    let digits = |pair: &Pair<'_>| pair.value.bytes().all(|byte| byte.is_ascii_digit());
    let repeated =
        found.iter().enumerate().any(|(at, pair)| found[..at].iter().any(|before| before.value == pair.value));
    let mixed = found.iter().any(digits) && !found.iter().all(digits);
    let unfit = number && !found.iter().all(|pair| digits(pair) && opentop_model::scalar::number(pair.value).is_some());
    // `1、…2、…3、…` and `1. …` number the points of a text.
    let points = found
        .iter()
        .enumerate()
        .all(|(at, pair)| matches!(pair.means, '、' | '.') && pair.value == (at + 1).to_string());
    // `结构:a:b;c.调用d获取e=1的f` lists nothing.
    let sign = |pair: &Pair<'_>| match pair.means {
        '：' => ':',
        '–' | '—' => '-',
        other => other,
    };
    let signs = found.iter().any(|pair| sign(pair) == '=') && !found.iter().all(|pair| sign(pair) == '=');
    if signs || found.len() < 2 || found.len() > 200 || repeated || mixed || unfit || points {
        return;
    }
    map.push("values", found.iter().map(|pair| listed_value(pair.value, pair.label)).collect::<Vec<_>>());
}

/// A value and what it means.
struct Pair<'a> {
    value: &'a str,
    means: char,
    label: &'a str,
}

/// `None` if a value may be missing: an incomplete list is worse than no list.
fn pairs(text: &str) -> Option<Vec<Pair<'_>>> {
    let mut starts: Vec<(usize, usize, char, usize)> = Vec::new();
    // Numbers with a sign behind them and no words.
    let mut bare: Vec<char> = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(|letter: char| letter.is_ascii_alphanumeric()).map(|at| from + at) {
        let end = text[at..]
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .map_or(text.len(), |end| at + end);
        from = end;
        let joined = text[..at].ends_with(['-', '.', '_', '~', '/', '%']);
        let rest = text[end..].trim_start_matches(' ');
        let Some(means) = rest.chars().next().filter(|letter| MEANS.contains(letter)) else { continue };
        let label = rest[means.len_utf8()..].trim_start_matches(' ');
        if !joined && is_worded(label) && end - at <= 40 {
            starts.push((at, end, means, text.len() - label.len()));
        } else if !joined && text[at..end].bytes().all(|byte| byte.is_ascii_digit()) {
            bare.push(means);
        }
    }
    // `名称：值、名称：值`: what looks like a value's meaning is the name of the next one.
    let behind_a_name =
        starts.iter().skip(1).any(|&(at, ..)| text[..at].trim_end_matches(' ').ends_with([':', '：', '=']));
    if behind_a_name || bare.iter().any(|sign| starts.iter().any(|(_, _, means, _)| means == sign)) {
        return None;
    }
    let rests: Vec<&str> = starts
        .iter()
        .enumerate()
        .map(|(index, &(.., label))| &text[label..starts.get(index + 1).map_or(text.len(), |&(at, ..)| at).max(label)])
        .collect();
    // Where semicolons part the values, commas belong to what a value means.
    let commas =
        rests.iter().filter(|rest| rest.trim_end().ends_with([';', '；', '\n', '。'])).count() * 2 < rests.len();
    let mut pairs = Vec::new();
    for (&(at, end, means, _), rest) in starts.iter().zip(rests) {
        let label = meaning(rest, commas);
        // What the format can hold in a line; a sentence is no name of a value.
        if !label.is_empty() && label.chars().count() <= 40 {
            pairs.push(Pair { value: &text[at..end], means, label });
        }
    }
    Some(pairs)
}

/// Whether a meaning starts with a word of Chinese, as `VIP会员` does.
fn is_worded(label: &str) -> bool {
    let mut letters = label.chars();
    let first = letters.next();
    first.is_some_and(|letter| letter.is_alphabetic() && !letter.is_ascii())
        || first.is_some_and(|letter| letter.is_ascii_alphabetic())
            && letters
                .find(|letter| !letter.is_ascii_alphanumeric())
                .is_some_and(|letter| letter.is_alphabetic() && !letter.is_ascii())
}

/// What a value means: up to a sign that ends it; brackets that open in it close in it.
fn meaning(rest: &str, commas: bool) -> &str {
    let mut depth = 0;
    let mut end = rest.len();
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' | '（' => depth += 1,
            ')' | '）' if depth > 0 => depth -= 1,
            ',' | '，' | '/' if !commas => {}
            _ if ENDS.contains(&letter) && depth == 0 => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let label = rest[..end].trim_end_matches(['、', ' ', '(', '（', '"', '\'', ',', '，', ';', '；', '。']).trim();
    // `1-升序 or 0-降序`.
    label.strip_suffix(" or").or_else(|| label.strip_suffix("或")).unwrap_or(label).trim()
}

/// For a value list: `{ value, description }`.
fn listed_value(value: &str, description: &str) -> Tree {
    let mut map = Map::default();
    map.push("value", value);
    map.push_text("description", description);
    Tree::Map(map)
}

#[cfg(test)]
mod tests {
    use super::{Param, values};
    use crate::tree::{Map, Tree};

    fn suggested(ty: &str, description: &str) -> String {
        let param = Param { ty: ty.to_owned(), description: description.to_owned(), ..Param::default() };
        let mut map = Map::default();
        values(&param, &mut map);
        let Some(Tree::List(items)) = map.get("values") else { return String::new() };
        let word = |item: &Tree| match item {
            Tree::Map(map) => {
                format!("{}={}", map.text("value").unwrap_or_default(), map.text("description").unwrap_or_default())
            }
            Tree::Text(_) | Tree::List(_) => String::new(),
        };
        items.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_are_read_with_what_they_mean() {
        for (ty, text, expected) in [
            ("Number", "状态:0-不可用 1-可用", "0=不可用 1=可用"),
            ("String", "CS是辰森,KRY是客如云", "CS=辰森 KRY=客如云"),
            ("String", "级别 1：普通会员 2：高级会员 3：VIP会员", "1=普通会员 2=高级会员 3=VIP会员"),
        ] {
            assert_eq!(suggested(ty, text), expected, "{text}");
        }
    }

    #[test]
    fn a_list_that_is_not_whole_is_not_suggested() {
        for text in [
            // `8` has no words of its own.
            "原因，1、票已售完，2、票价变动，0、全额退款，8、12306故障",
            // Names stand before their values.
            // A structure, and where its parts come from.
            "结构:pid:vid;pid:vid.调用甲方法获取pid, 调用乙方法获取is_key=true的vid",
            "码商（浙江：1077204890、孟宽：112414636、子畵：436160339、银科：2811880569）",
        ] {
            assert_eq!(suggested("Number", text), "", "{text}");
        }
    }
}
