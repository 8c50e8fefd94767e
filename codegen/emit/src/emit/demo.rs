//! Writes the demo (`examples/demo.rs`): it calls methods with the requests of their pages, then shows what a violated rule, a wrong
//! signature and an unknown outcome look like. It ends with an error wherever something is not as it should be.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::example::Call;
use super::listed::Listed;
use super::options::Options;
use super::rust_file::{RustFile, ident, whole};
use crate::plan::{ApiPlan, CategoryPlan, Plan, StructPlan};
use opentop_model::model::{Effect, Session};

/// The largest number of methods called.
const MOST: usize = 24;

/// The methods that the demo calls, the one whose rules it violates, and the write whose outcome is unknown.
pub(super) struct Chosen<M> {
    calls: Vec<M>,
    strict: Option<M>,
    write: Option<M>,
}

impl<'a> Chosen<&'a Listed> {
    /// Chooses them.
    pub(super) fn of(plan: &'a Plan<Listed>) -> Self {
        let methods = || plan.apis().map(|(_, api)| api).filter(|api| api.protocol.is_none());
        // A rule shows best on a method that has several things to violate.
        let strict = methods().max_by_key(|api| (api.strictness, std::cmp::Reverse(&api.method)));
        Self {
            calls: methods().take(MOST).collect(),
            strict: strict.filter(|api| api.strictness > 0),
            write: methods().find(|api| api.effect == Effect::Write),
        }
    }

    /// The same methods in full.
    pub(super) fn in_full<M>(&self, full: impl Fn(&Listed) -> Option<M>) -> Chosen<M> {
        Chosen {
            calls: self.calls.iter().filter_map(|api| full(api)).collect(),
            strict: self.strict.and_then(&full),
            write: self.write.and_then(&full),
        }
    }
}

