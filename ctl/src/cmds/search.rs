//! `search`, `timeline`: finding photos.
//!
//! Without `--limit` everything found is listed, fetched a page at a time.

use super::Context;
use super::info::joined;
use crate::cli::{SearchArgs, TimelineArgs};
use crate::client::{Options, Selection};
use crate::exit::Failure;
use crate::output::{columns, items, remark, word};
use serde_json::Value;
use zbus::wire::Variant;

/// Photos a page: the daemon walks everything found for each page, so few large ones.
const PAGE: u32 = 10_000;
/// Photos whose paths fit into one answer (a D-Bus array has 64 MiB at most).
const PATHS: usize = 10_000;

/// All of a list that the daemon pages: of `method` with `first` as its first argument.
pub(super) struct Paged<'a> {
    pub(super) interface: &'a str,
    pub(super) method: &'a str,
    pub(super) sort: Option<&'a str>,
    pub(super) reverse: bool,
    pub(super) limit: Option<u32>,
    /// Of photos that look alike, how far apart neighbours may be.
    pub(super) distance: Option<u32>,
}

/// What was listed.
pub(super) struct Fetched {
    list: Value,
    /// The daemon's own words, if one page was all.
    text: Option<String>,
}

impl Fetched {
    /// The list, with what the first page says beside it.
    pub(super) const fn list(&self) -> &Value {
        &self.list
    }

    /// Writes it as it is: the daemon's own words, if one page was all.
    pub(super) fn document(&self, context: &Context) -> Result<(), Failure> {
        match &self.text {
            Some(text) => context.output.bytes(format!("{text}\n").as_bytes()),
            None => context.output.json(&self.list),
        }
    }
}

impl<'a> Paged<'a> {
    /// A whole list, in the order that the daemon has for it.
    pub(super) const fn whole(interface: &'a str, method: &'a str) -> Self {
        Self {
            interface,
            method,
            sort: None,
            reverse: false,
            limit: None,
            distance: None,
        }
    }

    /// The pages as one list; `next` is that of the last one.
    pub(super) async fn fetch<A>(&self, context: &Context, first: A) -> Result<Fetched, Failure>
    where
        A: serde::Serialize + zbus::wire::Type + Clone,
    {
        let mut left = self.limit.unwrap_or(u32::MAX);
        let mut all: Option<Value> = None;
        let mut after: Option<String> = None;
        loop {
            let page = left.min(PAGE);
            let body = (first.clone(), self.options(page, after.as_deref()));
            let text: String = context.client.call(self.interface, self.method, &body).await?;
            let list: Value = serde_json::from_str(&text)?;
            left -= page;
            after = list.get("next").and_then(Value::as_str).map(str::to_owned);
            let text = all.is_none().then_some(text);
            let all = merge(&mut all, list);
            if left == 0 || after.is_none() {
                let list = all.take();
                return Ok(Fetched { list, text });
            }
        }
    }

    fn options(&self, limit: u32, after: Option<&str>) -> Options<'static> {
        let mut options = Options::from([("limit", Variant::from(limit))]);
        if let Some(sort) = self.sort {
            options.insert("sort", Variant::from(sort.to_owned()));
        }
        if self.reverse {
            options.insert("reverse", Variant::from(true));
        }
        if let Some(distance) = self.distance {
            options.insert("distance", Variant::from(distance));
        }
        if let Some(after) = after {
            options.insert("after", Variant::from(after.to_owned()));
        }
        options
    }
}

/// Adds a page to those before it.
fn merge(all: &mut Option<Value>, mut page: Value) -> &mut Value {
    if let Some(before) = all {
        let more = page
            .get_mut("items")
            .and_then(Value::as_array_mut)
            .map(std::mem::take);
        if let Some(items) = before.get_mut("items").and_then(Value::as_array_mut) {
            items.extend(more.unwrap_or_default());
        }
        if let (Some(fields), Some(next)) = (before.as_object_mut(), page.get("next")) {
            fields.insert("next".to_owned(), next.clone());
        }
        return before;
    }
    all.insert(page)
}

pub(super) async fn search(context: &Context, args: &SearchArgs) -> Result<(), Failure> {
    let paged = Paged {
        interface: "Catalog",
        method: "Search",
        sort: args.sort.map(crate::cli::Sort::as_str),
        reverse: args.reverse,
        limit: args.limit,
        distance: None,
    };
    let found = paged.fetch(context, args.query.join(" ")).await?;
    if args.paths && !context.output.json {
        return paths(context, &found.list, args.null).await;
    }
    show(context, &found)
}

/// Writes a list of photos: names and paths, or the list.
pub(super) fn show(context: &Context, found: &Fetched) -> Result<(), Failure> {
    let list = &found.list;
    if context.output.json {
        return found.document(context);
    }
    context
        .output
        .bytes(columns(list, &["id", "taken", "name", "path"]).as_bytes())?;
    let shown = items(list).len() as u64;
    let total = list.get("total").and_then(Value::as_u64).unwrap_or(shown);
    match total {
        0 => remark(context.output, "no photo"),
        _ if shown < total => remark(context.output, &format!("{shown} of {total} photos")),
        _ => {}
    }
    Ok(())
}

async fn paths(context: &Context, list: &Value, null: bool) -> Result<(), Failure> {
    let id = |item: &Value| {
        item.get("id")
            .and_then(Value::as_u64)
            .and_then(|id| u32::try_from(id).ok())
    };
    let ids: Vec<u32> = items(list).iter().filter_map(id).collect();
    for ids in ids.chunks(PATHS) {
        let assets = Selection {
            ids: ids.to_vec(),
            ..Selection::default()
        };
        let body = (assets, Options::new());
        let paths: Vec<Vec<u8>> = context.client.call("Catalog", "Paths", &body).await?;
        context.output.bytes(&joined(&paths, null))?;
    }
    Ok(())
}

pub(super) async fn timeline(context: &Context, args: &TimelineArgs) -> Result<(), Failure> {
    let body = (args.query.join(" "), args.by.as_str());
    let text: String = context.client.call("Catalog", "Timeline", &body).await?;
    context.output.document(&text, |list| {
        let row = |item: &Value| {
            let date = item
                .get("date")
                .filter(|date| !date.is_null())
                .map_or("undated".to_owned(), word);
            vec![date, item.get("count").map(word).unwrap_or_default()]
        };
        crate::output::table(&items(list).iter().map(row).collect::<Vec<_>>())
    })
}

/// Writes a list of groups, each as this text; says so if there are none. False where the
/// document was asked for, which says it all.
pub(super) fn groups(
    context: &Context,
    found: &Fetched,
    group: impl Fn(&Value) -> String,
    none: &str,
) -> Result<bool, Failure> {
    if context.output.json {
        found.document(context)?;
        return Ok(false);
    }
    let list = items(found.list());
    let text: String = list.iter().map(group).collect();
    context.output.bytes(text.as_bytes())?;
    if list.is_empty() {
        remark(context.output, none);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pages_become_one_list_with_the_end_of_the_last() {
        let mut all = None;
        merge(&mut all, json!({"items": [1, 2], "total": 3, "next": "x"}));
        merge(&mut all, json!({"items": [3], "total": 3, "next": null}));
        assert_eq!(all, Some(json!({"items": [1, 2, 3], "total": 3, "next": null})));
    }
}
