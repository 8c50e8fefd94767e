//! Shows the figures and ratios of a run, as a table (ratios first) or as JSON.

use std::fmt::Write as _;

use serde_json::json;

/// Everything a run found.
#[derive(Default)]
pub(crate) struct Report {
    /// What the figures are of: sizes, commands, profiles.
    pub(crate) notes: Vec<String>,
    pub(crate) ratios: Vec<Ratio>,
    pub(crate) figures: Vec<Figure>,
    /// What could not be measured, and why. The rest of the report stands.
    pub(crate) failures: Vec<(String, String)>,
}

/// One figure against another of the same run.
pub(crate) struct Ratio {
    pub(crate) what: String,
    /// `None` where one of the two figures is missing.
    pub(crate) value: Option<f64>,
    pub(crate) bound: Bound,
}

/// What a ratio has to be.
#[derive(Clone, Copy)]
pub(crate) enum Bound {
    /// Nothing was promised.
    None,
    /// At most the first; the second is hoped for.
    AtMost(f64, f64),
    /// At least the first; the second is hoped for.
    AtLeast(f64, f64),
}

/// One absolute figure.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) subject: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

impl Bound {
    fn met(self, value: f64) -> Option<bool> {
        match self {
            Self::None => None,
            Self::AtMost(must, _) => Some(value <= must),
            Self::AtLeast(must, _) => Some(value >= must),
        }
    }

    fn columns(self) -> (String, String) {
        match self {
            Self::None => (String::new(), String::new()),
            Self::AtMost(must, hope) => (format!("≤ {must}"), format!("≤ {hope}")),
            Self::AtLeast(must, hope) => (format!("≥ {must}"), format!("≥ {hope}")),
        }
    }
}

impl Report {
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    pub(crate) fn figure(&mut self, what: &str, subject: &str, value: f64, unit: &'static str) {
        self.figures.push(Figure { what: what.to_owned(), subject: subject.to_owned(), value, unit });
    }

    /// `ours / theirs`. Where one of them was not measured, a ratio that was promised says so, and another is left out.
    pub(crate) fn ratio(&mut self, what: impl Into<String>, ours: f64, theirs: f64, bound: Bound) {
        let value = (ours > 0.0 && theirs > 0.0).then(|| ours / theirs);
        if value.is_some() || !matches!(bound, Bound::None) {
            self.ratios.push(Ratio { what: what.into(), value, bound });
        }
    }

    /// A number with a bound of its own, e.g. of files.
    pub(crate) fn count(&mut self, what: impl Into<String>, value: Option<usize>, bound: Bound) {
        self.ratios.push(Ratio { what: what.into(), value: value.map(|value| value as f64), bound });
    }

    /// What was found, or nothing and a line that says why: one failure does not cost the rest of a long run.
    pub(crate) fn keep<T>(&mut self, what: &str, found: anyhow::Result<T>) -> Option<T> {
        found
            .map_err(|error| {
                eprintln!("{what}: FAILED: {error:#}");
                self.failures.push((what.to_owned(), format!("{error:#}")));
            })
            .ok()
    }

