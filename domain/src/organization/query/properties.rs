//! The language against a walk photo by photo, on random queries and worlds, and
//! against any text at all.

use super::ast::{Is, Node, Term};
use super::evaluate::Opens;
use super::matching::Asked;
use super::sort::sorted;
use super::tests::{ME, PATHS, parse, world};
use super::{Cursor, Query, Sort, evaluate, page};
use crate::catalog::{Facts, Field, FieldValue, Location};
use crate::kernel::{AssetId, AssetSet, Owner, Taken, TakenSource, UserId};
use crate::testing::World;
use crate::view::{TagRow, View};
use proptest::prelude::*;

/// Whether one photo answers, asked by itself.
fn answers(view: &View, viewer: UserId, query: &Query, asset: AssetId) -> bool {
    let sides = match &query.root {
        Node::Or(nodes) => nodes.as_slice(),
        node @ (Node::And(_) | Node::Not(_) | Node::Term(_)) => std::slice::from_ref(node),
    };
    let asked = Asked { view, viewer };
    let is_candidate = |node: &Node| {
        let opens = Opens::of(node);
        (opens.missing || view.present().contains(asset)) && (opens.hidden || !view.hidden().contains(asset))
    };
    sides
        .iter()
        .any(|node| is_candidate(node) && asked.alone(node, asset))
}

impl Asked<'_> {
    fn alone(&self, node: &Node, asset: AssetId) -> bool {
        match node {
            Node::And(nodes) => nodes.iter().all(|node| self.alone(node, asset)),
            Node::Or(nodes) => nodes.iter().any(|node| self.alone(node, asset)),
            Node::Not(node) => !self.alone(node, asset),
            Node::Term(term) => self.alone_term(term, asset),
        }
    }

    /// Sets replaced by walks over the photo's own tags and albums.
    fn alone_term(&self, term: &Term, asset: AssetId) -> bool {
        let view = self.view;
        let below = |own: String, wanted: String, exact: bool| {
            let [own, wanted] = [own, wanted].map(|path| path.to_lowercase());
            own == wanted || (!exact && own.starts_with(&format!("{wanted}/")))
        };
        let tags = || view.tags_of(asset).into_iter();
        match term {
            Term::Tag { path, exact } => {
                tags().any(|tag| below(view.tag_path(tag), path.to_string(), *exact))
            }
            Term::Collection(name) => {
                let found = view.collection_named(Owner::User(self.viewer), name);
                let found = found.and_then(|id| view.collection(id));
                found.is_some_and(|one| evaluate(view, self.viewer, &parse(&one.query)).contains(asset))
            }
            Term::Album { path, exact } => {
                let mut albums = view.albums_of(asset).into_iter();
                albums.any(|album| below(view.album_path(album), path.to_string(), *exact))
            }
            Term::Person { text, exact } => view.people_of(asset).into_iter().any(|id| {
                let own = &view.person(id).unwrap().name;
                let mut called = view.person_synonyms(id).into_iter().chain([&**own]);
                called.any(|name| name.to_lowercase() == *text.folded)
                    || (!exact && own.to_lowercase().split(' ').any(|word| word == &*text.folded))
            }),
            Term::Word(text) => {
                let named = |id: crate::kernel::PersonId| view.person(id).unwrap().name.to_lowercase();
                let is_in = view
                    .people_of(asset)
                    .into_iter()
                    .any(|id| named(id).contains(&*text.folded));
                let in_tag =
                    is_in || tags().any(|tag| view.tag_path(tag).to_lowercase().contains(&*text.folded));
                in_tag || self.matches(term, asset)
            }
            Term::Is(Is::Edited) => {
                let by_tag = |(_, row): (crate::kernel::TagId, &TagRow)| {
                    row.added.contains(asset) || row.suppressed.contains(asset)
                };
                view.tags().any(by_tag) || self.matches(term, asset)
            }
            Term::Text { .. }
            | Term::Date(..)
            | Term::Number(..)
            | Term::Near(_)
            | Term::Type(_)
            | Term::Is(_)
            | Term::Has(_) => self.matches(term, asset),
        }
    }
}

