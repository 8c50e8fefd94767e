//! The call of a method with the request of its page's examples: one piece of code for documentation, pages, tests and the demo.

use super::code::{Code, code};
use super::options::{Examples, Options};
use crate::doctext;
use crate::plan::{ApiPlan, CategoryPlan, ExampleObject, ExampleValue, ModuleName, TypeName};
use opentop_model::model::{Protocol, Session};

/// The crate that has the types of values, where it is not the generated one.
const RUNTIME: &str = "opentop_runtime";

/// Where the code of a call stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// What `api` stands in.
    root: Code,
    /// The crate with the types of values.
    values: Code,
    /// What the method's module is called.
    module: Code,
}

impl Call {
    /// In code that is compiled: paths that nothing can stand in the way of.
    pub(super) fn compiled(options: &Options) -> Self {
        let root = code!("::{}", options.crate_name());
        Call { values: root.clone(), root, module: Code::fixed("method") }
    }

    /// In documentation: paths as a reader would write them.
    pub(super) fn shown(api: &ApiPlan, options: &Options) -> Self {
        let root = options.crate_name();
        // Names that the code uses for something else.
        let taken = [root.as_str(), "client", "reply", "token", "std", "core"].contains(&api.module.as_str());
        let module = if taken { Code::fixed("method") } else { code!("{}", api.module) };
        let (root, values) = match &options.examples {
            Examples::Shown | Examples::Tested { .. } => (code!("{}", root), code!("{}", root)),
            Examples::Mounted { module: None } => (Code::fixed("crate"), Code::fixed(RUNTIME)),
            Examples::Mounted { module: Some(name) } => {
                (code!("crate::{}", ModuleName::new(name)), Code::fixed(RUNTIME))
            }
        };
        Call { root, values, module }
    }

    /// `use opentop::api::category::method;`
    pub(super) fn import(&self, category: &CategoryPlan, api: &ApiPlan) -> Code {
        let path = code!("{}::api::{}::{}", self.root, category.module, api.module);
        if self.module.as_str() == api.module.as_str() {
            code!("use {};", path)
        } else {
            code!("use {} as {};", path, self.module)
        }
    }

    /// `method::Request::builder().….build()`
    pub(super) fn request(&self, api: &ApiPlan) -> Code {
        self.object(&api.example)
    }

    /// What a handler of messages does with one.
    fn receiving(&self) -> Code {
        let body = Code::fixed("println!(\"{content:?}\");");
        code!("if let Some(content) = message.typed::<{}::Content>()? {}", self.module, Code::block(&body))
    }

    /// A handler of axum that answers a call.
    fn handling(&self) -> Code {
        let body = Code::lines([
            code!("let answer = {}::Response::default();", self.module),
            Code::fixed("call.answer(&answer)"),
        ]);
        let head = code!(
            "async fn handle(call: {}::spi::Call<{}::Request>) -> {}::spi::Answer",
            self.values,
            self.module,
            self.values
        );
        code!("{} {}", head, Code::block(&body))
    }

    /// `let reply = method::Request::builder().….send(&client).await?;`
    fn sending(&self, api: &ApiPlan) -> Code {
        let client = Code::fixed(if api.session == Session::Required { "&client.session(&token)" } else { "&client" });
        let send = [code!(".send({})", client), Code::fixed(".await?;")];
        let calls = Code::lines(self.setters(&api.example).into_iter().chain(send));
        code!("let reply = {}::Request::builder(){}", self.module, calls.deeper())
    }

    fn name(&self, name: &TypeName) -> Code {
        code!("{}::{}", self.module, name)
    }

    /// A chain of setters, one a line; what is nested is deeper.
    fn object(&self, object: &ExampleObject) -> Code {
        let name = self.name(&object.name);
        if object.fields.is_empty() {
            return code!("{}::builder().build()", name);
        }
        let calls = Code::lines(self.setters(object).into_iter().chain([Code::fixed(".build()")]));
        code!("{}::builder(){}", name, calls.deeper())
    }

    fn setters(&self, object: &ExampleObject) -> Vec<Code> {
        let setter = |set: &crate::plan::ExampleField| {
            let value = self.value(&set.value, false);
            let long = value.as_str().contains('\n') && matches!(set.value, ExampleValue::Object(_));
            // A chain within a call begins on a line of its own.
            let value = if long { Code::list("", &[value], "") } else { value };
            code!(".{}({})", set.setter, value)
        };
        object.fields.iter().map(setter).collect()
    }

