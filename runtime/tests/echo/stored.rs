//! What a journal keeps of an answer that repeats what it was sent: the answer, still readable, and nothing of the secrets.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex};

use opentop_runtime::__private::v1::{self as rt, *};
use opentop_runtime::error::JournalError;
use opentop_runtime::journal::JournalFuture;
use opentop_runtime::transport::MockTransport;
use opentop_runtime::{
    AsyncJournal, DateTime, Decimal, FileJournal, Format, Journal, Json, Reply, StoredWrite, WriteError, blocking,
    table_impls,
};

use crate::forms::{RUN, forms, runs};

const SECRET: &str = "c5d2b1e0f9a84736a5b4c3d2e1f00918";
/// Sessions of the platform end with the id of their user, which stands in answers too.
const TOKEN: &str = "6100e23+A/b=c\"<&'\\~Zq8d5e2074082786";
const USER_ID: &str = "2074082786";
const PHONE: &str = "13812345678 王小明/+<b>";

#[derive(Default)]
pub struct Book {
    receiver: Option<String>,
    card: Option<String>,
}

impl Table for Book {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new(
            "Book",
            &["receiver", "card"],
            &[(0, Constraint::Sensitive), (1, Constraint::Sensitive)],
            &[],
        );
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        if index == 0 { FieldMut::Text(&mut self.receiver) } else { FieldMut::Text(&mut self.card) }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        if index == 0 { FieldRef::Text(&self.receiver) } else { FieldRef::Text(&self.card) }
    }
}

#[derive(Default)]
pub struct Booked {
    success: Option<bool>,
    message: Option<String>,
    points: Option<i64>,
    amount: Option<Decimal>,
    at: Option<DateTime>,
    seller: Option<String>,
    extra: Option<Json>,
    notes: Vec<String>,
    order: Option<Box<Booked>>,
}

pub(crate) const FORMATS: &[Format] = &[
    Format::Json,
    #[cfg(feature = "xml")]
    Format::Xml,
];

const FIELDS: [&str; 9] = ["success", "message", "points", "amount", "at", "seller", "extra", "notes", "order"];

impl Table for Booked {
    fn info(&self) -> &'static TypeInfo {
        static INFO: TypeInfo = TypeInfo::new("Booked", &FIELDS, &[], &[]);
        &INFO
    }
    fn field_mut(&mut self, index: usize) -> FieldMut<'_> {
        match index {
            0 => FieldMut::Bool(&mut self.success),
            1 => FieldMut::Text(&mut self.message),
            2 => FieldMut::Int(&mut self.points),
            3 => FieldMut::Decimal(&mut self.amount),
            4 => FieldMut::Date(&mut self.at),
            5 => FieldMut::Text(&mut self.seller),
            6 => FieldMut::Json(&mut self.extra),
            7 => FieldMut::Texts(&mut self.notes),
            8 => FieldMut::Object(&mut self.order),
            _ => FieldMut::None,
        }
    }
    fn field(&self, index: usize) -> FieldRef<'_> {
        match index {
            0 => FieldRef::Bool(&self.success),
            1 => FieldRef::Text(&self.message),
            2 => FieldRef::Int(&self.points),
            3 => FieldRef::Decimal(&self.amount),
            4 => FieldRef::Date(&self.at),
            5 => FieldRef::Text(&self.seller),
            6 => FieldRef::Json(&self.extra),
            7 => FieldRef::Texts(&self.notes),
            8 => FieldRef::Object(&self.order),
            _ => FieldRef::None,
        }
    }
}

table_impls!(Book);
table_impls!(Booked);

const ENVELOPE: &str = "alibaba_example_order_book_response";

impl Request for Book {
    type Response = Booked;
    type Checked = Booked;
    const INFO: &'static MethodInfo =
        &MethodInfo::new("alibaba.example.order.book", ENVELOPE, Effect::Write, SessionRequirement::Optional)
            .success_flag(SuccessFlag::new(&[0]).message(&[1]));
    fn checked(response: Booked) -> Booked {
        response
    }
}
impl WriteRequest for Book {}
impl NoSessionRequest for Book {}

/// Texts by id, whose owners are all dead: whatever is there can be resumed.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<BTreeMap<String, String>>>);

