//! `people list|show|rename|merge` and `face list|add|name|reject|remove`.

use super::Context;
use super::search::{Paged, show};
use super::tag::arrange;
use crate::assets::{AssetArgs, flags};
use crate::cli::{AddFaceArgs, FaceArgs, FaceCommand, NameFaceArgs, PeopleCommand};
use crate::client::Selection;
use crate::exit::Failure;
use crate::output::{columns, field_of, items, table, word};
use serde_json::Value;
use std::ffi::OsString;
use zbus::wire::Variant;

pub(super) async fn run(context: &Context, command: &PeopleCommand) -> Result<(), Failure> {
    match command {
        PeopleCommand::List => {
            let text: String = context.client.call("Organization", "ListPeople", &()).await?;
            context
                .output
                .document(&text, |list| columns(list, &["name", "count"]))
        }
        PeopleCommand::Show { person } => {
            let paged = Paged::whole("Organization", "ShowPerson");
            let found = paged
                .fetch(context, context.target("person", person).await?)
                .await?;
            show(context, &found)
        }
        PeopleCommand::Rename {
            person,
            name,
            dry_run,
        } => {
            let body = (
                context.target("person", person).await?,
                name,
                flags(&[("dry_run", *dry_run)]),
            );
            arrange(context, "RenamePerson", &body, *dry_run).await
        }
        PeopleCommand::Merge { people, dry_run } => {
            let mut people: Vec<(u32, String)> = context.targets("person", people).await?;
            let into = people.pop().unwrap_or_default();
            let body = (people, into, flags(&[("dry_run", *dry_run)]));
            arrange(context, "MergePeople", &body, *dry_run).await
        }
    }
}

pub(super) async fn face(context: &Context, command: &FaceCommand) -> Result<(), Failure> {
    match command {
        FaceCommand::List { which, all } => {
            let assets = context.assets(which).await?;
            let options = flags(&[("recursive", which.recursive), ("all", *all)]);
            let body = (assets, options);
            let text: String = context.client.call("Organization", "ListFaces", &body).await?;
            context.output.document(&text, faces)
        }
        FaceCommand::Add(args) => add(context, args).await,
        FaceCommand::Name(NameFaceArgs { which, name, none: _ }) => {
            let name = name.as_deref().unwrap_or_default();
            let asset = one(context, &which.asset).await?;
            let body = (asset, which.face, name, flags(&[("dry_run", which.dry_run)]));
            arrange(context, "NameFace", &body, which.dry_run).await
        }
        FaceCommand::Reject(which) => change(context, "RejectFace", which).await,
        FaceCommand::Remove(which) => change(context, "RemoveFace", which).await,
    }
}

async fn add(context: &Context, args: &AddFaceArgs) -> Result<(), Failure> {
    let mut options = flags(&[("dry_run", args.dry_run)]);
    if let Some(name) = &args.name {
        options.insert("name", Variant::from(name.as_str()));
    }
    if let Some(kind) = &args.kind {
        options.insert("type", Variant::from(kind.as_str()));
    }
    let asset = one(context, &args.asset).await?;
    arrange(context, "AddFace", &(asset, args.at, options), args.dry_run).await
}

async fn change(context: &Context, method: &str, which: &FaceArgs) -> Result<(), Failure> {
    let asset = one(context, &which.asset).await?;
    let body = (asset, which.face, flags(&[("dry_run", which.dry_run)]));
    arrange(context, method, &body, which.dry_run).await
}

/// What to send for the photo named.
pub(super) async fn one(context: &Context, asset: &OsString) -> Result<Selection, Failure> {
    let which = AssetArgs {
        assets: vec![asset.clone()],
        ..AssetArgs::default()
    };
    context.assets(&which).await
}

/// A line a face: the photo, its number, who, type, box, and who says so.
fn faces(list: &Value) -> String {
    let row = |face: &Value| {
        let at = ["x", "y", "w", "h"]
            .map(|part| word(field_of(face, part)))
            .join(",");
        let [asset, id, name, kind, origin] =
            ["asset", "id", "name", "type", "origin"].map(|field| word(field_of(face, field)));
        vec![asset, id, name, kind, at, origin]
    };
    table(&items(list).iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_says_all_of_a_face() {
        let list = json!({"items": [
            {"asset": 7, "id": 1, "name": "Anna", "type": "Face", "x": 0.5, "y": 0.25, "w": 0.1, "h": 0.2, "origin": "file"},
            {"asset": 7, "id": 1001, "name": null, "type": "Pet", "x": 0.0, "y": 1.0, "w": 0.5, "h": 0.5, "origin": "added"},
        ]});
        assert_eq!(
            faces(&list),
            "7  1     Anna  Face  0.5,0.25,0.1,0.2  file\n7  1001        Pet   0.0,1.0,0.5,0.5   added\n"
        );
    }
}