    /// A value as its setter takes it; in a list every element has its type written out.
    fn value(&self, value: &ExampleValue, in_list: bool) -> Code {
        match value {
            ExampleValue::Text(text) => Code::text(text),
            ExampleValue::Int(number) => code!("{}", number),
            ExampleValue::Bool(truth) => code!("{}", truth),
            ExampleValue::Date(text) if in_list => code!("{}.parse::<{}::DateTime>()?", Code::text(text), self.values),
            ExampleValue::Date(text) => code!("{}.parse()?", Code::text(text)),
            ExampleValue::Decimal(text) => match text.parse::<i32>() {
                Ok(number) if !in_list => code!("{}", i64::from(number)),
                _ => code!("{}.parse::<{}::Decimal>()?", Code::text(text), self.values),
            },
            ExampleValue::Json(text) => code!("{}::Json::new({})?", self.values, Code::text(text)),
            ExampleValue::File(name) => code!("{}::File::new({}, \"example\")", self.values, Code::text(name)),
            ExampleValue::Listed(name, variant, ..) => code!("{}::{}", self.name(name), variant),
            ExampleValue::Unlisted(name, text, numeric) => match text.parse::<i64>() {
                Ok(number) if *numeric => code!("{}::from({})", self.name(name), number),
                _ => code!("{}::from({})", self.name(name), Code::text(text)),
            },
            ExampleValue::Object(nested) => self.object(nested),
            ExampleValue::List(items) => {
                let items: Vec<Code> = items.iter().map(|item| self.value(item, true)).collect();
                Code::list("[", &items, "]")
            }
        }
    }
}

/// The whole call as a reader would write it.
pub(super) fn call(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Code {
    let call = Call::shown(api, options);
    let used = match api.protocol {
        Some(Protocol::Tmc) => call.receiving(),
        Some(Protocol::Spi) => call.handling(),
        Some(Protocol::Qimen) | None => call.sending(api),
    };
    Code::items([call.import(category, api), used])
}

/// The call in the documentation of the crate, which is a test only where the method is there.
pub(super) fn documented_at_root(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Vec<String> {
    let mut lines = documented(category, api, options);
    if matches!(options.examples, Examples::Tested { .. }) && api.protocol.is_none() {
        lines.insert(1, format!("# #[cfg(feature = \"{}\")]", category.feature));
        lines.insert(lines.len() - 1, format!("# #[cfg(not(feature = \"{}\"))]", category.feature));
        lines.insert(lines.len() - 1, "# fn main() {}".to_owned());
    }
    lines
}

/// The call in the documentation of the request: a test, or shown only.
pub(super) fn documented(category: &CategoryPlan, api: &ApiPlan, options: &Options) -> Vec<String> {
    let call = call(category, api, options);
    let shown = call.as_str().lines().map(str::to_owned);
    let lines: Vec<String> = match (&options.examples, api.protocol) {
        (Examples::Shown | Examples::Mounted { .. }, _) => shown.collect(),
        (Examples::Tested { .. }, None) => {
            let session = api.session == Session::Required;
            setting(&options.crate_name(), session).chain(shown).chain(END.map(str::to_owned)).collect()
        }
        // The sandbox of a test is set up for the gateway: these are compiled, and not run.
        (Examples::Tested { .. }, Some(protocol)) => {
            let (head, end) = around(protocol, &options.crate_name(), category);
            head.into_iter().chain(shown).chain(end.iter().map(|line| (*line).to_owned())).collect()
        }
    };
    let language = match &options.examples {
        Examples::Shown => "ignore",
        Examples::Mounted { .. } => "text",
        Examples::Tested { .. } => "",
    };
    doctext::fenced(language, &lines.join("\n")).lines().map(str::to_owned).collect()
}

/// What stands before the call, hidden: a sandbox, and a client that calls it.
fn setting(root: &ModuleName, session: bool) -> impl Iterator<Item = String> {
    let lines = [
        "# #[tokio::main(flavor = \"current_thread\")]".to_owned(),
        "# async fn main() -> Result<(), Box<dyn std::error::Error>> {".to_owned(),
        "# let sandbox = opentop_sandbox::Sandbox::start().await?;".to_owned(),
        format!("# let client = {root}::Client::builder()"),
        format!("#     .endpoint({root}::Endpoint::custom(&sandbox.endpoint())?)"),
        "#     .app_key(sandbox.app_key())".to_owned(),
        "#     .app_secret(sandbox.app_secret())".to_owned(),
        "#     .build()?;".to_owned(),
    ];
    lines.into_iter().chain(session.then(|| "# let token = sandbox.session().to_owned();".to_owned()))
}

/// What stands around a call of another protocol, hidden: a function that is there only with the features that the call needs.
fn around(protocol: Protocol, root: &ModuleName, category: &CategoryPlan) -> ([String; 2], &'static [&'static str]) {
    let result = "Result<(), Box<dyn std::error::Error>>";
    let (head, end): (_, &[&str]) = match protocol {
        Protocol::Tmc => (format!("fn example(message: &{root}::tmc::Message) -> {result} {{"), &["# Ok(())", "# }"]),
        Protocol::Spi => ("fn example() {".to_owned(), &["# }"]),
        Protocol::Qimen => (format!("async fn example(client: {root}::Client, token: String) -> {result} {{"), &END),
    };
    // The runtime has a feature for each protocol, of its name.
    let condition = format!("# #[cfg(all(feature = \"{}\", feature = \"{}\"))]", protocol.name(), category.feature);
    ([condition, format!("# {head}")], end)
}

/// What stands behind the call, hidden.
const END: [&str; 3] = ["# let _ = reply;", "# Ok(())", "# }"];
