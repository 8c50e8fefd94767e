//! From parameters to a signed request.
//!
//! Input: a line that may name `md5`, `hmac`, `session` and `simplify`; then one parameter a line, `name=value`, or `name@=content` for a
//! file. What must hold: the signature is that of the parameters in the order of their names' bytes, however they come; the body
//! carries what was signed, all of it and nothing else; nothing empty is sent; an endpoint that is taken leaks nothing.

use bytes::Bytes;
use http::Request;
use opentop_runtime::__private::engine::build_request;
use opentop_runtime::__private::engine::sign::{SignMethod, sign, verify};
use opentop_runtime::{AccessToken, AppSecret, DateTime, Endpoint, File};
use opentop_runtime::{Config, Parameters};

use super::tables::READ;

/// What signs.
pub type Sign<'a> = &'a dyn Fn(SignMethod, &AppSecret, &mut [(&str, &str)], Option<&[u8]>) -> String;

const SECRET: &str = "helloworld";
const SESSION: &str = "session-1";
const SYSTEM: [&str; 10] =
    ["app_key", "format", "method", "partner_id", "session", "sign", "sign_method", "simplify", "timestamp", "v"];

/// Judges one input.
pub fn run(data: &[u8]) {
    check(data, &sign);
}

/// The same of any code under test.
pub fn check(data: &[u8], sign: Sign<'_>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let says = |word: &str| line.split(' ').any(|it| it == word);
    let method = line.split(' ').find_map(sign_method).unwrap_or_default();
    let pairs: Vec<(&str, &str)> = rest.split('\n').map(|line| line.split_once('=').unwrap_or((line, ""))).collect();
    any_order_is_signed_alike(method, &pairs, sign);
    the_body_carries_what_was_signed(method, (says("session"), says("simplify")), &pairs, sign);
    rest.split('\n').for_each(endpoint);
}

/// A method by its name, and by nothing else.
fn sign_method(word: &str) -> Option<SignMethod> {
    match word.parse::<SignMethod>() {
        Ok(method) => {
            assert_eq!(method.to_string(), word);
            Some(method)
        }
        Err(error) => {
            assert!(error.to_string().contains("hmac-sha256"));
            None
        }
    }
}

/// The text that is signed, by the book: sorted by name in bytes, names and values without separators.
fn base_string(pairs: &[(&str, &str)]) -> String {
    let mut kept: Vec<_> = pairs.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()).collect();
    kept.sort_by(|one, other| one.0.as_bytes().cmp(other.0.as_bytes()).then(one.1.as_bytes().cmp(other.1.as_bytes())));
    kept.into_iter().flat_map(|(name, value)| [*name, *value]).collect()
}

/// Signs a text as it is: as the only value, without a name.
fn signed(method: SignMethod, base: &str) -> String {
    sign(method, &SECRET.into(), &mut [("", base)], None)
}

fn any_order_is_signed_alike(method: SignMethod, pairs: &[(&str, &str)], sign: Sign<'_>) {
    let expected = signed(method, &base_string(pairs));
    let secret = AppSecret::from(SECRET);
    let mut shuffled = pairs.to_vec();
    assert_eq!(sign(method, &secret, &mut shuffled, None), expected);
    shuffled.reverse();
    shuffled.extend([("sign", "x"), ("empty", "")]);
    assert_eq!(sign(method, &secret, &mut shuffled, None), expected);
    assert!(verify(method, &secret, &mut shuffled, None, &expected));
    assert!(
        !verify(method, &secret, &mut shuffled, None, &expected.to_lowercase())
            || !expected.contains(char::is_alphabetic)
    );
    // The body of a batch comes last.
    let (head, body) = pairs.split_at(pairs.len() / 2);
    let body = base_string(body);
    let mut head = head.to_vec();
    let whole = signed(method, &(base_string(&head) + &body));
    assert_eq!(sign(method, &secret, &mut head, Some(body.as_bytes())), whole);
}

