//! Promises that need several crates at once. One test target, one module per promise.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

/// What several tests use.
mod support {
    pub(crate) mod deduction;
    pub(crate) mod repository;
    pub(crate) mod scripted;
    pub(crate) mod settings;
    pub(crate) mod signed_by_hand;
}

/// What is sent and what is read: signatures, forms, formats, files, and clients that others wrote.
mod wire {
    mod batch;
    mod exchange;
    mod first_screen;
    mod formats;
    mod npm;
    mod pages;
    mod rules;
    mod signature_ambiguity;
    mod tokens;
    mod uploads;
}

/// Networks, servers and clocks that misbehave.
mod faults {
    mod body_limits;
    mod cancellation;
    mod clocks;
    mod connection_cuts;
    mod connections;
    mod deadlines;
    mod http_framing;
    mod ledger_under_faults;
    mod redirects;
    mod timeouts;
    mod unexpected_responses;
    mod windowed_paging;
}

/// What the generator and the command line write.
mod output {
    mod agreement;
    mod call;
    mod compile_fail;
    mod crash;
    mod diff;
    mod fuzz;
    mod golden;
    mod mutations;
    mod no_hardcoded_methods;
    mod output_compiles;
    mod regen;
}

/// The message channel, over sockets.
mod tmc {
    mod delivery;
    mod soak;
    mod vectors;
}

/// Calls that the platform makes.
mod spi {
    mod verify;
}
