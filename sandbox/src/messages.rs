//! Messages by calls, and messages that calls cause: where a gateway and a server of messages stand side by side.

use std::sync::Arc;

use opentop_model::diagnostic::SourceFile;
use opentop_runtime::DateTime;

use crate::call::{Call, Refusal};
use crate::json::Json;
use crate::node::{List, Members, Node};
use crate::tmc::hub::{Hub, PushedMessage};

/// The calls that belong to the message channel itself, as the client of the runtime names them.
const CONSUME: &str = "taobao.tmc.messages.consume";
const CONFIRM: &str = "taobao.tmc.messages.confirm";
const AUTH: &str = "taobao.tmc.auth.get";

/// The group of a call that names none.
const DEFAULT_GROUP: &str = "default";

/// How many messages a call gets that does not say.
const DEFAULT_QUANTITY: usize = 100;

const SPECS: [(&str, &str); 4] = [
    ("tmc/category.yaml", "title: 消息服务\n"),
    (
        "tmc/taobao.tmc.messages.consume.yaml",
        "api: taobao.tmc.messages.consume\ncategory: tmc\ntitle: 消费多条消息\nsession: none\neffect: read\n\
         request:\n  fields:\n    group_name: { type: String, description: 分组 }\n    quantity: { type: Number, min: 10, max: 200, description: 数量 }\n\
         response:\n  fields:\n    messages: { type: 'TmcMessage []', description: 消息 }\n\
         types:\n  TmcMessage:\n    fields:\n      id: { type: Number, description: 编号 }\n      topic: { type: String, description: 主题 }\n\
         \x20     content: { type: String, description: 内容 }\n      pub_time: { type: Date, description: 发布时间 }\n\
         \x20     pub_app_key: { type: String, description: 发布者 }\n      user_nick: { type: String, description: 用户 }\n",
    ),
    (
        "tmc/taobao.tmc.messages.confirm.yaml",
        "api: taobao.tmc.messages.confirm\ncategory: tmc\ntitle: 确认消费消息的状态\nsession: none\neffect: write\n\
         request:\n  fields:\n    group_name: { type: String, description: 分组 }\n\
         \x20   s_message_ids: { type: 'String []', required: true, max_items: 200, description: 处理成功的消息 }\n\
         \x20   f_message_ids: { type: 'String []', max_items: 200, description: 不再使用 }\n\
         response:\n  fields:\n    is_success: { type: Boolean, description: 是否成功 }\n",
    ),
    (
        "tmc/taobao.tmc.auth.get.yaml",
        "api: taobao.tmc.auth.get\ncategory: tmc\ntitle: 获取TMC授权token\nsession: none\neffect: read\n\
         request:\n  fields:\n    group: { type: String, description: 分组 }\n\
         response:\n  fields:\n    result: { type: String, description: token }\n",
    ),
];

/// The specifications of those calls.
pub(crate) fn specs() -> Vec<SourceFile> {
    SPECS.map(|(path, text)| SourceFile { path: path.to_owned(), text: text.to_owned() }).into()
}

/// A server of messages beside a gateway.
#[derive(Clone)]
pub(crate) struct Messages {
    pub(crate) hub: Arc<Hub>,
    /// Methods, and the topics of the messages that they cause.
    pub(crate) caused: Vec<(String, String)>,
}

impl Messages {
    /// What a call of the channel itself is answered; `None` for any other.
    pub(crate) fn answer(&self, call: &Call<'_>) -> Option<Result<Members, Refusal>> {
        let parameter = |name: &str| call.parameters.get(name);
        let app = parameter("app_key").unwrap_or_default();
        let key = (app.to_owned(), parameter("group_name").unwrap_or(DEFAULT_GROUP).to_owned());
        match call.entry.api.method.as_str() {
            CONSUME => {
                let most = parameter("quantity").and_then(|text| text.parse().ok()).unwrap_or(DEFAULT_QUANTITY);
                let items: Vec<Node> = std::iter::from_fn(|| self.hub.next(&key).ok())
                    .take(most)
                    .map(|stored| {
                        let text = |name: &str, text: &str| (name.to_owned(), Node::Text(text.to_owned()));
                        let time = DateTime::from_unix_millis(stored.published).map(|time| time.to_string());
                        let mut members = vec![
                            ("id".to_owned(), Node::Number(stored.id.to_string())),
                            text("topic", &stored.message.topic),
                            text("content", &stored.message.content),
                            text("pub_time", &time.unwrap_or_default()),
                            text("pub_app_key", &key.0),
                        ];
                        members.extend(stored.message.user_nick.as_deref().map(|nick| text("user_nick", nick)));
                        Node::Object(members)
                    })
                    .collect();
                let messages = Node::List(List { element: "tmc_message".to_owned(), items });
                Some(Ok(vec![("messages".to_owned(), messages)]))
            }
            CONFIRM => {
                let ids = parameter("s_message_ids").unwrap_or_default().split(',');
                ids.filter_map(|id| id.trim().parse().ok()).for_each(|id| self.hub.confirm(&key, id));
                Some(Ok(vec![("is_success".to_owned(), Node::Bool(true))]))
            }
            AUTH => {
                let token = self.hub.options.auth_token.clone().unwrap_or_default();
                Some(Ok(vec![("result".to_owned(), Node::Text(token))]))
            }
            _ => None,
        }
    }

    /// Pushes the message that a call causes which was carried out. Its content are the call's parameters; its `dataid` is the call's
    /// idempotency key, so that a repeated call causes a message that can be told from a new one.
    pub(crate) fn cause(&self, call: &Call<'_>) {
        let api = &call.entry.api;
        for (_, topic) in self.caused.iter().filter(|(method, _)| *method == api.method) {
            let members = call.parameters.business().map(|(name, text)| {
                let field = api.request.fields.iter().find(|field| field.wire == name);
                let is_text = field.is_none_or(|field| field.ty.object().is_none());
                let value = Json::parse(text).ok().filter(|_| !is_text);
                (name.to_owned(), value.unwrap_or_else(|| Json::Text(text.to_owned())))
            });
            let content = Json::Object(members.collect()).to_string();
            let data_id = api.idempotency_key.as_ref().and_then(|path| call.text_at(path));
            let app = call.parameters.get("app_key").unwrap_or_default();
            let message = PushedMessage { data_id, ..PushedMessage::new(topic, content) };
            self.hub.push(app, DEFAULT_GROUP, message);
        }
    }
}
