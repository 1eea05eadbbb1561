//! `info`, `path`: what is known of photos, and where their originals lie.

use super::Context;
use crate::assets::{AssetArgs, flags};
use crate::cli::InfoArgs;
use crate::exit::Failure;
use crate::output::{field_of, items, table, word};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) async fn info(context: &Context, args: &InfoArgs) -> Result<(), Failure> {
    let assets = context.assets(&args.which).await?;
    let mut options = args.which.options();
    options.extend(flags(&[("layers", args.layers)]));
    let text: String = context.client.call("Catalog", "Info", &(assets, options)).await?;
    context.output.document(&text, |list| {
        let photos: Vec<String> = items(list).iter().map(human).collect();
        photos.join("\n")
    })
}

/// A photo as a table of what is known; what is not is left out.
fn human(asset: &Value) -> String {
    let Some(fields) = asset.as_object() else {
        return String::new();
    };
    // Told in an order that a person reads: what it is, what was made of it, the rest.
    let order = [
        "name",
        "path",
        "id",
        "title",
        "description",
        "taken",
        "taken_source",
        "rating",
        "label",
        "favorite",
        "hidden",
        "tags",
        "albums",
        "people",
        "faces",
        "location",
        "kind",
        "mime",
        "size",
        "width",
        "height",
        "orientation",
        "duration",
        "camera",
        "exposure",
        "checksum",
        "library",
        "owner",
        "stack",
        "state",
        "added",
        "revision",
    ];
    let dull = |name: &str, value: &Value| {
        value.is_null()
            || value.as_array().is_some_and(Vec::is_empty)
            || (value == false && matches!(name, "favorite" | "hidden"))
    };
    let mut rows = Vec::new();
    for name in order {
        let value = field_of(asset, name);
        if !dull(name, value) {
            rows.push(vec![name.replace('_', " "), told(name, value)]);
        }
    }
    let files = fields
        .get("files")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if files.len() > 1 {
        for file in files {
            let get = |name: &str| word(field_of(file, name));
            rows.push(vec![
                "file".to_owned(),
                format!("{} ({})", get("path"), get("state")),
            ]);
        }
    }
    rows.extend(layers(field_of(asset, "layers")));
    table(&rows)
}

/// A value in words; of faces who they are, `kphotos face list` says where.
fn told(name: &str, value: &Value) -> String {
    if name != "faces" {
        return word(value);
    }
    let face = |face: &Value| {
        let parts = ["id", "type", "name", "origin"].map(|part| word(field_of(face, part)));
        let said: Vec<&str> = parts
            .iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        said.join(" ")
    };
    let faces = value.as_array().map_or(&[][..], Vec::as_slice);
    faces.iter().map(face).collect::<Vec<_>>().join(", ")
}

/// Under a heading for each layer, a row for each field that it speaks of.
fn layers(layers: &Value) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for (name, said_by) in [
        ("embedded", "in the file"),
        ("sidecar", "in the sidecar"),
        ("user", "your edits"),
    ] {
        let fields = field_of(layers, name)
            .as_object()
            .filter(|fields| !fields.is_empty());
        if fields.is_some() {
            rows.extend([vec![], vec![said_by.to_owned()]]);
        }
        for (field, value) in fields.into_iter().flatten() {
            let value = match (field.as_str(), value) {
                (_, Value::Null) => "hidden".to_owned(),
                ("not_read", _) => reasons(value),
                _ => told(field, value),
            };
            rows.push(vec![format!("  {}", field.replace('_', " ")), value]);
        }
    }
    rows
}

/// Fields of one reason together: `label, rating (not read from AVI)`.
fn reasons(not_read: &Value) -> String {
    let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (field, why) in not_read.as_object().into_iter().flatten() {
        by_reason.entry(word(why)).or_default().push(field);
    }
    let told: Vec<String> = by_reason
        .iter()
        .map(|(why, fields)| format!("{} ({why})", fields.join(", ")))
        .collect();
    told.join("; ")
}

pub(super) async fn path(context: &Context, which: &AssetArgs) -> Result<(), Failure> {
    let assets = context.assets(which).await?;
    if context.output.json {
        let text: String = context
            .client
            .call("Catalog", "Info", &(assets, which.options()))
            .await?;
        let mut list: Value = serde_json::from_str(&text)?;
        if let Some(items) = list.get_mut("items").and_then(Value::as_array_mut) {
            for fields in items.iter_mut().filter_map(Value::as_object_mut) {
                fields.retain(|name, _| matches!(name.as_str(), "id" | "path" | "path_b64"));
            }
        }
        return context.output.json(&list);
    }
    let paths: Vec<Vec<u8>> = context
        .client
        .call("Catalog", "Paths", &(assets, which.options()))
        .await?;
    context.output.bytes(&joined(&paths, which.null))
}

/// Paths, each with its end.
pub(super) fn joined(paths: &[Vec<u8>], null: bool) -> Vec<u8> {
    let end = if null { b'\0' } else { b'\n' };
    paths
        .iter()
        .flat_map(|path| path.iter().copied().chain([end]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_of_a_photo_is_left_out() {
        let asset = serde_json::json!({
            "id": 7, "name": "a.jpg", "title": null, "tags": ["x", "y/z"], "albums": [], "favorite": false,
            "location": {"lat": 1.5, "lon": 2.0, "alt": null}, "files": [],
        });
        let expect = "name      a.jpg\nid        7\ntags      x, y/z\nlocation  lat 1.5, lon 2.0\n";
        assert_eq!(human(&asset), expect);
    }

    #[test]
    fn of_faces_it_says_who_they_are() {
        let asset = serde_json::json!({
            "id": 7, "faces": [
                {"id": 1, "name": "Anna", "type": "Face", "x": 0.5, "y": 0.5, "w": 0.1, "h": 0.1},
                {"id": 1001, "name": null, "type": "Pet", "x": 0.5, "y": 0.5, "w": 0.1, "h": 0.1},
            ],
        });
        assert_eq!(human(&asset), "id     7\nfaces  1 Face Anna, 1001 Pet\n");
    }

    #[test]
    fn what_each_layer_says_stands_below() {
        let asset = serde_json::json!({
            "id": 7, "layers": {"embedded": {"title": "DSC1", "not_read": {"label": "of AVI", "rating": "of AVI"}}, "sidecar": {"rating": 4, "path": "/a.xmp", "apart": true}, "user": {"title": null, "tags": {"added": ["x"], "removed": []}}},
        });
        let expect = "\
id              7

in the file
  not read      label, rating (of AVI)
  title         DSC1

in the sidecar
  apart         yes
  path          /a.xmp
  rating        4

your edits
  tags          added x
  title         hidden
";
        assert_eq!(human(&asset), expect);
    }

    #[test]
    fn paths_are_bytes_and_end_as_asked() {
        let paths = [b"/a\xff".to_vec(), b"/b".to_vec()];
        assert_eq!(joined(&paths, false), b"/a\xff\n/b\n");
        assert_eq!(joined(&paths, true), b"/a\xff\0/b\0");
    }
}
