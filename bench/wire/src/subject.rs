//! What is decoded and encoded. In the program that is timed, the driver has written this file, with the types that it emitted. These types only
//! let the program compile here.

pub type Ours = ::opentop::api::bill::book_bills_get::Response;
pub type Derived = ::serde_json::Value;
pub type Mini = ::miniserde::json::Value;
pub type MiniAnswer = ::miniserde::json::Value;
pub const ENVELOPE: &str = "bill_book_bills_get_response";
