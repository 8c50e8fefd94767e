//! Models built by hand, for the tests of plan and emitters.

use opentop_model::diagnostic::Place;
use opentop_model::model::*;

/// A field of a type, with nothing else.
pub(crate) fn field(wire: &str, ty: Type) -> Field {
    Field {
        at: Place::default(),
        key: wire.to_owned(),
        wire: wire.to_owned(),
        element: None,
        vendor_type: match &ty {
            Type::Scalar(scalar) => scalar.name().to_owned(),
            Type::Scalars(scalar) => format!("{scalar} []"),
            Type::Object(_) | Type::Objects(_) => "Object".to_owned(),
        },
        ty,
        required: false,
        vendor_required: None,
        description: String::new(),
        example: None,
        example_used: None,
        limits: Limits::default(),
        default: None,
        unit: None,
        values: Vec::new(),
        enum_name: None,
        rust_name: None,
        sensitive: false,
        deprecated: None,
    }
}

/// A text field.
pub(crate) fn text(wire: &str) -> Field {
    field(wire, Type::Scalar(Scalar::String))
}

/// A number.
pub(crate) fn number(wire: &str) -> Field {
    field(wire, Type::Scalar(Scalar::Number))
}

/// What tests add to a field.
pub(crate) trait Build {
    fn required(self) -> Self;
    fn said(self, description: &str) -> Self;
    fn example(self, example: &str) -> Self;
    fn listed(self, values: &[(&str, Option<&str>, &str)]) -> Self;
}

impl Build for Field {
    fn required(mut self) -> Self {
        self.required = true;
        self
    }

    fn said(mut self, description: &str) -> Self {
        self.description = description.to_owned();
        self
    }

    fn example(mut self, example: &str) -> Self {
        self.example = Some(example.to_owned());
        self
    }

    fn listed(mut self, values: &[(&str, Option<&str>, &str)]) -> Self {
        let listed = |(value, name, said): &(&str, Option<&str>, &str)| ListedValue {
            at: Place::default(),
            value: (*value).to_owned(),
            name: name.map(str::to_owned),
            description: (*said).to_owned(),
        };
        self.values = values.iter().map(listed).collect();
        self
    }
}

/// A named type.
pub(crate) fn named(name: &str, fields: Vec<Field>, request: bool, response: bool) -> NamedType {
    NamedType {
        at: Place::default(),
        name: name.to_owned(),
        description: String::new(),
        object: Object { fields, rules: Vec::new() },
        in_request: request,
        in_response: response,
        recursive: false,
        rust_name: None,
    }
}

/// A method that only reads and has nothing.
pub(crate) fn api(method: &str, category: &str) -> Api {
    Api {
        at: Place::default(),
        method: method.to_owned(),
        dialect: None,
        category: category.to_owned(),
        title: String::new(),
        description: String::new(),
        session: Session::None,
        effect: Effect::Read,
        suggested_effect: None,
        suggested_session: None,
        deprecated: None,
        module: None,
        flatten: None,
        idempotency_key: None,
        outcome: None,
        paging: None,
        request: Object::default(),
        response: Object::default(),
        types: Vec::new(),
        samples: Samples::default(),
        errors: Vec::new(),
        corrections: Vec::new(),
    }
}

