//! What the processes are told, by environment variables: arguments can be seen by every process of a machine.

use std::process::Command;
use std::time::Duration;

use crate::AnyError;

/// What the processes are told.
#[derive(Clone)]
pub struct Settings {
    /// `FLEET_POSTGRES`: `host=… user=… dbname=…`
    pub postgres: String,
    /// `FLEET_REDIS`: `redis://host:6379`
    pub redis: String,
    /// `OPENTOP_ENDPOINT`: the gateway's URL.
    pub endpoint: String,
    /// `OPENTOP_APP_KEY`
    pub app_key: String,
    /// `OPENTOP_APP_SECRET`
    pub app_secret: String,
    /// `FLEET_RATE`: calls a second, of all processes together.
    pub rate: u32,
    /// `FLEET_WORKERS`: how many processes there are. Without Redis, each makes its share of the rate.
    pub workers: u32,
    /// `FLEET_TIMEOUT_MS`: how long a call may take.
    pub timeout: Duration,
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// If a variable is missing or is not what it should be. No value is shown.
    pub fn from_env() -> Result<Self, AnyError> {
        let text = |name: &str| std::env::var(name).map_err(|_| format!("set the environment variable {name}"));
        let number = |name: &str, usual: u32| match std::env::var(name) {
            Err(_) => Ok(usual),
            Ok(text) => text.parse().map_err(|_| format!("{name}: expected a whole number")),
        };
        Ok(Settings {
            postgres: text("FLEET_POSTGRES")?,
            redis: text("FLEET_REDIS")?,
            endpoint: text("OPENTOP_ENDPOINT")?,
            app_key: text("OPENTOP_APP_KEY")?,
            app_secret: text("OPENTOP_APP_SECRET")?,
            rate: number("FLEET_RATE", 100)?,
            workers: number("FLEET_WORKERS", 8)?,
            timeout: Duration::from_millis(number("FLEET_TIMEOUT_MS", 10_000)?.into()),
        })
    }

    /// Tells a process that is about to be started.
    pub fn tell(&self, command: &mut Command) {
        command
            .env("FLEET_POSTGRES", &self.postgres)
            .env("FLEET_REDIS", &self.redis)
            .env("OPENTOP_ENDPOINT", &self.endpoint)
            .env("OPENTOP_APP_KEY", &self.app_key)
            .env("OPENTOP_APP_SECRET", &self.app_secret)
            .env("FLEET_RATE", self.rate.to_string())
            .env("FLEET_WORKERS", self.workers.to_string())
            .env("FLEET_TIMEOUT_MS", self.timeout.as_millis().to_string());
    }

    /// How long a step at PostgreSQL or Redis may take.
    #[must_use]
    pub fn step(&self) -> Duration {
        self.timeout / 2
    }

    /// How long others leave a deduction to the worker that took it: longer than anything it does with it can take.
    #[must_use]
    pub fn lease(&self) -> Duration {
        self.timeout * 2 + self.step() * 6
    }
}
