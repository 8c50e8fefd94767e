//! From a user's consent to a token, and from an old token to a new one.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use bytes::Bytes;
use form_urlencoded::Serializer;
use http::header::{ACCEPT, CONTENT_TYPE};

use super::answer;
use super::error::OAuthError;
use super::host::{OAuthHost, TokenRoute};
use super::link::{AuthorizeLink, View, code_in};
use super::token::Token;
use crate::call::exchange::TransportLimits;
use crate::call::idempotency::IdempotencyKey;
use crate::call::method::{Effect, MethodInfo};
use crate::call::retry::RetryPolicy;
use crate::client::{Calls, GenericClient, Mode, Payload, Scope, Shared, read};
use crate::wire::redact::Redactor;
use crate::wire::secret::{AuthorizationCode, RefreshToken};
use crate::wire::table::{Constraint, FieldMut, FieldRef, Table, TypeInfo};
use crate::wire::value::{DateTime, Json};

/// The two methods that belong to authorisation itself.
const CREATE: &str = "taobao.top.auth.token.create";
const REFRESH: &str = "taobao.top.auth.token.refresh";

/// The largest answer that can be a token, in bytes.
const MAX_ANSWER: usize = 256 << 10;

/// Gets tokens for the application of a client, over the client's transport. Cheap to clone.
///
/// See [the module](crate::tokens) for an example.
pub struct OAuth<M: Mode> {
    inner: Arc<Inner>,
    mode: PhantomData<fn() -> M>,
}

/// What asking for tokens takes.
pub(super) struct Inner {
    pub(super) shared: Arc<Shared>,
    host: OAuthHost,
    redirect_uri: String,
    view: View,
}

impl<M: Mode> OAuth<M> {
    /// For this client's application. `redirect_uri` is the callback exactly as it is registered with the platform.
    pub fn new(client: &GenericClient<M>, host: OAuthHost, redirect_uri: impl Into<String>) -> Self {
        let shared = client.scope().shared;
        let inner = Inner { shared, host, redirect_uri: redirect_uri.into(), view: View::default() };
        Self { inner: Arc::new(inner), mode: PhantomData }
    }

    /// What the page of consent looks like. Default: [`View::Web`].
    #[must_use]
    pub fn view(self, view: View) -> Self {
        let Inner { ref shared, ref host, ref redirect_uri, .. } = *self.inner;
        let inner = Inner { shared: Arc::clone(shared), host: host.clone(), redirect_uri: redirect_uri.clone(), view };
        Self { inner: Arc::new(inner), mode: PhantomData }
    }

    /// A link to the page of consent, with a new random state.
    pub fn link(&self) -> AuthorizeLink {
        let Inner { shared, host, redirect_uri, view } = &*self.inner;
        let state = IdempotencyKey::generate().to_string();
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &shared.setup.config.app_key)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", &state)
            .append_pair("view", view.as_str())
            .finish();
        AuthorizeLink { url: format!("{}?{query}", host.authorize), state }
    }

    /// The code in a callback, where only the state of its link was kept. See [`AuthorizeLink::code`].
    ///
    /// ```
    /// # use opentop_runtime::tokens::{OAuth, OAuthError, Token};
    /// # async fn example(oauth: OAuth<opentop_runtime::Async>, callback: &str, state: &str) -> Result<Token, OAuthError> {
    /// let code = oauth.code(callback, state)?;        // `state` is the one that your web server kept with the user's session
    /// oauth.exchange(code).await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`AuthorizeLink::code`].
    pub fn code(&self, callback: &str, state: &str) -> Result<AuthorizationCode, OAuthError> {
        code_in(callback, state)
    }

    /// Turns a code into a token. A code works once, so nothing is sent twice.
    ///
    /// ```
    /// # use opentop_runtime::{blocking::Client, transport::MockTransport};
    /// # let answer = r#"{"access_token": "6100e23", "expires_in": 3600, "taobao_user_id": "42", "taobao_user_nick": "shop"}"#;
    /// # let mock = MockTransport::new().reply(answer);
    /// # let client = Client::builder().app_key("12345678").app_secret("helloworld").transport(mock).build()?;
    /// use opentop_runtime::tokens::{OAuth, OAuthHost};
    ///
    /// let oauth = OAuth::new(&client, OAuthHost::production(), "https://shop.example/callback");
    /// let link = oauth.link();
    /// # let callback = format!("https://shop.example/callback?code=abc&state={}", link.state());
    /// let token = oauth.exchange(link.code(&callback)?)?;
    /// assert_eq!((token.user_id(), token.nick()), (Some("42"), Some("shop")));
    /// assert!(!token.can_refresh(token.obtained()));  // this application's tokens cannot be refreshed
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the platform refuses, or there is no answer. The code may then be used up: ask the user again.
    pub fn exchange(&self, code: AuthorizationCode) -> M::Out<Result<Token, OAuthError>> {
        let inner = Arc::clone(&self.inner);
        M::run(async move { inner.exchange(&code).await })
    }

    /// Gets a new token for an old one, which cannot be refreshed again afterwards: store the new one before you use it.
    ///
    /// [`Tokens`](super::Tokens) does that, and keeps two refreshes of one user apart.
    ///
    /// # Errors
    ///
    /// If the platform refuses, there is no answer, or the token cannot be refreshed.
    pub fn refresh(&self, token: &Token) -> M::Out<Result<Token, OAuthError>> {
        let (inner, token) = (Arc::clone(&self.inner), token.clone());
        M::run(async move { inner.refresh(&token).await })
    }

    pub(super) fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }
}

