//! Why a sandbox does not start.

use std::io;
use std::net::IpAddr;

use opentop_model::folder::FolderError;

/// Why a sandbox does not start. Once it runs, whatever a caller sends is answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A folder of specifications cannot be read.
    #[error(transparent)]
    Read(FolderError),
    /// The specifications have errors; the text shows each with its place and its cure.
    #[error("the specifications have errors\n{rendered}")]
    Specs {
        /// All of them, as the generator shows them.
        rendered: String,
    },
    /// Own records or a ledger for a method that no specification describes.
    #[error("records, a ledger or flows name `{method}`, which no specification describes; check the spelling")]
    UnknownMethod {
        /// The method.
        method: String,
    },
    /// Own records that do not fit the method's types.
    #[error("the records for `{method}` do not fit its specification: {}", .issues.join("; "))]
    Records {
        /// The method.
        method: String,
        /// What does not fit, each with its path.
        issues: Vec<String>,
    },
    /// A ledger that does not fit the method.
    #[error("the ledger of `{method}` does not fit its specification: {problem}")]
    Ledger {
        /// The method.
        method: String,
        /// What does not fit.
        problem: String,
    },
    /// An address that other machines can reach was asked for, without allowing it.
    #[error(
        "expected a loopback address, got {address}, which other machines can reach; say `allow_remote(true)` to bind it"
    )]
    NotLoopback {
        /// The address.
        address: IpAddr,
    },
    /// The port cannot be bound, or the server's thread cannot be started.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address and port.
        address: std::net::SocketAddr,
        /// Why.
        source: io::Error,
    },
}
