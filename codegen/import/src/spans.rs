//! How far apart two dates may be, as descriptions say it: `相差不能超过30天`, `跨度不能大于一天`, `时间间隔最多3个月`.

/// Words for what lies between two dates.
const BETWEEN: [&str; 11] =
    ["相差", "间隔", "跨度", "时间范围", "时间段", "时间区间", "时间差", "查询范围", "起止时间", "时间之差", "区间"];
/// Words for a bound; what follows is the longest span.
const BOUND: [&str; 16] = [
    "不能超过",
    "不能大于",
    "不可超过",
    "不得超过",
    "不得大于",
    "不允许超过",
    "不要超过",
    "不超过",
    "不大于",
    "最大不超过",
    "最多",
    "最大",
    "最长",
    "必须小于",
    "小于等于",
    "小于",
];
/// Words for a bound that stand behind the number.
const BEHIND: [&str; 4] = ["以内", "之内", "内", "以下"];

/// The unit of the spec, and the number: `None` if the text bounds no span.
pub(super) fn longest(text: &str) -> Option<(&'static str, u32)> {
    BETWEEN.iter().filter_map(|word| text.find(word).map(|at| at + word.len())).min().and_then(|from| {
        let rest = &text[from..];
        // The bound belongs to the same sentence.
        let end = rest.find(['。', ';', '；', '\n']).unwrap_or(rest.len());
        let sentence = &rest[..end];
        let ahead = BOUND
            .iter()
            .filter_map(|word| Some((sentence.find(word)?, word.len())))
            .min_by_key(|(at, len)| (*at, usize::MAX - len));
        match ahead {
            Some((at, len)) => amount(&sentence[at + len..]).map(|(unit, number, _)| (unit, number)),
            None => {
                let start = sentence.find(|letter: char| letter.is_ascii_digit() || DIGITS.contains(letter))?;
                let (unit, number, behind) = amount(&sentence[start..])?;
                BEHIND.iter().any(|word| behind.starts_with(word)).then_some((unit, number))
            }
        }
    })
}

const DIGITS: &str = "一二三四五六七八九十两半";

/// A number with its unit in front of a text, and what follows.
fn amount(text: &str) -> Option<(&'static str, u32, &str)> {
    let text = text.trim_start_matches([' ', ':', '：', '为', '是', '过', '于', '等']);
    let (number, rest) = number(text)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("个").unwrap_or(rest);
    let units: [(&str, &'static str, u32); 13] = [
        ("天", "days", 1),
        ("日", "days", 1),
        ("自然日", "days", 1),
        ("周", "days", 7),
        ("星期", "days", 7),
        ("月", "days", 30),
        ("年", "days", 365),
        ("小时", "hours", 1),
        ("h", "hours", 1),
        ("分钟", "seconds", 60),
        ("秒", "seconds", 1),
        ("day", "days", 1),
        ("hour", "hours", 1),
    ];
    let (word, unit, times) = units.iter().find(|(word, ..)| rest.starts_with(word))?;
    Some((unit, number.checked_mul(*times).filter(|number| *number > 0)?, &rest[word.len()..]))
}

/// A number in digits or in Chinese, up to ninety-nine.
fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    if digits > 0 {
        return Some((text[..digits].parse().ok()?, &text[digits..]));
    }
    let end = text.find(|letter: char| !DIGITS.contains(letter) || letter == '半').unwrap_or(text.len());
    let one = |letter: char| {
        Some(match letter {
            '一' => 1,
            '二' | '两' => 2,
            _ => u32::try_from("三四五六七八九".chars().position(|other| other == letter)?).ok()? + 3,
        })
    };
    let mut value = 0;
    for letter in text[..end].chars() {
        value = if letter == '十' { value.max(1) * 10 } else { value + one(letter)? };
    }
    (value > 0).then(|| (value, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::longest;

    #[test]
    fn spans_are_read_in_all_their_wordings() {
        for (text, expected) in [
            ("记账结束时间,end_time与start_time相差不能超过30天", Some(("days", 30))),
            ("查询时间跨度不能大于一天", Some(("days", 1))),
            ("时间间隔最多3个月", Some(("days", 90))),
            ("起止时间间隔不超过24小时", Some(("hours", 24))),
            ("开始与结束相差不得超过十五天", Some(("days", 15))),
            ("时间范围在7天以内", Some(("days", 7))),
            ("时间跨度最大不超过两周", Some(("days", 14))),
            ("间隔必须小于 30 分钟", Some(("seconds", 1800))),
            ("相差不能超过10个", None),
            ("结束时间", None),
            ("只能查询3个月内的订单", None),
            ("跨度很大。不能超过5天内", None),
        ] {
            assert_eq!(longest(text), expected, "{text}");
        }
    }
}
