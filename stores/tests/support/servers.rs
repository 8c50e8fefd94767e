//! Servers of one's own, on free ports and in folders that go with the test. `None`, with a word on standard error, where they are not
//! installed.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A server that can be paused, killed and started again on the same port and folder.
pub(crate) struct Server {
    name: &'static str,
    program: PathBuf,
    arguments: Vec<String>,
    as_postgres: bool,
    pub(crate) port: u16,
    process: Option<Child>,
    folder: TempDir,
}

impl Server {
    /// A Redis that writes every command to its disk before it answers, or once a second.
    pub(crate) fn redis(fsync: &str) -> Option<Self> {
        let program = found("redis-server", &[])?;
        let (port, folder) = (free_port(), folder());
        let text = |text: &str| text.to_owned();
        let arguments = vec![
            text("--port"),
            port.to_string(),
            text("--bind"),
            text("127.0.0.1"),
            text("--dir"),
            folder.path().display().to_string(),
            text("--save"),
            text(""),
            text("--appendonly"),
            text("yes"),
            text("--appendfsync"),
            text(fsync),
        ];
        let mut server =
            Server { name: "redis-server", program, arguments, as_postgres: false, port, process: None, folder };
        server.start();
        Some(server)
    }

    /// A PostgreSQL with a new cluster, whose user is `postgres`, without a password.
    pub(crate) fn postgres() -> Option<Self> {
        let mut places: Vec<PathBuf> =
            glob("/usr/lib/postgresql").into_iter().map(|version| version.join("bin")).collect();
        places.sort();
        let initdb = found("initdb", &places)?;
        let program = found("postgres", &places)?;
        let (port, folder) = (free_port(), folder());
        let as_postgres = is_root();
        let data = folder.path().join("data");
        if as_postgres {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = data.display().to_string();
        run(command(&initdb, as_postgres).args(["-D", &data, "-U", "postgres", "-A", "trust", "--no-sync"]));
        let socket = folder.path().display().to_string();
        let port_text = port.to_string();
        let arguments = ["-D", &data, "-p", &port_text, "-k", &socket, "-h", "127.0.0.1"].map(str::to_owned).to_vec();
        let mut server = Server { name: "postgres", program, arguments, as_postgres, port, process: None, folder };
        server.start();
        Some(server)
    }

    /// Starts it and waits until it takes connections.
    pub(crate) fn start(&mut self) {
        self.spawn();
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(begun.elapsed() < Duration::from_secs(30), "{} does not start: {}", self.name, log());
            std::thread::sleep(Duration::from_millis(20));
            // Children of a PostgreSQL that was killed may still hold its memory: it then ends at once.
            if self.process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_some()) {
                self.spawn();
            }
        }
    }

    fn spawn(&mut self) {
        let log = std::fs::File::create(self.folder.path().join("log")).unwrap();
        let mut command = command(&self.program, self.as_postgres);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(command.spawn().unwrap());
    }

    /// Stops it at once, as a power cut does, but for what the system has already taken.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            self.signal(&process, "KILL");
            let _ = process.wait();
        }
        // PostgreSQL's children end a little later, and hold the port and the memory.
        let begun = Instant::now();
        while TcpListener::bind(("127.0.0.1", self.port)).is_err() && begun.elapsed() < Duration::from_secs(10) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = std::fs::remove_file(self.folder.path().join("data/postmaster.pid"));
    }

    /// Stops answering, and goes on with [`resume`](Self::resume).
    pub(crate) fn pause(&self) {
        self.signal_all("STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal_all("CONT");
    }

    fn signal_all(&self, signal: &str) {
        let process = self.process.as_ref().unwrap();
        // Children first, then the one that watches them.
        let id = process.id().to_string();
        let _ = Command::new("pkill").args([&format!("-{signal}"), "-P", &id]).status();
        self.signal(process, signal);
    }

    fn signal(&self, process: &Child, signal: &str) {
        run(Command::new("kill").arg(format!("-{signal}")).arg(process.id().to_string()));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.is_some() {
            self.signal_all("CONT");
            self.signal_all("KILL");
            if let Some(mut process) = self.process.take() {
                let _ = process.wait();
            }
        }
    }
}

/// A program as the user `postgres` where the test runs as root, which PostgreSQL refuses.
fn command(program: &Path, as_postgres: bool) -> Command {
    if !as_postgres {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout == b"0\n"
}

fn glob(folder: &str) -> Vec<PathBuf> {
    std::fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

fn found(program: &str, places: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let place = std::env::split_paths(&path).chain(places.iter().cloned()).find(|place| place.join(program).is_file());
    if place.is_none() {
        eprintln!("SKIPPED: {program} is not installed, so nothing is tried against it");
    }
    Some(place?.join(program))
}

fn folder() -> TempDir {
    tempfile::Builder::new().prefix("opentop-stores").tempdir().unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
