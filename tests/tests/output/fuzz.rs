//! The corpus of the fuzz targets, replayed: what the fuzzer once found to be of interest is tried on every run, without the fuzzer.
//!
//! For each target there is also a broken stand-in for the code it judges. The corpus has to find that it is broken.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use http::Response;
use opentop_import::{Context, import};
use opentop_model::diagnostic::SourceFile;
use opentop_model::load;
use opentop_runtime::__private::engine::decode::{json, xml};
use opentop_runtime::__private::engine::sign::sign;
use opentop_runtime::__private::engine::{Reading, parse_response};
use opentop_runtime::MethodInfo;
use opentop_runtime::{AppSecret, Decimal, Format, SignMethod};

use crate::support::repository::root;

#[allow(unreachable_pub, reason = "public to the fuzzer's own package")]
#[path = "../../../fuzz/src/lib.rs"]
mod targets;

use targets::tables::{ENVELOPE, Everything};
use targets::{TARGETS, answer, cuts, scalars};

/// The most files and bytes of one target: more than this is for the fuzzer's own folder.
const MOST: (usize, usize) = (60, 200 << 10);

/// Every input of a target, by name.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = root().join("fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// The inputs on which a target panics.
fn found(target: &str, run: impl Fn(&[u8])) -> Vec<String> {
    let inputs = corpus(target).into_iter();
    inputs.filter(|(_, data)| catch_unwind(AssertUnwindSafe(|| run(data))).is_err()).map(|(name, _)| name).collect()
}

#[test]
fn every_input_of_the_corpus_is_judged_well() {
    for (target, run) in TARGETS {
        assert_eq!(found(target, run), [""; 0], "{target}");
    }
}

#[test]
fn every_target_has_a_corpus_and_none_is_large() {
    for (target, _) in TARGETS {
        let files = corpus(target);
        let bytes: usize = files.iter().map(|(_, data)| data.len()).sum();
        assert!(files.len() >= 5, "{target} has {} files", files.len());
        assert!(files.len() <= MOST.0 && bytes <= MOST.1, "{target}: {} files, {bytes} bytes", files.len());
    }
    let folders = fs::read_dir(root().join("fuzz/corpus")).unwrap().count();
    assert_eq!(folders, TARGETS.len(), "a corpus without a target");
}

#[test]
fn a_reader_that_closes_what_was_cut_off_is_found() {
    // Takes a text without its last brace.
    let lenient = |text: &str, into: &mut Everything| {
        json(text, ENVELOPE, into).or_else(|_| json(&format!("{text}}}"), ENVELOPE, into))
    };
    assert!(!found("json", |data| targets::json::check(data, &lenient)).is_empty());
    let lenient = |text: &str, into: &mut Everything| {
        xml(text, ENVELOPE, into).or_else(|_| xml(&format!("{text}>"), ENVELOPE, into))
    };
    assert!(!found("xml", |data| targets::xml::check(data, &lenient)).is_empty());
}

#[test]
fn a_reader_that_differs_between_the_shapes_is_found() {
    let forgetful = |text: &str, into: &mut Everything| {
        let read = json(text, ENVELOPE, into);
        if text.contains(ENVELOPE) {
            into.ints.clear();
        }
        read
    };
    assert!(!found("json", |data| targets::json::check(data, &forgetful)).is_empty());
}

#[test]
fn a_reader_that_rounds_is_found() {
    let rounding = |text: &str, into: &mut Everything| {
        let read = json(text, ENVELOPE, into);
        into.decimal = into.decimal.map(|it| f64::try_from(it).ok().and_then(|it| Decimal::try_from(it).ok()).unwrap());
        read
    };
    assert!(!found("scalars", |data| scalars::check(data, &rounding)).is_empty());
}

