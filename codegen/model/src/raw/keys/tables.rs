//! The tables of keys, from a file's top down: one static per kind of mapping.

use super::Holds::{Anything, Decimal, Flag, Free, Integer, Map, Maps, Named, Text, Texts, TextsOrMaps, Type, Words};
use super::{EFFECTS, ENDS, EXECUTED, Keys, ORDERS, SESSIONS, Way, may, must, way, words};

const SUGGESTED: &str =
    "what a tool only suspects: without effect, shown by `lint` until a person accepts or removes it";

pub(crate) static CATEGORY: Keys = Keys {
    name: "category",
    what: "a category",
    says: "A category of the vendor: `<category>/category.yaml`",
    keys: &[
        must("title", Text, "the vendor's name of the category"),
        may("vendor_titles", Texts, "other names of it on documentation pages"),
        may("suggested", Anything, SUGGESTED),
    ],
    one_of: &[],
};

pub(crate) static METHOD: Keys = Keys {
    name: "method",
    what: "a method",
    says: "A method of the platform: `<category>/<method>.yaml`",
    keys: &[
        must("api", Text, "the method's name, exactly"),
        must("category", Text, "the folder; the module `api::<category>` and the feature `api-<category>`"),
        must("title", Text, "the title of its page"),
        must("session", Words(&words(&SESSIONS)), "whether the method wants a session: a user's authorisation"),
        must("effect", Words(&words(&EFFECTS)), "whether the method changes data; when in doubt, `write`"),
        must("request", Map(&OBJECT), "the parameters"),
        must("response", Map(&OBJECT), "the fields of the answer"),
        may("description", Text, "what the page says of the method"),
        may("deprecated", Text, "why it should not be used, and what to use"),
        may("module", Text, "the name of its Rust module, instead of the one made from `api`"),
        may(
            "flatten",
            Flag,
            "whether the fields of the first parameter that is an object are set on the request's builder directly",
        ),
        may("idempotency_key", Text, "the request path of the field by which the server recognises a repeated write"),
        may("outcome", Map(&OUTCOME), "where the answer says how the business went"),
        may("paging", Map(&PAGING), "how the method pages"),
        may("types", Named(&TYPE), "every object type of this method, once; types may contain themselves"),
        may("samples", Map(&SAMPLES), "verbatim from the page"),
        may("errors", Maps(&ERROR), "the page's error table"),
        may("dialect", Map(&DIALECT), "where another protocol than the gateway's carries the method"),
        may("suggested", Anything, SUGGESTED),
        may(
            "vendor",
            Anything,
            "what the vendor said at the last import. Written by earlier versions of `import`; the next import moves it to `<method>.vendor.json`",
        ),
    ],
    one_of: &[],
};

pub(crate) static MESSAGE: Keys = Keys {
    name: "message",
    what: "a message",
    says: "A message that the platform sends over its message channel: `<category>/<topic>.yaml`",
    keys: &[
        must("topic", Text, "the topic, exactly: `taobao_trade_TradeBuyerPay`"),
        must("category", Text, "the folder; the module `api::<category>` and the feature `api-<category>`"),
        must("title", Text, "the title of its page"),
        must("content", Map(&OBJECT), "the fields of its content"),
        may("description", Text, "when it is sent, as the page says it"),
        may("deprecated", Text, "why it should not be used, and what to use"),
        may("module", Text, "the name of its Rust module, instead of the one made from `topic`"),
        may("types", Named(&TYPE), "every object type of this message, once; types may contain themselves"),
        may("sample", Text, "the page's sample of the content, verbatim"),
        may("suggested", Anything, SUGGESTED),
    ],
    one_of: &[],
};

pub(crate) static DIALECT: Keys = Keys {
    name: "dialect",
    what: "`dialect`",
    says: "The protocol that carries a method which the gateway does not serve",
    keys: &[
        must("name", Text, "`qimen`, or `spi`: the platform makes the call, to an address of the application"),
        must("because", Text, "where that is seen"),
    ],
    one_of: &[],
};

