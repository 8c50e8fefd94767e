//! From sources to an output: every method by itself, read and written only where something about it changed, then the rest.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use opentop_codegen::{Layout, Listed, Made, Options, Writer};
use opentop_model::diagnostic::{Diagnostic, Place, SourceFile, has_errors, sort};
use opentop_model::model::{Api, Category, Protocol};
use opentop_model::parallel::each;
use opentop_model::{Files as Specs, Head, Read};

use super::memory::{Known, Record};
use super::output::Output;
use crate::hash::Texts;
use crate::progress::Progress;

/// What there is to do.
pub(super) struct Job<'a> {
    pub(super) sources: &'a [SourceFile],
    pub(super) layout: Layout,
    pub(super) options: &'a Options,
    /// Of the last run.
    pub(super) known: &'a Known,
    /// The methods that are written where they differ.
    pub(super) only: Option<&'a glob::Pattern>,
}

/// What became of it.
#[derive(Default)]
pub(super) struct Ran {
    /// All findings. Where one is an error, nothing may be written.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The number of methods.
    pub(super) methods: usize,
    pub(super) messages: usize,
    /// To be remembered.
    pub(super) known: Known,
}

/// One file.
struct Done {
    head: Head,
    findings: Vec<Diagnostic>,
    /// Of a sound method: its spec's path, and what to remember.
    record: Option<(String, Record)>,
}

/// Generates into an output that `open` opens.
pub(super) fn run<'o>(job: &Job<'_>, open: &dyn Fn() -> Output<'o>) -> Result<(Ran, Output<'o>)> {
    let specs = Specs::of(job.sources);
    // Which categories have methods is known for sure once all are read. Features follow from their names.
    let mut categories: BTreeSet<String> = folders(job.sources);
    loop {
        let writer = Writer::new(job.layout, categories.iter().map(String::as_str), job.options);
        let output = open();
        let done = job.methods(&specs, &writer, &output)?;
        let of_methods = done.iter().filter_map(|done| Some(done.record.as_ref()?.1.listed.category.clone()));
        let actual: BTreeSet<String> = of_methods.collect();
        let features = Writer::new(job.layout, actual.iter().map(String::as_str), job.options);
        let failed = done.iter().any(|done| has_errors(&done.findings));
        let right = actual.iter().all(|category| writer.features().get(category) == features.features().get(category));
        if right || failed {
            return Ok((job.together(&specs, &features, done, &output)?, output));
        }
        categories = actual;
    }
}

/// The folders of all methods.
fn folders(sources: &[SourceFile]) -> BTreeSet<String> {
    let methods = sources.iter().filter(|source| !source.path.ends_with("/category.yaml"));
    methods.filter_map(|source| Some(source.path.split_once('/')?.0.to_owned())).collect()
}

