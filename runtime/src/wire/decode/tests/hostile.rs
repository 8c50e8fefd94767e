//! Answers that are made to cost: what is large costs no more than its size, and nothing is fetched from anywhere.
//!
//! The bound on time is there for what grows with the square of the size, which would take hours.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;

/// Enough to tell a square from a line, and less for a test build to do.
const MANY: usize = 2 << 20;

/// Text of a size out of numbered parts.
fn filled(size: usize, part: impl Fn(&mut String, usize)) -> String {
    let mut text = String::with_capacity(size + 64);
    (0..)
        .take_while(|number| {
            part(&mut text, *number);
            text.len() < size
        })
        .for_each(drop);
    text
}

fn quickly<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    println!("{name}: {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(60), "{name}: {:?}", begun.elapsed());
    result
}

#[test]
fn large_json_costs_no_more_than_its_size() {
    let unknown = filled(MANY, |text, number| write!(text, "\"k{number}\":0,").expect("text"));
    let again = filled(MANY, |text, _| text.push_str("\"total\":1,"));
    let escapes = filled(MANY, |text, _| text.push_str("\\u4e2d"));
    let deep = filled(MANY, |text, _| text.push_str("[[[[],[]]]],"));
    for (name, text, total) in [
        ("unknown fields", format!("{{{unknown}\"total\":1}}"), Some(1)),
        ("one field again and again", format!("{{{again}\"total\":2}}"), Some(1)),
        ("escapes", format!("{{\"note\":\"{escapes}\",\"total\":1}}"), Some(1)),
        ("lists in lists", format!("{{\"unknown\":[{deep}0],\"total\":1}}"), Some(1)),
    ] {
        let mut model = Answer::default();
        quickly(name, || json(&text, ENVELOPE, &mut model)).expect(name);
        assert_eq!(model.total, total, "{name}");
    }
}

#[cfg(feature = "xml")]
mod xml {
    use super::*;

    const LARGE: usize = 10 << 20;

    fn read(inside: &str, attributes: &str) -> (Answer, Result<Decoded, DecodeError>) {
        let mut model = Answer::default();
        let text = format!("<{ENVELOPE}{attributes}>{inside}</{ENVELOPE}>");
        let decoded = crate::wire::decode::xml(&text, ENVELOPE, &mut model);
        (model, decoded)
    }

    #[test]
    fn large_xml_costs_no_more_than_its_size() {
        let total = "<total>1</total>";
        let attributes = filled(LARGE, |text, number| write!(text, " a{number}='x'").expect("text"));
        assert!(attributes.matches('=').count() > 800_000);
        let spaces: String = (0..100_000).map(|number| format!(" xmlns:n{number}='urn:{number}'")).collect();
        let inside = |part: &str| filled(MANY, |text, _| text.push_str(part)) + total;
        for (name, inside, attributes) in [
            ("800,000 attributes of the root", total.to_owned(), attributes.as_str()),
            ("800,000 attributes of a field", format!("<total{attributes}>1</total>"), ""),
            ("100,000 namespaces", total.to_owned(), spaces.as_str()),
            ("one attribute again and again", total.to_owned(), &filled(LARGE, |text, _| text.push_str(" a='x'"))),
            ("elements", inside("<x/>"), ""),
            ("comments", inside("<!---->"), ""),
            ("instructions", inside("<?x y?>"), ""),
            ("pieces of text", format!("<note>{}</note>{total}", filled(MANY, |text, _| text.push_str("a&amp;"))), ""),
            ("sections", format!("<note>{}</note>{total}", filled(MANY, |text, _| text.push_str("<![CDATA[a]]>"))), ""),
        ] {
            let (model, decoded) = quickly(name, || read(&inside, attributes));
            assert_eq!((model.total, decoded.err()), (Some(1), None), "{name}");
        }
    }

    #[test]
    fn a_document_type_is_refused_whatever_it_would_fetch_or_unfold() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket of our own");
        let url = format!("http://{}/x", listener.local_addr().expect("it is bound"));
        let laughs: String =
            (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
        for (name, document_type) in [
            ("a file", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/hosts\">]>".to_owned()),
            ("an address", format!("<!DOCTYPE x [<!ENTITY a SYSTEM \"{url}\">]>")),
            ("a type elsewhere", format!("<!DOCTYPE x SYSTEM \"{url}\">")),
            ("a public type elsewhere", format!("<!DOCTYPE x PUBLIC \"-//X\" \"{url}\">")),
            ("a parameter entity", format!("<!DOCTYPE x [<!ENTITY % a SYSTEM \"{url}\"> %a;]>")),
            ("a billion laughs", format!("<!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]>")),
        ] {
            for text in ["&a;", "&l9;", "", "x"] {
                let text = format!("{document_type}<{ENVELOPE}><note>{text}</note></{ENVELOPE}>");
                let mut model = Answer::default();
                let error = crate::wire::decode::xml(&text, ENVELOPE, &mut model).expect_err(name).to_string();
                assert!(error.contains("a document type is refused"), "{name}: {error}");
                assert_eq!(model.note, None, "{name}");
            }
        }
        // What names an address without a document type is markup like any other.
        let included = format!(
            "<?xml-stylesheet href='{url}'?><i:include xmlns:i='http://www.w3.org/2001/XInclude' href='{url}'/><total>1</total>"
        );
        let schema = format!(" xmlns:x='{url}' x:schemaLocation='{url} {url}'");
        assert_eq!(read(&included, &schema).0.total, Some(1));
        assert!(listener.accept().is_err(), "somebody came to fetch");
    }
}
