//! Files, from a path to the gateway over a real socket: what arrives is what was on the disk, whoever sends it.

use std::fs;
use std::path::Path;

use opentop::Parameters;
use opentop::transport::{ReqwestTransport, ResponseFuture, Transport, TransportLimits, TransportOptions};
use opentop::{Client, Effect, Endpoint, Error, File, Untyped, WriteError};
use opentop_runtime::blocking;
use opentop_sandbox::{ReceivedFile, Sandbox, SourceFile};

use crate::support::repository::{output, xtask};

const METHOD: &str = "alibaba.example.picture.upload";

const SPEC: &str = "\
api: alibaba.example.picture.upload
category: example
title: 上传图片
session: none
effect: write
request:
  fields:
    title: { type: String, required: true }
    picture: { type: 'byte[]', required: true, max_length: 6000000 }
    note: { type: String }
response:
  fields:
    picture_id: { type: Number, example: '7' }
";

fn sources() -> Vec<SourceFile> {
    let source = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    vec![source("example/category.yaml", "title: 示例\n"), source(&format!("example/{METHOD}.yaml"), SPEC)]
}

fn sandbox() -> Sandbox {
    Sandbox::builder().sources(sources()).start_blocking().unwrap()
}

fn parameters(file: File) -> Parameters {
    let mut parameters = Parameters::from_pairs([("title", "@茶 & tea")]).unwrap();
    parameters.add_file("picture", file).unwrap();
    parameters
}

fn client(sandbox: &Sandbox, transport: impl Transport + 'static) -> Client {
    let builder = Client::builder().endpoint(endpoint(sandbox)).transport(transport);
    builder.app_key(sandbox.app_key()).app_secret(sandbox.app_secret()).build().unwrap()
}

fn endpoint(sandbox: &Sandbox) -> Endpoint {
    Endpoint::custom(&sandbox.endpoint()).unwrap()
}

fn reqwest(sandbox: &Sandbox) -> ReqwestTransport {
    ReqwestTransport::new(&endpoint(sandbox), &TransportOptions::new()).unwrap()
}

/// Uploads by the async client.
fn upload(client: &Client, file: File) -> Result<(), WriteError<Untyped>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(client.call_untyped(METHOD, Effect::Write, parameters(file))).map(drop)
}

/// The same by the blocking one.
fn upload_blocking(sandbox: &Sandbox, file: File) -> Result<(), WriteError<Untyped>> {
    let builder = blocking::Client::builder().endpoint(endpoint(sandbox));
    let client = builder.app_key(sandbox.app_key()).app_secret(sandbox.app_secret()).build().unwrap();
    client.call_untyped(METHOD, Effect::Write, parameters(file)).map(drop)
}

/// The one file of the latest call, and the texts beside it.
fn arrived(sandbox: &Sandbox) -> (ReceivedFile, Vec<(String, String)>) {
    let mut call = sandbox.received().pop().unwrap();
    assert_eq!(call.files.len(), 1);
    (call.files.remove(0), call.parameters)
}

/// Contents that break encoders: every byte, ends of lines, whatever looks like the body around it, and a large one.
fn contents() -> Vec<Vec<u8>> {
    let every: Vec<u8> = (0..=255).collect();
    let forged = b"\r\n--opentop-boundary-00000000\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nforged\r\n\
        --opentop-boundary-00000000--\r\n--opentop-boundary-00000001--\r\n";
    let mut state = 20_261_123_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let large: Vec<u8> = (0..5_000_000).map(|_| random()).collect();
    vec![every, b"\r\n".repeat(9), b"--".to_vec(), b"\0".to_vec(), forged.to_vec(), large]
}

#[test]
fn what_arrives_is_what_is_on_the_disk() {
    let (sandbox, folder) = (sandbox(), tempfile::tempdir().unwrap());
    let client = client(&sandbox, reqwest(&sandbox));
    let path = folder.path().join("图片 1.png");
    for content in contents() {
        fs::write(&path, &content).unwrap();
        let file = File::from_path(&path).with_media_type("image/png");
        for by_async in [true, false] {
            let result = if by_async { upload(&client, file.clone()) } else { upload_blocking(&sandbox, file.clone()) };
            result.unwrap();
            let (file, texts) = arrived(&sandbox);
            assert!(file.content == content, "async {by_async}: {} bytes differ", content.len());
            assert_eq!(
                (file.parameter.as_str(), file.file_name.as_str(), file.media_type.as_deref()),
                ("picture", "图片 1.png", Some("image/png"))
            );
            assert_eq!(texts, [("title".to_owned(), "@茶 & tea".to_owned())]);
        }
    }
}

#[test]
fn no_name_of_a_file_reaches_beyond_its_quotes() {
    let sandbox = sandbox();
    let client = client(&sandbox, reqwest(&sandbox));
    for (name, expected) in [
        ("图片.png", "图片.png"),
        ("a b;c=d.png", "a b;c=d.png"),
        ("a\"; name=\"title", "a%22; name=%22title"),
        ("a\r\nContent-Type: text/html\r\n\r\nx", "a%0D%0AContent-Type: text/html%0D%0A%0D%0Ax"),
        ("ends with \\", "ends with %5C"),
    ] {
        let file = File::new(name, b"content".as_slice());
        for result in [upload(&client, file.clone()), upload_blocking(&sandbox, file.clone())] {
            result.unwrap();
            let (file, texts) = arrived(&sandbox);
            assert_eq!((file.file_name.as_str(), &file.content[..]), (expected, &b"content"[..]));
            assert_eq!((file.media_type.as_deref(), texts.len()), (Some("application/octet-stream"), 1));
        }
    }
}

