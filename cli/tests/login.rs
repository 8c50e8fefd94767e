//! `opentop login` as a process, against the sandbox's OAuth host: who comes back, what is kept, and that no secret is shown.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use opentop_sandbox::{Sandbox, TokenLifetimes};

const METHOD: &str = "taobao.bill.book.bills.get";
const PARAMETERS: [&str; 4] =
    ["account_id=20001021", "fields=bid,amount", "start_time=2024-01-01 00:00:00", "end_time=2024-01-02 00:00:00"];

/// A profile `Shop` for a sandbox.
struct Shop {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl Shop {
    fn new(lifetimes: TokenLifetimes) -> Self {
        let sandbox = Sandbox::builder().token_lifetimes(lifetimes).start_blocking().unwrap();
        let shop = Shop { sandbox, folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(shop.profile().parent().unwrap()).unwrap();
        shop.write("");
        shop
    }

    fn profile(&self) -> PathBuf {
        self.folder.path().join("opentop/profiles/Shop")
    }

    fn write(&self, more: &str) {
        let (key, secret, endpoint) = (self.sandbox.app_key(), self.sandbox.app_secret(), self.sandbox.endpoint());
        let text = format!("app_key={key}\napp_secret={secret}\nendpoint={endpoint}\n{more}");
        fs::write(self.profile(), text).unwrap();
        #[cfg(unix)]
        fs::set_permissions(self.profile(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_opentop"));
        command.current_dir(self.folder.path()).args(words).env("XDG_CONFIG_HOME", self.folder.path());
        for name in ["OPENTOP_APP_KEY", "OPENTOP_APP_SECRET", "OPENTOP_SESSION", "OPENTOP_ENDPOINT", "OPENTOP_PROFILE"]
        {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn call(&self, more: &[&str]) -> Output {
        let words = [&["call", METHOD, "--profile", "Shop"], more, &PARAMETERS].concat();
        self.command(&words).output().unwrap()
    }

    /// The texts of the store: one for each profile that a user has logged in for.
    fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("opentop/tokens")) else { return Vec::new() };
        entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }

    /// No command may have shown these.
    fn assert_hidden(&self, said: &str) {
        let mut secrets = vec![self.sandbox.app_secret().to_owned()];
        for kept in self.kept() {
            let record: serde_json::Value = serde_json::from_str(&kept).unwrap();
            secrets.extend(["access_token", "refresh_token"].map(|name| record[name].as_str().unwrap().to_owned()));
        }
        for secret in secrets {
            assert!(!said.contains(&secret), "{said}");
        }
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A login that waits: the process, its link, and what of its output comes later.
fn started(shop: &Shop, words: &[&str]) -> (Child, String, BufReader<std::process::ChildStdout>) {
    let mut login = shop.command(words).spawn().unwrap();
    let mut out = BufReader::new(login.stdout.take().unwrap());
    let mut line = String::new();
    while !line.trim().starts_with("http://") {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0, "no link: {}", said(&login.wait_with_output().unwrap()));
    }
    (login, line.trim().to_owned(), out)
}

fn ended(mut login: Child, mut out: BufReader<std::process::ChildStdout>) -> (Option<i32>, String) {
    let mut text = String::new();
    out.read_to_string(&mut text).unwrap();
    login.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    (login.wait().unwrap().code(), text)
}

/// What a browser gets.
fn browse(url: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Where the page of consent sends the browser.
fn location(link: &str, consent: &str) -> String {
    let answer = browse(&format!("{link}&user=42&consent={consent}"));
    answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap().to_owned()
}

fn local_callback() -> String {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/callback?shop=1")
}

#[test]
fn a_user_logs_in_and_calls_use_the_token_and_refresh_it() {
    let shop = Shop::new(TokenLifetimes { expires_in: 3, r1: 3, ..TokenLifetimes::default() });
    let before = shop.call(&[]);
    assert_eq!(before.status.code(), Some(2));
    assert!(said(&before).contains("opentop login --profile NAME"), "{}", said(&before));

    let callback = local_callback();
    shop.write(&format!("callback={callback}\n"));
    let (login, link, out) = started(&shop, &["login", "--profile", "Shop"]);
    // Neither another page nor a forged answer ends it, nor a browser that says nothing.
    let _silent = TcpStream::connect(callback.strip_prefix("http://").unwrap().split('/').next().unwrap()).unwrap();
    assert!(browse(&callback.replace("/callback", "/favicon.ico")).starts_with("HTTP/1.1 404"));
    let forged = browse(&format!("{callback}&code=canary&state=0"));
    assert!(forged.starts_with("HTTP/1.1 400") && forged.contains("is forged"), "{forged}");
    let back = location(&link, "yes");
    assert!(back.starts_with(&callback), "{back}");
    assert!(browse(&back).starts_with("HTTP/1.1 200"));
    let (code, text) = ended(login, out);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("profile Shop: logged in as 商家42 (user 42) until "), "{text}");
    shop.assert_hidden(&text);
    #[cfg(unix)]
    for entry in fs::read_dir(shop.folder.path().join("opentop/tokens")).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    let first = shop.kept();
    for (more, contains) in [(&[][..], "has_next"), (&["--dry-run"], METHOD)] {
        let called = shop.call(more);
        assert!(called.status.success() && said(&called).contains(contains), "{}", said(&called));
        shop.assert_hidden(&said(&called));
    }
    let curl = shop.call(&["--curl"]);
    assert!(curl.status.code() == Some(2) && said(&curl).contains("is never shown"), "{}", said(&curl));
    std::thread::sleep(Duration::from_millis(3_100));
    let called = shop.call(&["--format", "json"]);
    assert!(called.status.success(), "{}", said(&called));
    assert_ne!(shop.kept(), first, "it was refreshed, and the new one is kept");
    let rows = shop.folder.path().join("rows.csv");
    let exported = ["export", METHOD, "--profile", "Shop", "--out", rows.to_str().unwrap()];
    let exported = shop.command(&[&exported[..], &PARAMETERS].concat()).output().unwrap();
    assert!(exported.status.success(), "{}", said(&exported));
    shop.assert_hidden(&format!("{}{}", said(&called), said(&exported)));
    let calls = shop.sandbox.received().into_iter().filter(|call| call.method == METHOD);
    assert_eq!(calls.filter(|call| call.with_session).count(), 3);
}

#[test]
fn what_the_user_pastes_is_the_code_or_an_address_of_this_link() {
    let shop = Shop::new(TokenLifetimes::default());
    let paste = |words: &[&str], answer: &dyn Fn(&str) -> String| {
        let (mut login, link, out) = started(&shop, &[&["login", "--profile", "Shop"], words].concat());
        let mut stdin = login.stdin.take().unwrap();
        writeln!(stdin, "{}", answer(&link)).unwrap();
        let (code, text) = ended(login, out);
        shop.assert_hidden(&text);
        (code, text)
    };
    let elsewhere = ["--callback", "https://shop.example/callback"];
    let (code, text) = paste(&[], &|link| {
        let page = browse(&format!("{link}&user=42&consent=yes"));
        page.lines().find_map(|line| line.strip_prefix("code=")).unwrap().to_owned()
    });
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = paste(&elsewhere, &|link| location(link, "yes"));
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = paste(&elsewhere, &|link| location(link, "no"));
    assert!(code == Some(3) && text.contains("did not consent"), "{text}");
    let (code, text) = paste(&elsewhere, &|_| "https://shop.example/callback?code=canary&state=other".to_owned());
    assert!(code == Some(1) && text.contains("belongs to another link, or is forged"), "{text}");
    let (code, text) = paste(&elsewhere, &|_| "canary-code".to_owned());
    assert!(code == Some(2) && text.contains("begins with https://shop.example/callback"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    let (code, text) = paste(&[], &|_| "canary-code".to_owned());
    assert!(code == Some(3) && !text.contains("canary"), "{text}");
    assert_eq!(shop.kept().len(), 1);
}

#[test]
fn a_login_needs_a_profile_without_a_session_of_its_own_and_somebody_who_comes_back() {
    let shop = Shop::new(TokenLifetimes::default());
    let none = shop.command(&["login"]).output().unwrap();
    assert!(none.status.code() == Some(2) && said(&none).contains("name one with --profile"), "{}", said(&none));
    shop.write("session=canary\n");
    let fixed = shop.command(&["login", "--profile", "Shop"]).output().unwrap();
    assert!(fixed.status.code() == Some(2) && said(&fixed).contains("delete that line"), "{}", said(&fixed));
    assert!(!said(&fixed).contains("canary"));
    shop.write("");
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let callback = format!("http://{}/", taken.local_addr().unwrap());
    let busy = shop.command(&["login", "--profile", "Shop", "--callback", &callback]).output().unwrap();
    assert!(busy.status.code() == Some(1) && said(&busy).contains("cannot listen on"), "{}", said(&busy));
    drop(taken);
    let late = shop.command(&["login", "--profile", "Shop", "--callback", &callback, "--wait", "1"]).output().unwrap();
    assert!(late.status.code() == Some(1) && said(&late).contains("within 1 seconds"), "{}", said(&late));
    assert_eq!(shop.kept(), Vec::<String>::new());
}