impl Job<'_> {
    fn methods(&self, specs: &Specs<'_>, writer: &Writer<'_>, output: &Output<'_>) -> Result<Vec<Done>> {
        let failed = AtomicBool::new(false);
        let progress = Progress::of(specs.indices().len(), "files");
        let done = each(specs.indices(), |index| {
            progress.one();
            let key = self.key(specs, writer, *index);
            if let Some(done) = key.and_then(|key| self.known(*index, key, output)) {
                return Ok(done);
            }
            let Read { head, api, findings } = specs.read(*index);
            if has_errors(&findings) {
                failed.store(true, Ordering::Relaxed);
            }
            let mut done = Done { head, findings, record: None };
            if let Some(api) = api
                && !failed.load(Ordering::Relaxed)
            {
                done.record = Some((self.path(*index).to_owned(), self.write(&api, key, &done, writer, output)?));
            }
            Ok(done)
        });
        done.into_iter().collect()
    }

    fn path(&self, index: usize) -> &str {
        &self.sources[index].path
    }

    /// The hash of everything that the files of a method are made from, beside the generator and its options.
    fn key(&self, specs: &Specs<'_>, writer: &Writer<'_>, index: usize) -> Option<u128> {
        let mut key = Texts::default();
        for part in specs.parts(index)? {
            key.add(self.path(part)).add(&self.sources[part].text);
        }
        let category = self.path(index).split_once('/')?.0;
        Some(key.add(writer.features().get(category)?.as_str()).finish())
    }

    /// A method about which nothing changed.
    fn known(&self, index: usize, key: u128, output: &Output<'_>) -> Option<Done> {
        let path = self.path(index);
        let record = self.known.methods.get(path).filter(|record| record.key == key)?;
        if !output.holds(&record.files) {
            return None;
        }
        output.same(&record.files);
        let (start, end) = record.category_at;
        let places = [record.listed.at, Place { file: index, start, end }];
        let head = Head::of_method(record.listed.method.as_str(), &record.listed.category, places);
        let findings = record.warnings[0].clone();
        Some(Done { head, findings, record: Some((path.to_owned(), record.clone())) })
    }

    fn write(
        &self,
        api: &Api,
        key: Option<u128>,
        done: &Done,
        writer: &Writer<'_>,
        output: &Output<'_>,
    ) -> Result<Record> {
        let Made { files, listed, diagnostics } = writer.method(api, self.sources);
        let files = output.put(&files, self.only.is_none_or(|only| only.matches(&api.method)))?;
        let category_at = done.head.places().map_or((0, 0), |[_, at]| (at.start, at.end));
        let warnings = [done.findings.clone(), diagnostics];
        Ok(Record { key: key.unwrap_or_default(), files, category_at, listed, warnings })
    }

    fn together(&self, specs: &Specs<'_>, writer: &Writer<'_>, done: Vec<Done>, output: &Output<'_>) -> Result<Ran> {
        let mut ran = Ran::default();
        let mut heads = Vec::with_capacity(done.len());
        for done in done {
            heads.push(done.head);
            ran.diagnostics.extend(done.findings);
            ran.known.methods.extend(done.record);
        }
        let categories = specs.together(&heads, &mut ran.diagnostics);
        sort(&mut ran.diagnostics, self.sources);
        let messages = ran.known.methods.values().filter(|record| record.listed.protocol == Some(Protocol::Tmc));
        ran.messages = messages.count();
        ran.methods = ran.known.methods.len() - ran.messages;
        if has_errors(&ran.diagnostics) {
            return Ok(ran);
        }
        let findings = self.rest(specs, &categories, writer, &mut ran.known, output)?;
        ran.diagnostics.extend(findings);
        Ok(ran)
    }

    /// The files that speak of all methods. Gives back what there is to say of names.
    fn rest(
        &self,
        specs: &Specs<'_>,
        categories: &[Category],
        writer: &Writer<'_>,
        known: &mut Known,
        output: &Output<'_>,
    ) -> Result<Vec<Diagnostic>> {
        let mut records: Vec<&Record> = known.methods.values().collect();
        records.sort_unstable_by_key(|record| (&record.listed.category, record.listed.method.as_str()));
        let key = rest_key(&records, categories, writer);
        let mut findings: Vec<Diagnostic> = records.iter().flat_map(|record| record.warnings[1].clone()).collect();
        if self.known.rest.0 == key && output.holds(&self.known.rest.1) {
            output.same(&self.known.rest.1);
            findings.sort_by_key(|finding| (finding.place, finding.code));
            known.rest = self.known.rest.clone();
            return Ok(findings);
        }
        let listed: Vec<Listed> = records.iter().map(|record| record.listed.clone()).collect();
        let full = |of: &Listed| specs.read(of.at.file).api;
        let rest = writer.rest(listed, categories, self.sources, findings, &full);
        known.rest = (key, output.put(&rest.files, true)?);
        Ok(rest.diagnostics)
    }
}

/// The hash of everything that the files which speak of all methods are made from.
fn rest_key(records: &[&Record], categories: &[Category], writer: &Writer<'_>) -> u128 {
    let mut key = Texts::default();
    for Record { key: own, listed, .. } in records {
        // The few methods that are shown in full follow from their specs.
        key.add(&format!("{own:032x}")).add(&listed.category).add(listed.method.as_str());
    }
    for category in categories {
        key.add(&category.name).add(&category.title);
        key.add(writer.features().get(&category.name).map_or("", |feature| feature.as_str()));
    }
    key.finish()
}
