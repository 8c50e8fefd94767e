//! Decides whether two objects with one type name are one type.
//!
//! `strict`: callers send both, so requirements and limits must be the same too.

use crate::described::Param;
use crate::vendor_type::VendorType;

/// Whether two objects have the same fields.
pub(super) fn agree(one: &[Param], other: &[Param], strict: bool, depth: usize) -> bool {
    if std::ptr::eq(one, other) {
        return true;
    }
    if one.len() != other.len() || depth > 64 {
        return false;
    }
    let in_order = one.iter().zip(other).all(|(a, b)| a.name == b.name);
    one.iter().enumerate().all(|(at, field)| {
        if in_order {
            return same_field(field, &other[at], strict, depth);
        }
        let count = |fields: &[Param]| fields.iter().filter(|other| other.name == field.name).count();
        count(one) == 1
            && count(other) == 1
            && other.iter().any(|other| other.name == field.name && same_field(field, other, strict, depth))
    })
}

pub(super) fn same_field(one: &Param, other: &Param, strict: bool, depth: usize) -> bool {
    let nested = one.children.is_empty()
        || other.children.is_empty()
        || agree(&one.children, &other.children, strict, depth + 1);
    let same_type = VendorType::read(&one.ty) == VendorType::read(&other.ty);
    // Without a name, an object and a single value are different things.
    let same_kind = one.children.is_empty() == other.children.is_empty() || VendorType::read(&one.ty).named().is_some();
    same_type && same_kind && nested && (!strict || (one.required == other.required && one.limits == other.limits))
}
