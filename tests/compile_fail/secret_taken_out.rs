use opentop::{AppSecret, Session};

fn take(secret: AppSecret, session: Session) -> (String, String) {
    (secret.expose().to_owned(), session.expose().to_owned())
}

fn main() {}
