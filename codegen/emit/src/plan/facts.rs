//! What is to be known of a method beside its parameters, in sentences.

use super::docs::{capital, reason, wire_path};
use super::said::{Said, said};
use crate::doctext::{code, line};
use opentop_model::model::{
    Api, Correction, Effect, Object, PageBy, PageOrder, Paging, PagingEnd, Path, Protocol, Session,
};

/// The facts of a method.
pub(super) fn facts(api: &Api) -> Vec<Said> {
    let mut facts = Vec::new();
    if let Some(why) = &api.deprecated {
        let why = line(why);
        facts.push(said!("**已弃用**：{why}", "**Deprecated**: {why}"));
    }
    facts.extend(api.protocol().map(protocol));
    if matches!(api.protocol(), Some(Protocol::Spi | Protocol::Tmc)) {
        facts.extend(api.corrections.iter().map(correction));
        return facts;
    }
    facts.push(effect(api));
    facts.push(session(api));
    if let Some(field) = api.flatten.and_then(|at| api.request.fields.get(at)) {
        let name = code(&field.wire);
        facts.push(said!(
            "{name} 的字段直接在请求的 builder 上设置。",
            "The fields of {name} are set on the request's builder directly."
        ));
    }
    if let Some(key) = &api.idempotency_key {
        let key = path(api, &api.request, key);
        facts.push(said!("幂等键：{key}。", "Idempotency key: {key}."));
    }
    facts.extend(outcome(api));
    facts.extend(paging(api));
    facts.extend(api.corrections.iter().map(correction));
    facts
}

/// Who calls a method that the gateway does not serve.
fn protocol(protocol: Protocol) -> Said {
    match protocol {
        Protocol::Qimen => said!(
            "通过奇门双向传送：用以 `qimen` 构建的客户端发送，用 `spi::Call` 读取收到的调用。",
            "Carried by Qimen, in both directions: send it with a client that was built with `qimen`, and read it as a call with \
             `spi::Call`."
        ),
        Protocol::Spi => said!(
            "由平台调用您的地址：用 `spi::Call` 读取，并以它的返回应答。",
            "The platform calls it, at an address of yours: read it with `spi::Call`, and answer with its response."
        ),
        Protocol::Tmc => said!(
            "消息：由平台通过消息通道推送。用 `tmc::Message::typed` 读取。",
            "A message: the platform sends it over the message channel. Read it with `tmc::Message::typed`."
        ),
    }
}

/// Whether the method changes data, and whether a person said so.
fn effect(api: &Api) -> Said {
    let outcome = match api.effect {
        Effect::Read => Said::default(),
        Effect::Write => said!(
            "调用失败时，错误会说明写操作未执行，还是结果未知。",
            " If a call fails, its error says whether the write was not done or its outcome is unknown."
        ),
    };
    let Some(suggested) = api.suggested_effect else {
        return match api.effect {
            Effect::Read => said!(outcome in "只读，不修改数据。{outcome}", "Only reads.{outcome}"),
            Effect::Write => said!(outcome in "会修改数据。{outcome}", "Changes data.{outcome}"),
        };
    };
    let told = match api.effect {
        Effect::Read => said!("只读", "only reads"),
        Effect::Write => said!("会修改数据", "changes data"),
    };
    let why = match suggested {
        _ if suggested == api.effect => {
            said!("文档没有说明它是否修改数据", "its words do not say whether it changes data")
        }
        Effect::Read => said!("从文档的措辞看，它只读", "its words suggest that it only reads"),
        Effect::Write => said!("从文档的措辞看，它会修改数据", "its words suggest that it changes data"),
    };
    said!(why, told, outcome in
        "读写未确认：{why}；按“{told}”的方法调用。{outcome}",
        "Effect not confirmed: {why}, and it is called as a method that {told}.{outcome}"
    )
}

/// Whether the method wants a session, and whether a person said so.
fn session(api: &Api) -> Said {
    let wants = match api.session {
        Session::None => said!("不需要 session", "needs no session"),
        Session::Optional => {
            said!("可带 session（用户授权的 access token）", "accepts a session: the access token of a user")
        }
        Session::Required => {
            said!("需要 session（用户授权的 access token）", "needs a session: the access token of a user")
        }
    };
    let Some(suggested) = api.suggested_session else {
        return Said { zh: format!("{}。", wants.zh), en: format!("{}.", capital(&wants.en)) };
    };
    let why = match suggested {
        _ if suggested == api.session => said!("没有依据表明它是否需要", "nothing shows whether it needs one"),
        Session::None => said!("从文档的措辞看，它不需要", "its words suggest that it needs none"),
        Session::Optional => {
            said!("没有依据表明它是否需要，也许可带", "nothing shows whether it needs one, and it may accept one")
        }
        Session::Required => said!("从文档的措辞看，它需要", "its words suggest that it needs one"),
    };
    said!(why, wants in
        "session 未确认：{why}；按“{wants}”的方法调用。",
        "Session not confirmed: {why}, and it is called as a method that {wants}."
    )
}