/// A model of methods; categories are theirs.
pub(crate) fn model(apis: Vec<Api>) -> Model {
    let mut names: Vec<&str> = apis.iter().map(|api| api.category.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let category = |name: &str| Category {
        name: name.to_owned(),
        title: format!("The {name} methods"),
        vendor_titles: Vec::new(),
    };
    Model { categories: names.into_iter().map(category).collect(), apis }
}

/// One method with a little of everything: what snapshots show.
pub(crate) fn sample() -> Api {
    let mut api = api("alibaba.example.gift.redeem", "example");
    api.title = "兑换礼品".to_owned();
    api.description = "兑换礼品接口".to_owned();
    api.effect = Effect::Write;
    api.idempotency_key = Some(Path(vec![0, 0]));
    api.outcome = Some(Outcome { ok: Path(vec![0, 0]), code: Some(Path(vec![0, 1])), message: None });
    api.errors = vec![ErrorRow {
        code: "isv.gift-not-found".to_owned(),
        message: "礼品不存在".to_owned(),
        solution: "换一个".to_owned(),
        executed: Some(Executed::No),
    }];
    api.samples.response_xml = Some("<alibaba_example_gift_redeem_response/>\n".to_owned());
    let mut gifts = field("gift_ids", Type::Scalars(Scalar::Number)).example("1,2").said("礼品");
    gifts.limits.max_items = Some(10);
    let mut amount = field("amount", Type::Scalar(Scalar::BigDecimal)).required().example("12.30").said("金额");
    amount.vendor_type = "Number".to_owned();
    amount.unit = Some("yuan".to_owned());
    let channel = text("biz_channel").example("CS").listed(&[("CS", Some("CS"), "辰森"), ("KRY", None, "")]);
    let mut code = text("gift_code").said("礼品码");
    code.sensitive = true;
    let request = vec![
        text("request_id").required().example("a1").said("请求id，用来做幂等"),
        gifts,
        code,
        amount,
        channel,
        field("at", Type::Scalar(Scalar::Date)).example("2019-07-30 14:24:45"),
    ];
    let mut redeem = named("RedeemReq", request, true, false);
    redeem.object.rules = vec![Rule::AtLeastOneOf(vec![1, 2])];
    let result = vec![
        field("success", Type::Scalar(Scalar::Boolean)).said("是否成功"),
        text("code"),
        field("gift", Type::Object(TypeId(2))),
        field("children", Type::Objects(TypeId(1))),
    ];
    api.types = vec![
        redeem,
        named("RedeemResult", result, false, true),
        named("Gift", vec![text("type"), number("price")], false, true),
    ];
    api.request.fields = vec![field("redeem_req", Type::Object(TypeId(0))).required().said("入参")];
    api.response.fields = vec![field("result", Type::Object(TypeId(1))).said("结果")];
    api
}

/// A list method that pages, with a session.
pub(crate) fn list() -> Api {
    let mut api = api("taobao.example.bills.get", "example");
    api.title = "查询".to_owned();
    api.session = Session::Required;
    api.request.fields = vec![
        field("fields", Type::Scalars(Scalar::String))
            .required()
            .example("bid,amount")
            .listed(&[("bid", None, ""), ("amount", None, "")]),
        field("start_time", Type::Scalar(Scalar::Date)).required().example("2013-01-14 09:56:48"),
        field("end_time", Type::Scalar(Scalar::Date)).required().example("2013-01-14 10:05:25"),
        number("page_no").example("1"),
        number("journal_type").listed(&[("101", None, "充值"), ("-1", None, "")]).example("101"),
    ];
    api.request.rules = vec![Rule::MaxSpan { start: 1, end: 2, seconds: 30 * 86_400 }];
    api.types = vec![named("Bill", vec![number("bid"), field("amount", Type::Scalar(Scalar::Price))], false, true)];
    api.response.fields =
        vec![field("has_next", Type::Scalar(Scalar::Boolean)), field("bills", Type::Objects(TypeId(0)))];
    api.paging = Some(Paging {
        page: Path(vec![3]),
        by: PageBy::Number,
        first: 1,
        size: None,
        end: PagingEnd::HasNext(Path(vec![0])),
        items: Path(vec![1]),
        item_key: Some(0),
        order: PageOrder::FirstFirst,
    });
    api
}

/// Names that are hard on Rust: types called like the prelude, keywords, Han, twins, recursion, nothing at all.
pub(crate) fn obstacles() -> Vec<Api> {
    let mut api = api("taobao.example.obstacle.course", "example");
    api.effect = Effect::Write;
    let names =
        ["Result", "Option", "String", "Vec", "Box", "Slot", "Value", "Self", "Some", "P0", "Default", "Table", "Set"];
    let both = |name: &&str| {
        let mut ty =
            named(name, vec![text("type").required().example("t"), number("build"), number("maybe_build")], true, true);
        ty.object.fields.push(field("next", Type::Object(TypeId(0))));
        ty.object.fields.push(field("list", Type::Objects(TypeId(1))));
        ty
    };
    api.types = names.iter().map(both).collect();
    api.types[0].recursive = true;
    api.types.push(named("result", vec![text("x").example("1")], true, false));
    api.types.push(named("ExampleObstacleCourseRequest", vec![text("x")], true, true));
    api.types.push(named("ResultBuilder", vec![text("x")], true, false));
    api.types.push(named("VEC", vec![text("x")], false, true));
    api.types.push(named("商品", vec![text("品牌").example("牌"), text("é"), text("储值_id")], true, true));
    let words = [
        "type", "self", "Self", "SELF", "crate", "super", "_", "async", "gen", "fn", "build", "1x", "a.b", "aB", "a_b",
    ];
    api.request.fields = words.iter().map(|word| text(word).required().example("1")).collect();
    api.response.fields = words.iter().map(|word| text(word)).collect();
    api.request.fields.push(text("match").example("1"));
    for at in 0..api.types.len() {
        let wire = format!("object_{at}");
        if api.types[at].in_request {
            api.request.fields.push(field(&wire, Type::Object(TypeId(at))));
        }
        if api.types[at].in_response {
            api.response.fields.push(field(&wire, Type::Object(TypeId(at))));
            api.response.fields.push(field(&format!("list_{at}"), Type::Objects(TypeId(at))));
        }
    }
    let kinds = [
        Scalar::String,
        Scalar::Number,
        Scalar::Boolean,
        Scalar::Date,
        Scalar::Price,
        Scalar::Json,
        Scalar::Map,
        Scalar::Bytes,
    ];
    for (at, kind) in kinds.into_iter().enumerate() {
        api.request.fields.push(field(&format!("one_{at}"), Type::Scalar(kind)).required());
        api.request.fields.push(field(&format!("many_{at}"), Type::Scalars(kind)).required());
        api.response.fields.push(field(&format!("many_{at}"), Type::Scalars(kind)));
    }
    api.request.fields.push(text("string").listed(&[
        ("Unknown", None, ""),
        ("unknown", None, ""),
        ("+", None, ""),
        ("a b", None, ""),
    ]));
    let nothing = self::api("mod", "mod");
    vec![nothing, api]
}

/// Text that tries to leave where it stands, in every place that holds text.
pub(crate) const HOSTILE: &[&str] = &[
    "*/ pub fn canary() {} /*",
    "\"# ); pub fn canary() {} //",
    "\n#![allow(warnings)]\npub fn canary() {}\n",
    "```\npub fn canary() {}\n```",
    "<script>canary()</script>",
    "</td></table><img src=x onerror=canary()>",
    "\u{202E}canary\u{2066}\u{0}\u{7}",
    "[`canary`](https://example.com) [x] ![y](z)",
    "    four blanks\n\n    pub fn canary() {}",
    "# heading\n## heading\n- [ ] list\n1. one\n> quote\n| a | b |\n|---|---|",
    "a\r\nb\rc\u{2028}d\u{85}e",
    "${canary} {} {{canary}} %s \\",
    "https://example.com/<script> http://a.b.example.com|x",
    "-->canary<!--",
];

/// A method whose every text is `hostile`.
pub(crate) fn hostile(hostile: &str) -> Api {
    let mut api = sample();
    let said = |field: &mut Field| {
        field.description = hostile.to_owned();
        field.default = Some(hostile.to_owned());
        field.unit = Some(hostile.to_owned());
        field.deprecated = Some(hostile.to_owned());
        if field.example.is_none() {
            field.example = Some(hostile.to_owned());
        }
        for value in &mut field.values {
            value.description = hostile.to_owned();
        }
    };
    api.title = hostile.to_owned();
    api.description = hostile.to_owned();
    api.deprecated = Some(hostile.to_owned());
    api.request.fields.iter_mut().chain(&mut api.response.fields).for_each(said);
    for ty in &mut api.types {
        ty.description = hostile.to_owned();
        ty.object.fields.iter_mut().for_each(said);
    }
    api.types[0].object.fields[4].enum_name = Some(hostile.to_owned());
    api.types[0].object.fields[4].values[0].name = Some(hostile.to_owned());
    api.types[0].object.fields[0].example_used =
        Some(ExampleUsed { value: hostile.to_owned(), because: hostile.to_owned() });
    api.errors = vec![ErrorRow {
        code: hostile.to_owned(),
        message: hostile.to_owned(),
        solution: hostile.to_owned(),
        executed: (!hostile.chars().any(crate::doctext::is_invisible)).then_some(Executed::Maybe),
    }];
    api.samples.response_xml = Some(hostile.to_owned());
    api.samples.response_json = Some(hostile.to_owned());
    api
}
