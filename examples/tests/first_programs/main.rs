//! Six first programs against the command `sandbox` alone: it runs as a process with its options, and the programs know of it no more
//! than its address, its key and its log.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod bills;
mod blocking;
mod deduct;
mod gateway;
mod own_method;
mod reconcile;
mod service;

const FLOWS: &str = "alibaba.alsc.crm.recharge.accountflows.get";
const DEDUCT: &str = "alibaba.alsc.crm.recharge.dedut.update";
const BILLS: &str = "taobao.bill.book.bills.get";
