//! `mount add|list|remove`.

use super::Context;
use crate::assets::flags;
use crate::cli::MountCommand;
use crate::exit::Failure;
use crate::output::{field_of, items, table, word};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use zbus::wire::Variant;

pub(super) async fn run(context: &Context, command: &MountCommand) -> Result<(), Failure> {
    match command {
        MountCommand::Add {
            dir,
            access,
            views,
            mtime,
            names,
            sidecars,
            stacks,
            folder_files,
            offline,
            dry_run,
        } => {
            let mut options = flags(&[("dry_run", *dry_run)]);
            for (option, value) in [
                ("access", access),
                ("mtime", mtime),
                ("names", names),
                ("sidecars", sidecars),
                ("stacks", stacks),
                ("offline", offline),
            ] {
                if let Some(value) = value {
                    options.insert(option, Variant::from(value.clone()));
                }
            }
            for (option, words) in [("views", views), ("folder_files", folder_files)] {
                if !words.is_empty() {
                    options.insert(option, Variant::from(words.clone()));
                }
            }
            let body = (place(dir)?, options);
            let (mount, revision, summary, note): (u32, u64, String, String) =
                context.client.call("Storage", "AddMount", &body).await?;
            said(context, *dry_run, mount, revision, &summary, &note)
        }
        MountCommand::List => {
            let text: String = context.client.call("Storage", "ListMounts", &()).await?;
            context.output.document(&text, list)
        }
        MountCommand::Remove { mount, dry_run } => {
            let number = mount.to_str().and_then(|text| text.parse().ok()).unwrap_or(0u32);
            let path = if number == 0 {
                place(Path::new(mount))?
            } else {
                Vec::new()
            };
            let body = (number, path, flags(&[("dry_run", *dry_run)]));
            let (revision, summary, note): (u64, String, String) =
                context.client.call("Storage", "RemoveMount", &body).await?;
            said(context, *dry_run, number, revision, &summary, &note)
        }
    }
}

/// Says what was done; it cannot be undone, but done the other way round.
fn said(
    context: &Context,
    dry_run: bool,
    mount: u32,
    revision: u64,
    summary: &str,
    note: &str,
) -> Result<(), Failure> {
    let output = context.output;
    let note = Some(note).filter(|note| !note.is_empty());
    if output.json {
        let number = Some(mount).filter(|number| *number > 0);
        let revision = Some(revision).filter(|revision| *revision > 0);
        return output.json(&json!({
            "number": number, "revision": revision, "summary": summary, "note": note, "dry_run": dry_run,
        }));
    }
    if dry_run {
        return output.line(&format!("would do: {summary}"));
    }
    if output.quiet {
        return Ok(());
    }
    output.line(&format!("{summary} · revision {revision}"))?;
    match note {
        Some(note) => output.line(&format!("note: {note}")),
        None => Ok(()),
    }
}

/// The mounts, a line each, with what is to be said of one below it.
fn list(document: &Value) -> String {
    let mounts = items(document);
    if mounts.is_empty() {
        return "no mount\n".to_owned();
    }
    let mut rows = vec![
        [
            "mount", "by", "state", "access", "views", "names", "mtime", "sidecars", "stacks", "offline",
            "files", "path",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    let mut remarks = String::new();
    for mount in mounts {
        let get = |name: &str| word(field_of(mount, name));
        let is_declared = field_of(mount, "declared").as_bool() == Some(true);
        let by = if is_declared { "settings" } else { "command" };
        let words = |name: &str| {
            let words = field_of(mount, name).as_array().cloned().unwrap_or_default();
            words.iter().map(word).collect::<Vec<String>>().join(",")
        };
        let (access, names, mtime) = (get("access"), get("names"), get("mtime"));
        rows.push(vec![
            get("number"),
            by.to_owned(),
            get("state"),
            access,
            words("views"),
            names,
            mtime,
            get("sidecars"),
            get("stacks"),
            get("offline"),
            words("folder_files"),
            get("path"),
        ]);
        for name in ["reason", "note"] {
            if !field_of(mount, name).is_null() {
                remarks.push_str(&format!("{}: {}\n", get("path"), get(name)));
            }
        }
    }
    format!("{}{remarks}", table(&rows))
}

/// The absolute bytes of a path whose last part is left alone: it may be a mount that
/// does not answer.
fn place(path: &Path) -> Result<Vec<u8>, Failure> {
    let absolute = std::path::absolute(path)
        .map_err(|error| Failure::usage(format!("`{}` is no path: {error}", path.display())))?;
    let parent = absolute.parent().and_then(|parent| parent.canonicalize().ok());
    let whole = match (parent, absolute.file_name().map(OsStr::to_owned)) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => absolute,
    };
    Ok(whole.into_os_string().into_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_says_who_made_a_mount_and_what_is_wrong_with_it() {
        let mounts = json!({"items": [
            {"number": null, "declared": true, "state": "ready", "access": "private", "views": ["albums", "tags"],
             "names": "portable", "mtime": "taken", "path": "/a", "reason": null, "note": null},
            {"number": 3, "declared": false, "state": "failed", "access": "group:photos", "views": ["tags"],
             "names": "posix", "mtime": "original", "path": "/b", "reason": "it is not empty", "note": "soon"},
        ]});
        let shown = list(&mounts);
        for words in [
            "settings",
            "command",
            "group:photos",
            "albums,tags",
            "/b: it is not empty",
            "/b: soon",
        ] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert_eq!(list(&json!({"items": []})), "no mount\n");
    }

    #[test]
    fn the_place_of_a_mount_is_absolute() {
        assert_eq!(place(Path::new("/usr/../usr/x")).unwrap(), b"/usr/x");
        assert!(place(Path::new("x")).unwrap().starts_with(b"/"));
    }
}
