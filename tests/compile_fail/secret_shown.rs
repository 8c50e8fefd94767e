use opentop::{AppSecret, Session};

fn show(secret: &AppSecret, session: &Session) -> String {
    format!("{secret} {session}")
}

fn main() {}
