//! A message.

use std::fmt;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;

use crate::call::method::MessageContent;
use crate::wire::decode::{self, DecodeError};
use crate::wire::link::{Frame, Value};
use crate::wire::value::DateTime;

/// The most bytes that compressed content may unpack to.
const MAX_CONTENT: u64 = 16 << 20;

/// A message of the platform. Whatever the server left out is empty or `None`.
///
/// `Debug` shows no content and no names of users.
///
/// ```
/// use opentop_runtime::tmc::Message;
///
/// // What a test of your handler passes to it.
/// let message = Message::new("taobao_trade_TradeBuyerPay", r#"{"tid": 192559684481084}"#).with_data_id("42");
///
/// assert_eq!((message.topic(), message.data_id()), ("taobao_trade_TradeBuyerPay", Some("42")));
/// assert_eq!(message.user_nick(), None);
/// assert!(!format!("{message:?}").contains("192559684481084"));
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Message {
    pub(super) id: i64,
    pub(super) topic: String,
    pub(super) content: String,
    pub(super) data_id: Option<String>,
    pub(super) user_id: Option<i64>,
    pub(super) user_nick: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) published: Option<DateTime>,
    pub(super) sent: Option<DateTime>,
}

impl Message {
    /// A message for tests of your handler.
    #[must_use]
    pub fn new(topic: impl Into<String>, content: impl Into<String>) -> Self {
        Self { topic: topic.into(), content: content.into(), ..Self::default() }
    }

    /// With this [`data_id`](Self::data_id), for tests of your handler.
    #[must_use]
    pub fn with_data_id(mut self, data_id: impl Into<String>) -> Self {
        self.data_id = Some(data_id.into());
        self
    }

    /// The number by which the server knows the delivery. It is confirmed for you.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// What the message is about: `taobao_trade_TradeBuyerPay`.
    pub fn topic(&self) -> &str {
        &self.topic
    }

    /// The content: JSON text.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// The business id of the message, for telling a redelivery. Messages got by calls have none.
    pub fn data_id(&self) -> Option<&str> {
        self.data_id.as_deref()
    }

    /// The number of the user whom the message is about.
    pub fn user_id(&self) -> Option<i64> {
        self.user_id
    }

    /// The name of the user whom the message is about.
    pub fn user_nick(&self) -> Option<&str> {
        self.user_nick.as_deref()
    }

    /// The app key of the application that published it.
    pub fn publisher(&self) -> Option<&str> {
        self.publisher.as_deref()
    }

    /// When it was published, GMT+8.
    pub fn published(&self) -> Option<DateTime> {
        self.published
    }

    /// When the server sent it, GMT+8.
    pub fn sent(&self) -> Option<DateTime> {
        self.sent
    }

    /// Reads the content into a type of your own.
    ///
    /// ```
    /// # use opentop_runtime::tmc::Message;
    /// # let message = Message::new("taobao_trade_TradeBuyerPay", r#"{"tid": 192559684481084}"#);
    /// let content: serde_json::Value = message.parse()?;
    /// assert_eq!(content["tid"], 192_559_684_481_084_i64);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is not that JSON.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.content)
    }

    /// Reads the content into the generated type of its topic; `None` if the message is of another topic. Scalars are read as leniently
    /// as in answers; unknown members are left out.
    ///
    /// ```
    /// # mod trade_buyer_pay {
    /// #     use opentop_runtime::__private::v1 as rt;
    /// #     #[derive(Default)]
    /// #     pub struct Content { pub tid: Option<i64> }
    /// #     impl rt::MessageContent for Content { const TOPIC: &'static str = "taobao_trade_TradeBuyerPay"; }
    /// #     impl rt::Table for Content {
    /// #         fn info(&self) -> &'static rt::TypeInfo {
    /// #             static INFO: rt::TypeInfo = rt::TypeInfo::new("Content", &["tid"], &[], &[]);
    /// #             &INFO
    /// #         }
    /// #         fn field_mut(&mut self, _: usize) -> rt::FieldMut<'_> { rt::FieldMut::Int(&mut self.tid) }
    /// #         fn field(&self, _: usize) -> rt::FieldRef<'_> { rt::FieldRef::Int(&self.tid) }
    /// #     }
    /// # }
    /// # use opentop_runtime::tmc::Message;
    /// # let message = Message::new("taobao_trade_TradeBuyerPay", r#"{"tid": 192559684481084}"#);
    /// let paid = message.typed::<trade_buyer_pay::Content>()?.expect("a message of this topic");
    /// assert_eq!(paid.tid, Some(192_559_684_481_084));
    ///
    /// let other = Message::new("taobao_refund_RefundSuccess", "{}");
    /// assert!(other.typed::<trade_buyer_pay::Content>()?.is_none());
    /// # Ok::<(), opentop_runtime::error::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it is no JSON object, or its members do not fit the type.
    pub fn typed<C: MessageContent>(&self) -> Result<Option<C>, DecodeError> {
        if self.topic != C::TOPIC {
            return Ok(None);
        }
        let mut content = C::default();
        // No envelope: no member has this name.
        decode::json(&self.content, "\0", &mut content)?;
        Ok(Some(content))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("topic", &self.topic)
            .field("content_bytes", &self.content.len())
            .field("published", &self.published)
            .finish_non_exhaustive()
    }
}