const TERMS: &[&str] = &[
    "beach",
    "jpg",
    "don't",
    "\"two words\"",
    "travel",
    "tag:travel",
    "tag:=travel",
    "tag:travel/italy",
    "tag:family",
    "album:Italy",
    "album:=Italy",
    "collection:none",
    "collection:good",
    "name:img",
    "img_1",
    "img",
    "a_b",
    "t_",
    "1~000",
    "name:\"img_1~0002.jpg\"",
    "name:=img_1.jpg",
    "name:=what_.jpg",
    "name:\"what?\"",
    "stra\u{df}e",
    "title:lake",
    "title:=\"Evening at the lake\"",
    "description:house",
    "camera:=Canon",
    "lens:rf24",
    "ext:cr2",
    "label:green",
    "path:rome",
    "path:4/rom",
    "path:rome/img",
    "path:rome/",
    "path:/2024/rome/im",
    "path:=2024/rome/img_1.jpg",
    "path:/clip",
    "path:img",
    "added:..2022",
    "width:6000",
    "height:1..",
    "focal:50",
    "f:2..6",
    "iso:100..800",
    "size:..2kB",
    "size:100..5000",
    "type:live",
    "type:video",
    "is:offline",
    "has:title",
    "has:description",
    "has:label",
    "near:41.9,12.5,5km",
    "near:89,100,3000km",
    "ext:jpg",
    "camera:canon",
    "path:/2024",
    "label:red",
    "date:2024",
    "date:1974-01..2019",
    "before:2020",
    "after:2019-12",
    "added:2023",
    "rating:3+",
    "rating:..2",
    "iso:100",
    "f:1.8",
    "size:1kB+",
    "duration:1m+",
    "near:52,13,2000km",
    "type:raw",
    "type:photo",
    "is:hidden",
    "is:missing",
    "is:favorite",
    "is:edited",
    "is:undated",
    "is:stacked",
    "is:duplicate",
    "is:shared",
    "is:unreadable",
    "has:tags",
    "has:faces",
    "person:anna",
    "person:=Anna",
    "person:\"anna meier\"",
    "anna",
    "has:location",
    "has:rating",
    "has:sidecar",
];

fn a_term() -> impl Strategy<Value = String> {
    prop::sample::select(TERMS).prop_map(str::to_owned)
}

fn a_query() -> impl Strategy<Value = String> {
    a_term().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" OR ")),
            inner.clone().prop_map(|part| format!("-({part})")),
            inner.prop_map(|part| format!("NOT {part}")),
        ]
    })
}

/// Files beside those of every table: names that clash, that are refused somewhere, that begin one another.
const MORE: [&str; 8] = [
    "2026/img_1.jpg",
    "2026/what?.jpg",
    "2026/con.jpg",
    "2026/b_c.jpg",
    "2026/x~0001.jpg",
    "2026/ROME.png",
    "2026/old-1.jpg",
    "2026/old.cr2",
];

/// A world and where its photos are by now.
struct Changing {
    world: World,
    paths: Vec<String>,
}

impl Changing {
    fn new() -> Self {
        let world = world();
        world.files(&MORE);
        let paths = PATHS.iter().chain(&MORE).map(|path| (*path).to_owned()).collect();
        Self { world, paths }
    }

