//! `library add|list|show|relocate|remove|scan`.
//!
//! Adding returns when the library can be browsed: reading and hashing go on behind.

use super::Context;
use super::{job, summary};
use crate::assets::flags;
use crate::cli::LibraryCommand;
use crate::client::Selection;
use crate::exit::{Failure, Kind};
use crate::output::{columns, field_of, items, remark, table, word};
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
            wait,
            no_wait,
            dry_run,
        } => {
            let mut options = flags(&[("dry_run", *dry_run)]);
            for (option, value) in [("name", name), ("timezone", timezone)] {
                if let Some(value) = value {
                    options.insert(option, Variant::from(value.clone()));
                }
            }
            let until = match (wait, *no_wait || *dry_run) {
                (true, _) => Until::Hashed,
                (false, true) => Until::Added,
                (false, false) => Until::Browsable,
            };
            let body = (absolute(context, dir.as_os_str())?, options);
            let added: Added = context.client.call("Storage", "AddLibrary", &body).await?;
            add(context, &added, until, *dry_run).await
        }
        LibraryCommand::List => {
            let text: String = context.client.call("Storage", "ListLibraries", &()).await?;
            context.output.document(&text, |list| {
                columns(list, &["id", "name", "state", "files", "path"])
            })
        }
        LibraryCommand::Relocate {
            library,
            dir,
            force,
            dry_run,
        } => {
            let options = flags(&[("force", *force), ("dry_run", *dry_run)]);
            let library = number(context, library).await?;
            let body = (library, absolute(context, dir.as_os_str())?, options);
            let (revision, job, summary): (u64, u32, String) =
                context.client.call("Storage", "RelocateLibrary", &body).await?;
            said(context, *dry_run, revision, Some(job), &summary)
        }
        LibraryCommand::Remove { library, dry_run } => {
            let body = (number(context, library).await?, flags(&[("dry_run", *dry_run)]));
            let (revision, summary): (u64, String) =
                context.client.call("Storage", "RemoveLibrary", &body).await?;
            said(context, *dry_run, revision, None, &summary)
        }
        LibraryCommand::Show { library, skipped } => show(context, library, *skipped).await,
        LibraryCommand::Scan {
            what,
            wait,
            accept_missing,
        } => scan(context, what, *wait, *accept_missing).await,
    }
}

/// Says what was done to a library; it cannot be undone, but done the other way round.
fn said(
    context: &Context,
    dry_run: bool,
    revision: u64,
    job: Option<u32>,
    summary: &str,
) -> Result<(), Failure> {
    let output = context.output;
    let job = job.filter(|job| *job > 0);
    if output.json {
        let revision = Some(revision).filter(|revision| *revision > 0);
        return output.json(&json!({
            "revision": revision, "job": job, "summary": summary, "dry_run": dry_run,
        }));
    }
    if output.quiet && !dry_run {
        return Ok(());
    }
    output.line(&match (dry_run, revision, job) {
        (true, _, _) => format!("would do: {summary}"),
        (false, 0, _) => summary.to_owned(),
        (false, _, None) => format!("{summary} · revision {revision}"),
        (false, _, Some(job)) => {
            format!("{summary} · revision {revision} · looking at it is job {job}: kphotos job watch")
        }
    })
}

/// When adding a library is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Added,
    Browsable,
    Hashed,
}

/// What `AddLibrary` answers: library, job, revision, summary.
type Added = (u32, u32, u64, String);

async fn add(context: &Context, added: &Added, until: Until, dry_run: bool) -> Result<(), Failure> {
    let (id, job, revision, summary) = added;
    let output = context.output;
    let id = u64::from(*id);
    if !output.json && !output.quiet {
        let line = match until {
            _ if dry_run => format!("would do: {summary}"),
            Until::Added => {
                format!("{summary} · revision {revision} · reading it is job {job}: kphotos job watch")
            }
            Until::Browsable | Until::Hashed => format!("{summary} · revision {revision}"),
        };
        output.line(&line)?;
    }
    let mut holds = Value::Null;
    if until != Until::Added {
        job::until_over(context, |left| {
            field_of(left, "id").as_u64() == Some(u64::from(*job))
        })
        .await?;
        scanned(context, *job).await?;
        let mut status = Status::ask(context).await?;
        if until == Until::Hashed {
            let name = field_of(status.library(id)?, "name").clone();
            job::until_over(context, |left| *field_of(left, "library") == name).await?;
            status = Status::ask(context).await?;
        }
        holds = status.library(id)?.clone();
        if !output.json && !output.quiet {
            let hint = format!(" (kphotos library show {id} --skipped)");
            output.line(&summary::library(&holds, &status.jobs, &hint))?;
        }
    }
    if !output.json {
        return Ok(());
    }
    let some = |number: u64| (number > 0).then_some(number);
    output.json(&json!({
        "library": some(id), "job": some((*job).into()), "revision": some(*revision),
        "summary": summary, "dry_run": dry_run, "holds": holds,
    }))
}