/// Where an answer says whether the business succeeded.
fn outcome(api: &Api) -> Option<Said> {
    let outcome = api.outcome.as_ref()?;
    let ok = path(api, &api.response, &outcome.ok);
    let mut fact = said!("{ok} 为 `true` 时业务成功", "The business succeeded if {ok} is `true`");
    if let Some(at) = &outcome.code {
        let at = path(api, &api.response, at);
        fact = said!(fact in "{fact}；错误码：{at}", "{fact}; code: {at}");
    }
    if let Some(at) = &outcome.message {
        let at = path(api, &api.response, at);
        fact = said!(fact in "{fact}；错误信息：{at}", "{fact}; message: {at}");
    }
    Some(said!(fact in "{fact}。", "{fact}."))
}

/// What an override corrected of the page, and why.
fn correction(correction: &Correction) -> Said {
    let paths: Vec<String> = correction.paths.iter().map(|path| code(path)).collect();
    let (paths, reason) = (paths.join(", "), reason(&correction.because));
    said!("对文档的更正：{paths}（{reason}）。", "Corrected against the page: {paths} ({reason}).")
}

fn paging(api: &Api) -> Option<Said> {
    let paging = api.paging.as_ref()?;
    let at = path(api, &api.request, &paging.page);
    let first = paging.first;
    let mut fact = match &paging.by {
        PageBy::Number => said!("分页：页码 {at}（从 {first} 起）", "Pages: number (from {first}) {at}"),
        PageBy::Offset => {
            said!("分页：首条的偏移量 {at}（从 {first} 起）", "Pages: offset of the first item (from {first}) {at}")
        }
        PageBy::Cursor { next, .. } => {
            let next = path(api, &api.response, next);
            said!("分页：游标 {at}，下一个 {next}", "Pages: cursor {at}, next {next}")
        }
    };
    if let Some(size) = &paging.size {
        let size = path(api, &api.request, size);
        fact = said!(fact in "{fact}，每页条数 {size}", "{fact}, size {size}");
    }
    if paging.order == PageOrder::LastFirst {
        fact = said!(fact in "{fact}，从末页往前读", "{fact}, from the last page back");
    }
    let items = path(api, &api.response, &paging.items);
    fact = said!(fact in "{fact}；列表 {items}", "{fact}; items {items}");
    let what = match &paging.end {
        PagingEnd::HasNext(_) => said!("是否有下一页", "whether there is a next page"),
        PagingEnd::TotalItems(_) => said!("总条数", "number of all items"),
        PagingEnd::TotalPages(_) => said!("总页数", "number of all pages"),
        PagingEnd::NoCursor => Said::default(),
    };
    if let Some(end) = paging.end.path() {
        let end = path(api, &api.response, end);
        fact = said!(fact, what in "{fact}；{what} {end}", "{fact}; {what}: {end}");
    }
    let certainty = certainty(paging);
    Some(said!(fact, certainty in "{fact}。{certainty}", "{fact}. {certainty}"))
}

/// What of a list that changes while it is read is noticed, and what is not.
fn certainty(paging: &Paging) -> Said {
    let is_keyed = paging.item_key.is_some();
    match (&paging.by, &paging.end) {
        (PageBy::Cursor { .. }, _) => said!(
            "读取期间离开列表的条目不会被察觉：是否连带漏掉其他条目，取决于网关的游标。",
            "What leaves the list while it is read does not show: whether other items go missing with it depends on the \
             gateway's cursor."
        ),
        (_, PagingEnd::TotalItems(_)) if is_keyed => said!(
            "读取期间有条目离开或加入列表时，会重读可能漏掉的部分，否则以错误结束。",
            "If items leave or join while the list is read, what may be missing is read again, or the walk ends in an error."
        ),
        (_, PagingEnd::TotalItems(_)) => said!(
            "读取期间有条目离开或加入列表时，读取以错误结束。",
            "If items leave or join while the list is read, the walk ends in an error."
        ),
        _ if is_keyed => said!(
            "读取期间离开列表的条目不会被察觉：其后可能漏掉同样多的条目。对分页调用 `confirmed()`，会反复读取，直到两次结果一致。",
            "What leaves the list while it is read does not show: as many items behind it may be missing. `confirmed()` on the \
             pages reads them until two readings agree."
        ),
        _ => said!(
            "读取期间的变化不会被察觉：条目可能漏掉，也可能重复。",
            "Changes while the list is read do not show: items may be missing or come twice."
        ),
    }
}

fn path(api: &Api, root: &Object, path: &Path) -> String {
    code(&wire_path(api, root, path))
}
