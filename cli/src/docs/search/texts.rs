//! The descriptions, each once, with every place where it stands. Methods of a family say much in the same words.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::grams::Grams;
use super::numbers;

/// How many bytes share a file.
const FILE: usize = 3 * 1024;

/// The lines of all methods.
#[derive(Default)]
pub(super) struct Texts {
    methods: usize,
    /// In the order in which they were met first.
    lines: Vec<(String, Vec<Place>)>,
    numbers: HashMap<String, usize>,
}

/// The method, and which of its lines: see `Outline::lines`.
type Place = (usize, usize);

impl Texts {
    /// Adds the lines of the next method.
    pub(super) fn add(&mut self, lines: impl Iterator<Item = String>) {
        for (number, line) in lines.enumerate().filter(|(_, line)| !line.is_empty()) {
            let place = (self.methods, number);
            if let Some(&known) = self.numbers.get(&line) {
                self.lines[known].1.push(place);
            } else {
                self.numbers.insert(line.clone(), self.lines.len());
                self.lines.push((line, vec![place]));
            }
        }
        self.methods += 1;
    }

    /// The text files, and the pieces that tell which of them may hold a text.
    ///
    /// A file is its lines, and as many lines that tell the places of each: see [`write`].
    pub(super) fn finish(self) -> (Vec<Value>, Vec<String>) {
        let (mut files, mut grams) = (Vec::new(), Grams::default());
        let mut rest = self.lines.as_slice();
        while !rest.is_empty() {
            let (mut count, mut bytes, mut places) = (0, 0, String::new());
            let mut before: &[Place] = &[];
            while let Some((line, at)) = rest.get(count).filter(|_| bytes + places.len() < FILE) {
                if count > 0 {
                    places.push('\n');
                }
                write(at, before, &mut places);
                bytes += line.len();
                before = at;
                count += 1;
            }
            let (file, others) = rest.split_at(count);
            let lines = || file.iter().map(|(line, _)| line.as_str());
            grams.add(lines());
            files.push(json!([lines().collect::<Vec<_>>().join("\n"), places]));
            rest = others;
        }
        (files, grams.pieces())
    }
}

/// Writes where a line stands, by where the one before it stands:
///
/// - nothing: in the same methods, a line further down in each;
/// - a number N: in the same methods, N lines further down in each;
/// - else `;`, and for each place two numbers: the distance of its method from that of the place before, and the number of the line in it. The
///   first distance is from the first place of the line before, or from the first method.
fn write(places: &[Place], before: &[Place], out: &mut String) {
    let further = match (places, before) {
        ([(_, line), ..], [(_, above), ..]) => line.checked_sub(*above),
        _ => None,
    };
    let moved = |further: usize| before.iter().map(move |(method, line)| (*method, line + further));
    match further.filter(|further| moved(*further).eq(places.iter().copied())) {
        Some(1) => {}
        Some(further) => numbers::write(further, out),
        None => {
            out.push(';');
            let mut from = before.first().map_or(0, |(method, _)| *method);
            for (method, line) in places {
                numbers::write(method - from, out);
                numbers::write(*line, out);
                from = *method;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(texts: &mut Texts, lines: &str) {
        texts.add(lines.split('|').map(str::to_owned));
    }

    #[test]
    fn a_line_stands_once_with_all_its_places() {
        let mut texts = Texts::default();
        add(&mut texts, "查询订单|页码|每页条数||总数");
        add(&mut texts, "新增|页码|每页条数||总数|店铺");
        add(&mut texts, "删除||||||||||||||||||||||||||||||||||||||||页码|页码");
        let (files, pieces) = texts.finish();
        assert_eq!(
            files,
            [json!([
                "查询订单\n页码\n每页条数\n总数\n新增\n店铺\n删除",
                // 40 and 41 are E1 and F1.
                ";00\n;01111E10F1\n;0212\n2\n;10\n5\n;10"
            ])]
        );
        assert_eq!(pieces.len(), 1);
    }

    #[test]
    fn files_are_of_one_size() {
        let mut texts = Texts::default();
        for method in 0..2000 {
            add(&mut texts, &format!("第{method}个方法|页码"));
        }
        let (files, _) = texts.finish();
        let sizes: Vec<usize> = files.iter().map(|file| file.to_string().len()).collect();
        assert!(
            sizes.len() > 10 && sizes[1..sizes.len() - 1].iter().all(|size| (FILE..FILE + 1000).contains(size)),
            "{sizes:?}"
        );
    }
}
