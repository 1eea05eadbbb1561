//! `duplicates`: photos of which several files are the same to the byte.
//!
//! A group a photo: what the files are, then their paths, first the one that the photo
//! is called after. With `--extra` the other paths alone, for scripts. Nothing is
//! deleted here: that is for whoever owns the originals.

use super::Context;
use super::info::joined;
use super::search::Paged;
use crate::cli::DuplicatesArgs;
use crate::exit::Failure;
use crate::output::{clean, field_of, items, remark, word};
use serde_json::Value;

pub(super) async fn duplicates(context: &Context, args: &DuplicatesArgs) -> Result<(), Failure> {
    let query = args.query.join(" ");
    if args.extra && !context.output.json {
        let paths: Vec<Vec<u8>> = context.client.call("Catalog", "ExtraPaths", &query).await?;
        return context.output.bytes(&joined(&paths, args.null));
    }
    let paged = Paged {
        interface: "Catalog",
        method: "Duplicates",
        sort: None,
        reverse: false,
        limit: None,
    };
    let found = paged.fetch(context, query).await?;
    if context.output.json {
        return found.document(context);
    }
    let list = found.list();
    let text: String = items(list).iter().map(group).collect();
    context.output.bytes(text.as_bytes())?;
    if items(list).is_empty() {
        remark(context.output, "no duplicates among what was hashed");
    }
    Ok(())
}

fn group(item: &Value) -> String {
    let (checksum, size) = (word(field_of(item, "checksum")), word(field_of(item, "size")));
    let mut text = format!(
        "{checksum}  {size} bytes  asset {}\n",
        word(field_of(item, "asset"))
    );
    let files = field_of(item, "files").as_array();
    for file in files.into_iter().flatten() {
        text.push_str(&format!("  {}\n", clean(&word(field_of(file, "path")))));
    }
    text
}
