//! `duplicates`: photos of which several files are the same to the byte; with `--near` photos that look alike.
//!
//! A group a photo: what the files are, then their paths, first the one that the photo
//! is called after; of photos that look alike the best is first. With `--extra` the other paths alone, for scripts. Nothing is
//! deleted here: that is for whoever owns the originals.

use super::Context;
use super::info::joined;
use super::search::{Paged, groups};
use crate::cli::DuplicatesArgs;
use crate::client::Options;
use crate::exit::Failure;
use crate::output::{clean, field_of, items, remark, word};
use serde_json::Value;
use zbus::wire::Variant;

pub(super) async fn duplicates(context: &Context, args: &DuplicatesArgs) -> Result<(), Failure> {
    let query = args.query.join(" ");
    if let Some(distance) = args.near {
        return near(context, args, query, distance).await;
    }
    if args.extra && !context.output.json {
        let paths: Vec<Vec<u8>> = context.client.call("Catalog", "ExtraPaths", &query).await?;
        return context.output.bytes(&joined(&paths, args.null));
    }
    let paged = Paged::whole("Catalog", "Duplicates");
    let found = paged.fetch(context, query).await?;
    groups(context, &found, group, "no duplicates among what was hashed")?;
    Ok(())
}

async fn near(context: &Context, args: &DuplicatesArgs, query: String, distance: u32) -> Result<(), Failure> {
    if args.extra && !context.output.json {
        let options = Options::from([("distance", Variant::from(distance))]);
        let body = (query, options);
        let paths: Vec<Vec<u8>> = context.client.call("Catalog", "NearExtraPaths", &body).await?;
        return context.output.bytes(&joined(&paths, args.null));
    }
    let paged = Paged {
        distance: Some(distance),
        ..Paged::whole("Catalog", "NearDuplicates")
    };
    let found = paged.fetch(context, query).await?;
    let none = "no photos that look alike among what was looked at";
    if !groups(context, &found, near_group, none)? {
        return Ok(());
    }
    let jobs: String = context
        .client
        .call("Processing", "ListJobs", &Options::new())
        .await?;
    let jobs: Value = serde_json::from_str(&jobs)?;
    if items(&jobs).iter().any(|job| field_of(job, "kind") == "near") {
        remark(
            context.output,
            "pictures are still being looked at: kphotos job list --all shows how far",
        );
    }
    Ok(())
}

fn near_group(item: &Value) -> String {
    let photos = field_of(item, "photos").as_array();
    let photos = photos.into_iter().flatten();
    let mut text = format!("{} photos\n", photos.clone().count());
    for photo in photos {
        let word = |name| clean(&word(field_of(photo, name)));
        let size = match field_of(photo, "width").as_u64() {
            Some(_) => format!("{}x{}", word("width"), word("height")),
            None => "?".to_owned(),
        };
        text.push_str(&format!(
            "  {:>2} away  {size:>11}  {:>10} bytes  {}\n",
            word("distance"),
            word("size"),
            word("path")
        ));
    }
    text
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
