//! What the writer emits is read alike by other YAML readers, where they are at hand: PyYAML with and without libyaml,
//! ruamel, js-yaml 4 and 5, `yaml`, serde-saphyr. `YAML_READERS` names a folder that `tests/yaml-readers.sh` makes.

use std::path::PathBuf;
use std::process::Command;

use crate::comments::Comments;
use crate::tree::{Map, Tree};
use crate::writer;

/// Texts that some reader takes for something else.
const TEXTS: [&str; 48] = [
    "Is it done? yes",
    "? a",
    "a ?b",
    "a: b",
    "a:b",
    "a :b",
    "http://a.b/c?d=e&f=g",
    "# a",
    "a # b",
    "a#b",
    "- a",
    "-",
    "--- a",
    "...",
    "yes",
    "No",
    "on",
    "NULL",
    "~",
    "true",
    "1",
    "012",
    "0o7",
    "0x1F",
    "1e3",
    "1_000",
    "1:30",
    "12:30:45",
    "2019-07-04",
    "2019-07-04 15:32:17",
    ".5",
    "+1",
    ".inf",
    "<<",
    "=",
    "!a",
    "&a",
    "*a",
    "@a",
    "`a`",
    "%a",
    "a, b",
    "[a]",
    "{a}",
    "it's",
    "\"a\"",
    "a\nb\tc",
    " a ",
];

/// A spec with every text as a value, in a list, and, where it is one line, as a key.
fn spec() -> Map {
    let mut fields = Map::default();
    let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
    for text in TEXTS {
        texts.push(format!("{text} 中文？：，"));
        texts.push(format!("甲{text}"));
    }
    for (at, text) in texts.iter().enumerate() {
        let mut field = Map::default();
        field.push("example", text.as_str());
        // Every other one is a block.
        if at % 2 == 0 {
            field.push("values", Tree::texts([text.as_str(), "x"]));
        }
        fields.push(&format!("f{at}"), field);
    }
    for key in TEXTS.iter().filter(|text| !text.contains(['\n', '\t'])) {
        let mut field = Map::default();
        field.push("type", "String");
        fields.push(key, field);
    }
    let mut object = Map::default();
    object.push("fields", fields);
    let mut spec = Map::default();
    spec.push("api", "alibaba.example.get");
    spec.push("request", object);
    spec
}

const PYTHON: &str = "
import sys, json
def show(value):
    if isinstance(value, dict):
        return {k if isinstance(k, str) else repr(k): show(v) for k, v in value.items()}
    if isinstance(value, list):
        return [show(v) for v in value]
    return value if isinstance(value, str) else repr(value)
kind, path = sys.argv[1:]
text = open(path, encoding='utf-8').read()
if kind == 'ruamel':
    from ruamel.yaml import YAML
    data = YAML(typ='safe', pure=True).load(text)
else:
    import yaml
    data = yaml.load(text, Loader=yaml.CSafeLoader if kind == 'libyaml' else yaml.SafeLoader)
print(json.dumps(show(data)))
";
const NODE: &str = "
const [kind, path] = process.argv.slice(2);
const text = require('fs').readFileSync(path, 'utf8');
const y = require(kind);
const data = kind === 'yaml' ? y.parse(text) : y.load(text);
const show = v => typeof v === 'string' || typeof v === 'number' ? String(v) : Array.isArray(v) ? v.map(show)
  : v && typeof v === 'object' && !(v instanceof Date) ? Object.fromEntries(Object.entries(v).map(([k, v]) => [k, show(v)]))
  : 'not a text: ' + String(v);
console.log(JSON.stringify(show(data)));
";

/// Keys and values, sorted by key: readers keep no order.
fn sorted(tree: &Tree) -> String {
    match tree {
        Tree::Text(text) => format!("{text:?}"),
        Tree::List(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(", ")),
        Tree::Map(map) => {
            let mut lines: Vec<String> =
                map.0.iter().map(|(key, value)| format!("{key:?}: {}", sorted(value))).collect();
            lines.sort();
            format!("{{{}}}", lines.join(",\n"))
        }
    }
}

#[test]
fn what_is_written_is_read_alike_by_other_readers() {
    let spec = spec();
    let (text, wrote) = (writer::write(&spec, &Comments::default()), sorted(&Tree::Map(spec)));
    let folder = std::env::temp_dir().join(format!("opentop-readers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("spec.yaml");
    std::fs::write(&file, &text).unwrap();
    let installed = std::env::var_os("YAML_READERS").map(PathBuf::from);
    let script = folder.join("read.js");
    std::fs::write(&script, NODE).unwrap();
    for kind in ["pyyaml", "libyaml", "ruamel", "js-yaml", "js-yaml-5", "yaml", "serde-saphyr"] {
        let mut command = if kind == "serde-saphyr" {
            // Without the folder there is no such program.
            Command::new(installed.as_ref().map_or("serde-saphyr".into(), |folder| folder.join("saphyr/read")))
        } else if kind.contains("js") || kind == "yaml" {
            let mut node = Command::new("node");
            if let Some(installed) = &installed {
                node.env("NODE_PATH", installed.join("node_modules"));
            }
            node.arg(&script);
            node
        } else {
            let own = installed.as_ref().map(|folder| folder.join("v/bin/python")).filter(|python| python.exists());
            let mut python = Command::new(own.unwrap_or_else(|| "python3".into()));
            python.args(["-c", PYTHON]);
            python
        };
        let output = command.arg(kind).arg(&file).output();
        let missing = output.as_ref().map_or(true, |output| {
            let error = String::from_utf8_lossy(&output.stderr);
            error.contains("ModuleNotFoundError")
                || error.contains("Cannot find module")
                || error.contains("No module named")
        });
        if missing {
            eprintln!("SKIPPED: the YAML reader {kind} is not there");
            continue;
        }
        let output = output.unwrap();
        assert!(output.status.success(), "{kind}: {}\n{text}", String::from_utf8_lossy(&output.stderr));
        let read = Tree::from_json(String::from_utf8(output.stdout).unwrap().trim()).unwrap();
        let read = sorted(&read);
        let wrong: Vec<_> = read.lines().zip(wrote.lines()).filter(|(read, wrote)| read != wrote).take(3).collect();
        assert!(wrong.is_empty() && read == wrote, "{kind} reads: {wrong:#?}");
        eprintln!("{kind} reads it alike");
    }
    let _ = std::fs::remove_dir_all(&folder);
}
