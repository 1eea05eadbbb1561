//! What is written to stdout and stderr.
//!
//! Stdout has what was asked for: tables and lines for a person, or with
//! `--json` one document. Stderr has errors and, on a terminal, progress.
//! `--quiet` leaves out what only confirms: a change says nothing then.
//!
//! Names come from files and may hold anything: control characters are shown as
//! `�`, so that no name can drive a terminal. `--json`, `path` and `--paths`
//! are exact.

use crate::client::Receipt;
use crate::exit::Failure;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, IsTerminal, Write};

/// How to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Output {
    /// Writes these bytes as they are.
    pub(crate) fn bytes(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }

    /// Writes a line for a person.
    pub(crate) fn line(self, line: &str) -> Result<(), Failure> {
        self.bytes(format!("{}\n", clean(line)).as_bytes())
    }

    /// Writes a document.
    pub(crate) fn json(self, document: &impl Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_string(document)?;
        text.push('\n');
        self.bytes(text.as_bytes())
    }

    /// Writes a document of the daemon unchanged, or what `human` makes of it.
    pub(crate) fn document(self, text: &str, human: impl FnOnce(&Value) -> String) -> Result<(), Failure> {
        if self.json {
            return self.bytes(format!("{text}\n").as_bytes());
        }
        let human = human(&serde_json::from_str(text)?);
        self.bytes(human.as_bytes())
    }

    /// Says what a change did, its revision, and how to undo it.
    pub(crate) fn change(self, receipt: &Receipt, dry_run: bool) -> Result<(), Failure> {
        if self.json {
            return self.json(&ChangeJson {
                revision: (receipt.revision > 0).then_some(receipt.revision),
                touched: receipt.touched,
                undoable: receipt.undoable,
                summary: &receipt.summary,
                dry_run,
            });
        }
        if self.quiet && !dry_run {
            return Ok(());
        }
        self.line(&said(receipt, dry_run))
    }
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    revision: Option<u64>,
    touched: u64,
    undoable: bool,
    summary: &'a str,
    dry_run: bool,
}

fn said(receipt: &Receipt, dry_run: bool) -> String {
    let Receipt {
        revision,
        undoable,
        summary,
        ..
    } = receipt;
    if dry_run {
        format!("would do: {summary}")
    } else if *revision == 0 {
        format!("{summary} · nothing to change")
    } else if *undoable {
        format!("{summary} · revision {revision} · kphotos undo {revision}")
    } else {
        format!("{summary} · revision {revision}")
    }
}

/// Writes why nothing was done: to stderr, with `--json` to stdout too.
pub(crate) fn failure(output: Output, failure: &Failure) {
    if failure.message.is_empty() {
        return;
    }
    // Where even stderr is closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "kphotos: {}", clean(&failure.message));
    if output.json {
        let error = serde_json::json!({ "code": failure.kind.as_str(), "message": failure.message });
        let _ = output.json(&serde_json::json!({ "error": error }));
    }
}

/// Writes a remark beside the answer.
pub(crate) fn remark(output: Output, text: &str) {
    if !output.quiet && !output.json {
        let _ = writeln!(io::stderr(), "{}", clean(text));
    }
}

/// Whether progress can be shown to somebody.
pub(crate) fn is_watched(output: Output) -> bool {
    !output.quiet && !output.json && io::stderr().is_terminal()
}

/// The text without what could drive a terminal; line breaks are made blanks.
pub(crate) fn clean(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    text.chars().map(harmless).collect()
}

/// Rows in columns two blanks apart; the last column is as wide as it is.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| clean(cell)).collect())
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width + 2 - cell.chars().count()));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A value of a document in words: texts as they are, nothing as nothing.
pub(crate) fn word(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null() && !value.as_array().is_some_and(Vec::is_empty))
            .map(|(name, value)| format!("{name} {}", word(value)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// The items of a list.
pub(crate) fn items(list: &Value) -> &[Value] {
    list.get("items")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// These fields of each item of a list, as a table.
pub(crate) fn columns(list: &Value, fields: &[&str]) -> String {
    let row = |item: &Value| fields.iter().map(|field| word(field_of(item, field))).collect();
    table(&items(list).iter().map(row).collect::<Vec<Vec<String>>>())
}

/// A field of a document; `null` where it has none of this name.
pub(crate) fn field_of<'a>(document: &'a Value, name: &str) -> &'a Value {
    document.get(name).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(revision: u64, undoable: bool) -> Receipt {
        let summary = "travel/italy: 300 photos (12 had it)".to_owned();
        Receipt {
            revision,
            touched: 300,
            undoable,
            summary,
        }
    }

    #[test]
    fn a_change_says_what_it_did_its_revision_and_how_to_undo_it() {
        let check = |revision, undoable, dry_run, expect: &str| {
            assert_eq!(said(&receipt(revision, undoable), dry_run), expect);
        };
        let what = "travel/italy: 300 photos (12 had it)";
        check(
            4711,
            true,
            false,
            &format!("{what} · revision 4711 · kphotos undo 4711"),
        );
        check(4711, false, false, &format!("{what} · revision 4711"));
        check(0, false, false, &format!("{what} · nothing to change"));
        check(0, false, true, &format!("would do: {what}"));
    }

    #[test]
    fn columns_line_up_and_no_name_drives_the_terminal() {
        let list = serde_json::json!({"items": [
            {"name": "a\u{1b}[2Jb", "path": "/x", "id": 1},
            {"name": "käse", "path": null, "id": 22},
        ]});
        assert_eq!(
            columns(&list, &["id", "name", "path"]),
            "1   a\u{fffd}[2Jb  /x\n22  käse\n"
        );
    }
}
