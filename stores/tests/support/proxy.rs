//! A proxy of bytes that can be cut, and that cuts a connection after any number of bytes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Passes the bytes of every connection on, until it is told otherwise.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: u16,
    /// How many bytes still pass, in both directions together; below zero: all.
    budget: AtomicI64,
    /// How long no byte passes, in milliseconds.
    stall: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// In front of this port.
    pub(crate) fn start(target: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared { target, budget: AtomicI64::new(-1), stall: AtomicU64::new(0), open: Mutex::default() };
        let shared = Arc::new(shared);
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                accepting.pair(stream);
            }
        });
        Proxy { port, shared }
    }

    /// Cuts every connection after this many more bytes, in whichever direction they go. Then none is taken.
    pub(crate) fn cut_after(&self, bytes: i64) {
        self.shared.budget.store(bytes, Ordering::SeqCst);
        if bytes == 0 {
            self.shared.cut();
        }
    }

    /// Holds all bytes back for this time.
    pub(crate) fn stall(&self, time: Duration) {
        self.shared.stall.store(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Passes all bytes on again.
    pub(crate) fn heal(&self) {
        self.shared.budget.store(-1, Ordering::SeqCst);
        self.shared.stall.store(0, Ordering::SeqCst);
    }
}

impl Shared {
    fn cut(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn pair(self: &Arc<Self>, client: TcpStream) {
        if self.budget.load(Ordering::SeqCst) == 0 {
            return;
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.target)) else { return };
        for stream in [&client, &server] {
            let _ = stream.set_nodelay(true);
        }
        self.open.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
        for (from, to) in [(client.try_clone().unwrap(), server.try_clone().unwrap()), (server, client)] {
            let shared = Arc::clone(self);
            thread::spawn(move || shared.pass(from, to));
        }
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 4096];
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 {
                break;
            }
            let stall = self.stall.load(Ordering::SeqCst);
            if stall > 0 {
                thread::sleep(Duration::from_millis(stall));
            }
            let mut passes = count;
            let taken = self.budget.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |budget| {
                if budget < 0 {
                    return None;
                }
                passes = count.min(usize::try_from(budget).unwrap_or(0));
                Some(budget - i64::try_from(passes).unwrap_or(0))
            });
            let written = to.write_all(&buffer[..passes]);
            if taken.is_ok() && passes < count {
                self.cut();
                break;
            }
            if written.is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
