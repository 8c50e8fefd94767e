//! `opentop completions SHELL`: what a shell needs to complete commands, methods and parameters.
//!
//! The shell asks this program while its user types; nothing but the names of files and one spec is read for that.

use std::ffi::OsStr;

use anyhow::{Result, bail};
use clap::ValueEnum;
use clap_complete::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};
use opentop_model::model::{Api, Object, Type};

use crate::outcome::Outcome;
use crate::specs::{Found, Specs};

/// The variable by which a shell asks.
const VARIABLE: &str = "COMPLETE";

#[derive(clap::Args)]
#[command(after_help = "Bash: source <(opentop completions bash) in ~/.bashrc; zsh: the same in ~/.zshrc; \
    fish: opentop completions fish | source in ~/.config/fish/config.fish.")]
pub(crate) struct Args {
    /// The shell.
    shell: Shell,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

/// Answers the shell and ends, where it is the shell that asks.
pub(crate) fn complete(command: impl Fn() -> clap::Command) {
    CompleteEnv::with_factory(command).var(VARIABLE).complete();
}

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let name = match args.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Elvish => "elvish",
        Shell::Powershell => "powershell",
    };
    let shells = Shells::builtins();
    let Some(shell) = shells.completer(name) else { bail!("{name} cannot be completed for") };
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, "opentop", "opentop", "opentop", &mut script)?;
    std::io::Write::write_all(&mut std::io::stdout(), &script)?;
    Ok(Outcome::Done)
}

/// The methods that begin with what was typed.
pub(crate) fn methods(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let names = Specs::silently(None).and_then(|specs| specs.names()).unwrap_or_default();
    names.into_iter().filter(|name| name.starts_with(&*typed)).map(CompletionCandidate::new).collect()
}

/// The parameters, as `name=`, of the method that stands before them on the line.
pub(crate) fn parameters(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let words: Vec<String> =
        std::env::args().skip_while(|word| !matches!(word.as_str(), "call" | "export")).skip(1).collect();
    let specs = Specs::silently(None).ok();
    let found = words.iter().filter(|word| word.contains('.') && !word.contains('=')).find_map(|word| {
        match specs.as_ref()?.method(word).ok()? {
            Found::Api(api) => Some(api),
            Found::Broken | Found::Nowhere => None,
        }
    });
    let Some(api) = found else { return Vec::new() };
    let mut names = Vec::new();
    match crate::call::arguments::only_object(&api).map(|field| &field.ty) {
        Some(Type::Object(id)) => paths(&api, &api.named(*id).object, "", 0, &mut names),
        _ => paths(&api, &api.request, "", 0, &mut names),
    }
    names.into_iter().filter(|name| name.starts_with(&*typed)).map(CompletionCandidate::new).collect()
}

/// Every field's path with `=` behind it, those of objects by their own fields.
fn paths(api: &Api, object: &Object, before: &str, depth: usize, out: &mut Vec<String>) {
    for field in &object.fields {
        match field.ty {
            Type::Object(id) if depth < 3 => {
                paths(api, &api.named(id).object, &format!("{before}{}.", field.wire), depth + 1, out);
            }
            _ => out.push(format!("{before}{}=", field.wire)),
        }
    }
}
