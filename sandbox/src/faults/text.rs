//! Faults as text: `delay-after=5s`, `status=502`. [`Fault`] implements `Display` and `FromStr` with the same words.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::fault::{Fault, HangUp};

/// The forms that [`Fault::from_str`] reads.
const FORMS: &str = "none, delay-before=5s, delay-after=5s, cut-request=BYTES, cut-request-rst=BYTES, cut-response=BYTES, \
    cut-response-rst=BYTES, reset, reset-after, half-body, wrong-length=BYTES, slow-bytes=1ms, status=502, status-after=502, html, \
    html-after, isp=SUB_CODE, isp-after=SUB_CODE, isv=SUB_CODE, ban=SECONDS, clock-skew=SECONDS, expired-session, other-shape, \
    contradiction, numbers-as-text, empty-lists, nulls, unknown-fields";

/// A text that names no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}; a fault is one of: {FORMS} (`-after` means: the call is executed first)")]
pub struct UnknownFault {
    problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = |executed: bool| if executed { "-after" } else { "" };
        let rst = |how: HangUp| if how == HangUp::Rst { "-rst" } else { "" };
        match self {
            Fault::None => f.write_str("none"),
            Fault::DelayBefore(pause) => write!(f, "delay-before={pause:?}"),
            Fault::DelayAfter(pause) => write!(f, "delay-after={pause:?}"),
            Fault::CutRequest { after, how } => write!(f, "cut-request{}={after}", rst(*how)),
            Fault::CutResponse { after, how } => write!(f, "cut-response{}={after}", rst(*how)),
            Fault::Reset { executed } => write!(f, "reset{}", after(*executed)),
            Fault::HalfBody => f.write_str("half-body"),
            Fault::WrongLength(extra) => write!(f, "wrong-length={extra}"),
            Fault::SlowBytes(pause) => write!(f, "slow-bytes={pause:?}"),
            Fault::Status { status, executed } => write!(f, "status{}={status}", after(*executed)),
            Fault::Html { executed } => write!(f, "html{}", after(*executed)),
            Fault::Isp { sub_code, executed } => write!(f, "isp{}={sub_code}", after(*executed)),
            Fault::Isv { sub_code } => write!(f, "isv={sub_code}"),
            Fault::Ban { seconds } => write!(f, "ban={seconds}"),
            Fault::ClockSkew { seconds } => write!(f, "clock-skew={seconds}"),
            Fault::ExpiredSession => f.write_str("expired-session"),
            Fault::OtherShape => f.write_str("other-shape"),
            Fault::Contradiction => f.write_str("contradiction"),
            Fault::NumbersAsText => f.write_str("numbers-as-text"),
            Fault::EmptyLists => f.write_str("empty-lists"),
            Fault::Nulls => f.write_str("nulls"),
            Fault::UnknownFields => f.write_str("unknown-fields"),
        }
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let unknown = |problem: String| UnknownFault { problem };
        let fault = match value {
            None => without_value(name),
            Some(value) => {
                let read = with_value(name, value);
                read.transpose().map_err(|expected| unknown(format!("`{text}`: expected {expected}, got `{value}`")))?
            }
        };
        fault.ok_or_else(|| unknown(format!("unknown fault `{text}`")))
    }
}

fn without_value(name: &str) -> Option<Fault> {
    Some(match name {
        "none" => Fault::None,
        "reset" => Fault::Reset { executed: false },
        "reset-after" => Fault::Reset { executed: true },
        "half-body" => Fault::HalfBody,
        "html" => Fault::Html { executed: false },
        "html-after" => Fault::Html { executed: true },
        "expired-session" => Fault::ExpiredSession,
        "other-shape" => Fault::OtherShape,
        "contradiction" => Fault::Contradiction,
        "numbers-as-text" => Fault::NumbersAsText,
        "empty-lists" => Fault::EmptyLists,
        "nulls" => Fault::Nulls,
        "unknown-fields" => Fault::UnknownFields,
        _ => return None,
    })
}

