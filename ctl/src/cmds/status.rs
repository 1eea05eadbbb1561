//! `status`, `whoami`: how the daemon is, and who is asking.

use super::Context;
use crate::exit::Failure;
use crate::output::{field_of, table, word};
use serde_json::Value;

pub(super) async fn status(context: &Context) -> Result<(), Failure> {
    let text: String = context.client.call("Manager", "Status", &()).await?;
    context.output.document(&text, human)
}

fn human(status: &Value) -> String {
    let get = |name: &str| word(field_of(status, name));
    let list = |name: &str| field_of(status, name).as_array().cloned().unwrap_or_default();
    // Copies are one photo with several files.
    let files: u64 = list("libraries")
        .iter()
        .filter_map(|library| field_of(library, "files").as_u64())
        .sum();
    let mut rows = vec![
        vec![
            "K-Photos".to_owned(),
            format!("{}, {}", get("version"), get("state")),
        ],
        vec!["revision".to_owned(), get("revision")],
        vec![
            "photos".to_owned(),
            format!(
                "{} in {files} files ({} hidden, {} missing)",
                get("photos"),
                get("hidden"),
                get("missing")
            ),
        ],
        vec!["tags".to_owned(), get("tags")],
        vec!["albums".to_owned(), get("albums")],
        vec!["shares".to_owned(), get("shares")],
    ];
    for library in list("libraries") {
        let words = super::summary::library(&library, &list("jobs"), "");
        let path = word(field_of(&library, "path"));
        rows.push(vec!["library".to_owned(), format!("{words} · {path}")]);
    }
    for mount in list("mounts") {
        let get = |name: &str| word(field_of(&mount, name));
        rows.push(vec![
            "mount".to_owned(),
            format!("{}, {} {}", get("path"), get("state"), get("reason")),
        ]);
    }
    rows.push(vec![
        "http".to_owned(),
        field_of(status, "http").as_str().unwrap_or("off").to_owned(),
    ]);
    for job in list("jobs") {
        rows.push(vec!["job".to_owned(), super::job::line(&job)]);
    }
    for limit in list("limits") {
        rows.push(vec!["note".to_owned(), word(&limit)]);
    }
    table(&rows)
}

pub(super) async fn whoami(context: &Context) -> Result<(), Failure> {
    let text: String = context.client.call("Identity", "WhoAmI", &()).await?;
    context.output.document(&text, |user| {
        let get = |name: &str| word(field_of(user, name));
        format!("{} (user {}, uid {})\n", get("name"), get("id"), get("uid"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_fits_on_a_screen_and_names_what_is_wrong() {
        let status = serde_json::json!({
            "version": "1.0", "state": "failed", "revision": 7, "photos": 3, "hidden": 1, "missing": 0,
            "tags": 2, "albums": 0, "shares": 1, "libraries": [{"name": "p", "path": "/p", "files": 4, "photos": 3, "videos": 1, "state": "online"}],
            "mounts": [{"path": "/m", "state": "failed", "reason": "busy"}], "jobs": [], "limits": ["no notify"],
        });
        let shown = human(&status);
        assert!(
            shown.contains("1.0, failed")
                && shown.contains("photos    3 in 4 files (1 hidden, 0 missing)")
                && shown.contains("/m, failed busy")
                && shown.contains("p: 3 photos, 1 video; browsable now · /p"),
            "{shown}"
        );
        assert!(
            shown.contains("note      no notify") && shown.lines().count() == 10,
            "{shown}"
        );
    }
}
