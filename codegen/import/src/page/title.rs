//! Reads what stands above the tables: the method, its title and description, the category.

use super::cover::{Cover, is_furniture};
use super::lines::Line;
use super::sections::{Part, Sections};
use crate::described::Findings;
use opentop_model::diagnostic::Place;
use opentop_model::model::Session;

/// The top of a page.
#[derive(Debug, Default)]
pub(super) struct Title {
    pub(super) at: Place,
    pub(super) method: Option<String>,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) breadcrumb: Option<(String, Place)>,
    pub(super) deprecated: Option<String>,
    /// What the page's tags say of a session.
    pub(super) session: Option<Session>,
}

/// Words by which a page says that something is out of use.
const GONE: [&str; 4] = ["已废弃", "废弃", "已下线", "即将下线"];

/// Tags beside the title: what a call costs, and whether a user has to consent.
const TAGS: [&str; 17] = [
    "查看api收费规则",
    "开放平台",
    "基础api",
    "增值api",
    "免费api",
    "收费api",
    "免费",
    "收费",
    "不需要用户授权",
    "无需用户授权",
    "必须用户授权",
    "需要用户授权",
    "可选用户授权",
    "用户授权介绍",
    "不需要授权",
    "需要授权",
    "可选授权",
];

/// Whether a line holds tags and nothing else.
fn is_tags(text: &str) -> bool {
    let mut rest = text.to_lowercase().replace(['¥', '￥', '|', '·', ' ', '\u{a0}'], "");
    let some = !rest.is_empty();
    for tag in TAGS {
        rest = rest.replace(tag, "");
    }
    some && rest.is_empty()
}

/// Whether a line below a method without a title may be one.
fn is_title(text: &str) -> bool {
    text.chars().count() <= 40 && !text.contains([':', '：', '=', '。'])
}

fn session_of(tags: &str) -> Option<Session> {
    let says = |words: &[&str]| words.iter().any(|word| tags.contains(word));
    if says(&["不需要", "无需"]) {
        return Some(Session::None);
    }
    let required = says(&["需要授权", "需要用户授权", "必须用户授权"]).then_some(Session::Required);
    required.or_else(|| says(&["可选"]).then_some(Session::Optional))
}

pub(super) fn read(lines: &[Line], sections: &Sections, cover: &mut Cover<'_>, findings: &Findings) -> Title {
    let preamble = &lines[sections.preamble()];
    let mut found = Title { at: findings.place(0, 0), ..Title::default() };
    let mut trail = None;
    for line in preamble.iter().filter(|line| is_tags(&line.text)) {
        found.session = found.session.or_else(|| session_of(&line.text));
        cover.know(line.start, line.end);
    }
    for (at, line) in preamble.iter().enumerate() {
        if found.breadcrumb.is_none() {
            found.breadcrumb = breadcrumb(&line.text).map(|(name, gone)| {
                found.deprecated = gone;
                cover.know(line.start, line.end);
                trail = Some(at);
                (name, findings.place(line.start, line.end))
            });
        }
    }
    let words = |from: usize| {
        let lines = preamble.iter().enumerate().skip(from).filter(|(at, line)| !line.is_blank() && Some(*at) != trail);
        lines.map(|(_, line)| line).filter(|line| !is_furniture(line) && !is_tags(&line.text)).collect::<Vec<_>>()
    };
    let candidates: Vec<_> = preamble
        .iter()
        .enumerate()
        .filter_map(|(at, line)| {
            let heading = heading(&line.text).or_else(|| topic(&line.text).filter(|_| sections.has(Part::Message)));
            heading.map(|heading| (at, line, heading))
        })
        .collect();
    let Some((at, line, heading)) = candidates.iter().find(|(.., heading)| heading.bracketed).or(candidates.first())
    else {
        // A dump without a line of its own for the method: what stands above the tables describes it.
        let lines = words(0);
        lines.iter().for_each(|line| cover.take(line));
        if let Some(first) = lines.first() {
            found.at = findings.place(first.start, first.end);
            let text = first.text.trim_matches(['#', '*', ' ']);
            if text.chars().count() <= 40 && !first.bullet {
                text.clone_into(&mut found.title);
            }
        }
        found.description = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        return found;
    };
    cover.take(line);
    found.at = findings.place(line.start, line.end);
    found.method = Some(heading.method.to_owned());
    found.title = heading.title.clone();
    let mut tail = heading.tail.trim();
    if let Some(word) = GONE.iter().find(|word| heading.tail.contains(**word)) {
        found.deprecated = Some((*word).to_owned());
        tail = "";
    }
    let lines = words(at + 1);
    lines.iter().for_each(|line| cover.take(line));
    let tail = Some(tail).filter(|tail| tail.contains(char::is_alphanumeric));
    if let Some(first) = lines.first().filter(|line| found.title.is_empty() && is_title(&line.text)) {
        first.text.clone_into(&mut found.title);
    }
    found.description =
        tail.into_iter().chain(lines.iter().map(|line| line.text.as_str())).collect::<Vec<_>>().join("\n");
    found
}

/// The titles of other methods below the first table: the page holds more than one.
pub(super) fn others<'a>(lines: &'a [Line], from: usize, method: &str) -> Vec<(usize, &'a str)> {
    let titles = lines.iter().enumerate().skip(from).filter(|(_, line)| !line.bullet).filter_map(|(at, line)| {
        let heading = heading(&line.text)?;
        let namespace = NAMESPACES.contains(&heading.method.split('.').next().unwrap_or(""));
        let titled = heading.bracketed && (line.text.starts_with('#') || namespace && heading.tail.is_empty());
        (titled && heading.method != method).then_some((at, heading.method))
    });
    titles.collect()
}