/// Reads a message of a frame. With an error, the message has all but its content.
pub(super) fn from_frame(frame: &Frame<'_>, id: i64) -> (Message, Result<(), String>) {
    let mut message = Message { id, ..Message::default() };
    let mut read = Ok(());
    for (name, value) in frame.fields {
        match name {
            "topic" => message.topic = text(value).unwrap_or_default(),
            "content" => match content(value) {
                Ok(content) => message.content = content,
                Err(problem) => read = Err(problem),
            },
            "dataid" => message.data_id = text(value),
            "userid" => message.user_id = value.number(),
            "nick" => message.user_nick = text(value),
            "publisher" => message.publisher = text(value),
            "time" => message.published = date(value),
            "outtime" => message.sent = date(value),
            _ => {}
        }
    }
    (message, read)
}

fn text(value: Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_owned()),
        Value::NotUtf8(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        other => other.number().map(|number| number.to_string()),
    }
}

fn date(value: Value<'_>) -> Option<DateTime> {
    DateTime::from_unix_millis(value.number()?).ok()
}

/// Text, or bytes: gzip, or the text as it is.
fn content(value: Value<'_>) -> Result<String, String> {
    let Value::Bytes(bytes) = value else { return Ok(text(value).unwrap_or_default()) };
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(String::from_utf8_lossy(bytes).into_owned());
    }
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(bytes).take(MAX_CONTENT + 1).read_to_end(&mut unpacked);
    read.map_err(|error| format!("the compressed content cannot be read: {error}"))?;
    if unpacked.len() as u64 > MAX_CONTENT {
        return Err(format!("the content unpacks to more than {MAX_CONTENT} bytes"));
    }
    Ok(String::from_utf8(unpacked).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::sample_tables::Everything;
    use crate::wire::link::{DATA, KIND, SEND};

    impl MessageContent for Everything {
        const TOPIC: &'static str = "t";
    }

    fn read(fields: &[(&str, Value<'_>)]) -> (Message, Result<(), String>) {
        let bytes = Frame::new(SEND).encode(fields);
        from_frame(&Frame::decode(&bytes).unwrap(), 1)
    }

    #[test]
    fn every_field_of_a_message_is_read() {
        let (message, read) = read(&[
            (KIND, Value::Byte(DATA)),
            ("id", Value::Int64(1)),
            ("topic", Value::Text("taobao_trade_TradeBuyerPay")),
            ("nick", Value::Text("商家")),
            ("userid", Value::Int64(263_685_215)),
            ("dataid", Value::Int64(192_559_684_481_084)),
            ("publisher", Value::Text("12497914")),
            ("time", Value::Date(1_451_620_800_000)),
            ("outtime", Value::Date(1_451_620_801_234)),
            ("content", Value::Text("{\"tid\":1}")),
        ]);
        assert_eq!(read, Ok(()));
        assert_eq!((message.topic(), message.content()), ("taobao_trade_TradeBuyerPay", "{\"tid\":1}"));
        assert_eq!((message.data_id(), message.user_id()), (Some("192559684481084"), Some(263_685_215)));
        assert_eq!((message.user_nick(), message.publisher()), (Some("商家"), Some("12497914")));
        assert_eq!(message.published().unwrap().to_string(), "2016-01-01 12:00:00");
        assert_eq!(message.sent().unwrap().unix_millis(), 1_451_620_801_234);
        assert!(!format!("{message:?}").contains("商家"));
    }

    #[test]
    fn content_may_be_packed_and_a_bomb_is_refused() {
        let packed = |content: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        };
        let gzip = packed("{\"a\":\"中\"}".as_bytes());
        assert_eq!(read(&[("content", Value::Bytes(&gzip))]).0.content(), "{\"a\":\"中\"}");
        assert_eq!(read(&[("content", Value::Bytes(b"{}"))]).0.content(), "{}");
        assert!(read(&[("content", Value::Bytes(&gzip[..10]))]).1.is_err());
        let bomb = packed(&vec![b' '; (MAX_CONTENT + 1) as usize]);
        assert!(read(&[("content", Value::Bytes(&bomb))]).1.unwrap_err().contains("more than"));
    }

    #[test]
    fn content_reads_into_own_and_generated_types() {
        let message = Message::new("t", r#"{"tid":1,"payment":"44.00"}"#);
        assert_eq!(message.parse::<serde_json::Value>().unwrap()["payment"], "44.00");
        assert!(Message::new("t", "no JSON").parse::<serde_json::Value>().is_err());
        let typed = Message::new("t", r#"{"int":"7","unknown":1}"#).typed::<Everything>().unwrap();
        assert_eq!(typed.and_then(|content| content.int), Some(7));
        assert!(Message::new("t", r#"{"int":"x"}"#).typed::<Everything>().is_err());
        assert!(Message::new("t", "7").typed::<Everything>().is_err());
        assert!(Message::new("other", r#"{"int":"x"}"#).typed::<Everything>().unwrap().is_none());
    }
}