#[test]
fn a_client_that_takes_what_it_cannot_read_for_done_is_found() {
    let hopeful = |api: &MethodInfo, format: Format, response: Response<Bytes>, model: &mut Everything| {
        let status = response.status();
        let done = Response::new(Bytes::from_static(br#"{"bool":true}"#));
        parse_response(api, &Reading::strict(format), response, model).or_else(|error| match error {
            opentop_runtime::Error::Decode { .. } if status.is_success() => {
                parse_response(api, &Reading::strict(Format::Json), done, model)
            }
            error => Err(error),
        })
    };
    assert!(!found("answer", |data| answer::check(data, &hopeful)).is_empty());
}

#[test]
fn a_signer_that_sorts_without_regard_to_case_is_found() {
    let sorted = |method: SignMethod, secret: &AppSecret, pairs: &mut [(&str, &str)], body: Option<&[u8]>| {
        let mut kept: Vec<_> =
            pairs.iter().copied().filter(|(name, value)| *name != "sign" && !value.is_empty()).collect();
        kept.sort_by_key(|(name, value)| (name.to_lowercase(), *value));
        let base: String = kept.iter().flat_map(|(name, value)| [*name, *value]).collect();
        sign(method, secret, &mut [("", &base)], body)
    };
    assert!(!found("request", |data| targets::request::check(data, &sorted)).is_empty());
}

#[test]
fn a_loader_that_points_beside_the_text_is_found() {
    let beside = |sources: &[SourceFile]| {
        let mut loaded = load(sources);
        loaded.diagnostics.iter_mut().for_each(|finding| finding.place.end += 1);
        loaded
    };
    assert!(!found("spec", |data| targets::spec::check(data, &beside)).is_empty());
}

#[test]
fn an_importer_that_never_comes_to_rest_is_found() {
    let restless = |inputs: &[SourceFile], context: &Context| {
        let mut imported = import(inputs, context);
        let again = if context.existing.is_empty() { "" } else { "# once more\n" };
        imported.files.iter_mut().for_each(|file| file.text.push_str(again));
        imported
    };
    assert!(!found("import", |data| targets::import::check(data, &restless)).is_empty());
}

#[test]
fn cuts_are_shorter_and_start_with_the_last_byte() {
    assert_eq!(cuts::cuts(3).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(cuts::cuts(0).count(), 0);
    assert!((1..=16).contains(&cuts::cuts(1_000).count()) && cuts::cuts(1_000).next() == Some(999));
}

#[test]
fn a_frame_reader_that_takes_the_end_for_granted_is_found() {
    use opentop_runtime::__private::v1::link::{Frame, FrameError};

    /// Takes a frame without its end header.
    fn lenient(bytes: &[u8]) -> Result<Frame<'_>, FrameError> {
        let ended = |error| Frame::decode([bytes, &[0, 0]].concat().leak()).map_err(|_| error);
        Frame::decode(bytes).or_else(ended)
    }
    assert!(!found("frame", |data| targets::frame::check(data, &lenient)).is_empty());
}

#[test]
fn a_verifier_that_does_not_look_at_the_signature_is_found() {
    use opentop_runtime::spi::{Incoming, Reject, Verified, Verifier};

    let genuine = Incoming { method: "GET", headers: &[], query: "", content_type: None, body: b"" };
    let verifier = Verifier::new("s");
    let blind = |call: &Incoming<'_>| -> Result<Verified, Reject> {
        match verifier.verify(call) {
            Err(Reject::BadSign) => Ok(blind_to(&genuine)),
            other => other,
        }
    };
    assert!(!found("incoming", |data| targets::incoming::check(data, &blind)).is_empty());
}

/// What a verifier that is blind gives: a call that is genuine under a secret of its own.
fn blind_to(call: &opentop_runtime::spi::Incoming<'_>) -> opentop_runtime::spi::Verified {
    use opentop_runtime::spi::{Incoming, Verifier};

    let mut pairs = [("timestamp", "2016-01-01 12:00:00")];
    let signature = sign(SignMethod::Md5, &AppSecret::from("s"), &mut pairs, None);
    let query = format!("timestamp=2016-01-01+12%3A00%3A00&sign={signature}");
    let now = "2016-01-01 12:00:00".parse::<opentop_runtime::DateTime>().unwrap();
    Verifier::new("s").clock(move || now).verify(&Incoming { query: &query, ..*call }).unwrap()
}
