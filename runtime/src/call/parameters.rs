//! The business parameters of one call: those of the request, and those that the caller adds.
//!
//! They are checked and encoded once, so that a repeated call sends the very same ones.

use std::borrow::Cow;
use std::fmt;

use crate::call::error::{ConfigError, Error};
#[cfg(feature = "qimen")]
use crate::call::qimen::QimenBody;
use crate::wire::decode::{self, DecodeError};
use crate::wire::encode::{self, Parameter};
use crate::wire::table::Table;
#[cfg(feature = "qimen")]
use crate::wire::table::{rooted, rooted_mut};
use crate::wire::validate;
use crate::wire::value::File;

/// The gateway's own parameters. No business parameter may have one of these names.
pub(crate) const SYSTEM: [&str; 10] =
    ["app_key", "format", "method", "partner_id", "session", "sign", "sign_method", "simplify", "timestamp", "v"];

/// The name under which a body stands among the parameters. No parameter has it.
const BODY: &str = "";
/// The root of a body in XML.
#[cfg(feature = "qimen")]
const ROOT: &str = "request";

/// The encoded business parameters of one call. `Debug` shows their names only: the values are the user's business.
#[derive(Clone, Default)]
pub struct Parameters(Vec<(Cow<'static, str>, Parameter)>);

impl Parameters {
    /// Checks a request and encodes it.
    ///
    /// ```
    /// use opentop_runtime::{Error, Parameters, Request};
    ///
    /// /// The names of what a request would send.
    /// fn names<R: Request>(request: &R) -> Result<Vec<String>, Error> {
    ///     Ok(Parameters::of(request)?.iter().map(|(name, _)| name.to_owned()).collect())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with everything that is wrong with the request, or [`Error::Config`] where one of its parameters
    /// bears the name of a system parameter.
    pub fn of(request: &dyn Table) -> Result<Self, Error> {
        Self::encoded(request, request)
    }

    /// Checks `request`, and encodes the fields of `inside`.
    fn encoded(request: &dyn Table, inside: &dyn Table) -> Result<Self, Error> {
        Self::check(request)?;
        let mut parameters = Self::default();
        for (name, value) in encode::parameters(inside) {
            parameters.push(name.into(), value)?;
        }
        Ok(parameters)
    }

    fn check(request: &dyn Table) -> Result<(), Error> {
        let violations = validate::violations(request);
        if violations.is_empty() { Ok(()) } else { Err(Error::Invalid(violations)) }
    }

    /// Checks a request that Qimen carries, and encodes it as its body, or as a form.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), and where XML cannot hold a text.
    #[cfg(feature = "qimen")]
    pub(crate) fn of_qimen(request: &dyn Table, form: QimenBody) -> Result<Self, Error> {
        let inside = rooted(request, ROOT);
        if form == QimenBody::Form {
            return Self::encoded(request, inside.unwrap_or(request));
        }
        Self::check(request)?;
        let body = match inside {
            Some(inside) if form == QimenBody::Json => encode::json(inside),
            None if form == QimenBody::Json => "{}".to_owned(),
            inside => {
                if let Some(field) = encode::not_in_xml(request) {
                    return Err(ConfigError::NotInXml { field }.into());
                }
                encode::xml(inside.unwrap_or(request), ROOT)
            }
        };
        Ok(Self(vec![(Cow::Borrowed(BODY), Parameter::Text(body))]))
    }

    /// The body of a call through Qimen. The signature covers its exact bytes.
    pub(crate) fn body(&self) -> Option<&str> {
        self.iter().find_map(|(name, value)| match value {
            Parameter::Text(text) if name == BODY => Some(text.as_str()),
            _ => None,
        })
    }

    /// All but that body.
    pub(crate) fn business(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.iter().filter(|(name, _)| *name != BODY)
    }

    /// Adds a text parameter that the request does not know, e.g. `target_app_key`.
    ///
    /// ```
    /// use opentop_runtime::{Parameters, error::ConfigError};
    ///
    /// let mut parameters = Parameters::default();
    /// parameters.add("gift_id", "42")?;
    /// assert!(matches!(parameters.add("gift_id", "43"), Err(ConfigError::DuplicateParameter { .. })));
    /// assert!(matches!(parameters.add("session", "6100e23"), Err(ConfigError::SystemParameter { .. })));
    /// # Ok::<(), ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the name is that of a system parameter or already there, the name is empty, or the value is empty or white space alone.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        if name.is_empty() || encode::is_blank(value) {
            return Err(ConfigError::EmptyParameter { name: name.to_owned() });
        }
        self.push(name.to_owned().into(), Parameter::Text(value.to_owned()))
    }

    /// Adds a file. One on disk is read when the call is made.
    ///
    /// ```
    /// use opentop_runtime::{File, Parameters};
    ///
    /// let mut parameters = Parameters::from_pairs([("title", "gift")])?;
    /// parameters.add_file("image", File::new("gift.png", b"\x89PNG...".as_slice()))?;
    /// # Ok::<(), opentop_runtime::error::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the name is that of a system parameter, already there or empty, or the file has no name.
    pub fn add_file(&mut self, name: &str, file: File) -> Result<(), ConfigError> {
        if name.is_empty() {
            return Err(ConfigError::EmptyParameter { name: String::new() });
        }
        self.push(name.to_owned().into(), Parameter::File(file))
    }

    pub(crate) fn push(&mut self, name: Cow<'static, str>, value: Parameter) -> Result<(), ConfigError> {
        if matches!(&value, Parameter::File(file) if file.name().is_empty()) {
            return Err(ConfigError::FileName { name: name.into_owned() });
        }
        if SYSTEM.contains(&&*name) {
            return Err(ConfigError::SystemParameter { name: name.into_owned() });
        }
        if self.0.iter().any(|(other, _)| *other == name) {
            return Err(ConfigError::DuplicateParameter { name: name.into_owned() });
        }
        // The gateway's clients neither send nor sign empty values; servers disagree on what one would mean.
        if !matches!(&value, Parameter::Text(text) if text.is_empty()) {
            self.0.push((name, value));
        }
        Ok(())
    }

    /// Whether a file must be read from the disk before the call can be sent.
    pub(crate) fn has_unread_files(&self) -> bool {
        self.0.iter().any(|(_, value)| matches!(value, Parameter::File(file) if file.bytes().is_none()))
    }

    /// The names of the files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.iter().filter_map(|(name, value)| matches!(value, Parameter::File(_)).then_some(name))
    }

    /// Reads the files that are on disk. This blocks.
    pub(crate) fn read_files(&mut self) -> Result<(), ConfigError> {
        for (name, value) in &mut self.0 {
            if let Parameter::File(file) = value {
                let read = file.clone().read();
                *file = read.map_err(|problem| ConfigError::File { name: name.clone().into_owned(), problem })?;
            }
        }
        Ok(())
    }

    /// Whether this very text is there under this name.
    pub(crate) fn holds(&self, name: &str, value: &str) -> bool {
        self.iter().any(|(other, given)| other == name && matches!(given, Parameter::Text(text) if text == value))
    }

    /// Makes parameters from names and texts, for a method without a specification.
    ///
    /// ```
    /// use opentop_runtime::Parameters;
    ///
    /// let parameters = Parameters::from_pairs([("gift_id", "42"), ("query", r#"{"page_no":1}"#)])?;
    /// assert_eq!(parameters.iter().count(), 2);
    /// # Ok::<(), opentop_runtime::error::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Parameters::add`].
    pub fn from_pairs<N: AsRef<str>, V: AsRef<str>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, ConfigError> {
        let mut parameters = Self::default();
        for (name, value) in pairs {
            parameters.add(name.as_ref(), value.as_ref())?;
        }
        Ok(parameters)
    }

    /// Reads the parameters back into a request. Those that the request does not have are left out.
    pub(crate) fn read_into(&self, request: &mut dyn Table) -> Result<(), DecodeError> {
        #[cfg(feature = "qimen")]
        if let Some(body) = self.body() {
            let inside = rooted_mut(request, ROOT);
            let read = if body.starts_with('<') { decode::xml } else { decode::json };
            return read(body, ROOT, inside).map(drop);
        }
        decode::parameters(|| self.iter(), request)
    }

    /// Names and values, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
