use opentop::{AppSecret, AccessToken};

fn compare(secret: &AppSecret, session: &AccessToken) -> bool {
    *secret == AppSecret::from("guess") || *session == AccessToken::from("guess")
}

fn main() {}
