//! Where the credentials of a call are: the options `--credentials` and `--profile`, and the environment.

use std::path::PathBuf;

use super::credentials::{Credentials, profile, profile_name};

#[derive(clap::Args, Clone)]
#[group(skip)]
pub(crate) struct Source {
    /// Credentials from a file that only its owner can read (mode 0600): lines app_key=…, app_secret=…, session=….
    /// Default: the environment variables OPENTOP_APP_KEY, OPENTOP_APP_SECRET and OPENTOP_SESSION.
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// The credentials of a profile: a file of that name in ~/.config/opentop/profiles, of mode 0600, with the lines of --credentials
    /// and perhaps endpoint=…. Default: the environment variable OPENTOP_PROFILE, where it is set.
    #[arg(long, value_name = "NAME", conflicts_with = "credentials")]
    profile: Option<String>,
}

impl Source {
    /// The credentials, and the name of the profile that they are from. `session_variable` names the environment variable that holds the
    /// session.
    pub(crate) fn read(&self, session_variable: Option<&str>) -> Result<(Option<String>, Credentials), String> {
        let name = if self.credentials.is_some() { None } else { profile_name(self.profile.as_deref())? };
        let file = name.as_deref().map(profile).transpose()?.or_else(|| self.credentials.clone());
        Ok((name, Credentials::read(file.as_deref(), session_variable)?))
    }

    /// The options as they were given.
    pub(super) fn words(&self) -> Vec<String> {
        let credentials = self.credentials.as_ref().map(|path| path.display().to_string());
        let given = [("--credentials", &credentials), ("--profile", &self.profile)];
        let pairs = given.into_iter().filter_map(|(name, value)| Some([name.to_owned(), value.clone()?]));
        pairs.flatten().collect()
    }
}
