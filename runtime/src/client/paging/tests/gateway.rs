//! A gateway that serves one list, as well or as badly as a test wants.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;

use super::{DAY, day};
use crate::call::retry::RetryBudget;
use crate::client::Client;
use crate::transport::{
    BlockingTransport, ResponseFuture, SendStage, Transport, TransportError, TransportErrorKind, TransportLimits,
    UnitFuture,
};
use crate::wire::value::DateTime;

/// A list of flows behind a transport: what a gateway would answer, both ends of a span included.
#[derive(Clone)]
pub(super) struct Gateway {
    flows: Arc<Vec<(DateTime, u32)>>,
    pub(super) calls: Arc<AtomicU32>,
    /// The largest page it gives, whatever is asked for.
    pub(super) largest: usize,
    /// How many of three attempts fail.
    pub(super) faults: u32,
    /// What makes of an answer's fields something else.
    pub(super) twist: fn(&mut BTreeMap<&'static str, String>, i64),
    pub(super) asked: Arc<Mutex<Vec<String>>>,
}

impl Gateway {
    /// This many flows, evenly over this many days, with some exactly at every thirtieth day.
    pub(super) fn new(count: u32, days: u64) -> Self {
        let step = days * DAY / u64::from(count.max(1));
        let flows = (0..count).map(|number| (day(0) + Duration::from_secs(u64::from(number) * step), number)).collect();
        let (calls, asked) = (Arc::default(), Arc::default());
        Self { flows: Arc::new(flows), calls, largest: usize::MAX, faults: 0, twist: |_, _| (), asked }
    }

    pub(super) fn twisted(self, twist: fn(&mut BTreeMap<&'static str, String>, i64)) -> Self {
        Self { twist, ..self }
    }

    pub(super) fn client(&self) -> Client {
        let builder = Client::builder().app_key("1").app_secret("s").retry_budget(RetryBudget::unlimited());
        builder.transport(self.clone()).build().unwrap()
    }

    fn answer(&self, request: &http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if self.faults > 0 && call % 3 < self.faults {
            return Err(TransportError::new(SendStage::MaybeSent, TransportErrorKind::Broken));
        }
        let parameters: BTreeMap<String, String> = form_urlencoded::parse(request.body()).into_owned().collect();
        let query: serde_json::Value = serde_json::from_str(&parameters["query"]).unwrap();
        self.asked.lock().unwrap().push(parameters["query"].clone());
        let date = |name: &str| query[name].as_str().map(|text| text.parse::<DateTime>().unwrap());
        let (start, end) = (date("start"), date("end"));
        let inside = |at: DateTime| start.is_none_or(|start| start <= at) && end.is_none_or(|end| at <= end);
        let all: Vec<_> = self.flows.iter().filter(|(at, _)| inside(*at)).collect();
        let number = |name: &str| query[name].as_u64().map(|number| number as usize);
        let size = number("page_size").unwrap_or(40).min(self.largest);
        let page = number("page_no").unwrap_or(1);
        let cursor =
            query["cursor"].as_str().filter(|text| *text != "0").map(|text| text[1..].parse::<usize>().unwrap());
        let from = number("offset").or(cursor).unwrap_or((page - 1) * size);
        let flows: Vec<String> =
            all.iter().skip(from).take(size).map(|(at, id)| format!(r#"{{"flow_id":"f{id}","at":"{at}"}}"#)).collect();
        let end = from + size;
        let next = if end < all.len() { format!("\"c{end}\"") } else { "\"-1\"".to_owned() };
        let mut fields = BTreeMap::from([
            ("flows", format!("[{}]", flows.join(","))),
            ("has_next", (end < all.len()).to_string()),
            ("total", all.len().to_string()),
            ("pages", all.len().div_ceil(size).to_string()),
            ("next", next),
        ]);
        (self.twist)(&mut fields, i64::try_from(page).unwrap());
        let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        Ok(http::Response::new(format!("{{{}}}", fields.join(",")).into()))
    }
}

impl Transport for Gateway {
    fn send(&self, request: http::Request<Bytes>, _: TransportLimits) -> ResponseFuture<'_> {
        Box::pin(async move { self.answer(&request) })
    }

    fn sleep(&self, _: Duration) -> UnitFuture<'_> {
        Box::pin(async {})
    }
}

impl BlockingTransport for Gateway {
    fn send(&self, request: http::Request<Bytes>, _: TransportLimits) -> Result<http::Response<Bytes>, TransportError> {
        self.answer(&request)
    }

    fn sleep(&self, _: Duration) {}
}
