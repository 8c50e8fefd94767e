//! What the writer emits is read alike by the YAML readers of other languages, where they are at hand: PyYAML with and
//! without libyaml, ruamel, js-yaml, `yaml`. `YAML_READERS` names a folder with `node_modules`, and one with `v/bin/python`,
//! that `tests/yaml-readers.sh` makes.

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

fn spec() -> (String, Vec<String>) {
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
    let mut object = Map::default();
    object.push("fields", fields);
    let mut spec = Map::default();
    spec.push("api", "alibaba.example.get");
    spec.push("request", object);
    (writer::write(&spec, &Comments::default()), texts)
}

const PYTHON: &str = "
import sys, json
def show(value):
    return value if isinstance(value, str) else repr(value)
kind, path = sys.argv[1:]
text = open(path, encoding='utf-8').read()
if kind == 'ruamel':
    from ruamel.yaml import YAML
    data = YAML(typ='safe', pure=True).load(text)
else:
    import yaml
    data = yaml.load(text, Loader=yaml.CSafeLoader if kind == 'libyaml' else yaml.SafeLoader)
print(json.dumps([show(f['example']) for f in data['request']['fields'].values()]))
";
const NODE: &str = "
const [kind, path] = process.argv.slice(2);
const text = require('fs').readFileSync(path, 'utf8');
const y = require(kind);
const data = kind === 'yaml' ? y.parse(text) : y.load(text);
const show = v => typeof v === 'string' ? v : String(v);
console.log(JSON.stringify(Object.values(data.request.fields).map(f => show(f.example))));
";

#[test]
fn what_is_written_is_read_alike_by_other_readers() {
    let (text, texts) = spec();
    let folder = std::env::temp_dir().join(format!("opentop-readers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("spec.yaml");
    std::fs::write(&file, &text).unwrap();
    let installed = std::env::var_os("YAML_READERS").map(PathBuf::from);
    let script = folder.join("read.js");
    std::fs::write(&script, NODE).unwrap();
    for kind in ["pyyaml", "libyaml", "ruamel", "js-yaml", "js-yaml-5", "yaml"] {
        let mut command = if kind.contains("js") || kind == "yaml" {
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
        let read = crate::json::strict(String::from_utf8(output.stdout).unwrap().trim()).unwrap();
        let read: Vec<String> = read.items().unwrap().iter().map(|item| item.text().unwrap()).collect();
        for (read, wrote) in read.iter().zip(&texts) {
            assert_eq!(read, wrote, "{kind}");
        }
        assert_eq!(read.len(), texts.len(), "{kind}");
        eprintln!("{kind} reads {} texts alike", texts.len());
    }
    let _ = std::fs::remove_dir_all(&folder);
}