pub(crate) static OUTCOME: Keys = Keys {
    name: "outcome",
    what: "`outcome`",
    says: "Where the answer says how the business went",
    keys: &[
        must("ok", Text, "response path of a Boolean"),
        may("code", Text, "response path of the result code"),
        may("message", Text, "response path of the message"),
    ],
    one_of: &[],
};

pub(crate) static PAGING: Keys = Keys {
    name: "paging",
    what: "`paging`",
    says: "How a list method pages",
    keys: &[
        must("items", Text, "response path of a list of objects"),
        may("page", Text, "request path of the page number"),
        may("offset", Text, "request path of the number of items before the page"),
        may("cursor", Text, "request path of the cursor"),
        may("first", Integer, "the first page's number (default 1), or the first item's offset (default 0)"),
        may("next_cursor", Text, "response path of the next page's cursor; absent or empty after the last page"),
        may("last_cursor", Text, "a value of the next cursor that means that there is no next page"),
        may("size", Text, "request path of the page size"),
        may("has_next", Text, "response path of a Boolean: whether there is a next page"),
        may("total_items", Text, "response path of the number of all items"),
        may("total_pages", Text, "response path of the number of all pages"),
        may("item_key", Text, "the field of an item that identifies it"),
        may("order", Words(&words(&ORDERS)), "`last_first`: from the last page back; items may leave meanwhile"),
    ],
    one_of: &[
        Way { one_of: &words(&ENDS), never: &["next_cursor", "last_cursor"], ..way("page") },
        Way { one_of: &words(&ENDS), never: &["next_cursor", "last_cursor"], ..way("offset") },
        Way { needs: &["next_cursor"], never: &["first", "total_items", "total_pages"], ..way("cursor") },
    ],
};

pub(crate) static OBJECT: Keys = Keys {
    name: "object",
    what: "the request or the response",
    says: "Fields, and rules over them",
    keys: &[
        must("fields", Named(&FIELD), "by their names; `{}` for none"),
        may("rules", Maps(&RULE), "rules over these fields"),
        may("suggested", Anything, SUGGESTED),
    ],
    one_of: &[],
};

pub(crate) static TYPE: Keys = Keys {
    name: "type",
    what: "a type",
    says: "An object type",
    keys: &[
        may("description", Text, "what it is"),
        may("fields", Named(&FIELD), "by their names; without fields, JSON stands for the type"),
        may("rust_name", Text, "its name in Rust, instead of the one made from the key"),
        may("rules", Maps(&RULE), "rules over these fields"),
        may("suggested", Anything, SUGGESTED),
    ],
    one_of: &[],
};

pub(crate) static FIELD: Keys = Keys {
    name: "field",
    what: "a field",
    says: "A parameter, or a field of an answer",
    keys: &[
        must("type", Type, "a scalar type, a type named under `types`, or either followed by ` []`"),
        may("description", Text, "as the vendor writes it"),
        may("required", Flag, "enforced before sending"),
        may("vendor_required", Flag, "what the page says, where it differs from `required`"),
        may("example", Text, "the vendor's, verbatim"),
        may("example_used", Map(&EXAMPLE_USED), "replaces an example that breaks the method's own rules"),
        may(
            "max_length",
            Integer,
            "of text: UTF-16 code units; of a comma-joined list at the top level: of the joined text",
        ),
        may("max_items", Integer, "of a list"),
        may("min", Decimal, "inclusive"),
        may("max", Decimal, "inclusive"),
        may("default", Text, "what the server assumes when the field is not sent; documented, never sent"),
        may("as", Type, "a truer type than the vendor's; the vendor's stays in `type`"),
        may("unit", Text, "what is counted, e.g. `yuan`"),
        may("values", TextsOrMaps(&LISTED_VALUE), "listed values: an open enum"),
        may("enum", Text, "the enum's name; default: the field's name in UpperCamelCase"),
        may("sensitive", Flag, "redacted by `Debug`"),
        may("deprecated", Text, "why it should not be used, and what to use"),
        may("wire", Text, "the name on the wire, where it cannot be the key"),
        may("rust_name", Text, "its name in Rust, instead of the one made from the name on the wire"),
        may(
            "element",
            Text,
            "of a list: the name of its elements on the wire, where it is not the vendor's rule applied to the type",
        ),
        may("suggested", Anything, SUGGESTED),
    ],
    one_of: &[],
};

