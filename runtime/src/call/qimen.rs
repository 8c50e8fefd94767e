//! How calls go through Qimen: where to, and in what form.

use crate::call::endpoint::Endpoint;

/// How a client calls methods that Qimen carries. Set it with [`ClientBuilder::qimen`](crate::ClientBuilder::qimen).
///
/// Qimen connects two parties. In the *classic* form the one that calls names a customer; bodies are XML. In the *cloud* form (new Qimen)
/// it names the application that implements the method; a body is a form, JSON or XML. Either way the parameters stand in the URL, the
/// session too, as the protocol wants it.
///
/// # What an answer says
///
/// `flag` decides: `success`, or `failure`, which is [`Error::Business`](crate::Error::Business) with the code and message of the other
/// party. Where there is no flag, `code` does: `0` or none is success in JSON. An answer in XML without either leaves a write
/// [unknown](crate::WriteError::Unknown). A refusal of the platform between is [`Error::Gateway`](crate::Error::Gateway): an
/// `error_response`, which the vendor's own client takes for success, or a cause that begins with `isv.` or `isp.`.
///
/// # What arrives when
///
/// The other party answers within the same HTTP call. It may have carried out what it did not answer, so a lost answer leaves a write
/// unknown, as everywhere; a journal keeps it with its body. Later news (a parcel has left, a return has come) are calls in the other
/// direction: read them with `spi::Call`, of the same generated types. They come at least once, and in no order.
///
/// ```
/// use opentop_runtime::{Qimen, QimenBody};
///
/// let classic = Qimen::classic().customer_id("stub-cust-code");
/// let cloud = Qimen::cloud("87654321").body(QimenBody::Json);
/// # let _ = (classic, cloud);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qimen {
    pub(crate) endpoint: Endpoint,
    pub(crate) scene: Scene,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scene {
    Classic { customer_id: Option<String> },
    Cloud { target_app_key: String, body: QimenBody },
}

/// The body of a call in the cloud form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum QimenBody {
    /// A form. It is not signed as a body: its fields are signed as parameters. The default.
    #[default]
    Form,
    /// JSON; the signature covers its exact bytes.
    Json,
    /// XML with the root `request`; the signature covers its exact bytes.
    Xml,
}

impl Qimen {
    /// The classic form, at `https://qimen.api.taobao.com/router/qimen/service`.
    #[must_use]
    pub fn classic() -> Self {
        let endpoint = Endpoint::fixed("https://qimen.api.taobao.com/router/qimen/service");
        Self { endpoint, scene: Scene::Classic { customer_id: None } }
    }

    /// The cloud form, at `https://qimen.api.taobao.com/router/qm`. `target_app_key` is the key of the application that is called.
    #[must_use]
    pub fn cloud(target_app_key: impl Into<String>) -> Self {
        let endpoint = Endpoint::fixed("https://qimen.api.taobao.com/router/qm");
        Self { endpoint, scene: Scene::Cloud { target_app_key: target_app_key.into(), body: QimenBody::default() } }
    }

    /// Sets `customerId`, which classic calls carry. For single calls: `client.options().param("customerId", …)`. A cloud call has none.
    #[must_use]
    pub fn customer_id(mut self, id: impl Into<String>) -> Self {
        if let Scene::Classic { customer_id } = &mut self.scene {
            *customer_id = Some(id.into());
        }
        self
    }

    /// Sets the form of the body of cloud calls. A classic call is always XML.
    #[must_use]
    pub fn body(mut self, form: QimenBody) -> Self {
        if let Scene::Cloud { body, .. } = &mut self.scene {
            *body = form;
        }
        self
    }

    /// Calls another address: the vendor's test environment (`…/router/qmtest`), a scene of your own, a sandbox.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = endpoint;
        self
    }

    /// The form of the body.
    #[cfg(feature = "qimen")]
    pub(crate) fn body_form(&self) -> QimenBody {
        match self.scene {
            Scene::Classic { .. } => QimenBody::Xml,
            Scene::Cloud { body, .. } => body,
        }
    }

    /// Whether it is the classic form.
    #[cfg(feature = "qimen")]
    pub(crate) fn is_classic(&self) -> bool {
        matches!(self.scene, Scene::Classic { .. })
    }

    /// The parameter that says whom the call is for.
    pub(crate) fn addressee(&self) -> Option<(&'static str, &str)> {
        match &self.scene {
            Scene::Classic { customer_id } => Some(("customerId", customer_id.as_deref()?)),
            Scene::Cloud { target_app_key, .. } => Some(("target_app_key", target_app_key)),
        }
    }
}

/// The parameters that say whom a call is for: they stand in the URL, whatever the form of the body.
pub(crate) const ADDRESSEES: [&str; 2] = ["customerId", "target_app_key"];
