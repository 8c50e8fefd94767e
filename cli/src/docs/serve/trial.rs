//! "Try it": calls that a page of the site makes through this process.
//!
//! Requests and answers are JSON. `method` tells a form and the token, `prepare` checks a call and shows it as it would be signed,
//! `call` sends it, once. Calls go to the sandbox in this process; with `--live` also to the gateway, with credentials that never leave
//! this process.

mod account;
mod body;
mod call;
mod form;
mod words;
mod wrong;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use opentop_model::model::{Api, Model};
use opentop_runtime::MethodInfo;
use opentop_sandbox::SandboxBuilder;
use opentop_sandbox::gateway;
use serde::{Deserialize, Serialize};

use crate::call::record::{self, Record};
use crate::specs::not_served;
pub(crate) use account::Live;
use account::{Sandbox, Target, may_write};
use body::{Refused, json, read};
use call::Asked;

/// How many calls are remembered, so that none is sent twice.
const REMEMBERED: usize = 10_000;

/// Everything that calls are made with.
pub(crate) struct Trial {
    gateway: gateway::State,
    sandbox: Sandbox,
    live: Option<Live>,
    token: String,
    kinds: Mutex<HashMap<String, Arc<Kind>>>,
    sent: Mutex<VecDeque<String>>,
}

/// What the runtime has to know of a method: made once, since it stays for as long as the process.
struct Kind {
    info: MethodInfo,
    answer: Mutex<Record>,
}

impl Trial {
    /// For the methods of `model`, served at `port`.
    pub(crate) fn new(model: Model, port: u16, live: Option<Live>) -> Result<Trial> {
        let (sandbox, builder) = (Sandbox::at(port), SandboxBuilder::default().built_in(false).model(model));
        let gateway = sandbox.known_to(builder).build_state().context("cannot start the sandbox")?;
        let mut random = [0; 32];
        getrandom::fill(&mut random).context("cannot draw a token")?;
        let token = URL_SAFE_NO_PAD.encode(random);
        Ok(Trial { gateway, sandbox, live, token, kinds: Mutex::default(), sent: Mutex::default() })
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn gateway(&self) -> &gateway::State {
        &self.gateway
    }

    fn api(&self, method: &str) -> Result<&Api, Refused> {
        let unknown = || Refused(StatusCode::NOT_FOUND, format!("there is no method {method}"));
        self.gateway.api(method).ok_or_else(unknown)
    }

    /// Whom a call of `api` goes to, if it may.
    fn target(&self, api: &Api, name: &str) -> Result<&dyn Target, Refused> {
        let refused = |words: String| Refused(StatusCode::FORBIDDEN, words);
        if let Some(why) = not_served(api) {
            return Err(refused(why));
        }
        match (name, &self.live) {
            ("sandbox", _) => Ok(&self.sandbox),
            ("live", Some(live)) if may_write(api) && !live.allow_writes => Err(refused(format!(
                "{} changes data, or nobody has confirmed that it does not: start `docs --serve --live` with --allow-writes to call it",
                api.method
            ))),
            ("live", Some(live)) => Ok(live),
            _ => Err(refused(
                "calls go to the sandbox alone: start `docs --serve` with --live to call the gateway".to_owned(),
            )),
        }
    }

    fn kind(&self, api: &Api) -> Arc<Kind> {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || Arc::new(Kind { info: record::info(api), answer: Mutex::new(Record::response(api)) });
        Arc::clone(kinds.entry(api.method.clone()).or_insert_with(make))
    }

    /// Whether a call with this number is new. Browsers repeat a request whose connection was closed, a `POST` too.
    fn is_new(&self, once: &str) -> bool {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.iter().any(|known| known == once) {
            return false;
        }
        if sent.len() == REMEMBERED {
            sent.pop_front();
        }
        sent.push_back(once.to_owned());
        true
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskedMethod {
    method: String,
}

/// What a page is told of a method.
#[derive(Serialize)]
struct Told<'a> {
    token: &'a str,
    targets: Vec<Offer<'a>>,
    form: form::Form<'a>,
}

/// Where calls can go.
#[derive(Serialize)]
struct Offer<'a> {
    name: &'a str,
    shown: String,
    /// Why this method cannot be called there.
    refused: Option<String>,
}

/// Answers a page. `/_try/method`, `/_try/prepare` and `/_try/call` are asked.
pub(super) async fn asked(State(trial): State<Arc<Trial>>, Path(action): Path<String>, body: Bytes) -> Response {
    // Calls wait for the network, and go on though the page is closed.
    let answer = tokio::task::spawn_blocking(move || trial.answer(&action, &body)).await;
    let broken = |_| Err(Refused(StatusCode::INTERNAL_SERVER_ERROR, "the call ended without an answer".to_owned()));
    match answer.unwrap_or_else(broken) {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(Refused(status, words)) => (status, Json(serde_json::json!({ "error": words }))).into_response(),
    }
}

impl Trial {
    fn answer(&self, action: &str, body: &[u8]) -> Result<String, Refused> {
        match action {
            "method" => {
                let AskedMethod { method } = read(body)?;
                let api = self.api(&method)?;
                let names = ["sandbox"].into_iter().chain(self.live.is_some().then_some("live"));
                let offer = |name| {
                    let refused = self.target(api, name).err().map(|Refused(_, words)| words);
                    let shown = match (name, &self.live) {
                        ("live", Some(live)) => live.endpoint(api),
                        _ => self.sandbox.endpoint(api),
                    };
                    Offer { name, shown, refused }
                };
                json(&Told { token: &self.token, targets: names.map(offer).collect(), form: form::of(api) })
            }
            "prepare" => {
                let asked: Asked = read(body)?;
                let api = self.api(&asked.method)?;
                call::prepare(api, &self.kind(api).info, self.target(api, &asked.target)?, &asked)
            }
            "call" => {
                let asked: Asked = read(body)?;
                let api = self.api(&asked.method)?;
                let target = self.target(api, &asked.target)?;
                let kind = self.kind(api);
                let mut model = kind.answer.lock().unwrap_or_else(PoisonError::into_inner).anew();
                call::send(api, &kind.info, target, &asked, &mut model, |once| self.is_new(once))
            }
            _ => Err(Refused(StatusCode::NOT_FOUND, format!("there is no question {action}"))),
        }
    }
}