    /// CPU, wall and peak of one step. A long run says on the way how far it has come.
    pub(crate) fn cost(&mut self, what: &str, subject: &str, cost: crate::measure::Cost) {
        eprintln!("{what}: {subject}: {:.2} CPU s, {:.2} wall s, {:.0} MiB peak", cost.cpu, cost.wall, cost.peak);
        self.figure(what, subject, cost.cpu, "CPU s");
        self.figure(what, subject, cost.wall, "wall s");
        self.figure(what, subject, cost.peak, "MiB peak");
    }

    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        for note in &self.notes {
            _ = writeln!(out, "{note}");
        }
        for (what, why) in &self.failures {
            _ = writeln!(out, "FAILED: {what}: {why}");
        }
        let mut rows = vec![["ratio", "is", "must be", "hope", ""].map(str::to_owned)];
        for ratio in &self.ratios {
            let (must, hope) = ratio.bound.columns();
            let verdict = match ratio.value.map(|value| ratio.bound.met(value)) {
                None => "NOT MEASURED",
                Some(None) => "",
                Some(Some(true)) => "met",
                Some(Some(false)) => "SHORT",
            };
            let value = ratio.value.map(|value| format!("{value:.3}")).unwrap_or_default();
            rows.push([ratio.what.clone(), value, must, hope, verdict.to_owned()]);
        }
        out.push_str(&table(&rows));
        let mut rows = vec![["figure", "subject", "value", "unit"].map(str::to_owned)];
        rows.extend(self.figures.iter().map(|figure| {
            [figure.what.clone(), figure.subject.clone(), rounded(figure.value), figure.unit.to_owned()]
        }));
        out.push('\n');
        out.push_str(&table(&rows));
        out
    }

    pub(crate) fn json(&self) -> String {
        let ratio = |ratio: &Ratio| {
            let (must, hope) = ratio.bound.columns();
            json!({"what": ratio.what, "value": ratio.value, "must": must, "hope": hope, "met": ratio.value.and_then(|value| ratio.bound.met(value))})
        };
        let figure = |figure: &Figure| json!({"what": figure.what, "subject": figure.subject, "value": figure.value, "unit": figure.unit});
        let whole = json!({
            "notes": self.notes,
            "failures": self.failures.iter().map(|(what, why)| json!({"what": what, "why": why})).collect::<Vec<_>>(),
            "ratios": self.ratios.iter().map(ratio).collect::<Vec<_>>(),
            "figures": self.figures.iter().map(figure).collect::<Vec<_>>(),
        });
        format!("{whole:#}\n")
    }
}

/// Four digits that mean something.
fn rounded(value: f64) -> String {
    match value.abs() {
        large if large >= 1000.0 => format!("{value:.0}"),
        large if large >= 100.0 => format!("{value:.1}"),
        large if large >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

/// A Markdown table with aligned columns.
fn table<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(widths) {
            _ = write!(out, "| {cell:width$} ");
        }
        out.push_str("|\n");
        if at == 0 {
            out.extend(widths.iter().map(|width| format!("|{}", "-".repeat(width + 2))));
            out.push_str("|\n");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_come_first_and_say_whether_they_are_met() {
        let mut report = Report::default();
        report.figure("check", "ours", 3.9, "CPU s");
        report.ratio("check, ours / others", 1.0, 10.0, Bound::AtMost(0.15, 0.1));
        report.ratio("sign", 1.0, 4.0, Bound::AtLeast(0.5, 0.75));
        let text = report.text();
        assert!(text.find("ratio") < text.find("figure"), "{text}");
        assert!(text.contains("| check, ours / others | 0.100 | ≤ 0.15  | ≤ 0.1  | met   |"), "{text}");
        assert!(text.contains("SHORT"), "{text}");
    }

    #[test]
    fn a_figure_that_was_not_measured_makes_no_ratio() {
        let mut report = Report::default();
        report.ratio("release", 1.0, 0.0, Bound::None);
        assert!(report.ratios.is_empty());
    }

    #[test]
    fn a_promised_ratio_that_was_not_measured_says_so_and_the_rest_stands() {
        let mut report = Report::default();
        let cost: Option<f64> = report.keep("release", Err(anyhow::anyhow!("no linker")));
        report.ratio("release", 1.0, cost.unwrap_or_default(), Bound::AtMost(0.25, 0.19));
        report.count("files written", Some(0), Bound::AtMost(0.0, 0.0));
        let text = report.text();
        assert!(text.contains("FAILED: release: no linker"), "{text}");
        assert!(text.contains("NOT MEASURED") && text.contains("met"), "{text}");
        assert!(report.json().contains("no linker"));
    }
}
