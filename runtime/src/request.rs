//! What a method is to the client: its request and response types and the facts of its specification.
//!
//! In: a field table. Out: the traits that generated requests implement, and [`Api`], their facts in one static.

use crate::table::{FieldPath, Table};

/// Whether a call changes data on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Only reads; may be repeated freely.
    Read,
    /// Changes something; is never sent twice by accident.
    Write,
}

/// Whether a method wants the access token of a user (`session`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionUse {
    /// Not needed.
    None,
    /// Accepted, not needed.
    Optional,
    /// The gateway refuses the call without one (code 26).
    Required,
}

/// Where a response says how the business went, beside the gateway's own error envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// A Boolean: true means done.
    pub ok: FieldPath,
    /// The business result code.
    pub code: Option<FieldPath>,
    /// The business message.
    pub message: Option<FieldPath>,
}

/// How a list method pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// The request's page number, counted from 1.
    pub page: FieldPath,
    /// The request's page size.
    pub size: Option<FieldPath>,
    /// How the response tells the end.
    pub end: PagingEnd,
    /// The response's items.
    pub items: FieldPath,
    /// The field of an item that identifies it.
    pub item_key: Option<u16>,
}

/// How a response tells that there are no more pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagingEnd {
    /// A Boolean says whether there is a next page.
    HasNext(FieldPath),
    /// The number of all items.
    TotalItems(FieldPath),
    /// The number of all pages.
    TotalPages(FieldPath),
}

/// The facts of one method, emitted as one constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Api {
    /// The method's full name, `alibaba.…` or `taobao.…`.
    pub method: &'static str,
    /// The root of its response: the method without a leading `taobao.`, dots to underscores, then `_response`.
    pub envelope: &'static str,
    /// Reads or writes.
    pub effect: Effect,
    /// Whether it wants a session.
    pub session: SessionUse,
    /// The request's field by which the server recognises a repeated write.
    pub idempotency_key: Option<FieldPath>,
    /// Where the business outcome stands in the response.
    pub outcome: Option<Outcome>,
    /// How it pages.
    pub paging: Option<Paging>,
}

/// A request of one method. Implemented by generated code.
pub trait Request: Table + Default {
    /// What the gateway answers.
    type Response: Table + Default;
    /// The facts of the method.
    const API: &'static Api;
    /// The method's full name.
    const METHOD: &'static str = Self::API.method;
    /// Whether it reads or writes.
    const EFFECT: Effect = Self::API.effect;
    /// Whether it wants a session.
    const SESSION: SessionUse = Self::API.session;
}

/// A request that only reads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` changes data on the server",
    label = "send it with `write()`, whose error tells a failed call from an unknown outcome"
)]
pub trait ReadRequest: Request {}

/// A request that changes data.
#[diagnostic::on_unimplemented(message = "`{Self}` only reads", label = "send it with `read()`")]
pub trait WriteRequest: Request {}

/// A request that may go without a session.
#[diagnostic::on_unimplemented(
    message = "`{Self}` needs the session (access token) of a user",
    label = "name one for this call: `client.session(&token)`"
)]
pub trait SessionlessRequest: Request {}

/// The state of a required parameter that was set. See [`Given`].
#[derive(Debug)]
pub struct Set;

/// Implemented by the state of every required parameter that was set; builders ask it of each of them before `build()`.
#[diagnostic::on_unimplemented(
    message = "the required parameter `{Self}` is not set",
    label = "set it before `build()`"
)]
pub trait Given {}

impl Given for Set {}
