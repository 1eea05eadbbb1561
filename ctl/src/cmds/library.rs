//! `library add|list|scan`.

use super::Context;
use super::job;
use crate::assets::flags;
use crate::cli::LibraryCommand;
use crate::client::Selection;
use crate::exit::{Failure, Kind};
use crate::output::{columns, field_of, items};
use serde_json::{Value, json};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use zbus::wire::Variant;

pub(super) async fn run(context: &Context, command: &LibraryCommand) -> Result<(), Failure> {
    match command {
        LibraryCommand::Add {
            dir,
            name,
            timezone,
            dry_run,
        } => add(context, dir, name.as_deref(), timezone.as_deref(), *dry_run).await,
        LibraryCommand::List => {
            let text: String = context.client.call("Storage", "ListLibraries", &()).await?;
            context.output.document(&text, |list| {
                columns(list, &["id", "name", "state", "files", "path"])
            })
        }
        LibraryCommand::Scan {
            what,
            wait,
            accept_missing,
        } => scan(context, what, *wait, *accept_missing).await,
    }
}

async fn add(
    context: &Context,
    dir: &Path,
    name: Option<&str>,
    timezone: Option<&str>,
    dry_run: bool,
) -> Result<(), Failure> {
    let mut options = flags(&[("dry_run", dry_run)]);
    for (option, value) in [("name", name), ("timezone", timezone)] {
        if let Some(value) = value {
            options.insert(option, Variant::from(value.to_owned()));
        }
    }
    let body = (absolute(dir.as_os_str())?, options);
    let (library, job, revision, summary): (u32, u32, u64, String) =
        context.client.call("Storage", "AddLibrary", &body).await?;
    let output = context.output;
    if output.json {
        let some = |number: u64| (number > 0).then_some(number);
        return output.json(&json!({
            "library": some(library.into()), "job": some(job.into()), "revision": some(revision),
            "summary": summary, "dry_run": dry_run,
        }));
    }
    if dry_run {
        return output.line(&format!("would do: {summary}"));
    }
    if output.quiet {
        return Ok(());
    }
    output.line(&format!(
        "{summary} · revision {revision} · reading it is job {job}: kphotos job watch"
    ))
}

/// What to scan: as the contract's `Scan` takes it.
async fn scan(context: &Context, what: &[OsString], wait: bool, accept_missing: bool) -> Result<(), Failure> {
    let mut wanted = Selection::default();
    for given in what {
        match given.to_str().map(str::parse::<u32>) {
            Some(Ok(number)) => wanted.ids.push(number),
            _ => match named(context, given).await? {
                Some(number) => wanted.ids.push(number),
                None => wanted.paths.push(absolute(given)?),
            },
        }
    }
    let jobs: Vec<u32> = if accept_missing {
        if !wanted.paths.is_empty() {
            return Err(Failure::usage(
                "--accept-missing takes libraries by number or name, not folders",
            ));
        }
        let call = ("Storage", "ScanAcceptingMissing");
        context.client.call(call.0, call.1, &(wanted.ids,)).await?
    } else {
        let call = ("Storage", "Scan");
        context
            .client
            .call(call.0, call.1, &(wanted.ids, wanted.paths))
            .await?
    };
    if wait {
        return job::follow(context, Some(&jobs)).await;
    }
    if context.output.json {
        return context.output.json(&json!({ "jobs": jobs }));
    }
    if context.output.quiet {
        return Ok(());
    }
    let numbers: Vec<String> = jobs.iter().map(u32::to_string).collect();
    match numbers.as_slice() {
        [] => context
            .output
            .line("there is no library to scan; `kphotos library add DIR` adds one"),
        _ => context
            .output
            .line(&format!("scanning: kphotos job watch {}", numbers.join(" "))),
    }
}

/// The number of the library that is given by number or name.
pub(super) async fn number(context: &Context, given: &OsStr) -> Result<u32, Failure> {
    if let Some(Ok(number)) = given.to_str().map(str::parse::<u32>) {
        return Ok(number);
    }
    named(context, given).await?.ok_or_else(|| {
        let given = given.to_string_lossy();
        Failure::usage(format!(
            "`{given}` is a folder; give the number or the name of a library"
        ))
    })
}

/// The number of the library of this name; a path is no name.
async fn named(context: &Context, given: &OsStr) -> Result<Option<u32>, Failure> {
    if given.as_bytes().contains(&b'/') || Path::new(given).exists() {
        return Ok(None);
    }
    let text: String = context.client.call("Storage", "ListLibraries", &()).await?;
    let list: Value = serde_json::from_str(&text)?;
    let found = items(&list)
        .iter()
        .find(|library| field_of(library, "name").as_str() == given.to_str())
        .and_then(|library| field_of(library, "id").as_u64())
        .and_then(|id| u32::try_from(id).ok());
    match found {
        Some(number) => Ok(Some(number)),
        None => Err(Failure::new(
            Kind::NotFound,
            format!(
                "`{}` is no library and no folder; `kphotos library list` lists them",
                given.to_string_lossy()
            ),
        )),
    }
}

/// The absolute bytes of a path, without detours where it exists.
fn absolute(path: &OsStr) -> Result<Vec<u8>, Failure> {
    let path = Path::new(path);
    let absolute = path.canonicalize().or_else(|_| std::path::absolute(path));
    absolute
        .map(|path| path.into_os_string().into_vec())
        .map_err(|error| Failure::usage(format!("`{}` is no path: {error}", path.display())))
}
