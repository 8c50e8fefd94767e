//! Compares one field before and after.

use std::cmp::Ordering;

use super::change::{Found, Sides, deprecation};
use super::kind::{Class, Kind};
use super::view::View;
use crate::model::{Field, ListedValue, element_name};
use crate::rust_names::{TypeName, VariantName};
use crate::scalar::decimal;

/// Every change of the field at `path`.
pub(super) fn compare(
    path: &str,
    [(old_in, old), (new_in, new)]: [(View<'_>, &Field); 2],
    sides: Sides,
    found: &mut Found<'_>,
) {
    let (was, is) = (old_in.type_of(old), new_in.type_of(new));
    if was == is {
        found.text(path, Kind::VendorTypeChanged, Class::Words, &old.vendor_type, &new.vendor_type);
        let elements = [element(old_in, old), element(new_in, new)];
        found.text(path, Kind::ElementNameChanged, Class::Breaking, &elements[0], &elements[1]);
    }
    found.text(path, Kind::TypeChanged, Class::Breaking, &was, &is);
    found.text(path, Kind::WireNameChanged, Class::Breaking, &old.wire, &new.wire);
    required(path, [old, new], sides, found);
    limits(path, [old, new], sides, found);
    values(path, [old, new], &[was, is], found);
    deprecation(path, old.deprecated.as_deref(), new.deprecated.as_deref(), found);
    sensitive(path, [old, new], found);
    words(path, [old, new], found);
}

/// The name of a list's elements on the wire; of anything else blank.
fn element(view: View<'_>, field: &Field) -> String {
    if !field.ty.is_list() {
        return String::new();
    }
    let of = view.type_of(field);
    field.element.clone().unwrap_or_else(|| element_name(of.trim_end_matches(" []")))
}

fn required(path: &str, [old, new]: [&Field; 2], sides: Sides, found: &mut Found<'_>) {
    match (old.required, new.required) {
        (false, true) => found.push(path, Kind::BecameRequired, sides.sent(Class::Breaking), None, None),
        (true, false) => found.push(path, Kind::BecameOptional, sides.sent(Class::Additive), None, None),
        _ => {}
    }
    // What the page says, where it does not say what is enforced.
    let told = |field: &Field| match field.vendor_required.unwrap_or(field.required) {
        true => "required",
        false => "optional",
    };
    if old.required == new.required {
        found.text(path, Kind::PageRequiredChanged, Class::Words, told(old), told(new));
    }
}

fn limits(path: &str, [old, new]: [&Field; 2], sides: Sides, found: &mut Found<'_>) {
    let (old, new) = (&old.limits, &new.limits);
    // None is the loosest: `Less` is tighter. A bound from below is tighter where it is greater.
    let most = |old: Option<u32>, new: Option<u32>| new.unwrap_or(u32::MAX).cmp(&old.unwrap_or(u32::MAX));
    let bound = |text: &Option<String>| text.as_deref().and_then(decimal);
    let above = match (bound(&old.max), bound(&new.max)) {
        (Some(old), Some(new)) => new.cmp(&old),
        (old, new) => old.is_some().cmp(&new.is_some()),
    };
    let below = match (bound(&old.min), bound(&new.min)) {
        (Some(old), Some(new)) => old.cmp(&new),
        (old, new) => old.is_some().cmp(&new.is_some()),
    };
    let number = |value: Option<u32>| value.map(|value| value.to_string());
    let all = [
        ("max_length", most(old.max_length, new.max_length), number(old.max_length), number(new.max_length)),
        ("max_items", most(old.max_items, new.max_items), number(old.max_items), number(new.max_items)),
        ("min", below, old.min.clone(), new.min.clone()),
        ("max", above, old.max.clone(), new.max.clone()),
    ];
    for (name, order, before, after) in all {
        let (kind, class) = match order {
            Ordering::Less => (Kind::LimitTightened, Class::Breaking),
            Ordering::Greater => (Kind::LimitLoosened, Class::Additive),
            Ordering::Equal => continue,
        };
        let told = |value: Option<String>| value.map(|value| format!("{name}: {value}"));
        found.push(path, kind, sides.sent(class), told(before), told(after));
    }
}

/// Listed values, which make an open enum. `types`: what the field is without it.
fn values(path: &str, [old, new]: [&Field; 2], types: &[String; 2], found: &mut Found<'_>) {
    match (old.values.is_empty(), new.values.is_empty()) {
        (true, true) => return,
        (true, false) => {
            found.push(path, Kind::ValuesListed, Class::Breaking, Some(types[0].clone()), Some(listed(new)));
            return;
        }
        (false, true) => {
            found.push(path, Kind::ValuesUnlisted, Class::Breaking, Some(listed(old)), Some(types[1].clone()));
            return;
        }
        (false, false) => {}
    }
    found.text(path, Kind::EnumRenamed, Class::Breaking, &enum_name(old), &enum_name(new));
    for was in &old.values {
        let path = format!("{path}.values.{}", was.value);
        let Some(value) = find(new, &was.value) else {
            found.push(&path, Kind::ValueRemoved, Class::Breaking, Some(meaning(was)), None);
            continue;
        };
        found.text(&path, Kind::ValueRenamed, Class::Breaking, &variant(was), &variant(value));
        found.text(&path, Kind::DescriptionChanged, Class::Words, &was.description, &value.description);
    }
    for value in new.values.iter().filter(|value| find(old, &value.value).is_none()) {
        let path = format!("{path}.values.{}", value.value);
        found.push(&path, Kind::ValueAdded, Class::Additive, None, Some(meaning(value)));
    }
}

fn find<'a>(field: &'a Field, value: &str) -> Option<&'a ListedValue> {
    field.values.iter().find(|listed| listed.value == value)
}

fn listed(field: &Field) -> String {
    let values: Vec<&str> = field.values.iter().map(|listed| listed.value.as_str()).collect();
    format!("{}: {}", enum_name(field), values.join(", "))
}

/// The name that the enum asks for.
fn enum_name(field: &Field) -> String {
    let given = field.enum_name.as_deref().and_then(TypeName::new).or_else(|| TypeName::new(&field.wire));
    given.map_or_else(String::new, |name| name.as_str().to_owned())
}

/// The name that the variant asks for.
fn variant(listed: &ListedValue) -> String {
    VariantName::new(listed.name.as_deref(), &listed.value).map_or_else(String::new, |name| name.as_str().to_owned())
}

fn meaning(listed: &ListedValue) -> String {
    let named = variant(listed);
    if listed.description.is_empty() { named } else { format!("{named}, {}", listed.description) }
}

fn sensitive(path: &str, [old, new]: [&Field; 2], found: &mut Found<'_>) {
    let told = |field: &Field| if field.sensitive { "redacted" } else { "shown" };
    found.text(path, Kind::SensitiveChanged, Class::Additive, told(old), told(new));
}

fn words(path: &str, [old, new]: [&Field; 2], found: &mut Found<'_>) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    found.text(path, Kind::DescriptionChanged, Class::Words, &old.description, &new.description);
    found.text(path, Kind::DefaultChanged, Class::Words, &text(&old.default), &text(&new.default));
    let class = if old.unit.is_some() && new.unit.is_some() { Class::Breaking } else { Class::Words };
    found.text(path, Kind::UnitChanged, class, &text(&old.unit), &text(&new.unit));
    let example = |field: &Field| match &field.example_used {
        Some(used) => format!("{} (used instead of {}: {})", used.value, text(&field.example), used.because),
        None => text(&field.example),
    };
    found.text(path, Kind::ExampleChanged, Class::Words, &example(old), &example(new));
}