fn the_body_carries_what_was_signed(
    method: SignMethod,
    (session, simplify): (bool, bool),
    pairs: &[(&str, &str)],
    sign: Sign<'_>,
) {
    let (parameters, texts, files) = parameters(pairs);
    let mut config = Config::new("12345678", SECRET);
    (config.sign_method, config.simplify) = (method, simplify);
    let session = session.then(|| AccessToken::from(SESSION));
    let now = DateTime::MIN;
    assert_eq!(config.check(), Ok(()));
    assert!(build_request(&config, &READ, &parameters, Some(&AccessToken::from("")), now).is_err());
    assert!(!format!("{config:?} {session:?}").contains(SECRET));
    let request = build_request(&config, &READ, &parameters, session.as_ref(), now).expect("all there is was checked");
    assert_eq!(request.uri().query(), None);
    let mut sent = if files.is_empty() { form(&request) } else { multipart(&request, &texts, &files) };
    let (name, signature) = sent.pop().expect("the signature");
    assert_eq!(name, "sign");
    let mut lent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert!(lent.iter().all(|(name, value)| !name.is_empty() && !value.is_empty()), "sent empty: {lent:?}");
    assert!(lent.is_sorted_by(|one, other| one.0.as_bytes() < other.0.as_bytes()), "not in order, or twice: {lent:?}");
    assert_eq!(signature, signed(method, &base_string(&lent)));
    assert_eq!(sign(method, &SECRET.into(), &mut lent, None), signature);
    lent.retain(|(name, _)| !SYSTEM.contains(name));
    let mut texts = texts;
    texts.sort_unstable();
    assert_eq!(lent, texts);
    assert_eq!(sent.len() - texts.len(), 7 + usize::from(simplify) + usize::from(session.is_some()));
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// The parameters that are taken; of a name given twice the first.
fn parameters<'a>(pairs: &[(&'a str, &'a str)]) -> (Parameters, Pairs<'a>, Pairs<'a>) {
    let (mut parameters, mut texts, mut files) = (Parameters::default(), Vec::new(), Vec::new());
    for (name, value) in pairs {
        let file = name.strip_suffix('@');
        let wire = file.unwrap_or(name);
        let added = match file {
            // Name and media type are hostile too: whatever the value is, they hold it.
            Some(_) => {
                let file = File::new(*value, Bytes::copy_from_slice(value.as_bytes())).with_media_type(*value);
                parameters.add_file(wire, file)
            }
            None => parameters.add(wire, value),
        };
        let taken: Vec<&str> = texts.iter().chain(&files).map(|(name, _): &(&str, &str)| *name).collect();
        // A text without a value, or a file without a name.
        let refused = wire.is_empty() || SYSTEM.contains(&wire) || taken.contains(&wire) || value.is_empty();
        assert_eq!(added.is_err(), refused, "{name}: {added:?}");
        if added.is_ok() {
            if file.is_some() { files.push((wire, *value)) } else { texts.push((wire, *value)) }
        }
    }
    let shown = format!("{parameters:?}");
    let names: Vec<String> = parameters.iter().map(|(name, _)| format!("{name:?}")).collect();
    assert_eq!(shown, format!("{{{}}}", names.join(", ")), "values are shown");
    assert_eq!(Parameters::from_pairs(texts.iter().copied()).map(|it| it.iter().count()), Ok(texts.len()));
    (parameters, texts, files)
}

fn content_type(request: &Request<Bytes>) -> &str {
    request.headers()["content-type"].to_str().expect("a header of letters")
}

/// A form, as anyone's library reads it.
fn form(request: &Request<Bytes>) -> Vec<(String, String)> {
    assert_eq!(content_type(request), "application/x-www-form-urlencoded;charset=utf-8");
    let body = request.body();
    assert!(body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"*-._+%=&".contains(byte)));
    form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The text parts of a multipart body; the file parts are compared.
fn multipart(request: &Request<Bytes>, known: &[(&str, &str)], files: &[(&str, &str)]) -> Vec<(String, String)> {
    let (kind, boundary) = content_type(request).split_once(";boundary=").expect("a boundary");
    assert_eq!(kind, "multipart/form-data;charset=utf-8");
    let body = std::str::from_utf8(request.body()).expect("text went in");
    let body = body.strip_prefix(&format!("--{boundary}\r\n")).expect("a first part");
    let body = body.strip_suffix(&format!("\r\n--{boundary}--\r\n")).expect("an end");
    let (mut texts, mut contents) = (Vec::new(), Vec::new());
    for part in body.split(&format!("\r\n--{boundary}\r\n")) {
        let (head, content) = part.split_once("\r\n\r\n").expect("an empty line");
        let lines: Vec<&str> = head.split("\r\n").collect();
        assert_eq!(lines.len(), 2, "a header broke out of its line: {head}");
        let named = lines[0].strip_prefix("Content-Disposition: form-data; name=\"").expect("a name");
        let quotes = named.matches('"').count();
        if lines[1] == "Content-Type: text/plain" && quotes == 1 {
            let name = named.strip_suffix('"').expect("an end");
            // Quotes can be undone in two ways where a name holds a `%22`: it is one of those that went in.
            let known = known.iter().find(|(text, value)| quoted(text) == name && *value == content);
            texts.push((known.map_or(name, |(text, _)| text).to_owned(), content.to_owned()));
        } else {
            assert_eq!(quotes, 3, "a name broke out of its quotes: {named}");
            contents.push(content);
        }
    }
    assert_eq!(contents, files.iter().map(|(_, content)| *content).collect::<Vec<_>>());
    texts
}

/// A name in quotes as browsers write it; a `%` of its own stays.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A").replace('\0', "%00")
}

/// Where an address is taken, nothing that is sent there crosses the network in the clear.
fn endpoint(url: &str) {
    let endpoint = match Endpoint::custom(url) {
        Ok(endpoint) => endpoint,
        Err(error) => return assert!(error.to_string().starts_with("the endpoint")),
    };
    assert!(format!("{endpoint:?}").contains(&endpoint.to_string()));
    let authority = url.split('/').nth(2).unwrap_or_default();
    assert!(
        !authority.contains('@') && !url.contains(['?', '#', '\\']) && url.bytes().all(|byte| byte.is_ascii_graphic()),
        "{url}"
    );
    let host = endpoint.uri().host().expect("a host").to_ascii_lowercase();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let is_own = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    assert!(endpoint.is_https() || is_own, "{url}");
    assert_eq!(Endpoint::custom(&endpoint.to_string()), Ok(endpoint));
}
