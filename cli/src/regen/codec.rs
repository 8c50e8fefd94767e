//! Values as bytes, for [`super::memory`]: numbers of eight bytes, texts with their length before them, files by their paths.

use std::collections::HashMap;

use opentop_codegen::Listed;
use opentop_codegen::plan::{ModuleName, WireName};
use opentop_model::diagnostic::{Code, Diagnostic, Place, Severity, SourceFile};
use opentop_model::model::{Effect, Protocol};

/// Paths and hashes.
pub(super) type Files = Vec<(String, u128)>;

/// Writes values.
pub(super) struct Writer<'a> {
    out: Vec<u8>,
    sources: &'a [SourceFile],
}

impl<'a> Writer<'a> {
    pub(super) fn new(sources: &'a [SourceFile]) -> Self {
        Self { out: Vec::new(), sources }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    pub(super) fn hash(&mut self, hash: u128) {
        self.out.extend_from_slice(&hash.to_le_bytes());
    }

    pub(super) fn number(&mut self, number: usize) {
        self.out.extend_from_slice(&(number as u64).to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(super) fn files(&mut self, files: &Files) {
        self.number(files.len());
        for (path, hash) in files {
            self.text(path);
            self.hash(*hash);
        }
    }

    pub(super) fn listed(&mut self, listed: &Listed) {
        self.place(listed.at);
        for text in [&listed.category, listed.method.as_str(), listed.module.as_str(), &listed.title, &listed.test] {
            self.text(text);
        }
        self.text(listed.protocol.map_or("", Protocol::name));
        self.number(usize::from(listed.effect == Effect::Write));
        self.number(usize::from(listed.effect_confirmed));
        self.number(usize::from(listed.complex));
        self.number(listed.strictness);
    }

    pub(super) fn diagnostics(&mut self, diagnostics: &[Diagnostic]) {
        self.number(diagnostics.len());
        for diagnostic in diagnostics {
            self.text(diagnostic.code.id());
            self.number(usize::from(diagnostic.severity == Severity::Error));
            self.text(&diagnostic.message);
            self.place(diagnostic.place);
            self.text(&diagnostic.label);
            self.number(diagnostic.also.len());
            for (place, label) in &diagnostic.also {
                self.place(*place);
                self.text(label);
            }
            self.number(usize::from(diagnostic.help.is_some()));
            self.text(diagnostic.help.as_deref().unwrap_or_default());
        }
    }

    fn place(&mut self, place: Place) {
        self.text(self.sources.get(place.file).map_or("", |source| &source.path));
        self.number(place.start);
        self.number(place.end);
    }
}

/// Reads values. `None`: what is there is another value, or cut off.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    sources: HashMap<&'a str, usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(rest: &'a [u8], sources: &'a [SourceFile]) -> Self {
        let sources = sources.iter().enumerate().map(|(index, source)| (source.path.as_str(), index)).collect();
        Self { rest, sources }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*chunk)
    }

    pub(super) fn hash(&mut self) -> Option<u128> {
        self.chunk().map(u128::from_le_bytes)
    }

    pub(super) fn number(&mut self) -> Option<usize> {
        self.chunk().map(u64::from_le_bytes)?.try_into().ok()
    }

    fn flag(&mut self) -> Option<bool> {
        self.number().map(|number| number != 0)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.number()?).map(|_| read(self)).collect()
    }

    pub(super) fn files(&mut self) -> Option<Files> {
        self.list(|reader| Some((reader.text()?.to_owned(), reader.hash()?)))
    }

    /// The inner `None`: a place is in a file that is not there any more.
    pub(super) fn listed(&mut self) -> Option<Option<Listed>> {
        let at = self.place()?;
        let mut text = || self.text().map(str::to_owned);
        let (category, method, module, title, test) = (text()?, text()?, text()?, text()?, text()?);
        let protocol = match self.text()? {
            "" => None,
            name => Some(Protocol::ALL.into_iter().find(|protocol| protocol.name() == name)?),
        };
        let effect = if self.flag()? { Effect::Write } else { Effect::Read };
        let (effect_confirmed, complex, strictness) = (self.flag()?, self.flag()?, self.number()?);
        let (method, module) = (WireName::new(&method), ModuleName::given(&module));
        Some(at.map(|at| Listed {
            at,
            category,
            method,
            module,
            title,
            protocol,
            effect,
            effect_confirmed,
            complex,
            strictness,
            test,
        }))
    }

    /// The inner `None`: as of [`Reader::listed`].
    pub(super) fn diagnostics(&mut self) -> Option<Option<Vec<Diagnostic>>> {
        self.list(Self::diagnostic).map(|list| list.into_iter().collect())
    }

    fn diagnostic(&mut self) -> Option<Option<Diagnostic>> {
        let id = self.text()?;
        let code = Code::ALL.iter().copied().find(|code| code.id() == id)?;
        let severity = if self.flag()? { Severity::Error } else { Severity::Warning };
        let message = self.text()?.to_owned();
        let place = self.place()?;
        let label = self.text()?.to_owned();
        let also = self.list(|reader| {
            let (place, label) = (reader.place()?, reader.text()?.to_owned());
            Some(place.map(|place| (place, label)))
        })?;
        let (helped, help) = (self.flag()?, self.text()?.to_owned());
        let also: Option<Vec<(Place, String)>> = also.into_iter().collect();
        Some(place.zip(also).map(|(place, also)| Diagnostic {
            code,
            severity,
            message,
            place,
            label,
            also,
            help: helped.then_some(help),
        }))
    }

    fn place(&mut self) -> Option<Option<Place>> {
        let (path, start, end) = (self.text()?, self.number()?, self.number()?);
        Some(self.sources.get(path).map(|file| Place { file: *file, start, end }))
    }
}
