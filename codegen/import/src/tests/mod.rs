//! The importer as a whole: fixtures of every quirk, the four pages, re-imports, damaged pages, and the vendor's
//! corpus where it is at hand.
#![allow(clippy::unwrap_used, clippy::panic)]

mod corpus;
mod damaged;
mod kinds;
mod paging;
mod quirks;
mod readers;
mod reimport;
mod seeds;
mod silent;
mod support;