/// Refuses a scan that failed.
async fn scanned(context: &Context, job: u32) -> Result<(), Failure> {
    let text: String = context.client.call("Processing", "ShowJob", &job).await?;
    let job: Value = serde_json::from_str(&text)?;
    if field_of(&job, "state") == "failed" {
        let message = format!("the library was added, but job {}", job::line(&job));
        return Err(Failure::new(Kind::Unavailable, message));
    }
    Ok(())
}

/// The libraries and the jobs that are not over.
struct Status {
    libraries: Vec<Value>,
    jobs: Vec<Value>,
}

impl Status {
    async fn ask(context: &Context) -> Result<Self, Failure> {
        let text: String = context.client.call("Manager", "Status", &()).await?;
        let status: Value = serde_json::from_str(&text)?;
        let list = |name: &str| field_of(&status, name).as_array().cloned().unwrap_or_default();
        Ok(Self {
            libraries: list("libraries"),
            jobs: list("jobs"),
        })
    }

    fn library(&self, id: u64) -> Result<&Value, Failure> {
        let is_meant = |library: &&Value| field_of(library, "id").as_u64() == Some(id);
        self.libraries.iter().find(is_meant).ok_or_else(|| {
            let message = format!("there is no library {id}; `kphotos library list` lists them");
            Failure::new(Kind::NotFound, message)
        })
    }

    /// The library of this number or name, or that holds this path.
    fn meant(&self, given: &OsStr, path: &[u8]) -> Result<&Value, Failure> {
        if let Some(Ok(id)) = given.to_str().map(str::parse) {
            return self.library(id);
        }
        let is_named = |library: &&Value| field_of(library, "name").as_str() == given.to_str();
        let path = Path::new(OsStr::from_bytes(path));
        let holds = |library: &&Value| {
            field_of(library, "path")
                .as_str()
                .is_some_and(|root| path.starts_with(root))
        };
        let found = self.libraries.iter().find(is_named);
        found
            .or_else(|| self.libraries.iter().find(holds))
            .ok_or_else(|| no_library(given))
    }
}

fn no_library(given: &OsStr) -> Failure {
    let given = given.to_string_lossy();
    let message = format!("`{given}` is no library and no folder in one; `kphotos library list` lists them");
    Failure::new(Kind::NotFound, message)
}

async fn show(context: &Context, given: &OsStr, skipped: bool) -> Result<(), Failure> {
    let status = Status::ask(context).await?;
    // A name is no path, and need not be one.
    let path = absolute(context, given).unwrap_or_default();
    let library = status.meant(given, &path)?;
    if skipped {
        let id = field_of(library, "id")
            .as_u64()
            .and_then(|id| u32::try_from(id).ok());
        let call = ("Storage", "ListSkipped");
        let text: String = context.client.call(call.0, call.1, &id.unwrap_or(0)).await?;
        context.output.document(&text, skipped_words)?;
        if !context.output.json {
            let list: Value = serde_json::from_str(&text)?;
            remark(context.output, &skipped_total(&list));
        }
        return Ok(());
    }
    if context.output.json {
        return context.output.json(library);
    }
    let get = |name: &str| word(field_of(library, name));
    context
        .output
        .line(&summary::library(library, &status.jobs, " (--skipped)"))?;
    let mut rows: Vec<Vec<String>> = ["id", "path", "owner", "timezone", "state", "declared"]
        .map(|name| vec![name.to_owned(), get(name)])
        .to_vec();
    rows.push(vec!["watch".to_owned(), watch(library)]);
    context.output.bytes(table(&rows).as_bytes())
}

/// How a library is watched, in words.
fn watch(library: &Value) -> String {
    let folders = field_of(library, "watched_folders").as_u64().unwrap_or(0);
    let folders = summary::grouped(folders);
    match field_of(library, "watch").as_str() {
        Some("live") => format!("changes are seen at once ({folders} folders)"),
        Some("partly") => {
            format!("changes may be missed until the next scan ({folders} folders; kphotos status says why)")
        }
        Some("off") => "off by the settings: changes are seen by scans".to_owned(),
        _ => "not now".to_owned(),
    }
}

fn skipped_words(list: &Value) -> String {
    let row = |item: &Value| {
        let slash = if field_of(item, "folder") == true { "/" } else { "" };
        vec![
            reason(field_of(item, "reason"), field_of(item, "detail")),
            word(field_of(item, "path")) + slash,
        ]
    };
    table(&items(list).iter().map(row).collect::<Vec<_>>())
}

