//! The platform's OAuth host: a page of consent that one clicks through, and tokens that expire. Its tokens come from the token endpoint,
//! and from the gateway by `taobao.top.auth.token.create` and `taobao.top.auth.token.refresh`.
//!
//! A code works once and for ten minutes. A refresh kills the refresh token before it, and may come only while `re_expires_in` lasts.
//! The access token of an application and a user stays the same text; consenting again or refreshing makes it last longer.

pub(crate) mod calls;
mod desk;
mod page;
#[cfg(test)]
mod tests;

pub use desk::TokenLifetimes;

pub(crate) use desk::OAuthDesk;

use serde_json::json;

use crate::gateway::State;
use crate::gateway::form;
use crate::http::{HttpRequest, HttpResponse};

/// The path of the page of consent.
pub(crate) const AUTHORIZE: &str = "/authorize";

/// The path that codes and refresh tokens are sent to.
pub(crate) const TOKEN: &str = "/token";

/// The type of every answer of the token endpoint.
const JSON: &str = "application/json;charset=utf-8";

/// Answers a request to one of the host's paths.
pub(crate) fn answer(state: &State, request: &HttpRequest) -> HttpResponse {
    match (request.path.as_str(), request.method.as_str()) {
        (AUTHORIZE, "GET") => authorize(state, request),
        (TOKEN, "POST") => token(state, request),
        (AUTHORIZE, _) => HttpResponse::plain(405, "expected GET: a browser comes here\n"),
        _ => HttpResponse::plain(405, "expected POST, with a form in the body\n"),
    }
}

/// Shows the page, or takes its answer: `consent=yes` or `consent=no`, and `user`.
fn authorize(state: &State, request: &HttpRequest) -> HttpResponse {
    let Ok(query) = form::decode(request.query.as_bytes()) else {
        return HttpResponse::plain(400, "the query is not UTF-8\n");
    };
    let one = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let desk = state.oauth();
    let Some(app_key) = one("client_id").filter(|key| desk.secrets.contains_key(*key)) else {
        return HttpResponse::plain(400, "unknown application: check `client_id`\n");
    };
    if one("response_type") != Some("code") {
        return HttpResponse::plain(400, "expected `response_type=code`: the sandbox knows no other flow\n");
    }
    let Some(redirect_uri) = one("redirect_uri").filter(|uri| page::is_callback(uri)) else {
        return HttpResponse::plain(
            400,
            "redirect_uri is invalidate: expected http://…, https://… or urn:ietf:wg:oauth:2.0:oob\n",
        );
    };
    let state_text = one("state").unwrap_or_default();
    match one("consent") {
        Some("yes") => {
            let user = one("user").filter(|user| !user.is_empty()).unwrap_or("1001");
            let code = desk.new_code(app_key, user, redirect_uri, state.now());
            page::back(redirect_uri, &[("code", &code), ("state", state_text)])
        }
        Some(_) => {
            let refused =
                [("error", "access_denied"), ("error_description", "authorize reject"), ("state", state_text)];
            page::back(redirect_uri, &refused)
        }
        None => page::consent(app_key, &query),
    }
}

fn token(state: &State, request: &HttpRequest) -> HttpResponse {
    let Ok(form) = form::decode(&request.body) else {
        return refused("invalid_request", "the body is not UTF-8");
    };
    if !request.query.is_empty() {
        return refused(
            "invalid_request",
            "expected the form in the body, got a query: a URL with a secret in it is logged",
        );
    }
    let one = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let (desk, now) = (state.oauth(), state.now());
    let app_key = one("client_id");
    match desk.secrets.get(app_key) {
        None => return refused("invalid_client", "client_id is invalidate"),
        Some(secret) if secret != one("client_secret") => {
            return refused("invalid_client", "client_secret is invalidate");
        }
        Some(_) => {}
    }
    let made = match one("grant_type") {
        "authorization_code" => desk.exchange(app_key, one("code"), Some(one("redirect_uri")), now),
        "refresh_token" => desk.refresh(app_key, one("refresh_token"), now),
        _ => Err(("unsupported_grant_type", "expected `authorization_code` or `refresh_token`".to_owned())),
    };
    match made {
        Ok(body) => HttpResponse::ok(JSON, body),
        Err((error, description)) => refused(error, &description),
    }
}

fn refused(error: &str, description: &str) -> HttpResponse {
    let body = json!({ "error": error, "error_description": description }).to_string();
    HttpResponse { status: 400, ..HttpResponse::ok(JSON, body) }
}
