//! Redirects: none is followed, and whoever they point at hears nothing, least of all a signature or a session.
//!
//! The control is a client that follows as clients do by default: over the same scripts its targets hear both.

use std::process::Command;
use std::sync::Arc;

use opentop::{Error, WriteError};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject};

use crate::support::scripted::{SESSION, Scripted, Wish, answer, done, say, serve, serve_tls};

const STATUSES: [&str; 5] =
    ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"];

/// A server that sends everybody to `target`.
fn pointing(target: &str, status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n")
}

fn target() -> Scripted {
    serve(|turn| vec![say(answer(&done(turn), ""))])
}

/// Calls `server`, which redirects to `target`, by both clients. Gives how many calls were made.
fn calls(server: &Scripted, target: &Scripted, status: &str) -> usize {
    let mut made = 0;
    for client in server.clients(Wish::patient()) {
        let status_of = |error: Option<&Error>| match error {
            Some(Error::Status { status, .. }) => status.as_str().to_owned(),
            other => panic!("{}, {status}: {other:?}", client.name()),
        };
        assert_eq!(status_of(client.read().err().as_ref()), status[..3], "{}", client.name());
        match client.write("k") {
            Err(WriteError::Unknown(pending)) => assert_eq!(status_of(pending.error()), status[..3]),
            other => panic!("{}, {status}: {other:?}", client.name()),
        }
        made += 2;
    }
    assert!(server.heard("sign=") && server.heard(SESSION), "the first server is told all of it");
    assert_eq!(target.connections(), 0, "{status} was followed");
    made
}

/// The control: reqwest as it comes, with a form like ours.
fn follows(server: &Scripted, target: &Scripted, status: &str, roots: rustls::RootCertStore) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
        let form = client.post(server.url()).body(format!("sign=canary-sign&session={SESSION}"));
        form.send().await.unwrap();
    });
    assert_eq!(target.requests(), 1, "{status}: the control did not follow");
    // Only these two repeat the body; all of them tell the target that there is a call.
    let repeats = status.starts_with("307") || status.starts_with("308");
    assert_eq!(target.heard("canary-sign") && target.heard(SESSION), repeats, "{status}");
}

#[test]
fn a_redirect_to_another_host_is_not_followed() {
    for status in STATUSES {
        let other = target();
        // The clients call `localhost`.
        let location = pointing(&format!("http://{}/router/rest", other.address), status);
        let server = serve(move |_| vec![say(location.clone())]);
        assert_eq!(server.requests(), 0);
        let made = calls(&server, &other, status);
        assert_eq!(server.requests(), made, "{status} was sent again");
        follows(&server, &other, status, rustls::RootCertStore::empty());
    }
}

#[test]
fn a_redirect_to_the_same_host_is_not_followed_either() {
    for status in STATUSES {
        for location in ["/router/rest", "/elsewhere", "?again=1", "//localhost/router/rest"] {
            let nobody = target();
            let server = serve(move |_| vec![say(pointing(location, status))]);
            assert_eq!(calls(&server, &nobody, status), server.requests(), "{status} to {location} was followed");
        }
    }
}

/// Names the folder with a certificate that this process trusts, and its key.
const FOLDER: &str = "OPENTOP_TEST_CERTIFICATE";

/// In a process that trusts the certificate.
#[test]
#[ignore = "a part of `a_redirect_from_https_to_http_is_not_followed`, which sets what it needs"]
fn from_https_to_http() {
    let folder = std::path::PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let certificate = CertificateDer::from_pem_file(folder.join("certificate.pem")).unwrap();
    let key = PrivatePkcs8KeyDer::from(std::fs::read(folder.join("key")).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.clone()], key.into()).unwrap();
    let config = Arc::new(config);
    for status in STATUSES {
        let plain = target();
        let location = pointing(&plain.url(), status);
        let server = serve_tls(Arc::clone(&config), move |_| vec![say(location.clone())]);
        let made = calls(&server, &plain, status);
        assert_eq!(server.requests(), made, "{status} was sent again");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        follows(&server, &plain, status, roots);
    }
}

/// Where the system's certificates can be named by the environment; elsewhere no test can make itself trusted.
#[cfg(target_os = "linux")]
#[test]
fn a_redirect_from_https_to_http_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = folder.path().join("certificate.pem");
    let text = base64(made.cert.der());
    std::fs::write(&certificate, format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")).unwrap();
    std::fs::write(folder.path().join("key"), made.signing_key.serialize_der()).unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "faults::redirects::from_https_to_http", "--ignored", "--nocapture"]);
    let output = again.env("SSL_CERT_FILE", &certificate).env(FOLDER, folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[cfg(target_os = "linux")]
fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let four = |three: &[u8]| {
        let bits = three.iter().chain(&[0; 3]).take(3).fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        let letter = |at: usize| if at <= three.len() { letters[bits >> (18 - 6 * at) & 63] } else { b'=' };
        [0, 1, 2, 3].map(|at| char::from(letter(at)))
    };
    bytes.chunks(3).flat_map(four).collect()
}