impl Journal for Memory {
    fn save(&self, write: &StoredWrite) -> Result<(), JournalError> {
        self.0.lock().unwrap().insert(write.id().to_owned(), write.to_json());
        Ok(())
    }
    fn replace(&self, old: &StoredWrite, new: &StoredWrite) -> Result<bool, JournalError> {
        let mut texts = self.0.lock().unwrap();
        let Some(text) = texts.get_mut(old.id()).filter(|text| **text == old.to_json()) else { return Ok(false) };
        *text = new.to_json();
        Ok(true)
    }
    fn remove(&self, id: &str) -> Result<(), JournalError> {
        self.0.lock().unwrap().remove(id);
        Ok(())
    }
    fn list(&self) -> Result<Vec<StoredWrite>, JournalError> {
        let texts = self.0.lock().unwrap();
        texts.values().map(|text| StoredWrite::from_json(text).map_err(JournalError::from_source)).collect()
    }
    fn is_dead(&self, _: &opentop_runtime::journal::Owner) -> Result<bool, JournalError> {
        Ok(true)
    }
}

impl AsyncJournal for Memory {
    fn save<'a>(&'a self, write: &'a StoredWrite) -> JournalFuture<'a, ()> {
        Box::pin(async move { Journal::save(self, write) })
    }
    fn replace<'a>(&'a self, old: &'a StoredWrite, new: &'a StoredWrite) -> JournalFuture<'a, bool> {
        Box::pin(async move { Journal::replace(self, old, new) })
    }
    fn remove<'a>(&'a self, id: &'a str) -> JournalFuture<'a, ()> {
        Box::pin(async move { Journal::remove(self, id) })
    }
    fn list(&self) -> JournalFuture<'_, Vec<StoredWrite>> {
        Box::pin(async move { Journal::list(self) })
    }
    fn is_dead<'a>(&'a self, _: &'a opentop_runtime::journal::Owner) -> JournalFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }
}

fn builder(fake: &MockTransport, format: Format) -> blocking::ClientBuilder {
    let noon: DateTime = "2026-01-02 12:00:00".parse().unwrap();
    let builder = blocking::Client::builder().app_key("1").app_secret(SECRET).clock(move || noon);
    builder.format(format).transport(fake.clone())
}

fn client(fake: &MockTransport, journal: impl Journal + 'static, format: Format) -> blocking::Client {
    builder(fake, format).journal(journal).build().unwrap()
}

fn without_journal(body: &str, format: Format) -> blocking::Client {
    builder(&MockTransport::new().reply(body.to_owned()), format).build().unwrap()
}

fn book() -> Book {
    Book { receiver: Some(PHONE.to_owned()), card: None }
}

/// Sends a write whose answer is `body`, and forgets the reply. What came, and what is stored without the business parameters.
fn stored(request: Book, body: &str, format: Format) -> (Booked, String, Memory) {
    let (fake, memory) = (MockTransport::new().reply(body.to_owned()), Memory::default());
    let reply = send_write(request, &client(&fake, memory.clone(), format).session(TOKEN));
    let reply = reply.unwrap_or_else(|error| panic!("{error}\n{body}"));
    assert_eq!(reply.raw(), body);
    let plain = send_write(book(), &without_journal(body, format)).unwrap();
    assert_eq!(*reply, *plain, "{body}");
    let write = Journal::list(&memory).unwrap().remove(0);
    assert!(write.is_done(), "{body}");
    let mut text: serde_json::Value = serde_json::from_str(&write.to_json()).unwrap();
    text.as_object_mut().unwrap().remove("parameters");
    (reply.into_inner(), text.to_string(), memory)
}

/// The answer from the journal: nothing is sent, and no session is needed.
fn resumed(memory: &Memory, format: Format) -> Result<Reply<Booked>, WriteError<Book>> {
    let unsent = MockTransport::new();
    let client = client(&unsent, memory.clone(), format);
    let result = Journal::list(memory).unwrap().remove(0).typed::<Book>().unwrap().resume(&client);
    assert!(unsent.sent().is_empty());
    result
}