/// `examples/demo.rs`.
pub(super) fn file(chosen: &Chosen<(CategoryPlan, ApiPlan)>, options: &Options) -> RustFile {
    let apis = &chosen.calls;
    let names: Vec<Ident> = (1..=apis.len()).map(|number| format_ident!("call_{number}")).collect();
    let calls = names.iter().zip(apis).map(|(name, (category, api))| call(name, category, api, options));
    let first = apis.first();

    let mut shown = vec![names.iter().map(|name| quote!(#name(&client, &session).await?;)).collect::<TokenStream>()];
    let mut expected = vec!["fn main".to_owned(), "fn demo".to_owned(), "fn variable".to_owned()];
    expected.extend(names.iter().map(|name| format!("fn {name}")));
    let mut functions = TokenStream::new();
    if let Some((category, api)) = &chosen.strict {
        shown.push(quote!(violated_rule()?;));
        functions.extend(violated_rule(category, api, options));
        expected.push("fn violated_rule".to_owned());
    }
    if let Some((category, api)) = first {
        shown.push(quote!(wrong_signature(&session).await?;));
        functions.extend(wrong_signature(category, api, options));
        expected.push("fn wrong_signature".to_owned());
    }
    if let Some((category, api)) = &chosen.write {
        shown.push(quote!(unknown_outcome(&session).await?;));
        functions.extend(unknown_outcome(category, api, options));
        expected.push("fn unknown_outcome".to_owned());
    }
    let frame = frame(&shown, options);
    RustFile {
        path: "examples/demo.rs".to_owned(),
        source: options.spec.clone(),
        code: whole(quote! { #frame #(#calls)* #functions }),
        expected,
    }
}

fn frame(shown: &[TokenStream], options: &Options) -> TokenStream {
    let root = ident(options.crate_name().as_str());
    quote! {
        //! Calls methods of a gateway with the requests of their documentation pages, then shows what can go wrong.
        //!
        //! Reads `OPENTOP_ENDPOINT`, `OPENTOP_APP_KEY`, `OPENTOP_APP_SECRET` and `OPENTOP_SESSION` from the environment.
        fn main() -> std::process::ExitCode {
            let ended = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(demo()),
                Err(error) => Err(error.into()),
            };
            match ended {
                Ok(()) => std::process::ExitCode::SUCCESS,
                Err(error) => {
                    eprintln!("not as expected: {error}");
                    std::process::ExitCode::FAILURE
                }
            }
        }
        async fn demo() -> Result<(), Box<dyn std::error::Error>> {
            let endpoint = #root::Endpoint::custom(&variable("OPENTOP_ENDPOINT")?)?;
            let client = #root::Client::builder()
                .endpoint(endpoint)
                .app_key(variable("OPENTOP_APP_KEY")?)
                .app_secret(variable("OPENTOP_APP_SECRET")?)
                .build()?;
            let session = #root::AccessToken::from(variable("OPENTOP_SESSION")?);
            #(#shown)*
            Ok(())
        }
        fn variable(name: &str) -> Result<String, String> {
            std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
        }
    }
}

/// The client to send a request with.
fn client(api: &ApiPlan) -> TokenStream {
    if api.session == Session::None { quote!(&client) } else { quote!(&client.session(session)) }
}

/// The parameter `session`, which methods without one leave alone.
fn session_parameter(api: &ApiPlan) -> Ident {
    if api.session == Session::None { format_ident!("_session") } else { format_ident!("session") }
}

fn call(name: &Ident, category: &CategoryPlan, api: &ApiPlan, options: &Options) -> TokenStream {
    let root = ident(options.crate_name().as_str());
    let call = Call::compiled(options);
    let (import, request, client) = (call.import(category, api).tokens(), call.request(api).tokens(), client(api));
    let session = session_parameter(api);
    let method = api.method.as_str();
    quote! {
        async fn #name(client: &#root::Client, #session: &#root::AccessToken)
            -> ::core::result::Result<(), ::std::boxed::Box<dyn ::core::error::Error>>
        {
            #import
            let request = #request;
            let response = request.send(#client).await?.into_inner();
            let method = #method;
            println!("{method}\n{response:#?}\n");
            ::core::result::Result::Ok(())
        }
    }
}

/// How much there is to violate.
pub(super) fn strictness(api: &ApiPlan) -> usize {
    let of = |object: &StructPlan| object.rules.len() + object.fields.iter().filter(|field| field.required).count();
    api.structs().map(of).sum::<usize>().min(usize::from(of(&api.request) > 0) * usize::MAX)
}

fn violated_rule(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> TokenStream {
    let root = ident(options.crate_name().as_str());
    let request = request_type(category, api, options);
    let method = api.method.as_str();
    let text = empty_request(api);
    quote! {
        fn violated_rule() -> Result<(), Box<dyn std::error::Error>> {
            let text = #text;
            let request: #request = #root::from_json(text)?;
            let violations = #root::__private::engine::validate::violations(&request);
            if violations.is_empty() {
                return Err("an empty request was not refused".into());
            }
            let method = #method;
            println!("a violated rule: {method} with {text}");
            for violation in &violations {
                println!("  {violation}");
            }
            println!();
            Ok(())
        }
    }
}

/// A request that is there and empty: `{}`, or its only object empty, where more can be violated.
fn empty_request(api: &ApiPlan) -> String {
    let objects =
        api.request.fields.iter().filter(|field| field.required && field.ty.object().is_some() && !field.ty.is_list());
    let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let set: Vec<String> =
        objects.map(|field| field.wire.as_str()).filter(plain).map(|name| format!("\"{name}\": {{}}")).collect();
    format!("{{{}}}", set.join(", "))
}

fn request_type(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> TokenStream {
    let [root, category, module] =
        [options.crate_name().as_str(), category.module.as_str(), api.module.as_str()].map(ident);
    quote!(#root::api::#category::#module::Request)
}

fn wrong_signature(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> TokenStream {
    let root = ident(options.crate_name().as_str());
    let call = Call::compiled(options);
    let (import, request, client) = (call.import(category, api).tokens(), call.request(api).tokens(), client(api));
    let session = session_parameter(api);
    let method = api.method.as_str();
    let error = if api.effect == Effect::Read {
        quote!(Err(error) => error)
    } else {
        quote! {
            Err(#root::WriteError::Failed(error)) => error,
            Err(error) => return Err(error.into())
        }
    };
    quote! {
        async fn wrong_signature(#session: &#root::AccessToken) -> Result<(), Box<dyn std::error::Error>> {
            #import
            let request = #request;
            let client = #root::Client::builder()
                .endpoint(#root::Endpoint::custom(&variable("OPENTOP_ENDPOINT")?)?)
                .app_key(variable("OPENTOP_APP_KEY")?)
                .app_secret("not the secret")
                .build()?;
            let error = match request.send(#client).await {
                Ok(_) => return Err("a wrong signature was accepted".into()),
                #error,
            };
            let method = #method;
            println!("a wrong signature: {method}\n  {error}\n");
            match error.gateway() {
                Some(refusal) if refusal.code == 25 => Ok(()),
                _ => Err("the gateway's error 25 was expected".into()),
            }
        }
    }
}

fn unknown_outcome(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> TokenStream {
    let root = ident(options.crate_name().as_str());
    let call = Call::compiled(options);
    let (import, request, client) = (call.import(category, api).tokens(), call.request(api).tokens(), client(api));
    let session = session_parameter(api);
    let method = api.method.as_str();
    quote! {
        async fn unknown_outcome(#session: &#root::AccessToken) -> Result<(), Box<dyn std::error::Error>> {
            #import
            let request = #request;
            let cut = #root::transport::TransportError::new(
                #root::transport::SendStage::MaybeSent,
                #root::transport::TransportErrorKind::Broken,
            );
            let client = #root::Client::builder()
                .app_key("12345678")
                .app_secret("not the secret")
                .transport(#root::transport::MockTransport::new().fail(cut))
                .build()?;
            match request.send(#client).await {
                Err(#root::WriteError::Unknown(pending)) => {
                    let method = #method;
                    let key = pending.key().unwrap_or("none");
                    println!("an unknown outcome: {method}\n  {pending}\n  key: {key}");
                    Ok(())
                }
                Err(error) => Err(error.into()),
                Ok(_) => Err("an answer that was cut was taken for one".into()),
            }
        }
    }
}
