//! Shows what a call would send, without what the spec calls sensitive.

use std::sync::Arc;

use opentop_model::model;
use opentop_runtime::{Effect, Error, Parameters};

use crate::account::{Account, Session};

/// What would be sent. What the spec calls sensitive is masked as secrets are.
pub(crate) fn shown(api: &model::Api, account: &Account, parameters: Parameters) -> Result<String, Error> {
    let client = account.client().build()?;
    let effect = match api.effect {
        model::Effect::Read => Effect::Read,
        model::Effect::Write => Effect::Write,
    };
    let shown = match &account.session {
        Some(Session::Given(token)) => client.session(token).dry_run_untyped(&api.method, effect, parameters),
        Some(Session::Kept(tokens)) => {
            client.session(Arc::clone(tokens)).dry_run_untyped(&api.method, effect, parameters)
        }
        None => client.options().dry_run_untyped(&api.method, effect, parameters),
    };
    let mut shown = shown?;
    let fields = api.request.fields.iter();
    let hidden: Vec<&str> =
        fields.filter(|field| is_sensitive(api, field, 0)).map(|field| field.wire.as_str()).collect();
    if !hidden.is_empty() {
        for (name, value) in &mut shown.parameters {
            if hidden.contains(&name.as_str()) {
                "[sensitive]".clone_into(value);
            }
        }
        "(not shown: it holds a value that the spec calls sensitive)".clone_into(&mut shown.base_string);
    }
    Ok(shown.to_string())
}

/// Whether a field is sensitive, or holds one that is, at whatever depth.
fn is_sensitive(api: &model::Api, field: &model::Field, depth: usize) -> bool {
    let inside = field.ty.object().map(|id| &api.named(id).object.fields);
    // Types may contain themselves; so deep nothing is written by hand.
    field.sensitive
        || depth < 16 && inside.is_some_and(|fields| fields.iter().any(|field| is_sensitive(api, field, depth + 1)))
}

/// Whether the parameter `name` is sensitive, or holds something that is.
pub(crate) fn is_hidden(api: &model::Api, name: &str) -> bool {
    let field = api.request.fields.iter().find(|field| field.wire == name);
    field.is_some_and(|field| is_sensitive(api, field, 0))
}
