use opentop::{AppSecret, AccessToken};

fn take(secret: AppSecret, session: AccessToken) -> (String, String) {
    (secret.expose().to_owned(), session.expose().to_owned())
}

fn main() {}
