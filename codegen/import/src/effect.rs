//! Whether a method reads or changes data, and whether it wants a session, as its name and its words say.

/// What the words say of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likely {
    Read,
    Write,
    /// The words do not agree, or say nothing.
    Unclear,
}

/// Verbs of methods that read. A word that begins with one of the first eight and goes on (`getbyids`) is one too.
const READS: [&str; 32] = [
    "get",
    "query",
    "list",
    "find",
    "search",
    "fetch",
    "count",
    "select",
    "check",
    "show",
    "detail",
    "details",
    "info",
    "page",
    "summary",
    "statistics",
    "validate",
    "parse",
    "decode",
    "preview",
    "calculate",
    "estimate",
    "exist",
    "isexist",
    "ranking",
    "view",
    "read",
    "lookup",
    "browse",
    "recommend",
    "pull",
    "download",
];
/// Verbs of methods that change data. A word that begins with one and goes on is one too, as `cancelauth`.
const WRITES: [&str; 66] = [
    "update",
    "create",
    "delete",
    "add",
    "remove",
    "modify",
    "edit",
    "save",
    "set",
    "insert",
    "upload",
    "submit",
    "cancel",
    "confirm",
    "send",
    "sync",
    "synchronize",
    "push",
    "notify",
    "report",
    "register",
    "post",
    "put",
    "pay",
    "refund",
    "consign",
    "bind",
    "unbind",
    "close",
    "open",
    "approve",
    "reject",
    "refuse",
    "agree",
    "apply",
    "publish",
    "unpublish",
    "import",
    "start",
    "stop",
    "reset",
    "receive",
    "complete",
    "callback",
    "feedback",
    "reply",
    "mark",
    "issue",
    "consume",
    "reverse",
    "freeze",
    "unfreeze",
    "charge",
    "deliver",
    "grant",
    "revoke",
    "operate",
    "switch",
    "upshelf",
    "downshelf",
    "upsert",
    "override",
    "terminate",
    "invalidate",
    "subscribe",
    "unsubscribe",
];
/// Words that say nothing of what a method does.
const EMPTY: [&str; 12] = ["new", "v2", "v3", "vtwo", "two", "batch", "top", "top2", "isv", "open", "api", "forisv"];

/// Words of titles.
const TITLE_READS: [&str; 21] = [
    "查询",
    "获取",
    "列表",
    "搜索",
    "检索",
    "查看",
    "查找",
    "校验",
    "统计",
    "读取",
    "拉取",
    "详情",
    "查",
    "取得",
    "批量取",
    "计算",
    "获得",
    "报告",
    "报表",
    "识别",
    "检测",
];
const TITLE_WRITES: [&str; 49] = [
    "创建", "新增", "添加", "增加", "更新", "修改", "编辑", "删除", "移除", "保存", "设置", "上传", "提交", "取消",
    "确认", "发送", "同步", "推送", "通知", "回传", "上报", "注册", "绑定", "解绑", "关闭", "开启", "审核", "发布",
    "导入", "领取", "发放", "支付", "退款", "发货", "核销", "冻结", "下单", "扣减", "充值", "签到", "订阅", "授权",
    "作废", "预订", "预约", "锁定", "启用", "停用", "写入",
];

/// What the method's name and title say.
pub(super) fn likely(method: &str, title: &str) -> Likely {
    let by_name = by_name(method);
    let reads = TITLE_READS.iter().any(|word| title.contains(word));
    let writes = TITLE_WRITES.iter().any(|word| title.contains(word));
    match (by_name, reads, writes) {
        (Likely::Read, false, true) => Likely::Unclear,
        (Likely::Write, true, false) => Likely::Unclear,
        (Likely::Unclear, true, false) => Likely::Read,
        (Likely::Unclear, false, true) => Likely::Write,
        // `校验支付是否合法`: the first word is the verb.
        (Likely::Unclear, true, true) if TITLE_READS.iter().any(|word| title.starts_with(word)) => Likely::Read,
        (likely, ..) => likely,
    }
}

fn by_name(method: &str) -> Likely {
    let words: Vec<String> = method.split(['.', '_', '-']).map(str::to_lowercase).collect();
    let telling = words
        .iter()
        .skip(1)
        .rev()
        .filter(|word| !EMPTY.contains(&word.as_str()) && !word.bytes().all(|byte| byte.is_ascii_digit()));
    // The last word is the verb; where it is a noun, the one before it may be. One further back tells only where it can be nothing but a verb.
    for (back, word) in telling.take(3).enumerate() {
        if back == 2 {
            return if ["get", "query", "search", "find"].contains(&word.as_str()) {
                Likely::Read
            } else {
                Likely::Unclear
            };
        }
        let begins = |verbs: &[&str]| verbs.iter().any(|verb| word.starts_with(verb) && word.len() >= verb.len() + 2);
        if READS.contains(&word.as_str()) {
            return Likely::Read;
        }
        if WRITES.contains(&word.as_str()) {
            return Likely::Write;
        }
        if begins(&READS[..6]) || begins(&["is", "has"]) && word.len() <= 10 && word.starts_with("ison") {
            return Likely::Read;
        }
        if begins(&WRITES[..27]) {
            return Likely::Write;
        }
        if word.starts_with("check") {
            return Likely::Unclear;
        }
    }
    Likely::Unclear
}

/// Whether the words say that the call is made for a user.
pub(super) fn speaks_of_a_session(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "当前会话",
        "会话用户",
        "当前用户",
        "当前登录",
        "当前授权",
        "授权用户",
        "sessionkey",
        "session对应",
        "session绑定",
        "的session",
        "传入的session",
        "需要session",
        "登录用户",
        "用户授权",
    ];
    let lower = text.to_lowercase();
    let free = ["不需要session", "不需要用户授权", "无需用户授权", "无需授权", "不需要授权", "免授权"];
    WORDS.iter().any(|word| lower.contains(word)) && !free.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{Likely, likely, speaks_of_a_session};

    #[test]
    fn names_and_titles_tell_reads_from_writes() {
        for (method, title, expected) in [
            ("taobao.trades.sold.get", "查询卖家已卖出的交易数据", Likely::Read),
            ("taobao.logistics.address.search", "查询卖家地址库", Likely::Read),
            ("alibaba.example.gift.getbyids", "", Likely::Read),
            ("alibaba.example.gift.update", "修改礼品", Likely::Write),
            ("alibaba.example.gift.cancelauth", "", Likely::Write),
            ("alibaba.example.gift.query.new", "", Likely::Read),
            ("alibaba.example.coupon.get", "领取优惠券", Likely::Unclear),
            ("alibaba.example.gift.status", "查询礼品状态", Likely::Read),
            ("alibaba.example.gift.status", "礼品状态", Likely::Unclear),
            ("alibaba.example.point.chkpntbypay", "校验支付中的抵扣是否合法", Likely::Read),
            ("alibaba.example.image.detectobject", "物体检测", Likely::Read),
            ("alibaba.example.gift.send", "发送礼品", Likely::Write),
            ("alibaba.example.settle.checkin", "", Likely::Unclear),
            ("alibaba.example.search.low.price", "", Likely::Read),
            ("alibaba.example.list.low.price", "", Likely::Unclear),
        ] {
            assert_eq!(likely(method, title), expected, "{method} {title}");
        }
    }

    #[test]
    fn a_session_is_spoken_of_in_many_words() {
        assert!(speaks_of_a_session("搜索当前会话用户作为卖家已卖出的交易数据"));
        assert!(!speaks_of_a_session("不需要用户授权"));
    }
}
