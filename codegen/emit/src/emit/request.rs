//! What the request of a method has beside its fields: the facts the client needs, and the methods that send it.

use std::collections::HashSet;
use std::sync::LazyLock;

use quote::quote;

use super::code::{Code, code};
use super::example;
use super::options::Options;
use super::state::all_set;
use super::template::Template;
use super::types::{indices, type_ref};
use crate::plan::{
    ApiPlan, BuilderPlan, CategoryPlan, OutcomePlan, PageByPlan, PagingEndKind, PagingPlan, PathPlan, RustType, Scope,
};
use opentop_model::model::{Effect, Executed, Protocol, Session};

/// The documentation of the request: what it is, and a whole call.
pub(super) fn docs(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Vec<String> {
    let mut docs = api.request.docs.clone();
    docs.push(String::new());
    docs.extend(example::documented(category, api, options));
    docs
}

/// The words by which documentation finds the request.
pub(super) fn aliases(api: &ApiPlan) -> Code {
    if api.aliases.is_empty() {
        return Code::default();
    }
    let words: Vec<Code> = api.aliases.iter().map(|word| Code::text(word)).collect();
    code!("#[doc(alias({}))]", Code::commas(words))
}

static FACTS: LazyLock<Template<3>> = LazyLock::new(|| {
    Template::of(
        ["checked", "info", "value"],
        quote! {
            impl rt::Request for Request {
                type Response = Response;
                type Checked = hole_checked;
                const INFO: &'static rt::MethodInfo = hole_info;
                fn checked(response: Response) -> hole_checked { hole_value }
            }
        },
    )
});

/// The traits of the request, with the facts of its method.
pub(super) fn facts(api: &ApiPlan) -> Code {
    let incoming = incoming(api);
    if !api.is_sent() {
        return incoming;
    }
    let (checked, value) = if api.checked.is_empty() {
        ("Response", "response")
    } else {
        ("CheckedResponse", "CheckedResponse(response)")
    };
    let facts = FACTS.fill([&Code::fixed(checked), &info(api), &Code::fixed(value)]);
    let kind = Code::fixed(if api.effect == Effect::Read { "ReadRequest" } else { "WriteRequest" });
    let kind = code!("impl rt::{} for Request {{}}", kind);
    let no_session =
        Code::fixed(if api.session == Session::Required { "" } else { "impl rt::NoSessionRequest for Request {}" });
    Code::items([facts, Code::lines([kind, no_session]), paged(api), incoming])
}

static INCOMING: LazyLock<Template<1>> = LazyLock::new(|| {
    Template::of(
        ["method"],
        quote! {
            impl rt::IncomingRequest for Request {
                type Response = Response;
                const METHOD: &'static str = hole_method;
            }
        },
    )
});

/// How the runtime reads a call of it, where others call it.
fn incoming(api: &ApiPlan) -> Code {
    match api.protocol {
        Some(Protocol::Qimen | Protocol::Spi) => INCOMING.fill([&Code::text(api.method.as_str())]),
        Some(Protocol::Tmc) | None => Code::default(),
    }
}

fn info(api: &ApiPlan) -> Code {
    let effect = Code::fixed(if api.effect == Effect::Read { "Read" } else { "Write" });
    let session = Code::fixed(match api.session {
        Session::None => "None",
        Session::Optional => "Optional",
        Session::Required => "Required",
    });
    let (method, envelope) = (Code::text(api.method.as_str()), Code::text(&api.envelope));
    let (effect, session) = (code!("rt::Effect::{}", effect), code!("rt::SessionRequirement::{}", session));
    let new = Code::list("&rt::MethodInfo::new(", &[method, envelope, effect, session], ")");
    let key = api.idempotency_key.as_ref().map(|path| code!(".idempotency_key({})", way(path)));
    let flag = api.outcome.as_ref().map(|outcome| code!(".success_flag({})", success_flag(outcome)));
    let paging = api.paging.as_ref().map(|plan| code!(".paging({})", paging(plan)));
    let qimen = (api.protocol == Some(Protocol::Qimen)).then(|| Code::fixed(".qimen()"));
    let chain = Code::lines([key, flag, paging, executed(api), qimen].into_iter().flatten());
    if chain.is_empty() { new } else { code!("{}{}", new, chain.deeper()) }
}

/// What the spec says of errors: each code once, whose rows agree.
fn executed(api: &ApiPlan) -> Option<Code> {
    let mut codes: Vec<Code> = Vec::new();
    let mut seen = HashSet::new();
    for (code, executed) in api.errors.iter().filter_map(|row| row.executed.as_ref()) {
        if seen.insert(code) {
            let executed = Code::fixed(if *executed == Executed::No { "No" } else { "Maybe" });
            codes.push(code!("({}, rt::Executed::{})", Code::text(code), executed));
        }
    }
    (!codes.is_empty()).then(|| Code::list(".executed(&[", &codes, "])"))
}

fn success_flag(outcome: &OutcomePlan) -> Code {
    let code = outcome.code.as_ref().map_or_else(Code::default, |path| code!(".code({})", way(path)));
    let message = outcome.message.as_ref().map_or_else(Code::default, |path| code!(".message({})", way(path)));
    code!("rt::SuccessFlag::new({}){}{}", way(&outcome.ok), code, message)
}

fn paging(paging: &PagingPlan) -> Code {
    let (page, items) = (way(&paging.page), way(&paging.items));
    let end = paging.end.as_ref().map(|(kind, path)| {
        let kind = Code::fixed(match kind {
            PagingEndKind::HasNext => "HasNext",
            PagingEndKind::TotalItems => "TotalItems",
            PagingEndKind::TotalPages => "TotalPages",
        });
        (code!("rt::PagingEnd::{}({})", kind, way(path)), path)
    });
    let (begin, last) = match (&paging.by, end) {
        (PageByPlan::Cursor(next, last), end) => {
            let has_next = end.map(|(_, path)| code!(".has_next({})", way(path))).unwrap_or_default();
            let last = last.as_ref().map(|last| code!(".last_cursor({})", Code::text(last))).unwrap_or_default();
            (code!("rt::Paging::by_cursor({}, {}, {}){}", page, way(next), items, has_next), last)
        }
        (PageByPlan::Number, Some((end, _))) => {
            (code!("rt::Paging::new({}, {}, {})", page, end, items), Code::default())
        }
        (PageByPlan::Offset, Some((end, _))) => {
            (code!("rt::Paging::by_offset({}, {}, {})", page, end, items), Code::default())
        }
        // A model has an end for each of these.
        (PageByPlan::Number | PageByPlan::Offset, None) => return Code::default(),
    };
    let first = paging.first.map(|first| code!(".first({})", first)).unwrap_or_default();
    let size = paging.size.as_ref().map_or_else(Code::default, |path| code!(".size({})", way(path)));
    let key = paging.item_key.as_ref().map_or_else(Code::default, |(at, _)| code!(".item_key({})", at));
    let order = if paging.last_first { Code::fixed(".last_first()") } else { Code::default() };
    code!("{}{}{}{}{}{}", begin, last, first, size, key, order)
}

fn way(path: &PathPlan) -> Code {
    indices(&path.indices)
}

static PAGED: LazyLock<Template<1>> = LazyLock::new(|| {
    Template::of(
        ["item"],
        quote! {
            impl rt::PagedRequest for Request {
                type Item = hole_item;
                fn items(response: Response) -> Vec<Self::Item> { response.into_items() }
            }
        },
    )
});

/// How the runtime takes the items of a page.
fn paged(api: &ApiPlan) -> Code {
    match item(api) {
        Some(item) => PAGED.fill([&item]),
        None => Code::default(),
    }
}

/// The type of the items, where a list is read page by page.
fn item(api: &ApiPlan) -> Option<Code> {
    let paging = api.paging.as_ref().filter(|_| api.effect == Effect::Read)?;
    let RustType::Objects(item) = &paging.items.ty else { return None };
    Some(type_ref(item, Scope::Root))
}

static SEND: LazyLock<Template<3>> = LazyLock::new(|| {
    Template::member(
        ["docs", "output", "function"],
        quote! {
            #[each_docs]
            pub fn send<C: rt::Caller<Self>>(self, client: &C) -> rt::hole_output<C, Self> { rt::hole_function(self, client) }
        },
    )
});

static PAGES: LazyLock<Template<0>> = LazyLock::new(|| {
    Template::member(
        [],
        quote! {
            #[doc = " The pages of the list, fetched one after the other."]
            pub fn pages<C: rt::Caller<Self>>(self, client: &C) -> rt::Pages<Self, C::Mode> { rt::pages(self, client) }
            #[doc = " The items of all pages."]
            pub fn items<C: rt::Caller<Self>>(self, client: &C) -> rt::Items<Self, C::Mode> { rt::pages(self, client).items() }
        },
    )
});

static BY_TIME_WINDOW: LazyLock<Template<0>> = LazyLock::new(|| {
    Template::member(
        [],
        quote! {
            #[doc = " The pages of a list over a longer time than one request may ask for: split into spans that it may, each record once."]
            pub fn by_time_window<C: rt::Caller<Self>>(self, client: &C) -> rt::Pages<Self, C::Mode> { rt::by_time_window(self, client) }
        },
    )
});

/// `ReadOutput` or `WriteOutput`, and the function that gives it.
fn kind(api: &ApiPlan) -> (Code, Code) {
    match api.effect {
        Effect::Read => (Code::fixed("ReadOutput"), Code::fixed("send_read")),
        Effect::Write => (Code::fixed("WriteOutput"), Code::fixed("send_write")),
    }
}

/// The methods that send the request.
pub(super) fn sending(api: &ApiPlan) -> Code {
    if !api.is_sent() {
        return Code::default();
    }
    let (output, function) = kind(api);
    let errors = match api.effect {
        Effect::Read => "`Error`, if the call failed.",
        Effect::Write => {
            "`WriteError::Failed`, if it was certainly not done; `WriteError::Unknown`, if it may have been."
        }
    };
    let docs = [
        "Sends the request. A blocking client returns the result itself, an async client a future of it.",
        "",
        "# Errors",
        "",
        errors,
    ]
    .map(str::to_owned);
    let send = SEND.fill([&Code::docs(&docs), &output, &function]);
    let pages = item(api).map_or_else(Code::default, |_| PAGES.fill([]));
    let windows = if api.by_time_window { BY_TIME_WINDOW.fill([]) } else { Code::default() };
    Code::items([send, pages, windows])
}

static SEND_BUILT: LazyLock<Template<4>> = LazyLock::new(|| {
    Template::member(
        ["name", "output", "bounds", "call"],
        quote! {
            #[doc = " Builds and sends the request: see [`Request::hole_name`]."]
            pub fn hole_name<C: rt::Caller<Request>>(self, client: &C) -> hole_output where each_bounds: Any, { hole_call }
        },
    )
});

/// The same methods on a builder that is complete.
pub(super) fn sending_built(api: &ApiPlan, builder: Option<&BuilderPlan>) -> Code {
    let Some(builder) = builder.filter(|_| api.is_sent()) else { return Code::default() };
    let bounds = Code::lines(all_set(builder));
    let (output, function) = kind(api);
    let method =
        |name: &'static str, output: Code, call: Code| SEND_BUILT.fill([&Code::fixed(name), &output, &bounds, &call]);
    let pages = || Code::fixed("rt::Pages<Request, C::Mode>");
    let send = method("send", code!("rt::{}<C, Request>", output), code!("rt::{}(self.build(), client)", function));
    let mut all = vec![send];
    if item(api).is_some() {
        all.push(method("pages", pages(), Code::fixed("rt::pages(self.build(), client)")));
        let items = Code::fixed("rt::Items<Request, C::Mode>");
        all.push(method("items", items, Code::fixed("rt::pages(self.build(), client).items()")));
    }
    if api.by_time_window {
        all.push(method("by_time_window", pages(), Code::fixed("rt::by_time_window(self.build(), client)")));
    }
    Code::items(all)
}
