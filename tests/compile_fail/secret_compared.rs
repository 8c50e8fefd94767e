use opentop::{AppSecret, Session};

fn compare(secret: &AppSecret, session: &Session) -> bool {
    *secret == AppSecret::from("guess") || *session == Session::from("guess")
}

fn main() {}
