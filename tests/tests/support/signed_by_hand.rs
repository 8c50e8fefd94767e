//! A call as a client that shares no code with ours would make it.

use std::io::{Read, Write};
use std::net::TcpStream;

use opentop::AppSecret;
use opentop::DateTime;
use opentop_runtime::__private::v1::sign::{SignMethod, sign};
use opentop_sandbox::Sandbox;

/// Signs a call, sends it and reads the answer as simplified JSON.
pub(crate) fn post(sandbox: &Sandbox, method: &str, parameters: &[(&str, &str)]) -> serde_json::Value {
    let now = DateTime::now().to_string();
    let mut all = vec![
        ("app_key", sandbox.app_key()),
        ("format", "json"),
        ("method", method),
        ("session", sandbox.session()),
        ("sign_method", "hmac"),
        ("simplify", "true"),
        ("timestamp", &now),
        ("v", "2.0"),
    ];
    all.extend_from_slice(parameters);
    let signature = sign(SignMethod::Hmac, &AppSecret::from(sandbox.app_secret()), &mut all.clone(), None);
    all.push(("sign", &signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    write!(
        stream,
        "POST /router/rest HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}
