//! Nothing hand-written knows a particular method, tests aside: what works for four works for all.

use crate::support::repository::{root, tree};

#[test]
fn no_hand_written_crate_names_a_method_or_parameter_of_the_four() {
    let telling = [
        "alibaba.alsc",
        "alibaba_alsc",
        "AlibabaAlsc",
        "bill.book",
        "bill_book",
        "BillBook",
        "alibaba.wdk",
        "alibaba_wdk",
        "AlibabaWdk",
        "param_dedut",
        "DedutOpen",
        "journal_types",
        "finance_order",
    ];
    let mut found = Vec::new();
    for folder in [
        "codegen/model/src",
        "codegen/import/src",
        "codegen/emit/src",
        "runtime/src",
        "sandbox/src",
        "cli/src",
        "xtask/src",
    ] {
        for (path, text, _) in tree(&root().join(folder)) {
            if path.contains("tests") || path.ends_with(".snap") {
                continue;
            }
            for (number, line) in text.lines().enumerate() {
                if telling.iter().any(|name| line.contains(name)) {
                    found.push(format!("{folder}/{path}:{}: {line}", number + 1));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
