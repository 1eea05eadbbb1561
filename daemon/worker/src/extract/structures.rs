//! Structures within XMP: lists of things that have properties, such as faces and the parts of a motion photo.
//!
//! exiv2 puts its own prefix only before the outermost property and keeps the writer's inside, as in
//! `Xmp.MP.RegionInfo/their:Regions[2]/other:Rectangle`; which prefix that is may even depend on the files read before.
//! Here structures are asked for by names without inner prefixes. What is refused is nothing; what is not there is absent.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Fields, number};

/// exiv2's name of a property without the prefixes within, which are the writer's.
pub(super) fn bare(name: &str) -> String {
    let step = |step: &str| step.split_once(':').map_or(step, |(_, bare)| bare).to_owned();
    name.split('/').map(step).collect::<Vec<_>>().join("/")
}

/// Some of a file's structures.
pub(super) struct Structures<'a> {
    fields: &'a Fields<'a>,
    /// Names as exiv2 has them, by the same without the inner prefixes.
    names: BTreeMap<String, String>,
}

impl<'a> Structures<'a> {
    /// Those whose outermost property begins one of these lists.
    pub(super) fn of(fields: &'a Fields<'a>, lists: &[&str]) -> Self {
        let outermost = |list: &&str| list.split('/').next().unwrap_or_default().to_owned();
        let outermost: Vec<String> = lists.iter().map(outermost).collect();
        let names = fields.xmp_names(&outermost.iter().map(String::as_str).collect::<Vec<_>>());
        let names = names.into_iter().map(|name| (bare(&name), name)).collect();
        Self { fields, names }
    }

    /// At most so many items of one list, such as `Xmp.MP.RegionInfo/Regions[2]`, in its order.
    pub(super) fn items(&self, list: &str, most: usize) -> impl Iterator<Item = String> {
        let number = |name: &String| {
            let (number, _) = name.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
            number.parse::<usize>().ok()
        };
        let numbers: BTreeSet<usize> = self.names.keys().filter_map(number).collect();
        numbers
            .into_iter()
            .take(most)
            .map(move |number| format!("{list}[{number}]"))
    }

    /// The text of a property in an item.
    pub(super) fn text(&self, item: &str, property: &str) -> Option<String> {
        self.fields.text(self.names.get(&format!("{item}/{property}"))?)
    }

    /// The number of a property in an item.
    pub(super) fn number(&self, item: &str, property: &str) -> Option<f64> {
        number(&self.text(item, property)?)
    }

    /// The items of a simple list in an item.
    pub(super) fn list(&self, item: &str, property: &str) -> Vec<String> {
        let name = self.names.get(&format!("{item}/{property}"));
        name.map(|name| self.fields.list(name)).unwrap_or_default()
    }
}
