//! Reads credentials: an application's key and secret, and a session.
//!
//! They come from the environment, or from a file that only its owner can read. Secrets are never taken from the command line,
//! which every process of the machine can see, and never shown.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use opentop_runtime::{AccessToken, AppSecret};

/// The largest file that is read.
const MAX_BYTES: u64 = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) app_key: String,
    pub(crate) app_secret: AppSecret,
    pub(crate) session: Option<AccessToken>,
    /// Where calls go, where the file says so.
    pub(crate) endpoint: Option<String>,
    /// Where users consent, where the file says so.
    pub(crate) oauth: Option<String>,
    /// The application's callback, where the file says so.
    pub(crate) callback: Option<String>,
}

/// The file of a profile: `NAME` in the folder `opentop/profiles` of the user's configuration.
pub(crate) fn profile(name: &str) -> Result<PathBuf, String> {
    let sound = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(sound) {
        return Err(format!("`{name}` cannot be a profile's name: expected letters, digits, `-`, `_` and `.`"));
    }
    let path = configuration()?.join("profiles").join(name);
    if !path.is_file() {
        let shown = path.display();
        return Err(format!(
            "there is no profile {name}: make {shown} with the lines app_key=…, app_secret=…, and session=… and endpoint=… where you \
             want them; then chmod 600 {shown}"
        ));
    }
    Ok(path)
}

/// The profile of this name, or the one of OPENTOP_PROFILE, which there must be.
pub(super) fn profile_name(named: Option<&str>) -> Result<Option<String>, String> {
    if let Some(name) = named {
        return Ok(Some(name.to_owned()));
    }
    let name = std::env::var("OPENTOP_PROFILE").ok().filter(|name| !name.is_empty());
    let Some(name) = name else { return Ok(None) };
    profile(&name).map_err(|cause| format!("OPENTOP_PROFILE: {cause}"))?;
    Ok(Some(name))
}

/// The folder of the tokens that users have logged in for.
pub(super) fn tokens() -> Result<PathBuf, String> {
    Ok(configuration()?.join("tokens"))
}

/// The folder `opentop` of the user's configuration.
fn configuration() -> Result<PathBuf, String> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let configuration = folder("XDG_CONFIG_HOME")
        .or_else(|| folder("APPDATA"))
        .or_else(|| folder("HOME").map(|home| home.join(".config")))
        .ok_or("there is no folder for profiles: set XDG_CONFIG_HOME or HOME")?;
    Ok(configuration.join("opentop"))
}

impl Credentials {
    pub(crate) fn read(file: Option<&Path>, session_variable: Option<&str>) -> Result<Self, String> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut found = match file {
            Some(path) => parse(&private_text(path)?).map_err(|cause| format!("{}: {cause}", path.display()))?,
            None => Found {
                app_key: variable("OPENTOP_APP_KEY"),
                app_secret: variable("OPENTOP_APP_SECRET"),
                session: variable("OPENTOP_SESSION"),
                endpoint: variable("OPENTOP_ENDPOINT"),
                ..Found::default()
            },
        };
        if let Some(name) = session_variable {
            let token = variable(name).ok_or_else(|| format!("the environment variable {name} holds no session"))?;
            found.session = Some(token);
        }
        let missing = |what: &str, name: &str| {
            format!("there is no {what}: set {name}, or name a file with --credentials or --profile")
        };
        Ok(Credentials {
            app_key: found.app_key.ok_or_else(|| missing("application key", "OPENTOP_APP_KEY"))?,
            app_secret: found.app_secret.ok_or_else(|| missing("application secret", "OPENTOP_APP_SECRET"))?.into(),
            session: found.session.map(AccessToken::from),
            endpoint: found.endpoint,
            oauth: found.oauth,
            callback: found.callback,
        })
    }
}

/// What a source of credentials holds.
#[derive(Default, PartialEq, Eq)]
struct Found {
    app_key: Option<String>,
    app_secret: Option<String>,
    session: Option<String>,
    endpoint: Option<String>,
    oauth: Option<String>,
    callback: Option<String>,
}

/// The text of a file that nobody but its owner can read or write. The file that is checked is the one that is read.
fn private_text(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let is_file = |metadata: &Metadata| match metadata.is_file() {
        true => Ok(()),
        false => Err(format!(
            "{shown} is a folder, a pipe or a device: expected a file of mode 0600, with lines app_key=…, app_secret=…, session=…"
        )),
    };
    // Asked before it is opened too: to open a pipe is to wait for somebody who writes into it.
    is_file(&path.metadata().map_err(|error| format!("cannot read {shown}: {error}"))?)?;
    let file = File::open(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let metadata = file.metadata().map_err(|error| format!("cannot read {shown}: {error}"))?;
    is_file(&metadata)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("{shown} has mode {mode:04o}, others can read it: chmod 600 {shown}"));
        }
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(|error| format!("cannot read {shown}: {error}"))?;
    Ok(text)
}

/// Lines `name=value`; blank lines and lines from `#` on are passed over. No message shows a value.
fn parse(text: &str) -> Result<Found, String> {
    let mut found = Found::default();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').ok_or_else(|| format!("line {at} is not name=value"))?;
        let place = match name.trim() {
            "app_key" => &mut found.app_key,
            "app_secret" => &mut found.app_secret,
            "session" => &mut found.session,
            "endpoint" => &mut found.endpoint,
            "oauth" => &mut found.oauth,
            "callback" => &mut found.callback,
            _ => {
                return Err(format!(
                    "line {at}: the names are app_key, app_secret, session, endpoint, oauth and callback"
                ));
            }
        };
        if place.replace(value.trim().to_owned()).is_some() {
            return Err(format!("line {at}: {} is given twice", name.trim()));
        }
        if value.trim().is_empty() {
            return Err(format!("line {at}: {} is empty", name.trim()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_holds_one_name_a_line() {
        let found = parse("# mine\napp_key = 1\n\napp_secret=a=b\nsession=t\n").unwrap_or_default();
        assert_eq!((found.app_key.as_deref(), found.app_secret.as_deref()), (Some("1"), Some("a=b")));
        assert_eq!(found.session.as_deref(), Some("t"));
    }

    #[test]
    fn mistakes_are_told_by_line_and_no_value_is_shown() {
        for (text, expected) in [
            ("canary", "line 1 is not name=value"),
            ("\nsecret=canary", "line 2: the names are app_key, app_secret, session, endpoint, oauth and callback"),
            ("session=canary\nsession=canary", "line 2: session is given twice"),
            ("app_key=", "line 1: app_key is empty"),
        ] {
            assert_eq!(parse(text).err().as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_profile_is_a_name_and_no_path() {
        for name in ["", "..", "../x", "a/b", "a b", ".x"] {
            assert!(profile(name).unwrap_err().contains("cannot be a profile's name"), "{name}");
        }
        assert!(profile("no-such-profile-here").unwrap_err().contains("chmod 600"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::fs::{self, Permissions};
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials");
        fs::write(&path, "app_key=1\napp_secret=canary\n").unwrap();
        for (mode, accepted) in
            [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o620, false), (0o666, false)]
        {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let read = Credentials::read(Some(&path), None);
            assert_eq!(read.is_ok(), accepted, "{mode:o}");
            assert!(!format!("{read:?}").contains("canary"));
        }
    }
}
