//! Which lines of a page made it into the spec. What neither did nor is known furniture is reported: nothing is dropped
//! in silence.

use super::cells::{column, header, words};
use super::lines::Line;
use crate::described::{Findings, Used};
use opentop_model::diagnostic::Code;
use opentop_model::text::shown;

/// Lines that pages have around their content, without marks and blanks. The spec has no place for them.
const FURNITURE: [&str; 55] = [
    "消息产生条件",
    // Tabs above samples.
    "java",
    ".net",
    "php",
    "curl",
    "python",
    "c/c++",
    "c#",
    "node",
    "nodejs",
    "http",
    "go",
    "json",
    "xml",
    "xml示例",
    "json示例",
    "xml格式",
    "json格式",
    "json/xml",
    "复制",
    "复制代码",
    "复制成功",
    "展开",
    "收起",
    "全部展开",
    "全部收起",
    // The foot of a page.
    "api工具",
    "如何获得此api",
    "faq",
    "返回",
    "顶部",
    "返回顶部",
    "关于此文档暂时还没有faq",
    "api测试工具",
    "在线测试",
    "授权说明",
    "沙箱测试",
    "反馈",
    "意见反馈",
    "无",
    "暂无",
    "暂无数据",
    "暂无描述",
    "none",
    "n/a",
    "更多",
    "目录",
    "xml example",
    "json example",
    "xml sample",
    "json sample",
    "api tools",
    "api tool",
    "how to get this api",
    "back to top",
];

/// Beginnings of sentences that the site says on any page.
const POLITE: [&str; 11] = [
    "注意:以下文档只适用于",
    "注意：以下文档只适用于",
    "感谢您",
    "谢谢您",
    "感谢你",
    "多谢",
    "如有疑问",
    "此文档对您",
    "平台公告",
    "公告",
    "本文档是否",
];

/// What a line was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Nothing,
    /// It stands on every page, or only tells where others belong: a heading, a table's header.
    Furniture,
    /// The spec has its words.
    Words,
    /// The spec has the names that it sets.
    Code,
}

/// The lines of a page and what each was used for.
pub(super) struct Cover<'a> {
    lines: &'a [Line],
    uses: Vec<Use>,
}

impl<'a> Cover<'a> {
    pub(super) fn new(lines: &'a [Line]) -> Cover<'a> {
        Cover { lines, uses: vec![Use::Nothing; lines.len()] }
    }

    /// Marks a line whose words the spec will hold.
    pub(super) fn take(&mut self, line: &Line) {
        self.mark(line.start, line.end, Use::Words);
    }

    /// Marks every line between two bytes, whose words the spec will hold.
    pub(super) fn take_bytes(&mut self, start: usize, end: usize) {
        self.mark(start, end, Use::Words);
    }

    /// Marks a line of sample code.
    pub(super) fn take_code(&mut self, line: &Line) {
        self.mark(line.start, line.end, Use::Code);
    }

    /// Marks lines between two bytes as furniture by the place they have.
    pub(super) fn know(&mut self, start: usize, end: usize) {
        self.mark(start, end, Use::Furniture);
    }

    fn mark(&mut self, start: usize, end: usize, of: Use) {
        let from = self.lines.partition_point(|line| line.end < start);
        for (at, line) in self.lines.iter().enumerate().skip(from) {
            if line.start > end {
                break;
            }
            self.uses[at] = of;
        }
    }

    /// Reports what no reader used: one warning for lines that stand together. Returns the lines that the spec has to hold.
    pub(super) fn report(self, findings: &mut Findings) -> Vec<Used> {
        let named = findings.named_lines(self.lines.iter().map(|line| (line.start, line.end)));
        let mut groups: Vec<(usize, usize)> = Vec::new();
        let mut open = false;
        for (at, line) in self.lines.iter().enumerate() {
            if line.is_blank() {
                continue;
            }
            let lost = self.uses[at] == Use::Nothing && !named[at] && !is_furniture(line);
            match groups.last_mut().filter(|_| open && lost) {
                Some(group) => group.1 = at,
                None if lost => groups.push((at, at)),
                None => {}
            }
            open = lost;
        }
        for (from, to) in groups {
            let (first, last) = (&self.lines[from], &self.lines[to]);
            let count = self.lines[from..=to].iter().filter(|line| !line.is_blank()).count();
            let what = shown(&first.text.chars().take(60).collect::<String>());
            let message = if count == 1 {
                format!("the spec does not hold this line: {what}")
            } else {
                format!("the spec does not hold these {count} lines, from {what} on")
            };
            let help = "if it says something about the method, write it into the spec";
            findings.warn(Code::LinesLeftOut, findings.place(first.start, last.end), message, "left out", help);
        }
        let held =
            self.lines.iter().zip(&self.uses).enumerate().filter(|(_, (_, of))| matches!(of, Use::Words | Use::Code));
        held.map(|(at, (line, of))| Used {
            line: at,
            start: line.start + line.gutter.0,
            end: line.end - line.gutter.1,
            code: *of == Use::Code,
        })
        .collect()
    }
}

/// Whether a line below the heading of the common parameters speaks of them: an address, or a row of one of them or of what every
/// answer has.
pub(super) fn is_common(line: &Line) -> bool {
    let lower = line.text.to_lowercase();
    let names = words(&lower);
    lower.contains("http")
        || lower.contains("环境")
        || lower.starts_with("公共")
        || lower.contains("error_response")
        || names.first().is_some_and(|name| *name == "request_id" || name.starts_with("xxx"))
        || names.first().is_some_and(|name| opentop_model::names::is_common(name))
}

/// Whether a line is one of those that pages have around their content.
pub(super) fn is_furniture(line: &Line) -> bool {
    let text = line.text.trim_matches(['#', '*', '-', '=', '_', ':', '：', '|', '`', ' ', '·', '.', '>']);
    let lower = text.to_lowercase();
    let number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    let fence = line.text.starts_with("```") && lower.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // `JAVA .NET PHP`: the tabs on one line.
    let all = |lower: &str| lower.split_whitespace().all(|word| FURNITURE.contains(&word));
    // One word of English may as well be the name of a field.
    let headers = words(&line.text);
    let chinese = |word: &&str| !word.is_ascii() && column(word).is_some() || *word == "序号";
    let header = !headers.is_empty() && headers.iter().all(chinese) || header(&headers).is_some();
    number
        || fence
        || header
        || FURNITURE.contains(&lower.trim())
        || FURNITURE.contains(&line.text.to_lowercase().as_str())
        || all(&lower)
        || text.chars().count() <= 60 && POLITE.iter().any(|words| text.starts_with(words))
}
