//! The methods to compare on, as every emitter here sees them.
//!
//! The generator's own reader reads the specs, so that all sides start from the same model. Nothing here knows Rust, OpenAPI or
//! any other output.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use opentop_model::diagnostic::{Severity, SourceFile};
use opentop_model::model::{self, Model, Scalar, Type};

/// All methods of a spec folder.
pub(crate) struct Catalogue {
    pub(crate) apis: Vec<Api>,
}

/// One method.
pub(crate) struct Api {
    pub(crate) method: String,
    pub(crate) category: String,
    pub(crate) title: String,
    pub(crate) envelope: String,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
    pub(crate) types: Vec<NamedType>,
    /// The list that it pages through: an index into `fields` at every level of the response.
    pub(crate) items: Option<Vec<usize>>,
}

/// An object type of one method.
pub(crate) struct NamedType {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) recursive: bool,
}

/// A parameter or field.
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) kind: Kind,
    pub(crate) list: bool,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) example: Option<String>,
    /// Listed values of a text field.
    pub(crate) values: Vec<String>,
}

/// What a field, or an element of its list, holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
    Date,
    Decimal,
    Json,
    /// Index into [`Api::types`].
    Object(usize),
}

impl Catalogue {
    /// Reads a spec folder.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let mut sources = Vec::new();
        read_sources(dir, dir, &mut sources)?;
        sources.sort_by(|one, other| one.path.cmp(&other.path));
        let loaded = opentop_model::load(&sources);
        if loaded.has_errors() {
            let first = loaded.diagnostics.iter().find(|found| found.severity == Severity::Error);
            let said = first.map(|found| format!("{}: {}", sources[found.place.file].path, found.message));
            bail!(
                "the specs in {} have errors (`cargo xtask regen --spec` on them shows all): {}",
                dir.display(),
                said.unwrap_or_default()
            );
        }
        Ok(Self::of(&loaded.model))
    }

    fn of(model: &Model) -> Self {
        // Messages are not called.
        Self { apis: model.apis.iter().filter(|api| !api.is_message()).map(Api::of).collect() }
    }

    /// Object types, those of requests and responses themselves included.
    pub(crate) fn structs(&self) -> usize {
        self.apis.iter().map(|api| api.types.len() + 2).sum()
    }

    /// Parameters and fields.
    pub(crate) fn fields(&self) -> usize {
        let of = |api: &Api| {
            let named: usize = api.types.iter().map(|named| named.fields.len()).sum();
            api.request.len() + api.response.len() + named
        };
        self.apis.iter().map(of).sum()
    }

    /// The category with most methods.
    pub(crate) fn largest_category(&self) -> Option<(&str, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for api in &self.apis {
            *counts.entry(api.category.as_str()).or_insert(0) += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count)
    }

    /// The method to decode and encode: the one named, or that whose items have most fields.
    pub(crate) fn wire_subject(&self, method: Option<&str>) -> Option<&Api> {
        match method {
            Some(method) => self.apis.iter().find(|api| api.method == method && api.items.is_some()),
            None => self.apis.iter().max_by_key(|api| api.plain_item_fields()),
        }
    }
}

impl Api {
    fn of(api: &model::Api) -> Self {
        let fields = |object: &model::Object| object.fields.iter().map(Field::of).collect();
        let named = |named: &model::NamedType| NamedType {
            name: named.name.clone(),
            description: named.description.clone(),
            fields: fields(&named.object),
            recursive: named.recursive,
        };
        Self {
            method: api.method.clone(),
            category: api.category.clone(),
            title: api.title.clone(),
            envelope: api.envelope(),
            request: fields(&api.request),
            response: fields(&api.response),
            types: api.types.iter().map(named).collect(),
            items: api.paging.as_ref().map(|paging| paging.items.0.clone()),
        }
    }

    /// The type of the items, and how many fields that every JSON library reads alike it has. Items with decimals are worth
    /// nothing here: their cost is that of the decimal library.
    fn plain_item_fields(&self) -> usize {
        let Some(path) = &self.items else { return 0 };
        let mut fields = &self.response;
        for &index in path {
            match fields.get(index).map(|field| field.kind) {
                Some(Kind::Object(id)) => fields = &self.types[id].fields,
                _ => return 0,
            }
        }
        if fields.iter().any(|field| field.kind == Kind::Decimal) { 0 } else { fields.len() }
    }
}

impl Field {
    fn of(field: &model::Field) -> Self {
        let (kind, list) = match &field.ty {
            Type::Scalar(scalar) => (Kind::of(*scalar), false),
            Type::Scalars(scalar) => (Kind::of(*scalar), true),
            Type::Object(id) => (Kind::Object(id.0), false),
            Type::Objects(id) => (Kind::Object(id.0), true),
        };
        let values = if kind == Kind::Text {
            field.values.iter().map(|listed| listed.value.clone()).collect()
        } else {
            Vec::new()
        };
        Self {
            wire: field.wire.clone(),
            kind,
            list,
            required: field.required,
            description: field.description.clone(),
            example: field.usable_example().map(str::to_owned),
            values,
        }
    }
}

impl Kind {
    fn of(scalar: Scalar) -> Self {
        match scalar {
            // A file is text to the others: none of them uploads.
            Scalar::String | Scalar::Bytes => Self::Text,
            Scalar::Number => Self::Int,
            Scalar::Boolean => Self::Bool,
            Scalar::Date => Self::Date,
            Scalar::Price | Scalar::BigDecimal => Self::Decimal,
            Scalar::Json | Scalar::Map => Self::Json,
        }
    }
}

/// Every YAML file below a folder.
pub(crate) fn read_sources(root: &Path, dir: &Path, sources: &mut Vec<SourceFile>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            read_sources(root, &path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
            sources.push(SourceFile { path: parts.join("/"), text });
        }
    }
    Ok(())
}