/// The signature of a call that asks for this format.
fn signature(format: Format) -> String {
    let fake = MockTransport::new().reply("{}");
    let _ = send_write(book(), &client(&fake, Memory::default(), format).session(TOKEN));
    fake.sent()[0].parameter("sign").unwrap()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Answers in JSON that repeat `echo`: in a field, beside it, as a name, in JSON within JSON.
fn json_bodies(echo: &str) -> Vec<String> {
    let figures =
        format!(r#""points":9007199254740993,"amount":"1234.50","at":"2026-01-02 00:00:00","seller":"{USER_ID}""#);
    let echoed = quoted(&format!("denied? no: {echo}."));
    let within = quoted(&format!(r#"{{"echo":{echoed},"n":1.10}}"#));
    let twice = quoted(&format!(r#"[{within},{{"message":{echoed}}}]"#));
    vec![
        format!(r#"{{"success":true,{figures},"message":{echoed}}}"#),
        format!(
            r#"{{ "success" : "true", {figures}, "notes": [ "a", {echoed}, {echoed} ], "message" : {} }}"#,
            quoted(echo)
        ),
        format!(
            r#"{{"{ENVELOPE}":{{"success":true,{figures},"order":{{"message":{echoed},"points":-7}},"x":{echoed}}}}}"#
        ),
        format!(r#"{{"success":true,{figures},"extra":{{"a":[{echoed},1.10,20260102]}},{echoed}:{{{echoed}:[1]}}}}"#),
        format!(
            r#"{{"success":true,{figures},"message":{within},"extra":{twice},"order":{}}}"#,
            quoted(&format!(r#"{{"message":{echoed},"points":"8"}}"#))
        ),
    ]
}

/// The same in XML: as text, in pieces, in attributes, comments and instructions.
fn xml_bodies(echo: &str) -> Vec<String> {
    let figures = format!(
        "<points>9007199254740993</points><amount>1234.50</amount><at>2026-01-02 00:00:00</at><seller>{USER_ID}</seller>"
    );
    let markup = echo.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;");
    let inside = |fields: &str| format!("<?xml version=\"1.0\"?><{ENVELOPE}>{fields}</{ENVELOPE}>");
    let within = quoted(echo).replace('&', "&amp;").replace('<', "&lt;");
    let mut bodies = vec![
        inside(&format!("<success>true</success>{figures}<message>denied? no: {markup}.</message>")),
        inside(&format!(
            "<success>true</success>{figures}<order><message>{markup}</message><points>-7</points></order><x>{markup}</x>"
        )),
        inside(&format!(
            "<success>true</success>{figures}<notes><string>a</string><string>{markup}</string></notes><x a=\"{markup}\" b=\"1\"/>"
        )),
        inside(&format!("<success>true</success>{figures}<message>{{\"echo\":{within},\"n\":1.10}}</message>")),
        inside(&format!(
            "<success>true</success>{figures}<order x='{}'><points>8</points></order>",
            markup.replace('\'', "&apos;")
        )),
    ];
    if !echo.contains("]]>") {
        bodies
            .push(inside(&format!("<success>true</success>{figures}<message>{}<![CDATA[{}]]></message>", "x: ", echo)));
    }
    if !echo.contains("--") && !echo.ends_with('-') {
        bodies.push(inside(&format!(
            "<success>true</success>{figures}<!-- {echo} --><message>a<!--{echo}-->b</message>"
        )));
    }
    if !echo.contains("?>") {
        bodies.push(inside(&format!("<?echo {echo}?><success>true</success>{figures}")));
    }
    if echo.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        bodies.push(inside(&format!("<success>true</success>{figures}<x><s{echo}><{echo} a='{echo}'/></s{echo}></x>")));
    }
    bodies
}

/// All that is exact: numbers, dates, flags, the id of a user.
fn figures(model: &Booked) -> impl PartialEq + std::fmt::Debug {
    let order = model.order.as_ref().map(|order| order.points);
    (model.success, model.points, model.amount, model.at, model.seller.clone(), model.notes.len(), order)
}

#[test]
fn nothing_that_is_echoed_is_stored_and_the_answer_stays_readable() {
    let both = [SECRET, TOKEN, PHONE].map(|secret| (secret.to_owned(), FORMATS.to_vec()));
    let signatures = FORMATS.iter().map(|format| (signature(*format), vec![*format]));
    let mut count = 0;
    for (secret, formats) in both.into_iter().chain(signatures) {
        for form in forms(&secret) {
            let leaks: HashSet<[u8; RUN]> =
                forms(&secret).iter().flat_map(|form| runs(form.as_bytes())).copied().collect();
            for format in &formats {
                let bodies = if *format == Format::Json { json_bodies(&form) } else { xml_bodies(&form) };
                for body in bodies {
                    let (came, text, memory) = stored(book(), &body, *format);
                    assert_eq!(came.seller.as_deref(), Some(USER_ID));
                    assert_eq!(text.matches(USER_ID).count(), 1, "{body}\n{text}");
                    let shown = text.replace(USER_ID, "");
                    let leak = runs(shown.as_bytes()).find(|run| leaks.contains(*run));
                    let leak = leak.map(|run| String::from_utf8_lossy(run).into_owned());
                    assert_eq!(leak, None, "{body}\n{text}");
                    let reply = resumed(&memory, *format).unwrap_or_else(|error| panic!("{error}\n{body}\n{text}"));
                    assert_eq!(figures(&reply), figures(&came), "{body}\n{text}");
                    if let Some(message) = came.message.filter(|message| message.starts_with("denied?")) {
                        assert!(message.ends_with('.'));
                        let message = reply.message.as_deref().unwrap();
                        assert!(message.starts_with("denied? no: ") && message.ends_with('.'), "{message}");
                    }
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1_000, "{count}");
}

/// A body without a secret is stored byte for byte, whatever looks like a part of one.
#[test]
fn what_holds_no_secret_is_stored_as_it_came() {
    let json = format!(
        r#"{{ "success":true , "points": 9007199254740993,"message":"6100 c5d2 \u4e2d\/ 81234567890, {USER_ID}","seller":"{USER_ID}", "x":[1.10,1e2,"王小"]}}"#
    );
    let xml = format!(
        "<?xml version=\"1.0\"?>\n<{ENVELOPE} a='1'><success>true</success><message>a&#65;<![CDATA[<]]><!-- 6100 -->&amp;6100</message><seller>{USER_ID}</seller></{ENVELOPE}>"
    );
    for (body, format) in [json, xml].iter().zip(FORMATS) {
        let (_, _, memory) = stored(book(), body, *format);
        assert_eq!(Journal::list(&memory).unwrap()[0].answer(), Some(body.as_str()));
    }
}

/// Numbers, dates and flags are the answer's own word, even where the request says the same in a sensitive field.
#[test]
fn a_sensitive_value_does_not_change_what_is_exact() {
    for (card, body) in [
        ("123456", r#"{"success":true,"points":123456,"message":"card 123456 of 91234567"}"#),
        ("true", r#"{"success":"true","message":"true"}"#),
        ("2026-01-02", r#"{"success":true,"at":"2026-01-02 00:00:00","message":"on 2026-01-02"}"#),
        ("1234.50", r#"{"success":true,"amount":"1234.50","message":"1234.50"}"#),
        ("message", r#"{"success":true,"message":"message"}"#),
    ] {
        let echoed = body.replace("\"message\":\"", &format!("\"message\":\"{SECRET} "));
        let request = || Book { receiver: None, card: Some(card.to_owned()) };
        let (came, _, memory) = stored(request(), &echoed, Format::Json);
        let answer = Journal::list(&memory).unwrap()[0].answer().unwrap().to_owned();
        assert_eq!(answer, echoed.replace(SECRET, "[redacted]"), "the credential goes, the figure stays");
        let reply = resumed(&memory, Format::Json).unwrap();
        assert_eq!(figures(&reply), figures(&came), "{answer}");
    }
    let request = Book { receiver: None, card: Some("4242".to_owned()) };
    let body = r#"{"success":true,"points":42424242,"message":"card 4242, id 14242, 4242-1"}"#;
    let (_, _, memory) = stored(request, body, Format::Json);
    let expected = r#"{"success":true,"points":42424242,"message":"card [redacted], id 14242, [redacted]-1"}"#;
    assert_eq!(Journal::list(&memory).unwrap()[0].answer(), Some(expected));
}

#[test]
fn the_files_of_a_journal_hold_no_secret() {
    let folder = std::env::temp_dir().join(format!("opentop-echo-{}", std::process::id()));
    let journal = FileJournal::open(&folder).unwrap();
    // Half a character beside it, which strict JSON has no text for.
    let body = format!(r#"{{"success":true,"points":7,"x":"\ud83d {}","message":{}}}"#, SECRET, quoted(TOKEN));
    let fake = MockTransport::new().reply(body);
    send_write(book(), &client(&fake, journal.clone(), Format::Json).session(TOKEN)).unwrap();
    let files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok())
        .filter(|text| text.contains("alibaba.example.order.book"))
        .collect();
    let listed = journal.list().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((files.len(), listed.len()), (1, 1));
    assert!(files[0].contains("[redacted]"), "{}", files[0]);
    let leaks: HashSet<[u8; RUN]> =
        [SECRET, TOKEN].iter().flat_map(|secret| runs(secret.as_bytes())).copied().collect();
    for text in [&files[0], &listed[0].to_json(), &format!("{:?} {}", listed[0], listed[0])] {
        assert_eq!(runs(text.as_bytes()).find(|run| leaks.contains(*run)), None, "{text}");
    }
}
