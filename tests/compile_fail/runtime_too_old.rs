//! Generated code of a later release, with this runtime: one error, and none of what it cannot find.

::opentop_runtime::__private::v1::since! { 999, "9.9.9", pub mod api { use ::opentop_runtime::__private::v1::Later; } }

fn main() {}