    /// What changes a world at random: an operation and the photo it concerns.
    fn change(&mut self, operation: u8, at: usize) {
        let at = at % self.paths.len();
        let own = self.paths[at].clone();
        let (world, path) = (&self.world, &*own);
        let paths = [path];
        match operation {
            12 => drop(world.collection("good", "rating:2+ OR tag:family")),
            0 => drop(world.tag("travel", &paths)),
            1 => drop(world.tag("travel/italy", &paths)),
            2 => drop(world.tag("family", &paths)),
            3 => drop(world.untag("travel/italy", &paths)),
            4 => drop(world.hide(&paths)),
            5 => drop(world.clear(Field::Hidden, &paths)),
            6 => world.gone(&paths),
            7 => world.returned(&paths),
            8 => drop(world.rate(2, &paths)),
            9 => drop(world.date("2019-12", &paths)),
            10 => drop(world.clear(Field::Taken, &paths)),
            13 | 14 => world.hash(path, operation - 13),
            15 => {
                let to = ["moved/IMG_1.jpg", "moved/lake.jpg", "moved/old.jpg", "2024/x.png"][at % 4];
                if !self.paths.iter().any(|path| path == to) {
                    world.moved(&[(path, to)]);
                    self.paths[at] = to.to_owned();
                }
            }
            16 => drop(world.set(Field::Title, FieldValue::Text("A lake, img".into()), &paths)),
            17 => drop(world.set(Field::Label, FieldValue::Text("GREEN".into()), &paths)),
            18 => {
                let place = Location::from_degrees(41.91, 12.5, None).ok();
                drop(world.set(Field::Location, FieldValue::Location(place), &paths));
            }
            19 => world.changed(path, 1_000),
            20 => world.know(
                path,
                Facts {
                    rating: Some(4),
                    width: Some(6_000),
                    title: Some("stra\u{df}e".into()),
                    taken: Taken::parse("2024", TakenSource::ExifOriginal).ok(),
                    ..Facts::default()
                },
            ),
            21 => drop(world.undo(None)),
            _ => drop(world.set(Field::Favorite, FieldValue::Flag(true), &paths)),
        }
    }
}

/// Every query, against a walk photo by photo; every order of what it finds, page by page, against sorting.
fn check(view: &View, queries: &[String]) -> Result<(), TestCaseError> {
    for text in queries {
        let query = parse(text);
        let found = evaluate(view, ME, &query);
        let walked: AssetSet = view
            .assets()
            .map(|(asset, _)| asset)
            .filter(|asset| answers(view, ME, &query, *asset))
            .collect();
        prop_assert_eq!(&found, &walked, "{}", text);
        for (sort, reverse) in [Sort::Taken, Sort::Added, Sort::Name, Sort::Rating]
            .into_iter()
            .flat_map(|sort| [(sort, false), (sort, true)])
        {
            let mut after: Option<Cursor> = None;
            let mut paged = Vec::new();
            for size in (1..4).cycle() {
                let part = page(view, &found, sort, reverse, size, after.as_ref());
                paged.extend(part.items);
                after = part.next;
                if after.is_none() {
                    break;
                }
            }
            prop_assert_eq!(
                paged,
                sorted(view, &found, sort, reverse),
                "{} {:?} {}",
                text,
                sort,
                reverse
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        if let Ok(query) = Query::parse(&text) {
            prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn what_looks_like_a_query_is_read_or_refused_and_shown_as_itself(
        text in "([a-z]{1,3}|tag|date|rating|size|near|f|duration|is|-|OR|NOT|\\(|\\)|:|=|>|<|\\.\\.|\\+|\"|'|,|/|∕| |[0-9]{1,4}|MB|km|ß|\u{301}){0,12}"
    ) {
        if let Ok(query) = Query::parse(&text) {
            prop_assert_eq!(Query::parse(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn a_canonical_text_reads_back_as_the_same_query(text in a_query()) {
        let query = parse(&text);
        let shown = query.to_string();
        prop_assert_eq!(&parse(&shown), &query, "{} as {}", text, shown);
        prop_assert_eq!(parse(&shown).to_string(), shown);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sets_and_indexes_answer_and_sort_as_a_walk_photo_by_photo_does(
        changes in prop::collection::vec((0..23u8, 0..PATHS.len() + MORE.len()), 0..14),
        queries in prop::collection::vec(a_query(), 8),
        asked_before: bool,
        prepared in 0..200usize,
    ) {
        let mut changing = Changing::new();
        // Some are made beforehand, the last of them perhaps in part.
        for _ in 0..prepared {
            let _more = changing.world.app.view().prepare_searches();
        }
        // Indexes that are made first and told what changes, or made of what became of it.
        if asked_before {
            check(&changing.world.app.view(), &queries)?;
        }
        for (step, (operation, at)) in changes.into_iter().enumerate() {
            changing.change(operation, at);
            if asked_before && step % 3 == 0 {
                check(&changing.world.app.view(), &queries)?;
            }
        }
        check(&changing.world.app.view(), &queries)?;
    }
}
