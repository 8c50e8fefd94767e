//! The codes of all findings: number, title and explanation. A published number keeps its meaning.
//!
//! `TOP00xx` reading a file, `TOP01xx` what a spec means, `TOP02xx` names and output, `TOP03xx` advice, `TOP04xx` importing.

use std::fmt;

macro_rules! codes {
    ($($name:ident = $id:literal: $title:literal, $explanation:literal;)*) => {
        /// The stable code of a finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $id, "`: ", $title, ".")] $name,)*
        }

        impl Code {
            /// All codes, by number.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The number, `TOP0001` and so on.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)* }
            }

            /// What it is, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// What it means, why it matters, and what to do.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => $explanation,)* }
            }
        }
    };
}

codes! {
    InvalidYaml = "TOP0001": "not readable as YAML",
        "The file is not well-formed YAML at the place shown. The value, or the line, was left out, and the rest of the file was checked. \
        Frequent causes: plain text that holds `: ` or ` #`, or begins with a character that YAML gives a meaning to (such text must be \
        quoted), and full-width signs (`：`, `，`, `“`) where YAML's own belong.";
    WrongIndentation = "TOP0002": "wrong indentation",
        "In YAML the blanks at the start of a line say what the line belongs to. No open block has this indentation. Align the line with \
        the keys it belongs to; two blanks per level are usual.";
    TabIndentation = "TOP0003": "tab used as indentation",
        "YAML allows only blanks at the start of a line, since tabs have no fixed width. Replace the tab with blanks.";
    UnknownKey = "TOP0004": "unknown key",
        "The spec format has no such key here. Either it is misspelt, or wrong indentation put it into the wrong block. Unknown keys are \
        never ignored: a misspelt `required` would silently make a parameter optional. What a tool only suspects may stand under \
        `suggested`.";
    DuplicateKey = "TOP0005": "duplicate key",
        "One mapping names the same key twice. Most YAML readers keep only the last one, silently; here it is an error. Remove one. Two \
        fields with one name on the wire get two keys, and `wire` gives the name.";
    MissingKey = "TOP0006": "missing key",
        "A required key is missing. Nothing is guessed in its place: whether a method changes data or wants a session decides how \
        it may be called.";
    WrongKind = "TOP0007": "wrong kind of value",
        "A mapping, a list or a single value was expected, and another kind of value stands there.";
    InvalidValue = "TOP0008": "invalid value",
        "The value is not one of those allowed. Booleans are `true` and `false` only; integers are digits only; words are as the format \
        lists them. YAML's other spellings (`yes`, `True`, `0x10`, `1e3`) mean different things to different readers and are refused.";
    Anchor = "TOP0009": "anchors are not allowed",
        "Anchors (`&name`) make one part of a file depend on another, and readers do not agree on them. A word that begins with `&` \
        must be quoted.";
    Alias = "TOP0010": "aliases are not allowed",
        "Aliases (`*name`) make one part of a file depend on another, and a small file of them can expand to gigabytes. Write the value \
        out. A word that begins with `*` must be quoted.";
    MergeKey = "TOP0011": "merge keys are not allowed",
        "The merge key `<<` is no part of YAML 1.2; some readers expand it and some do not. Write the keys out.";
    Tag = "TOP0012": "tags are not allowed",
        "Tags (`!name`) change how a value is read. Every value of a spec is read as text and understood by its key. A word that begins \
        with `!` must be quoted.";
    SeveralDocuments = "TOP0013": "several documents in one file",
        "One file describes one method. A second document (`---`) would be ignored by some readers. Move it to a file of its own.";
    ComplexKey = "TOP0014": "key is not a plain name",
        "The keys of a spec are names. A list or a mapping as a key, or an empty one, has no meaning here.";
    ControlCharacter = "TOP0015": "control character in the file",
        "Control characters are invisible, change what a terminal or an editor shows, and are read differently by different readers. \
        Remove the character, or write it as an escape (`\"\\u0007\"`) in double quotes where it is meant.";
    TooLarge = "TOP0016": "spec too large",
        "Specs are bounded, so that a broken or hostile file cannot exhaust the machine's memory or time: the bytes of a file, the fields, \
        required fields, listed values and rules of an object, and the values that a request or a response holds when every type is written out in every \
        place where it is used. Real specs are far below each bound.";
    TooDeep = "TOP0017": "nested too deeply",
        "Lists and mappings of a file, or the types of a method, are nested deeper than any spec needs. The bound keeps a broken or hostile \
        file from exhausting the stack.";
    ReadersDisagree = "TOP0018": "read differently by two YAML readers",
        "Every file is read by two independent YAML readers, and both must see the same keys and texts. Here they do not, so this text \
        means different things to different tools. The value must be quoted, with escapes for unusual characters.";
    EmptyFile = "TOP0019": "empty file",
        "The file holds no spec.";

    UnknownType = "TOP0101": "unknown type",
        "The type is neither one of the platform's scalar types nor named under `types`.";
    DuplicateMethod = "TOP0102": "method described twice",
        "Two files describe the same method. One of them has to go, or names another method.";
    MisplacedFile = "TOP0103": "file and content disagree",
        "A method stands in `<category>/<method>.yaml`, so that it can be found by its name, and so that a category is a folder.";
    MissingCategory = "TOP0104": "category without description",
        "Every folder of methods has a `category.yaml` with the vendor's title of it.";
    InvalidName = "TOP0105": "invalid name",
        "Methods, categories, types and fields are named with characters that are safe on the wire, in file names and in the output.";
    DanglingPath = "TOP0106": "path leads nowhere",
        "A path names fields by their keys, joined by dots, from the request or the response down. A step of it does not exist.";
    PathType = "TOP0107": "path leads to a field of the wrong type",
        "The path resolves, and what it leads to cannot serve that purpose; or it crosses a list, where no single field is meant.";
    InvalidRule = "TOP0108": "invalid rule",
        "A rule names at least two different fields of its own object, by their keys.";
    RuleType = "TOP0109": "rule over fields of the wrong type",
        "The fields of this rule must have another type: `max_span` compares two `Date` fields.";
    InvalidLimit = "TOP0110": "invalid limit",
        "A limit that cannot apply: on a type that has no such measure, or with bounds that no value meets.";
    IncompatibleAs = "TOP0111": "`as` does not fit the vendor's type",
        "`as` gives a truer type than the vendor's, and what goes over the wire must stay the same. This pair would change it, or changes \
        nothing.";
    InvalidListedValue = "TOP0112": "invalid listed value",
        "Listed values belong to `String` and `Number` fields and to lists of these; every value once, and integers where the field is \
        a number.";
    ExampleBreaksRules = "TOP0113": "the examples break the method's own rules",
        "A request is built from the examples of every method, for tests and documentation, and it must be valid. Give `example_used` \
        with a value that obeys the rules, and the reason; the vendor's own `example` stays as it is.";
    DuplicateWireName = "TOP0114": "two fields with one name on the wire",
        "Two fields of one object have the same name on the wire. An answer fills the first one only.";
    UnusedType = "TOP0115": "type never used",
        "Neither the request nor the response reaches the type; nothing is generated for it.";
    EmptyType = "TOP0116": "type without fields",
        "The documentation names the type and not its fields. Fields of this type are read and written as JSON.";
    OptionalOnlyParameter = "TOP0117": "the only parameter is optional, its fields are required",
        "A method whose only parameter is an object with required fields cannot be called without that object, whatever the page says.";
    InvalidDefault = "TOP0118": "default does not read as its type",
        "The documented default must be a value that the field can hold.";
    InfiniteType = "TOP0119": "type that can never be complete",
        "The type requires itself: a value of it would never end.";
    CommonParameter = "TOP0120": "field named like a common parameter",
        "The platform itself sends a parameter of this name with every call; two of one name cannot be told apart.";
    OverrideTarget = "TOP0121": "override of nothing",
        "An override stands beside the spec it corrects, in `<category>/<method>.override.yaml`, and names its method. There is no such spec.";
    OverridePath = "TOP0122": "override path leads nowhere",
        "A path of an override names keys of the spec, joined by dots, from the top of the file down. `set` may add the last key; all others, and \
        what `remove` takes out, must be there. Lists are replaced as a whole.";
    OverrideWithoutEffect = "TOP0123": "override without effect",
        "What the override says is so without it: probably the vendor has corrected the page. A correction that no longer corrects anything would \
        mislead whoever reads it. Remove it.";
    OverrideConflict = "TOP0124": "two corrections of one value",
        "Two entries of overrides set or remove the same value, or one a part of what the other sets. Which of them won would depend on their order. \
        Keep one.";

    RenamedField = "TOP0201": "field renamed in Rust",
        "The wire name of the field makes no identifier, or the same one as an earlier field of the object. The Rust name is made by rule: \
        `field_` and the position, or a number behind the name, in the order of the spec. The wire name stays as it is.";
    RenamedType = "TOP0202": "type renamed in Rust",
        "The name of the type makes no Rust name, or one that is taken in this method, by its request, response, a builder or another \
        type (names that differ only in case count as equal, as some file systems do not keep them apart). By rule, types take names \
        in the order of the spec, and the later one gets a number behind its name.";
    RenamedVariant = "TOP0203": "listed value renamed in Rust",
        "The name of the listed value makes no Rust name, or the same as an earlier one. By rule it becomes `Value` and its position, or \
        gets a number behind. Give it a `name` of its own.";
    RenamedEnum = "TOP0204": "enum renamed in Rust",
        "A type of the method has the name of this enum. By rule the enum gets `Value` behind its name. Give it a name of its own with \
        `enum`.";
    EnumConflict = "TOP0205": "one enum name, two lists of values",
        "Fields of one method share an enum where its name and its values are the same. These have the same name and other values. Name \
        one of them with `enum`.";
    ModuleConflict = "TOP0206": "two names, one module",
        "Modules are made of lower-case letters, digits and `_`. These two names make the same module, and renaming either by rule would \
        make one method's path depend on another method. Move one of them to another category.";
    InvisibleCharacter = "TOP0207": "invisible character in a name or value",
        "What goes over the wire would hold a character that shows nothing or turns the text around it; code that holds it would read \
        differently from what it does. Remove the character.";
    TooManyFields = "TOP0208": "too many fields",
        "Fields are counted with 16 bits.";
    Internal = "TOP0299": "internal error of the generator",
        "The output differs from what was planned. Nothing is written. This is a defect of the generator, not of the spec: please report it \
        with the spec that shows it.";

    UndocumentedField = "TOP0301": "field without description",
        "Users read the generated documentation; this field says nothing there.";
    HtmlInDescription = "TOP0302": "markup in a description",
        "The description holds HTML tags. They are cleaned away on generation; plain text reads better.";
    NoIdempotencyKey = "TOP0303": "write without idempotency key",
        "When the outcome of a write is unknown, only a key by which the server recognises the repetition makes it safe to ask again. If \
        the method has such a parameter, name it with `idempotency_key`.";
    NoPaging = "TOP0304": "list without paging",
        "The request has page-like parameters and the response a list; `paging` would let users walk through all items.";
    Suggested = "TOP0305": "suggestion left to review",
        "A tool wrote down what it suspects. Make it part of the spec, or remove it.";
    UnreadableExample = "TOP0306": "example does not read as its type",
        "The example is kept for the documentation, and not used in built requests and answers. Give `example_used`, or correct the type \
        with `as`.";
    MoneyAsNumber = "TOP0307": "amount of money as a whole number",
        "The description speaks of yuan, and the type is a whole number. If amounts have decimals, say `as: BigDecimal` and `unit: yuan`.";
    DoubtfulExecuted = "TOP0308": "`executed` that should be looked at again",
        "An error says `executed: no` although by its name the service broke or did not answer, or its code stands for many causes: a write that \
        ends with it may have been done, and then the generated code calls it failed. Or the method only reads, where `executed` decides nothing.";

    NotAnApiPage = "TOP0401": "no page of an API",
        "The input describes no method: it has no table of parameters, or does not name its method. Pages that only list methods, and pages \
        whose tables did not survive copying, are refused, so that no empty spec is ever written.";
    UnreadablePage = "TOP0402": "page cannot be read",
        "The input is broken or larger than any page of a method. Nothing is written for it; the other inputs are not affected.";
    UnknownCategory = "TOP0403": "category not known",
        "A method's category is its folder, its module and its feature, so it is never guessed: it comes from `--category`, from the folder's \
        `category.json`, or from the page's breadcrumb by way of the titles in the `category.yaml` files.";
    NestingGuessed = "TOP0404": "place of a field not shown",
        "Documentation pages mark nested rows without saying how deep they stand. The depth comes from the samples; this row is in none, and more \
        than one object was open before it. By rule it stays with its neighbours. Compare it with the page.";
    UnclearRow = "TOP0405": "row not clear",
        "A row of the page has more or fewer cells than its table, or runs example and description together where no sample divides them. It \
        was read by what is certain: name, type and requirement.";
    UnclearType = "TOP0406": "type not clear",
        "The description gives no type, one that has no valid name, or one that the sample contradicts. The spec says how it was read.";
    TypeWithTwoShapes = "TOP0407": "one type name, two shapes",
        "The vendor uses one name for objects with different fields. Within a method a type has one shape, so the later one got a name of its \
        own. Nothing changes on the wire.";
    UndescribedType = "TOP0408": "type described nowhere",
        "A field has an object type whose fields the description does not give. It is read and written as JSON until somebody describes it.";
    RepeatedField = "TOP0409": "field named twice",
        "One object lists two fields of one name. Both are kept: the second has a key of its own, and `wire` holds the name.";
    UnfitLimit = "TOP0410": "limit does not fit",
        "The description limits a field in a way that its type cannot be limited. The limit goes under `suggested`, where it has no effect; a bound on the elements of a list is left out.";
    UnreadableSample = "TOP0411": "sample cannot be read",
        "The page's sample answer is missing or broken, so that nothing shows the nesting of the response.";
    FieldsFromSample = "TOP0412": "fields from the sample alone",
        "The table lists an object without its fields, and the sample shows some. They were taken from it, as text.";
    MergeConflict = "TOP0413": "the vendor changed what a person changed",
        "Since the last import, the vendor's documentation and a person changed the same value in different ways. The person's value stays; \
        the vendor's stands under `suggested` where there is a place for it. The next import will not say so again.";
    NeverImported = "TOP0414": "spec was written by hand",
        "The file does not say what the vendor said before, so a person's changes cannot be told from the vendor's. The file stays as it is, and \
        now remembers today's description for the next import.";
    IncompletePage = "TOP0415": "page breaks off",
        "The page ends before all of the method is described, or a sample on it breaks off. The spec holds what is there. Save the page again, \
        whole.";
    LinesLeftOut = "TOP0416": "lines that the spec does not hold",
        "Every line of a page is in the spec, named in a warning, or known to stand on every page. These lines are none of that: a note, a second \
        sample, a part that the importer does not know. Read them; they may hold a rule.";
    SampleMismatch = "TOP0417": "sample does not fit the types",
        "The page's own sample holds a value that its own type cannot hold. One of them is wrong. A truer type stands under `suggested`, where the \
        value tells one.";
    MethodFromSample = "TOP0418": "method named by its sample",
        "The page does not name its method. The name was made of the root of the sample answer, where dots and `_` look alike.";
    UnlistedParameter = "TOP0419": "parameter without a row",
        "The sample code sets a parameter that the table of the request does not list. The row is lost, or the code is of another version.";
    OtherDialect = "TOP0420": "method of another protocol",
        "The platform calls this method at an address of yours, or another protocol carries it. Its request is generated without
        `send` where the platform calls, and is sent by a client that was set up for Qimen where Qimen carries it.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn ids_are_unique_sorted_and_well_formed() {
        let ids: Vec<&str> = Code::ALL.iter().map(|code| code.id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
        assert!(ids.iter().all(|id| id.len() == 7 && id.starts_with("TOP")));
    }

    #[test]
    fn every_code_is_explained() {
        for code in Code::ALL {
            assert!(!code.title().is_empty() && code.explanation().len() > 20, "{code}");
        }
    }
}
