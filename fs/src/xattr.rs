//! Extended attributes: what a file manager or `kphotos` reads of a node.
//!
//! | name | on | value |
//! |---|---|---|
//! | `user.xdg.tags` | files | paths of the tags, separated by commas |
//! | `user.xdg.comment` | files | the description |
//! | `user.baloo.rating` | files | 0 to 10; none for "rejected" |
//! | `user.kphotos.id` | files | the photo's number |
//! | `user.kphotos.checksum` | files | `blake3:HEX`, once known |
//! | `user.kphotos.original` | files | absolute path, the bytes of the file system |
//! | `user.kphotos.taken` | files | ISO 8601, as exact as known |
//! | `user.kphotos.dir` | directories | `album:3`, `tag:5`, `date:2024-06`, `undated`, `folder:7`, `share:2`, `collection:4`, `query:rating:4+`, `blake3:HEX`, `favorites`, `recent` |
//!
//! An attribute without a value is not there. Sources: freedesktop.org "Common
//! extended attributes"; KFileMetaData `usermetadata.cpp`.

use crate::inode::Node;
use crate::tree::Tree;
use kphotos_domain::kernel::{FileId, TagId};
use kphotos_domain::organization::Query;
use kphotos_domain::view::{Dir, View};

/// The names, in the order they are listed.
pub const NAMES: [&str; 8] = [
    "user.xdg.tags",
    "user.xdg.comment",
    "user.baloo.rating",
    "user.kphotos.id",
    "user.kphotos.checksum",
    "user.kphotos.original",
    "user.kphotos.taken",
    "user.kphotos.dir",
];

/// The value of an attribute; `None` if the node has none of this name.
#[must_use]
pub fn get(tree: &Tree<'_>, node: Node, name: &str) -> Option<Vec<u8>> {
    match node.file() {
        Some(file) => of_file(tree, file, name),
        // So that commands understand its path: it stands for its photo.
        None if name == "user.kphotos.id" => {
            let Node::Sidecar(file) = node else { return None };
            of_file(tree, file, name)
        }
        None if name == "user.kphotos.dir" => directory(tree, node).map(String::into_bytes),
        None => None,
    }
}

fn of_file(tree: &Tree<'_>, file: FileId, name: &str) -> Option<Vec<u8>> {
    let view = tree.view();
    let row = view.file(file)?;
    let asset = row.asset;
    let text = match name {
        "user.xdg.tags" => {
            let tags = view.tags_of(asset);
            if tags.is_empty() {
                return None;
            }
            let paths: Vec<String> = tags.into_iter().map(|tag| view.tag_path(tag)).collect();
            paths.join(",")
        }
        "user.xdg.comment" => view.description(asset)?.to_owned(),
        "user.baloo.rating" => {
            let stars = view.rating(asset).filter(|stars| *stars >= 0)?;
            (i16::from(stars) * 2).to_string()
        }
        "user.kphotos.id" => asset.to_string(),
        "user.kphotos.checksum" => row.checksum?.to_string(),
        "user.kphotos.original" => return view.original_path(file),
        "user.kphotos.taken" => view.taken(asset)?.to_string(),
        _ => return None,
    };
    Some(text.into_bytes())
}

/// The query that finds what carries a tag or one below it.
fn everything_with(view: &View, tag: TagId) -> Option<Query> {
    let path = view.tag_path(tag).replace('"', "\"\"");
    Query::parse(&format!("tag:\"{path}\"")).ok()
}

/// What a directory stands for, as commands take it. A share stands for itself,
/// whatever it shows; a folder within one for what it shows.
fn directory(tree: &Tree<'_>, node: Node) -> Option<String> {
    if let Node::Share(share) = node {
        return tree.exists(node).then(|| format!("share:{share}"));
    }
    Some(match tree.stored(node)? {
        Dir::Album(album) => format!("album:{album}"),
        Dir::Tag(tag) => format!("tag:{tag}"),
        Dir::Date(key) => format!("date:{key}"),
        Dir::Undated => "undated".to_owned(),
        Dir::Folder(folder) => format!("folder:{folder}"),
        Dir::Favorites(_) => "favorites".to_owned(),
        Dir::Recent => "recent".to_owned(),
        Dir::Person(person) => format!("person:{person}"),
        Dir::Share(share) => format!("share:{share}"),
        Dir::Collection(collection) => format!("collection:{collection}"),
        Dir::Copies(asset) => tree.view().shown_copies(asset)?.checksum.to_string(),
        Dir::AllOf(tag) => format!("query:{}", everything_with(tree.view(), tag)?),
        Dir::Search(search) => format!("query:{}", tree.view().search(search)?.query()?),
    })
}

/// The names of a node's attributes, each ended by a NUL, as listxattr(2) has them.
#[must_use]
pub fn list(tree: &Tree<'_>, node: Node) -> Vec<u8> {
    let mut names = Vec::new();
    for name in NAMES {
        if get(tree, node, name).is_some() {
            names.extend_from_slice(name.as_bytes());
            names.push(0);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inode::Top;
    use kphotos_domain::catalog::{Field, FieldValue};
    use kphotos_domain::command::{Command, SetFields};
    use kphotos_domain::kernel::{AlbumId, DateKey, Owner, UserId};
    use kphotos_domain::testing::World;

    #[test]
    fn a_photo_says_what_the_layer_knows_of_it() {
        let world = World::new();
        world.files(&["a/b.jpg"]);
        world.read("a/b.jpg", Some("2024-06-15T10:30:05+02:00"), &["x/y", "z"]);
        let values = vec![
            (Field::Rating, FieldValue::Rating(4)),
            (Field::Description, FieldValue::Text("a day".into())),
        ];
        let assets = world.assets(&["a/b.jpg"]);
        world
            .run(&Command::SetFields(SetFields { assets, values }))
            .unwrap();
        let view = world.app.view();
        let tree = Tree::new(&view, Owner::User(UserId::new(1)));
        let node = Node::File(FileId::new(1));
        let check = |name: &str, value: Option<&str>| {
            let got = get(&tree, node, name).map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(got.as_deref(), value, "{name}");
        };
        check("user.xdg.tags", Some("x/y,z"));
        check("user.xdg.comment", Some("a day"));
        check("user.baloo.rating", Some("8"));
        check("user.kphotos.id", Some("1"));
        check("user.kphotos.checksum", None);
        check("user.kphotos.original", Some("/photos/a/b.jpg"));
        check("user.kphotos.taken", Some("2024-06-15T10:30:05+02:00"));
        check("user.other", None);
        assert_eq!(list(&tree, node).iter().filter(|byte| **byte == 0).count(), 6);
    }

    #[test]
    fn a_directory_says_what_it_stands_for() {
        let world = World::new();
        let view = world.app.view();
        let tree = Tree::new(&view, Owner::User(UserId::new(1)));
        let check = |node, value: Option<&str>| {
            let got = get(&tree, node, "user.kphotos.dir").map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(got.as_deref(), value);
        };
        check(Node::Album(AlbumId::new(3)), Some("album:3"));
        check(Node::Month(DateKey::new(2024, 6, 0)), Some("date:2024-06"));
        check(Node::Top(Top::Undated), Some("undated"));
        check(Node::Root, None);
        assert!(list(&tree, Node::Root).is_empty());
    }
}
