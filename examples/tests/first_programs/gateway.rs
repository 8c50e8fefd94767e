//! The command `sandbox` as a process, and clients of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentop::{Client, ClientBuilder, Endpoint};

/// A running sandbox. Dropping it ends the process.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) endpoint: String,
    pub(crate) app_key: String,
    pub(crate) app_secret: String,
    pub(crate) session: String,
    log: Arc<Mutex<Vec<String>>>,
}

/// The command line, built once for all tests.
static COMMAND: LazyLock<PathBuf> = LazyLock::new(|| {
    let built =
        Command::new(env!("CARGO")).args(["build", "--quiet", "--package", "xtask"]).current_dir(root()).status();
    assert!(built.unwrap().success());
    let me = std::env::current_exe().unwrap();
    me.parent().unwrap().parent().unwrap().join(format!("xtask{}", std::env::consts::EXE_SUFFIX))
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

impl Gateway {
    /// `sandbox` with these options, on a free port.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_with(options, true)
    }

    /// Starts it with a standard output that is closed once the gateway listens.
    pub(crate) fn start_unread(options: &[&str]) -> Self {
        Self::start_with(options, false)
    }

    fn start_with(options: &[&str], reads_on: bool) -> Self {
        let mut command = Command::new(&*COMMAND);
        command.args(["sandbox", "--port", "0"]).args(options).current_dir(root());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let head: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("It listens")).collect();
        let value = |name: &str| {
            let line = head.iter().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no `{name}` in {head:?}")).trim().to_owned()
        };
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        if reads_on {
            thread::spawn(move || lines.for_each(|line| written.lock().unwrap().push(line)));
        } else {
            drop(lines);
        }
        Gateway {
            endpoint: value("endpoint"),
            app_key: value("app key"),
            app_secret: value("app secret"),
            session: value("session"),
            child,
            log,
        }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        let endpoint = Endpoint::custom(&self.endpoint).unwrap();
        Client::builder().endpoint(endpoint).app_key(&self.app_key).app_secret(&self.app_secret)
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// The lines of the log, as soon as there are `count` of them.
    pub(crate) fn log(&self, count: usize) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let lines = self.log.lock().unwrap().clone();
            if lines.len() >= count || Instant::now() > deadline {
                return lines;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}
