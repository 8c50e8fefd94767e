//! Tokens by signed calls of the gateway, beside those of the token endpoint.

use opentop_model::diagnostic::SourceFile;
use opentop_runtime::DateTime;

use super::desk::OAuthDesk;
use crate::call::{Call, Refusal};
use crate::node::{Members, Node};

/// The calls that belong to authorisation itself, as the client of the runtime names them.
const CREATE: &str = "taobao.top.auth.token.create";
const REFRESH: &str = "taobao.top.auth.token.refresh";

const SPECS: [(&str, &str); 3] = [
    ("top/category.yaml", "title: 平台服务\n"),
    (
        "top/taobao.top.auth.token.create.yaml",
        "api: taobao.top.auth.token.create\ncategory: top\ntitle: 获取Access Token\nsession: none\neffect: write\n\
         request:\n  fields:\n    code: { type: String, required: true, description: 授权码 }\n\
         \x20   uuid: { type: String, description: 与生成code的uuid配对 }\n\
         response:\n  fields:\n    token_result: { type: Json, description: 令牌 }\n",
    ),
    (
        "top/taobao.top.auth.token.refresh.yaml",
        "api: taobao.top.auth.token.refresh\ncategory: top\ntitle: 刷新Access Token\nsession: none\neffect: write\n\
         request:\n  fields:\n    refresh_token: { type: String, required: true, description: 刷新令牌 }\n\
         response:\n  fields:\n    token_result: { type: Json, description: 令牌 }\n",
    ),
];

/// The specifications of those calls.
pub(crate) fn specs() -> Vec<SourceFile> {
    SPECS.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() }).into()
}

/// Whether the method is one of them: its parameters are secrets.
pub(crate) fn is_own(method: &str) -> bool {
    method == CREATE || method == REFRESH
}

impl OAuthDesk {
    /// What such a call is answered: the token as JSON in a text. `None` for any other call.
    ///
    /// How the platform words a refusal here is not documented: it is the token endpoint's, as a refusal of the service (code 15).
    pub(crate) fn answer(&self, call: &Call<'_>, now: DateTime) -> Option<Result<Members, Refusal>> {
        let parameter = |name: &str| call.parameters.get(name).unwrap_or_default();
        let app_key = parameter("app_key");
        let made = match call.entry.api.method.as_str() {
            CREATE => self.exchange(app_key, parameter("code"), None, now),
            REFRESH => self.refresh(app_key, parameter("refresh_token"), now),
            _ => return None,
        };
        let answered = made.map(|token| vec![("token_result".to_owned(), Node::Text(token))]);
        Some(answered.map_err(|(error, description)| {
            Refusal::business(&format!("isv.{}", error.replace('_', "-")), description)
        }))
    }
}
