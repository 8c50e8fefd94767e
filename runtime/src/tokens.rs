//! Users' access tokens: the link to the consent page, the exchange of the code for a token, and a store that keeps tokens fresh.
//!
//! ```text
//!  link ──▶ the user consents ──▶ callback ──▶ code ──▶ token ──▶ store ──▶ client.session(tokens.of("user"))
//!  OAuth::link                    AuthorizeLink::code   OAuth::exchange      Tokens
//! ```
//!
//! ```
//! use opentop_runtime::Client;
//! use opentop_runtime::tokens::{MemoryTokenStore, OAuth, OAuthError, OAuthHost, Tokens};
//!
//! # async fn example(client: Client, callback: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let oauth = OAuth::new(&client, OAuthHost::production(), "https://shop.example/callback");
//! let link = oauth.link();
//! println!("send the merchant to {}", link.url());
//!
//! // Later, `callback` is the address that the merchant came back to.
//! let token = oauth.exchange(link.code(callback)?).await?;
//! let user = token.user_id().unwrap_or_default().to_owned();
//!
//! let tokens = Tokens::new(oauth, MemoryTokenStore::default());
//! tokens.put(&user, &token).await?;
//! let shop = client.session(tokens.of(&user));    // asks for the token whenever a call is made
//! # Ok(())
//! # }
//! ```
//!
//! # What a token's times mean
//!
//! The platform gives each token one lifetime and one for each of four levels of calls ([`Level`]). A token may be valid for a year while
//! calls that write sensitive data ([`Level::W2`]) work for the first 30 minutes only. [`Tokens::level`] says for which calls the token
//! must be fresh.
//!
//! # One refresh for all processes
//!
//! Each refresh invalidates the refresh token before it, so two refreshes at once can lose a user's token. [`Tokens`] refreshes once, in one process and in
//! many that share a store: the one that writes its lease into the record with a compare-and-swap refreshes; the others go on with the
//! old token while it is valid, or wait. A new token is stored before it is used. If the lease's owner dies, another one takes over when
//! the lease is over.
//!
//! The machines' clocks may differ by up to half a minute.

mod answer;
mod error;
mod file;
mod flight;
mod host;
mod keeper;
mod link;
mod oauth;
mod record;
mod seal;
mod store;
#[cfg(test)]
mod tests;
mod token;
mod user_tokens;

pub use self::error::OAuthError;
pub use self::file::FileTokenStore;
pub use self::host::OAuthHost;
pub use self::link::{AuthorizeLink, View};
pub use self::oauth::OAuth;
pub use self::seal::TokenKey;
pub use self::store::{AsyncTokenStore, MemoryTokenStore, StoreFuture, TokenStore, TokenStoreError};
pub use self::token::{Level, Token};
pub use self::user_tokens::{Tokens, UserTokens};
pub use crate::wire::secret::{AuthorizationCode, RefreshToken};