/// Why something was left out, in words.
fn reason(reason: &Value, detail: &Value) -> String {
    let detail = word(detail);
    match reason.as_str().unwrap_or_default() {
        "not-media" => "no photo or video".to_owned(),
        "ignored" if detail.is_empty() => "left out by rule".to_owned(),
        "ignored" => format!("left out by rule: {detail}"),
        "marked" => "holds .kphotosignore".to_owned(),
        "link" => "symbolic link".to_owned(),
        "special" => "no regular file".to_owned(),
        "not-permitted" => "no permission".to_owned(),
        "too-long" => "path too long".to_owned(),
        "sidecar-orphan" => "sidecar of no photo here".to_owned(),
        "sidecar-ambiguous" => "sidecar that names several files, and says not whose it is".to_owned(),
        "sidecar-overridden" => "sidecar beside a better one".to_owned(),
        "sidecar-unreadable" if detail.is_empty() => "sidecar that cannot be read".to_owned(),
        "sidecar-unreadable" => format!("sidecar that cannot be read: {detail}"),
        "unreadable" => format!("cannot be read: {detail}"),
        other => other.to_owned(),
    }
}

/// `2,231 skipped: 2,000 no photo or video, 231 symbolic link; the first 2,000 of each are shown`
fn skipped_total(list: &Value) -> String {
    let total = field_of(list, "total").as_u64().unwrap_or(0);
    if total == 0 {
        return "nothing was skipped".to_owned();
    }
    let reasons = field_of(list, "reasons").as_object().cloned().unwrap_or_default();
    let counts: Vec<String> = reasons
        .iter()
        .map(|(word, count)| {
            let count = summary::grouped(count.as_u64().unwrap_or(0));
            format!("{count} {}", reason(&Value::from(word.as_str()), &Value::Null))
        })
        .collect();
    let shown = items(list).len() as u64;
    let rest = if shown < total {
        format!("; {} of them are shown", summary::grouped(shown))
    } else {
        String::new()
    };
    format!("{} skipped: {}{rest}", summary::grouped(total), counts.join(", "))
}

/// What to scan: as the contract's `Scan` takes it.
async fn scan(context: &Context, what: &[OsString], wait: bool, accept_missing: bool) -> Result<(), Failure> {
    let mut wanted = Selection::default();
    for given in what {
        match given.to_str().map(str::parse::<u32>) {
            Some(Ok(number)) => wanted.ids.push(number),
            _ => match named(context, given).await? {
                Some(number) => wanted.ids.push(number),
                None => wanted.paths.push(absolute(context, given)?),
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
    let is_here = !context.client.is_remote() && Path::new(given).exists();
    if given.as_bytes().contains(&b'/') || is_here {
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

/// The absolute bytes of a path, without detours where it exists; another machine's as it is.
fn absolute(context: &Context, path: &OsStr) -> Result<Vec<u8>, Failure> {
    if context.client.is_remote() {
        return crate::host::there(path);
    }
    let path = Path::new(path);
    let absolute = path.canonicalize().or_else(|_| std::path::absolute(path));
    absolute
        .map(|path| path.into_os_string().into_vec())
        .map_err(|error| Failure::usage(format!("`{}` is no path: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_is_listed_with_its_reason_and_counted() {
        let list = json!({
            "items": [
                {"path": "/p/a.txt", "folder": false, "reason": "not-media", "detail": null},
                {"path": "/p/@eaDir", "folder": true, "reason": "ignored", "detail": "@eaDir"},
            ],
            "total": 2231, "next": null, "reasons": {"ignored": 1, "not-media": 2230},
        });
        assert_eq!(
            skipped_words(&list),
            "no photo or video         /p/a.txt\nleft out by rule: @eaDir  /p/@eaDir/\n"
        );
        assert_eq!(
            skipped_total(&list),
            "2,231 skipped: 1 left out by rule, 2,230 no photo or video; 2 of them are shown"
        );
        assert_eq!(
            skipped_total(&json!({"items": [], "total": 0})),
            "nothing was skipped"
        );
    }

    #[test]
    fn a_library_is_meant_by_number_name_or_a_path_in_it() {
        let status = Status {
            libraries: vec![json!({"id": 3, "name": "nas", "path": "/photos/nas"})],
            jobs: Vec::new(),
        };
        for given in ["3", "nas", "/photos/nas", "/photos/nas/2024/x"] {
            assert_eq!(
                status.meant(OsStr::new(given), given.as_bytes()).unwrap()["id"],
                3,
                "{given}"
            );
        }
        for given in ["4", "na", "/photos/nas2"] {
            assert_eq!(
                status
                    .meant(OsStr::new(given), given.as_bytes())
                    .unwrap_err()
                    .kind,
                Kind::NotFound,
                "{given}"
            );
        }
    }
}