/// The first words of methods' names.
pub(crate) const NAMESPACES: [&str; 14] = [
    "taobao",
    "alibaba",
    "tmall",
    "alitrip",
    "yunos",
    "aliexpress",
    "cainiao",
    "youku",
    "aliyun",
    "wdk",
    "xiami",
    "qimen",
    "alipay",
    "fliggy",
];

/// The last step of a breadcrumb, and what its tail says.
fn breadcrumb(text: &str) -> Option<(String, Option<String>)> {
    if !(text.contains("API类目") || text.contains("消息类目") || text.contains("文档中心"))
        || !text.contains(['>', '›', '»', '＞'])
    {
        return None;
    }
    let steps: Vec<&str> = text.split(['>', '›', '»', '＞']).map(str::trim).filter(|step| !step.is_empty()).collect();
    let last = steps.iter().rev().find(|step| method_of(step).is_none())?;
    if matches!(*last, "API类目" | "消息类目" | "文档中心") {
        return None;
    }
    const ENDS: [char; 7] = ['-', '—', ' ', ',', '，', '、', ';'];
    let mut name = last.trim_end_matches(ENDS);
    let mut gone = None;
    for word in GONE {
        for (open, close) in [('(', ')'), ('（', '）')] {
            if let Some(rest) = name.strip_suffix(&format!("{open}{word}{close}")) {
                name = rest.trim_end_matches(ENDS);
                gone = Some(word.to_owned());
            }
        }
    }
    Some((name.to_owned(), gone))
}

/// `method (title) tail`.
struct Heading<'a> {
    method: &'a str,
    title: String,
    tail: &'a str,
    bracketed: bool,
}

fn heading(text: &str) -> Option<Heading<'_>> {
    let text = text.trim_start_matches(['#', '*', ' ']);
    titled(text, method_of(text)?)
}

/// `topic (title)`, of a message: words joined by `_`.
fn topic(text: &str) -> Option<Heading<'_>> {
    let text = text.trim_start_matches(['#', '*', ' ']);
    let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    let name = &text[..end];
    let named = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.split('_').filter(|word| !word.is_empty()).count() > 1;
    titled(text, name).filter(|_| named)
}

/// What stands behind a name.
fn titled<'a>(text: &'a str, method: &'a str) -> Option<Heading<'a>> {
    let rest = text[method.len()..].trim();
    let bracketed = rest.starts_with(['(', '（']);
    if !bracketed {
        // A sentence that begins with a method's name is no title.
        return (rest.chars().count() <= 60).then(|| Heading { method, title: rest.to_owned(), tail: "", bracketed });
    }
    let mut depth = 0;
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' | '（' => depth += 1,
            ')' | '）' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            let open = rest.chars().next().map_or(1, char::len_utf8);
            let tail = &rest[at + letter.len_utf8()..];
            return Some(Heading { method, title: rest[open..at].trim().to_owned(), tail, bracketed });
        }
    }
    let title = rest.trim_start_matches(['(', '（']).trim_end_matches([')', '）']).trim().to_owned();
    Some(Heading { method, title, tail: "", bracketed })
}

/// The method that a text starts with: words joined by dots.
fn method_of(text: &str) -> Option<&str> {
    let end = text
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-')))
        .unwrap_or(text.len());
    let name = text[..end].trim_end_matches(['.', '-', '_']);
    let parts: Vec<&str> = name.split('.').collect();
    let site =
        name.starts_with("www.") || matches!(parts.last(), Some(&("com" | "cn" | "net" | "org" | "html" | "htm")));
    let named = name.starts_with(|first: char| first.is_ascii_alphabetic()) && parts.len() > 1;
    (named && !site && parts.iter().all(|part| !part.is_empty())).then_some(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{breadcrumb, heading, is_tags, session_of};
    use opentop_model::model::Session;

    #[test]
    fn titles_keep_their_inner_brackets() {
        for (text, method, title) in [
            ("alibaba.example.get (礼品)", "alibaba.example.get", "礼品"),
            ("##alibaba.example.get（礼品（自研））", "alibaba.example.get", "礼品（自研）"),
            ("alibaba.example.get (【新】礼品(a)——b) (已废弃)", "alibaba.example.get", "【新】礼品(a)——b"),
            ("m-x.example.Get.2013-02-21 (Gifts)", "m-x.example.Get.2013-02-21", "Gifts"),
        ] {
            let heading = heading(text).unwrap();
            assert_eq!((heading.method, heading.title.as_str()), (method, title));
        }
        assert!(heading("open.example.com (x)").is_none() && heading("储值").is_none());
    }

    #[test]
    fn tags_are_told_from_a_description() {
        for (text, session) in [
            ("免费 不需要授权 用户授权介绍 查看API收费规则", Some(Session::None)),
            ("¥开放平台免费API必须用户授权", Some(Session::Required)),
            ("免费 可选授权", Some(Session::Optional)),
            ("收费", None),
        ] {
            assert!(is_tags(text), "{text}");
            assert_eq!(session_of(text), session, "{text}");
        }
        assert!(!is_tags("查询需要授权的礼品") && !is_tags(""));
    }

    #[test]
    fn the_breadcrumb_ends_with_the_category() {
        for text in [
            "文档中心 > API类目 > 示例API",
            "文档中心 > API类目 > 示例API(已废弃)",
            "文档中心 > API类目 > 示例API --",
            "文档中心 > API类目 > 示例API,",
            "文档中心 > API类目 > 示例API，",
            "文档中心>API类目>示例API>alibaba.example.get",
        ] {
            assert_eq!(breadcrumb(text).unwrap().0, "示例API", "{text}");
        }
        assert!(breadcrumb("a > b").is_none() && breadcrumb("文档中心 > API类目").is_none());
    }
}
