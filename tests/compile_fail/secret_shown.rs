use opentop::{AppSecret, AccessToken};

fn show(secret: &AppSecret, session: &AccessToken) -> String {
    format!("{secret} {session}")
}

fn main() {}
