//! Workspace tests stand in `tests/`. This library holds the code of the README files, which has to compile.

/// The code of README.md.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The code of README.zh-CN.md.
#[cfg(doctest)]
#[doc = include_str!("../../README.zh-CN.md")]
pub struct ReadmeZhCn;

/// The code of docs/calls.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/calls.md")]
pub struct Calls;

/// The code of docs/calls.zh-CN.md.
#[cfg(doctest)]
#[doc = include_str!("../../docs/calls.zh-CN.md")]
pub struct CallsZhCn;
