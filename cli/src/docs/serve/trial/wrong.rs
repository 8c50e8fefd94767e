//! What is wrong with a call, in both languages: English as every command says it, Chinese by the kind of the violation.

use opentop_model::model::{Api, Field, Rule, Scalar, Type};
use opentop_sandbox::check::{Violation, ViolationKind};
use serde::Serialize;

use super::form::Words;

/// What is wrong with one parameter, or with several together.
#[derive(Serialize)]
pub(super) struct Wrong {
    path: String,
    /// The names of the fields that a broken rule is about.
    fields: Vec<String>,
    words: Words,
}

impl Wrong {
    pub(super) fn of(api: &Api, violation: Violation) -> Wrong {
        let en = violation.problem().to_owned();
        let zh = chinese(api, &violation).unwrap_or_else(|| en.clone());
        Wrong { words: Words { zh, en }, path: violation.path, fields: violation.fields }
    }
}

fn chinese(api: &Api, violation: &Violation) -> Option<String> {
    let field = || field(api, &violation.path);
    let limits = || field().map(|field| &field.limits);
    Some(match violation.kind {
        ViolationKind::Required => "必填".to_owned(),
        ViolationKind::Unknown => "此方法没有这个参数".to_owned(),
        ViolationKind::Repeated => "只能给出一次".to_owned(),
        ViolationKind::Type
            if violation.path.ends_with(']') && violation.problem().starts_with("must not be empty") =>
        {
            "不能为空，请去掉".to_owned()
        }
        ViolationKind::Type => format!("应为{}", kind(field()?, violation)),
        ViolationKind::MaxLength => {
            let unit =
                if field()?.ty == Type::Scalar(Scalar::Bytes) { "字节" } else { "个字符（UTF-16 码元）" };
            format!("最多 {} {unit}", limits()?.max_length?)
        }
        ViolationKind::MaxItems => format!("最多 {} 项", limits()?.max_items?),
        ViolationKind::Min => format!("不能小于 {}", limits()?.min.as_deref()?),
        ViolationKind::Max => format!("不能大于 {}", limits()?.max.as_deref()?),
        ViolationKind::AtLeastOneOf => "至少填一个".to_owned(),
        ViolationKind::AtMostOneOf => "最多填一个".to_owned(),
        ViolationKind::ExactlyOneOf => "必须且只能填一个".to_owned(),
        ViolationKind::SpanOrder => "前一个不能晚于后一个，请对调".to_owned(),
        ViolationKind::MaxSpan => format!("最多相隔 {}", span(api, violation)?),
        _ => return None,
    })
}

/// What was expected of a value.
fn kind(field: &Field, violation: &Violation) -> &'static str {
    let is_element = violation.path.ends_with(']');
    let scalar = |scalar: Scalar| match scalar {
        Scalar::String => "文本",
        Scalar::Number => "整数（64 位）",
        Scalar::Price | Scalar::BigDecimal => "小数（不带指数）",
        Scalar::Boolean => "true 或 false",
        Scalar::Date => "存在的日期，格式 yyyy-MM-dd HH:mm:ss",
        Scalar::Json => "JSON",
        Scalar::Map => "JSON 对象",
        Scalar::Bytes if violation.path.contains(['.', '[']) => "文本",
        Scalar::Bytes => "文件",
    };
    match field.ty {
        Type::Scalar(one) => scalar(one),
        Type::Scalars(one) if is_element => scalar(one),
        Type::Scalars(_) | Type::Objects(_) if !is_element => "列表",
        _ => "JSON 对象",
    }
}

/// How far apart the two dates of a broken rule may be.
fn span(api: &Api, violation: &Violation) -> Option<String> {
    let [first, second] = violation.fields.as_slice() else { return None };
    let object = match field(api, &violation.path) {
        Some(field) => &api.named(field.ty.object()?).object,
        None => &api.request,
    };
    let is = |at: usize, name: &str| object.fields.get(at).is_some_and(|field| field.wire == name);
    let seconds = object.rules.iter().find_map(|rule| match rule {
        Rule::MaxSpan { start, end, seconds } if is(*start, first) && is(*end, second) => Some(*seconds),
        _ => None,
    })?;
    Some(match seconds {
        s if s.is_multiple_of(86_400) => format!("{} 天", s / 86_400),
        s if s.is_multiple_of(3_600) => format!("{} 小时", s / 3_600),
        s => format!("{s} 秒"),
    })
}

/// The field at `a.b[2].c`.
fn field<'a>(api: &'a Api, path: &str) -> Option<&'a Field> {
    let (mut object, mut found) = (&api.request, None);
    for step in path.split('.') {
        let name = step.split('[').next()?;
        let field = object.fields.iter().find(|field| field.wire == name)?;
        if let Some(id) = field.ty.object() {
            object = &api.named(id).object;
        }
        found = Some(field);
    }
    found
}