/// `Err` says what the value should have been.
fn with_value(name: &str, value: &str) -> Option<Result<Fault, &'static str>> {
    let sub_code = || if value.is_empty() { Err("a sub_code") } else { Ok(value.to_owned()) };
    Some(match name {
        "delay-before" => duration(value).map(Fault::DelayBefore),
        "delay-after" => duration(value).map(Fault::DelayAfter),
        "slow-bytes" => duration(value).map(Fault::SlowBytes),
        "cut-request" => number(value).map(|after| Fault::CutRequest { after, how: HangUp::Fin }),
        "cut-request-rst" => number(value).map(|after| Fault::CutRequest { after, how: HangUp::Rst }),
        "cut-response" => number(value).map(|after| Fault::CutResponse { after, how: HangUp::Fin }),
        "cut-response-rst" => number(value).map(|after| Fault::CutResponse { after, how: HangUp::Rst }),
        "wrong-length" => number(value).map(Fault::WrongLength),
        "status" => status(value).map(|status| Fault::Status { status, executed: false }),
        "status-after" => status(value).map(|status| Fault::Status { status, executed: true }),
        "isp" => sub_code().map(|sub_code| Fault::Isp { sub_code, executed: false }),
        "isp-after" => sub_code().map(|sub_code| Fault::Isp { sub_code, executed: true }),
        "isv" => sub_code().map(|sub_code| Fault::Isv { sub_code }),
        "ban" => number(value).map(|seconds| Fault::Ban { seconds }),
        "clock-skew" => number(value).map(|seconds| Fault::ClockSkew { seconds }),
        _ => return None,
    })
}

fn number<T: FromStr>(text: &str) -> Result<T, &'static str> {
    text.parse().map_err(|_| "a whole number")
}

fn status(text: &str) -> Result<u16, &'static str> {
    number(text).ok().filter(|status| (200..600).contains(status)).ok_or("a status from 200 to 599")
}

/// `5s`, `1.5s`, `20ms`, `50us` (as `Debug` writes it: `50µs`), `2m`.
fn duration(text: &str) -> Result<Duration, &'static str> {
    const WANTED: &str = "a time such as `5s` or `20ms`";
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').ok_or(WANTED)?;
    let (amount, unit) = text.split_at(digits);
    let scale = match unit {
        "m" => 60.0,
        "s" => 1.0,
        "ms" => 1e-3,
        "us" | "µs" => 1e-6,
        "ns" => 1e-9,
        _ => return Err(WANTED),
    };
    let amount: f64 = amount.parse().map_err(|_| WANTED)?;
    Duration::try_from_secs_f64(amount * scale).map_err(|_| WANTED)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::faults::random::RandomFaults;

    #[test]
    fn a_fault_reads_back_from_its_text() {
        for fault in RandomFaults::new(3).take(1_000) {
            let text = fault.to_string();
            let read: Fault = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        assert_eq!("delay-after=5s".parse(), Ok(Fault::DelayAfter(Duration::from_secs(5))));
        assert_eq!("delay-before=1.5s".parse(), Ok(Fault::DelayBefore(Duration::from_millis(1_500))));
        assert_eq!("isp-after=isv.x:Y".parse(), Ok(Fault::Isp { sub_code: "isv.x:Y".to_owned(), executed: true }));
    }

    #[test]
    fn a_wrong_fault_names_the_right_ones() {
        for (text, expected) in [
            (
                "delay-after=5",
                "`delay-after=5`: expected a time such as `5s` or `20ms`, got `5`; a fault is one of: none, ",
            ),
            ("status=20", "`status=20`: expected a status from 200 to 599, got `20`"),
            ("cut-request=x", "`cut-request=x`: expected a whole number, got `x`"),
            ("explode", "unknown fault `explode`"),
            ("half-body=3", "unknown fault `half-body=3`"),
        ] {
            let message = text.parse::<Fault>().unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
