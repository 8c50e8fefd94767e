#![allow(clippy::unwrap_used)]
use super::{read, squeeze};
use opentop_model::model::Session;

fn fields(code: &super::Code, id: usize) -> String {
    let node = &code.shapes.nodes[id];
    let children: Vec<String> = node.children.iter().map(|&id| fields(code, id)).collect();
    format!("{}{}[{}]", node.name, node.text, children.join(" "))
}

const JAVA: &str = r#"TaobaoClient client = new DefaultTaobaoClient(url, appkey, secret);
AlibabaExampleRequest req = new AlibabaExampleRequest();
AlibabaExampleRequest.Order obj1 = new AlibabaExampleRequest.Order();
List<AlibabaExampleRequest.Item> list3 = new ArrayList<AlibabaExampleRequest.Item>();
AlibabaExampleRequest.Item obj4 = new AlibabaExampleRequest.Item();
list3.add(obj4);
obj4.setId(5L);
obj1.setNote("a;\"b\"");
obj1.setItems(list3);
obj1.setAt(StringUtils.parseDateTime("2020-01-01 00:00:00"));
req.setOrder(obj1);
"#;

#[test]
fn java_shows_the_nesting_the_examples_and_the_session() {
    let code = read(&format!("{JAVA}X rsp = client.execute(req, sessionKey);")).unwrap();
    assert_eq!(fields(&code, 0), r#"[order[notea;"b"[] items[[id5[]]] at2020-01-01 00:00:00[]]]"#);
    assert_eq!(code.session, Some(Session::Required));
    assert_eq!(read(&format!("{JAVA}X rsp = client.execute(req);")).unwrap().session, Some(Session::None));
}

#[test]
fn java_on_one_line_with_line_numbers_is_the_same() {
    let line: Vec<String> = JAVA.lines().enumerate().map(|(at, line)| format!("{} {line}", at + 1)).collect();
    let code = read(&format!("{} 12 X rsp = client.execute(req);", line.join(" "))).unwrap();
    assert_eq!(fields(&code, 0), r#"[order[notea;"b"[] items[[id5[]]] at2020-01-01 00:00:00[]]]"#);
}

#[test]
fn an_object_that_holds_itself_is_followed_once() {
    let code = read("X req = 1; a.setB(a); req.setA(a); Request req; client.execute(req)").unwrap();
    assert_eq!(fields(&code, 0), "[a[b[]]]");
}

#[test]
fn node_shows_the_examples_and_not_the_session() {
    let code =
        read("client.execute('alibaba.example.get', {\n 'gift_id':'12',\n 'order':'{\"id\":1}',\n}, function(e) {})")
            .unwrap();
    assert_eq!(fields(&code, 0), r#"[giftid12[] order{"id":1}[id1[]]]"#);
    assert_eq!((code.session, code.method.as_deref()), (None, Some("alibaba.example.get")));
}

#[test]
fn names_are_compared_without_what_java_changes() {
    assert_eq!(squeeze("p_trade_id"), squeeze("PTradeId"));
    assert_eq!(squeeze("a.b_c"), "abc");
}