impl Inner {
    pub(super) fn now(&self) -> DateTime {
        (self.shared.setup.clock)()
    }

    async fn exchange(&self, code: &AuthorizationCode) -> Result<Token, OAuthError> {
        match &self.host.token {
            TokenRoute::Gateway => {
                self.by_call(CREATE, &Secret { name: &CODE, value: Some(code.expose().into()) }).await
            }
            TokenRoute::Host(_) => {
                let form = [
                    ("grant_type", "authorization_code"),
                    ("code", code.expose()),
                    ("redirect_uri", &self.redirect_uri),
                    ("view", self.view.as_str()),
                ];
                self.by_form(&form, code.expose()).await
            }
        }
    }

    pub(super) async fn refresh(&self, token: &Token) -> Result<Token, OAuthError> {
        let refresh = token.refresh.as_ref().filter(|_| token.can_refresh(self.now()));
        let refresh: &RefreshToken = refresh.ok_or(OAuthError::NotRefreshable)?;
        let secret = refresh.expose();
        match &self.host.token {
            TokenRoute::Gateway => {
                self.by_call(REFRESH, &Secret { name: &REFRESH_TOKEN, value: Some(secret.into()) }).await
            }
            TokenRoute::Host(_) => {
                self.by_form(&[("grant_type", "refresh_token"), ("refresh_token", secret)], secret).await
            }
        }
    }

    /// Posts a form to the token host. It is not signed: the application's secret goes along, in the body.
    async fn by_form(&self, form: &[(&str, &str)], secret: &str) -> Result<Token, OAuthError> {
        let TokenRoute::Host(address) = &self.host.token else { return Err(OAuthError::NotRefreshable) };
        let config = &self.shared.setup.config;
        let body = Serializer::new(String::new())
            .extend_pairs(form)
            .append_pair("client_id", &config.app_key)
            .append_pair("client_secret", config.secret.expose())
            .finish();
        let request = http::Request::post(address.uri().clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=utf-8")
            .header(ACCEPT, "application/json")
            .body(Bytes::from(body))
            .expect("invariant: an endpoint is a URI, and the headers are constant");
        let limits = TransportLimits::new(config.limits.timeout, MAX_ANSWER);
        let asked = self.now();
        let response = self.shared.io.send(request, limits).await?;
        answer::read(response.body(), asked, &Redactor::new([secret, config.secret.expose()]))
    }

    /// Calls the gateway. Its answer holds the token as a JSON text, or as an object.
    async fn by_call(&self, method: &str, secret: &Secret) -> Result<Token, OAuthError> {
        let info = MethodInfo::untyped(method, Effect::Read).expect("invariant: a constant name is a method's");
        let mut scope = Scope::new(Arc::clone(&self.shared));
        scope.options.retries = Some(RetryPolicy::none());
        let (asked, mut result) = (self.now(), TokenResult::default());
        read(&scope, &info, Payload::Typed(secret), &mut result).await?;
        let result = result.0.ok_or_else(|| OAuthError::answer("no `token_result`"))?;
        // As an object, or as a text that holds one.
        let text = serde_json::from_str(result.as_str()).unwrap_or_else(|_| result.into_string());
        answer::read(text.as_bytes(), asked, &Redactor::new(secret.value.as_deref()))
    }
}

static CODE: TypeInfo = TypeInfo::new("Code", &["code"], &[(0, Constraint::Sensitive)], &[]);
static REFRESH_TOKEN: TypeInfo = TypeInfo::new("RefreshToken", &["refresh_token"], &[(0, Constraint::Sensitive)], &[]);

/// The only parameter of both methods. Errors and traces do not show it.
struct Secret {
    name: &'static TypeInfo,
    value: Option<String>,
}

impl Table for Secret {
    fn info(&self) -> &'static TypeInfo {
        self.name
    }

    fn field_mut(&mut self, _: usize) -> FieldMut<'_> {
        FieldMut::Text(&mut self.value)
    }

    fn field(&self, _: usize) -> FieldRef<'_> {
        FieldRef::Text(&self.value)
    }
}

/// The answer of both methods.
#[derive(Default)]
struct TokenResult(Option<Json>);

impl Table for TokenResult {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new("TokenResult", &["token_result"], &[], &[]);
        &INFO
    }

    fn field_mut(&mut self, _: usize) -> FieldMut<'_> {
        FieldMut::Json(&mut self.0)
    }

    fn field(&self, _: usize) -> FieldRef<'_> {
        FieldRef::Json(&self.0)
    }
}

impl<M: Mode> Clone for OAuth<M> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), mode: PhantomData }
    }
}

impl<M: Mode> fmt::Debug for OAuth<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth")
            .field("host", &self.inner.host)
            .field("redirect_uri", &self.inner.redirect_uri)
            .finish_non_exhaustive()
    }
}
