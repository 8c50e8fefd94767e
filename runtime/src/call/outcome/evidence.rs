//! What the codes of a refusal prove about execution, and by whose word.

use crate::call::method::{Executed, MethodInfo};
use crate::wire::gateway_error::{GatewayCode, GatewayError};

/// A row of the table: which `sub_code`s it is about, and what they prove.
struct Row {
    cause: Cause,
    executed: Executed,
    /// Whose word it is. The documentation shows it.
    #[cfg_attr(not(test), allow(dead_code, reason = "shown in the documentation, which a test compares"))]
    source: &'static str,
}

/// Which `sub_code`s a row is about. Details behind a colon do not count.
enum Cause {
    /// This one.
    Is(&'static str),
    /// Those that begin like this.
    Begins(&'static str),
    /// Those that hold this.
    Holds(&'static str),
}

const FLOW: &str = "flow control, article 108426: the gateway counts calls before it forwards them";
const SESSION: &str =
    "user authorisation, articles 102635 and 120: the gateway checks the session before it forwards a call";
const PARAMETERS: &str = "table of error codes: a parameter is missing or does not have its form";
const PERMISSION: &str = "table of error codes: the application or the user lacks a permission";
const SERVICE: &str =
    "table of error codes, pattern isv.X-service-error:DETAIL: the service X reports an error of its own";
const BROKEN: &str = "by its name the service broke, did not answer, or may be tried again";
const TIMEOUT: &str =
    "article 108426 and reports of integrators: after isp.http-read-timeout a write may have happened";

/// The first row that fits counts.
const ROWS: [Row; 21] = [
    row(Cause::Begins("accesscontrol."), Executed::No, FLOW),
    row(Cause::Begins("isp."), Executed::Maybe, TIMEOUT),
    row(Cause::Holds("service"), Executed::Maybe, SERVICE),
    row(Cause::Holds("timeout"), Executed::Maybe, BROKEN),
    row(Cause::Holds("system-error"), Executed::Maybe, BROKEN),
    row(Cause::Holds("unknown-error"), Executed::Maybe, BROKEN),
    row(Cause::Holds("biz-error"), Executed::Maybe, BROKEN),
    row(Cause::Holds("busy"), Executed::Maybe, BROKEN),
    row(Cause::Is("invalid-sessionkey"), Executed::No, SESSION),
    row(Cause::Is("session-expired"), Executed::No, SESSION),
    row(Cause::Is("session-not-exist"), Executed::No, SESSION),
    row(Cause::Is("session-is-blank"), Executed::No, SESSION),
    row(Cause::Is("sessionkey-not-generated-by-server"), Executed::No, SESSION),
    row(Cause::Is("invalid-signature"), Executed::No, PARAMETERS),
    row(Cause::Is("missing-signature"), Executed::No, PARAMETERS),
    row(Cause::Is("appkey-not-exists"), Executed::No, PERMISSION),
    row(Cause::Is("invalid-permission"), Executed::No, PERMISSION),
    row(Cause::Begins("permission-"), Executed::No, PERMISSION),
    row(Cause::Is("missing-parameter"), Executed::No, PARAMETERS),
    row(Cause::Is("invalid-parameter"), Executed::No, PARAMETERS),
    row(Cause::Is("parameters-mismatch"), Executed::No, PARAMETERS),
];

const fn row(cause: Cause, executed: Executed, source: &'static str) -> Row {
    Row { cause, executed, source }
}

impl Cause {
    /// `whole` with its prefix, `bare` without it.
    fn fits(&self, whole: &str, bare: &str) -> bool {
        match self {
            Self::Is(name) => bare == *name,
            Self::Begins(start) => whole.starts_with(start) || bare.starts_with(start),
            Self::Holds(part) => bare.contains(part),
        }
    }
}

/// What a refusal says of execution.
///
/// The `sub_code` says more than the code, and of each the method's specification more than the table. Where neither has the
/// `sub_code`, the codes of the platform's own checks count, which come before the service.
pub(crate) fn executed(info: &MethodInfo, error: &GatewayError) -> Executed {
    let (cause, detail) = error.cause().split_once(':').unwrap_or((error.cause(), ""));
    let said = info.said_of(error.cause()).or_else(|| info.said_of(cause).filter(|_| !detail.is_empty()));
    let of_cause = said.or_else(|| {
        let row = ROWS.iter().find(|row| row.cause.fits(error.cause(), error.bare_cause()));
        row.map(|row| row.executed)
    });
    of_cause.unwrap_or_else(|| {
        // The numbers of other gateways mean other things.
        if error.flat && error.code.number().is_some() {
            return Executed::Maybe;
        }
        let said = match &error.code {
            GatewayCode::Number(number) => info.said_of(&number.to_string()),
            GatewayCode::Word(word) => info.said_of(word),
        };
        // One code stands for many causes: that none of them was executed is not said of a cause that nobody knows.
        let said = said.filter(|said| *said == Executed::Maybe || error.cause().is_empty());
        said.unwrap_or(if error.code_precedes_execution() { Executed::No } else { Executed::Maybe })
    })
}

#[cfg(test)]
mod tests {
    use super::{Cause, Executed, ROWS, executed};
    use crate::testing::{KNOWN, REDEEM};
    use crate::wire::gateway_error::{GatewayCode, GatewayError};

    #[test]
    fn of_another_gateway_the_words_count_and_the_numbers_do_not() {
        let info = REDEEM.executed(KNOWN);
        for (code, flat, expected) in [
            (GatewayCode::Number(100), false, Executed::No),
            (GatewayCode::Number(100), true, Executed::Maybe),
            (GatewayCode::Word("Locked".to_owned()), true, Executed::No),
            (GatewayCode::Word("Other".to_owned()), true, Executed::Maybe),
        ] {
            let error = GatewayError { code, flat, ..GatewayError::default() };
            assert_eq!(executed(&info, &error), expected, "{error} {flat}");
        }
    }

    /// The table in the documentation is the one that decides.
    #[test]
    fn the_documentation_shows_the_table() {
        let mut expected =
            String::from("| `sub_code`, without `isv.` and detail | executed | source |\n|---|---|---|\n");
        for row in &ROWS {
            let cause = match row.cause {
                Cause::Is(name) => format!("`{name}`"),
                Cause::Begins(start) => format!("`{start}…`"),
                Cause::Holds(part) => format!("`…{part}…`"),
            };
            let executed = if row.executed == Executed::No { "no" } else { "maybe" };
            expected.push_str(&format!("| {cause} | {executed} | {} |\n", row.source));
        }
        let (table, _) = include_str!("evidence.md").split_once("\n\n").expect("text follows the table");
        assert_eq!(format!("{table}\n"), expected);
    }
}