pub(crate) static EXAMPLE_USED: Keys = Keys {
    name: "example_used",
    what: "`example_used`",
    says: "An example that replaces the vendor's",
    keys: &[must("value", Text, "the example"), must("because", Text, "why the vendor's own does not do")],
    one_of: &[],
};

pub(crate) static LISTED_VALUE: Keys = Keys {
    name: "listed_value",
    what: "a listed value",
    says: "A value of an open enum",
    keys: &[
        must("value", Text, "on the wire"),
        may("name", Text, "the Rust variant; optional where the value makes one"),
        may("description", Text, "what it means"),
    ],
    one_of: &[],
};

pub(crate) static RULE: Keys = Keys {
    name: "rule",
    what: "a rule",
    says: "A rule over fields of one object, named by their keys",
    keys: &[
        may("at_least_one_of", Texts, "one or more of them is present and not empty"),
        may("at_most_one_of", Texts, "one of them, or none"),
        may("exactly_one_of", Texts, "one of them"),
        may(
            "max_span",
            Map(&MAX_SPAN),
            "two dates: the first is not after the second, and they are at most that far apart",
        ),
    ],
    one_of: &[way("at_least_one_of"), way("at_most_one_of"), way("exactly_one_of"), way("max_span")],
};

pub(crate) static MAX_SPAN: Keys = Keys {
    name: "max_span",
    what: "`max_span`",
    says: "Two dates that are at most so far apart",
    keys: &[
        must("start", Text, "the field of the earlier date"),
        must("end", Text, "the field of the later date"),
        may("days", Integer, "the longest span in days"),
        may("hours", Integer, "the longest span in hours"),
        may("seconds", Integer, "the longest span in seconds"),
    ],
    one_of: &[way("days"), way("hours"), way("seconds")],
};

pub(crate) static SAMPLES: Keys = Keys {
    name: "samples",
    what: "`samples`",
    says: "The page's samples, verbatim",
    keys: &[
        may("response_xml", Text, "the answer in XML"),
        may("response_json", Text, "the answer in JSON"),
        may("error_xml", Text, "an error in XML"),
        may("error_json", Text, "an error in JSON"),
    ],
    one_of: &[],
};

pub(crate) static ERROR: Keys = Keys {
    name: "error",
    what: "an error",
    says: "A row of the page's error table",
    keys: &[
        must("code", Text, "`isv.…`, `isp.…` or a number"),
        may("message", Text, "what it means"),
        may("solution", Text, "what to do"),
        may(
            "executed",
            Words(&words(&EXECUTED)),
            "what this error says of a write: `no`, it was certainly not done; `maybe`, it may have been done",
        ),
    ],
    one_of: &[],
};

pub(crate) static OVERRIDE: Keys = Keys {
    name: "override",
    what: "an override",
    says: "A correction of a spec: `<category>/<method>.override.yaml`, beside the spec",
    keys: &[
        must("corrects", Text, "the method whose spec it corrects"),
        must("because", Text, "why, citing where it is seen: a page, an answer of the gateway, the vendor's word"),
        may(
            "set",
            Free,
            "values by their paths in the spec, keys joined by dots: replaces what stands there, or adds the last key",
        ),
        may("remove", Texts, "paths in the spec whose keys are taken out"),
    ],
    one_of: &[],
};

/// The places a misplaced key may have been meant for.
pub(crate) static PLACES: &[&Keys] = &[&METHOD, &OBJECT, &TYPE, &FIELD, &PAGING, &OUTCOME, &RULE, &SAMPLES];