/// Somebody on the way who changes some bytes of a request into others of the same length.
struct Tampering(ReqwestTransport, &'static [u8], &'static [u8]);

impl Transport for Tampering {
    fn send(&self, request: http::Request<bytes::Bytes>, limits: TransportLimits) -> ResponseFuture<'_> {
        let (parts, body) = request.into_parts();
        let mut body = body.to_vec();
        let at = body.windows(self.1.len()).position(|window| window == self.1).unwrap();
        body[at..at + self.2.len()].copy_from_slice(self.2);
        self.0.send(http::Request::from_parts(parts, body.into()), limits)
    }
}

#[test]
fn texts_beside_a_file_are_signed_and_the_file_is_not() {
    let sandbox = sandbox();
    let tampered = |from, to| {
        let client = client(&sandbox, Tampering(reqwest(&sandbox), from, to));
        upload(&client, File::new("a.png", b"content".as_slice()))
    };
    let refused = tampered(b"& tea", b"& TEA");
    assert!(
        matches!(&refused, Err(WriteError::Failed(Error::Gateway { error, .. })) if error.code == 25),
        "{refused:?}"
    );
    // The platform signs no content. That the sandbox tells what came is what the tests above stand on.
    tampered(b"content", b"CONTENT").unwrap();
    assert_eq!(&arrived(&sandbox).0.content[..], b"CONTENT");
}

/// `cargo xtask call` of the upload, from these specs, against this sandbox.
fn call(sandbox: &Sandbox, specs: &Path, words: &[&str]) -> (i32, String) {
    let more = ["--endpoint", &sandbox.url(), "--spec", specs.to_str().unwrap()];
    let mut command = xtask(&[&["call", METHOD][..], words, &more].concat());
    command.env("OPENTOP_APP_KEY", sandbox.app_key()).env("OPENTOP_APP_SECRET", sandbox.app_secret());
    output(&mut command)
}

fn specs(folder: &Path) -> std::path::PathBuf {
    for source in sources() {
        let path = folder.join("spec").join(source.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, source.text).unwrap();
    }
    folder.join("spec")
}

#[test]
fn the_command_line_uploads_what_a_path_names() {
    let (sandbox, folder) = (sandbox(), tempfile::tempdir().unwrap());
    let (specs, path) = (specs(folder.path()), folder.path().join("图片.png"));
    let content = &contents()[4];
    fs::write(&path, content).unwrap();
    let shown = path.to_str().unwrap();
    let request = folder.path().join("request.json");
    let named = serde_json::json!({ "picture": { "path": shown, "name": "b.bin", "media_type": "image/x-own" } });
    fs::write(&request, named.to_string()).unwrap();
    for (words, name, media_type) in [
        (vec![format!("picture=@{shown}")], "图片.png", "image/png"),
        (vec!["--file".to_owned(), request.to_str().unwrap().to_owned()], "b.bin", "image/x-own"),
    ] {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["title=@home", "note=@/etc/hosts"]).collect();
        let (code, text) = call(&sandbox, &specs, &words);
        assert_eq!(code, 0, "{text}");
        let (file, texts) = arrived(&sandbox);
        assert_eq!((file.file_name.as_str(), file.media_type.as_deref()), (name, Some(media_type)));
        assert!(file.content == content, "{} bytes came", file.content.len());
        let expected = [("title", "@home"), ("note", "@/etc/hosts")];
        let mut texts: Vec<_> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        texts.sort_by_key(|(name, _)| *name != "title");
        assert_eq!(texts, expected, "text that begins with an at sign is text");
    }
}

#[test]
fn a_file_that_cannot_be_sent_is_told_with_its_place_and_nothing_is_sent() {
    let (sandbox, folder) = (sandbox(), tempfile::tempdir().unwrap());
    let specs = specs(folder.path());
    let file = |name: &str, bytes: usize| {
        fs::write(folder.path().join(name), vec![b'x'; bytes]).unwrap();
        format!("picture=@{}", folder.path().join(name).display())
    };
    let (empty, large, gone) = (file("empty.png", 0), file("large.png", 6_000_001), "picture=@no/such.png".to_owned());
    let directory = format!("picture=@{}", folder.path().display());
    for (picture, code, expected) in [
        (gone, 2, "`picture` cannot be read: no/such.png: no such file: check the path"),
        (directory, 2, "a directory: name a file in it"),
        (empty, 2, "empty.png is empty: name a file with content"),
        (large, 1, "picture: must be at most 6000000 bytes (got 6000001)"),
        ("picture=words".to_owned(), 2, "picture: this is a file: write @PATH"),
        ("note=none".to_owned(), 1, "picture: required"),
    ] {
        let (ended, text) = call(&sandbox, &specs, &["title=t", &picture]);
        assert!(ended == code && text.contains(expected), "{picture} ended with {ended}: {text}");
        assert_eq!(text.matches("error:").count(), 1, "{text}");
    }
    assert!(sandbox.received().is_empty(), "it was sent");
}
