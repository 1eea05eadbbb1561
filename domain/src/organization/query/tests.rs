//! The language as tables: query and what it finds, text and what is wrong with it.

use super::*;
use crate::catalog::{Camera, Exposure, Facts, Field, FieldValue, Location};
use crate::kernel::{AssetSet, Taken, TakenSource, UserId};
use crate::organization::TagPath;
use crate::testing::World;

pub(super) const ME: UserId = UserId::new(1);

pub(super) fn parse(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn camera(make: &str, model: &str, lens: &str) -> Option<std::sync::Arc<Camera>> {
    Some(std::sync::Arc::new(Camera {
        make: Some(make.into()),
        model: Some(model.into()),
        lens: Some(lens.into()),
        serial: None,
    }))
}

pub(super) const PATHS: [&str; 10] = [
    "2024/Rome/IMG_1.JPG",
    "2024/Rome/IMG_1.CR2",
    "2024/Berlin/beach walk.jpg",
    "2019/don't.jpg",
    "2019/Straße.jpg",
    "clip.mp4",
    "old.jpg",
    "hidden.jpg",
    "gone.jpg",
    "unread.png",
];

/// Ten photos with something of everything.
pub(super) fn world() -> World {
    let world = World::new();
    world.files(&PATHS);
    let facts = |taken: Option<&str>| Facts {
        taken: taken.map(|text| Taken::parse(text, TakenSource::ExifOriginal).unwrap()),
        ..Facts::default()
    };
    let exposure = |iso, f_number, focal_length| {
        Some(Box::new(Exposure {
            iso: Some(iso),
            f_number: Some(f_number),
            time: None,
            focal_length: Some(focal_length),
        }))
    };
    for path in &PATHS[..2] {
        world.know(
            path,
            Facts {
                width: Some(6000),
                height: Some(4000),
                location: Location::from_degrees(41.9, 12.5, None).ok(),
                camera: camera("Canon", "EOS R5", "RF24-70mm"),
                exposure: exposure(100, 2.8, 50.0),
                rating: Some(3),
                tag_paths: vec![TagPath::parse("travel/italy").unwrap()],
                ..facts(Some("2024-06-15T10:00:00"))
            },
        );
    }
    world.know(
        PATHS[2],
        Facts {
            title: Some("Evening at the lake".into()),
            location: Location::from_degrees(52.52, 13.40, None).ok(),
            camera: camera("Apple", "iPhone 15", "back"),
            exposure: exposure(800, 1.78, 6.765),
            ..facts(Some("2024-08-01T20:00:00+02:00"))
        },
    );
    world.know(PATHS[3], facts(Some("2019-12-31T23:59:59")));
    world.know(PATHS[4], facts(Some("2020-01-01")));
    let clip = Facts {
        duration_ms: Some(61_400),
        ..facts(Some("2024-06-30T12:00:00"))
    };
    world.know(PATHS[5], clip);
    world.know(PATHS[6], facts(Some("1974")));
    world.know(PATHS[7], facts(Some("2024-06-16")));
    let broken = Facts {
        unreadable: Some("truncated".into()),
        ..facts(None)
    };
    world.know(PATHS[8], broken);
    world.tag("travel", &["2024/Berlin/beach walk.jpg"]);
    world.tag("family", &["old.jpg", "hidden.jpg", "gone.jpg"]);
    world.album("Italy", &["2024/Rome/IMG_1.JPG"]);
    world.album("Italy/Rome", &["clip.mp4"]);
    world.rate(5, &["2024/Berlin/beach walk.jpg", "hidden.jpg", "gone.jpg"]);
    world.rate(-1, &["2019/don't.jpg"]);
    world.set(Field::Label, FieldValue::Text("Red".into()), &["old.jpg"]);
    world.set(Field::Favorite, FieldValue::Flag(true), &["old.jpg"]);
    world.set(
        Field::Description,
        FieldValue::Text("GRANDMA'S \"house\"".into()),
        &["old.jpg"],
    );
    world.hide(&["hidden.jpg"]);
    world.gone(&["gone.jpg"]);
    world
}

#[track_caller]
fn check(world: &World, query: &str, expected: &[&str]) {
    let view = world.app.view();
    let found = evaluate(&view, ME, &parse(query));
    let names: Vec<String> = found
        .iter()
        .filter_map(|asset| view.file_path(view.lead_file(asset)?))
        .map(|(_, path)| String::from_utf8(path).unwrap())
        .collect();
    let mut expected = expected.to_vec();
    expected.sort_by_key(|path| PATHS.iter().position(|known| known == path));
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_by_key(|path| PATHS.iter().position(|known| known == path));
    assert_eq!(names, expected, "{query}");
}

const JPG: &str = PATHS[0];
const RAW: &str = PATHS[1];
const BEACH: &str = PATHS[2];
const DONT: &str = PATHS[3];
const STREET: &str = PATHS[4];
const CLIP: &str = PATHS[5];
const OLD: &str = PATHS[6];
const HIDDEN: &str = PATHS[7];
const GONE: &str = PATHS[8];
const UNREAD: &str = PATHS[9];
const SHOWN: [&str; 8] = [JPG, RAW, BEACH, DONT, STREET, CLIP, OLD, UNREAD];

#[test]
fn words_and_phrases_find_names_titles_descriptions_and_tags() {
    let world = world();
    check(&world, "", &SHOWN);
    check(&world, "  ", &SHOWN);
    check(&world, "BEACH", &[BEACH]);
    check(&world, "\"beach walk\"", &[BEACH]);
    check(&world, "'beach walk'", &[BEACH]);
    check(&world, "walk beach", &[BEACH]);
    check(&world, "lake", &[BEACH]);
    check(&world, "ital", &[JPG, RAW]);
    check(&world, "travel", &[JPG, RAW, BEACH]);
    check(&world, "don't", &[DONT]);
    check(&world, "STRASSE", &[STREET]);
    check(&world, "straße", &[STREET]);
    check(&world, "grandma", &[OLD]);
    check(&world, "\"\"\"house\"", &[OLD]);
    check(&world, "IMG_1", &[JPG, RAW]);
    check(&world, "nothing", &[]);
}

#[test]
fn keys_for_texts_ask_one_field_each() {
    let world = world();
    check(&world, "name:img", &[JPG, RAW]);
    check(&world, "name:=img_1.jpg", &[JPG]);
    check(&world, "title:lake", &[BEACH]);
    check(&world, "title:beach", &[]);
    check(&world, "title:=lake", &[]);
    check(&world, "description:house", &[OLD]);
    check(&world, "ext:jpg", &[JPG, BEACH, DONT, STREET, OLD]);
    check(&world, "ext:.CR2", &[RAW]);
    check(&world, "label:red", &[OLD]);
    check(&world, "label:re", &[]);
    check(&world, "camera:canon", &[JPG, RAW]);
    check(&world, "camera:\"canon eos\"", &[JPG, RAW]);
    check(&world, "camera:=\"eos r5\"", &[JPG, RAW]);
    check(&world, "lens:24-70", &[JPG, RAW]);
    check(&world, "library:Photos", &SHOWN);
    check(&world, "library:photo", &[]);
    check(&world, "path:rome", &[JPG, RAW]);
    check(&world, "path:2024/rome", &[JPG, RAW]);
    check(&world, "path:2024∕rome", &[JPG, RAW]);
    check(&world, "path:/2024/", &[JPG, RAW, BEACH]);
    check(&world, "path:/rome", &[]);
    check(&world, "path:=2024/rome/img_1.jpg", &[JPG]);
}

#[test]
fn tags_and_albums_hold_those_below_them_unless_exact() {
    let world = world();
    check(&world, "tag:travel", &[JPG, RAW, BEACH]);
    check(&world, "TAG=Travel", &[JPG, RAW, BEACH]);
    check(&world, "tag:=travel", &[BEACH]);
    check(&world, "tag==travel", &[BEACH]);
    check(&world, "tag:travel/italy", &[JPG, RAW]);
    check(&world, "tag=travel∕italy", &[JPG, RAW]);
    check(&world, "tag:italy", &[]);
    check(&world, "tag:family", &[OLD]);
    check(&world, "album:Italy", &[JPG, CLIP]);
    check(&world, "album:=italy", &[JPG]);
    check(&world, "album:italy/rome", &[CLIP]);
}

#[test]
fn dates_hold_whole_years_months_and_days() {
    let world = world();
    check(&world, "date:2024", &[JPG, RAW, BEACH, CLIP]);
    check(&world, "date:2024-06", &[JPG, RAW, CLIP]);
    check(&world, "date:2024-06-15", &[JPG, RAW]);
    check(&world, "date:2024-06..2024-08", &[JPG, RAW, BEACH, CLIP]);
    check(&world, "date:2024-06-16..", &[BEACH, CLIP]);
    check(&world, "date:..2019", &[DONT, OLD]);
    check(&world, "date:1974", &[OLD]);
    check(&world, "date:1974-06", &[]);
    check(&world, "date:..1974-06", &[]);
    check(&world, "before:1974-06", &[]);
    check(&world, "before:2020", &[DONT, OLD]);
    check(&world, "after:2019", &[JPG, RAW, BEACH, STREET, CLIP]);
    check(&world, "after:2024-06", &[BEACH]);
    check(&world, "date>=2024-06-30", &[BEACH, CLIP]);
    check(&world, "date>2024-06-15", &[BEACH, CLIP]);
    check(&world, "date<=1974", &[OLD]);
    check(&world, "date<1974", &[]);
    check(&world, "added:2023", &SHOWN);
    check(&world, "added:2024..", &[]);
    check(&world, "added<2023-11-15", &SHOWN);
    check(&world, "is:undated", &[]);
}

#[test]
fn numbers_are_compared_as_they_are_shown() {
    let world = world();
    check(&world, "rating:5", &[BEACH]);
    check(&world, "rating:3+", &[JPG, RAW, BEACH]);
    check(&world, "rating>=3", &[JPG, RAW, BEACH]);
    check(&world, "rating:>3", &[BEACH]);
    check(&world, "rating<3", &[DONT]);
    check(&world, "rating:2..4", &[JPG, RAW]);
    check(&world, "rating:..2", &[DONT]);
    check(&world, "rating:-1", &[DONT]);
    check(&world, "rating=4+", &[BEACH]);
    check(&world, "iso:100", &[JPG, RAW]);
    check(&world, "iso:400..", &[BEACH]);
    check(&world, "f:2.8", &[JPG, RAW]);
    check(&world, "f:1.8", &[BEACH]);
    check(&world, "f:..2", &[BEACH]);
    check(&world, "focal:50mm", &[JPG, RAW]);
    check(&world, "width:6000", &[JPG, RAW]);
    check(&world, "height:4001+", &[]);
    check(&world, "duration:1m+", &[CLIP]);
    check(&world, "duration:61", &[CLIP]);
    check(&world, "duration:1m1s", &[CLIP]);
    check(&world, "size:1kB+", &SHOWN);
    check(&world, "size:1MB+", &[]);
    check(&world, "near:52.52,13.40,5km", &[BEACH]);
    check(&world, "near:52.52,13.40", &[BEACH]);
    check(&world, "near:41.9,12.5,2000km", &[JPG, RAW, BEACH]);
}

#[test]
fn kinds_and_marks_are_words() {
    let world = world();
    check(&world, "type:photo", &[JPG, BEACH, DONT, STREET, OLD, UNREAD]);
    check(&world, "type:raw", &[RAW]);
    check(&world, "type:video", &[CLIP]);
    check(&world, "is:favorite", &[OLD]);
    check(&world, "is:stacked", &[JPG, RAW]);
    check(&world, "is:edited", &[BEACH, DONT, OLD]);
    check(&world, "has:location", &[JPG, RAW, BEACH]);
    check(&world, "has:tags", &[JPG, RAW, BEACH, OLD]);
    check(&world, "has:title", &[BEACH]);
    check(&world, "has:description", &[OLD]);
    check(&world, "has:label", &[OLD]);
    check(&world, "-has:rating", &[STREET, CLIP, OLD, UNREAD]);
    check(&world, "is:offline", &[]);
    use crate::command::{Command, SetLibraryState};
    let (library, state) = (
        crate::kernel::LibraryId::new(1),
        crate::storage::LibraryState::Offline,
    );
    world.observe(&Command::SetLibraryState(SetLibraryState { library, state }));
    check(&world, "is:offline", &SHOWN);
}

#[test]
fn hidden_and_missing_photos_are_found_only_when_asked_for() {
    let world = world();
    check(&world, "rating:5", &[BEACH]);
    check(&world, "is:hidden", &[HIDDEN]);
    check(&world, "is:missing", &[GONE]);
    check(&world, "rating:5 is:hidden", &[HIDDEN]);
    check(&world, "tag:family is:missing", &[GONE]);
    check(&world, "is:missing is:unreadable", &[GONE]);
    check(&world, "is:missing is:undated", &[GONE]);
    check(&world, "tag:family (is:hidden OR is:missing)", &[HIDDEN, GONE]);
    check(&world, "is:favorite OR (is:hidden rating:1)", &[OLD]);
    check(&world, "tag:travel OR is:hidden", &[JPG, RAW, BEACH, HIDDEN]);
    check(&world, "-is:hidden", &SHOWN);
    check(&world, "NOT is:missing", &SHOWN);
    check(&world, "is:hidden is:missing", &[]);
}

#[test]
fn or_binds_looser_than_juxtaposition_and_not_tighter() {
    let world = world();
    check(&world, "beach OR clip type:raw", &[BEACH]);
    check(&world, "(beach OR clip) type:video", &[CLIP]);
    check(&world, "(beach OR clip) AND type:video", &[CLIP]);
    check(&world, "date:2024 -tag:travel", &[CLIP]);
    check(&world, "date:2024 NOT tag:travel", &[CLIP]);
    check(&world, "date:2024 -(tag:travel OR clip)", &[]);
    check(&world, "NOT NOT beach", &[BEACH]);
    check(&world, "--beach", &[BEACH]);
    check(&world, "-\"beach walk\" date:2024-08", &[]);
}

#[track_caller]
fn canonical(text: &str, expected: &str) {
    let query = parse(text);
    assert_eq!(query.to_string(), expected, "{text}");
    assert_eq!(parse(expected), query, "{text}");
}

#[test]
fn a_query_is_shown_in_one_way() {
    canonical("", "");
    canonical("((beach))", "beach");
    canonical("a AND (b c) d", "a b c d");
    canonical("a OR (b OR c) OR d e", "a OR b OR c OR d e");
    canonical("NOT (a b)", "-(a b)");
    canonical("(a OR b) c", "(a OR b) c");
    canonical("NOT (a)", "-a");
    canonical("'two words'", "\"two words\"");
    canonical("\"OR\" \"a:b\" \"-x\" 'it\"s'", "\"OR\" \"a:b\" \"-x\" it\"s");
    canonical("Tag=Travel∕Italy", "tag:Travel/Italy");
    canonical("tag:=\"a b\"", "tag:=\"a b\"");
    canonical("tag:\"=a\"", "tag:\"=a\"");
    canonical("ext:=.JPG", "ext:JPG");
    canonical("date<2024", "before:2024");
    canonical("date>2024-06", "after:2024-06");
    canonical("added>=2024 added<2025", "added:2024.. added<2025");
    canonical("rating:4.. rating>4 rating:2..2", "rating:4+ rating:5+ rating:2");
    canonical(
        "size:1.5mb+ size:1MiB size:..0",
        "size:1500kB+ size:1048576B size:..0",
    );
    canonical("duration:1.5m duration:1h30m+", "duration:90s duration:90m+");
    canonical("f:2.80 focal:50", "f:2.8 focal:50");
    canonical("near:52.520000,-13.4,5km", "near:52.52,-13.4,5000m");
    canonical("12:30 IMG_1=2", "\"12:30\" \"IMG_1=2\"");
}

#[track_caller]
fn mistake(text: &str, expected: &str) {
    let error = Query::parse(text).expect_err(text);
    assert_eq!(error.to_string(), expected, "{text}");
    assert_eq!(error.code(), crate::kernel::ErrorCode::Invalid);
    assert!(expected.starts_with(&format!("at {}:", error.at())), "{text}");
}

#[test]
fn a_mistake_is_reported_with_its_place_and_what_was_expected() {
    let date = "expected a date such as 2024, 2024-06 or 2024-06-15, found";
    mistake("date:20x4", &format!("at 5: {date} \"20x4\""));
    mistake("beach date:2024..2024-13", &format!("at 17: {date} \"2024-13\""));
    mistake("before:", &format!("at 7: {date} the end"));
    mistake("date:\"soon\"", &format!("at 6: {date} \"soon\""));
    mistake(
        "date:2025..2024",
        "at 5: expected the earlier date before the later one, found \"2025..2024\"",
    );
    mistake(
        "rating:6",
        "at 7: expected a rating from -1 to 5 such as 4, 4+, 2..4 or ..2, found \"6\"",
    );
    mistake(
        "rating>5",
        "at 7: expected a rating from -1 to 5 such as 4, 4+, 2..4 or ..2, found \"5\"",
    );
    mistake(
        "size:10XB",
        "at 5: expected a size such as 10MB+, ..500kB or 1MB..1.5GB, found \"10XB\"",
    );
    mistake(
        "iso:400..100",
        "at 4: expected the smaller number before the larger one, found \"400..100\"",
    );
    mistake(
        "near:91,0,1km",
        "at 5: expected latitude from -90 to 90 and longitude from -180 to 180, found \"91,0,1km\"",
    );
    mistake(
        "near:1,2,3",
        "at 9: expected a distance such as 500m or 5km, at most 20,100 km, found \"3\"",
    );
    mistake(
        "type:gif",
        "at 5: expected one of photo, video, raw, live, found \"gif\"",
    );
    mistake("tag:", "at 4: expected a tag such as travel/italy, found the end");
    mistake(
        "tag:a//b",
        "at 4: expected a tag such as travel/italy, found \"a//b\"",
    );
    mistake("tag>a", "at 3: expected `:` after tag, found \">\"");
    mistake("(beach", "at 6: expected a closing parenthesis, found the end");
    mistake(
        "beach)",
        "at 5: expected a term or the end: no parenthesis is open here, found \")\"",
    );
    let term = "expected a term such as beach, tag:travel or date:2024, found";
    mistake("()", &format!("at 1: {term} \")\""));
    mistake("OR beach", &format!("at 0: {term} \"OR\""));
    mistake("beach OR", &format!("at 8: {term} the end"));
    mistake("beach NOT", &format!("at 9: {term} the end"));
    mistake(
        "a - b",
        "at 2: expected a term right after `-`, such as -beach, found \"-\"",
    );
    mistake(
        "\"open",
        "at 0: expected a closing \" for this one, found \"\"open\"",
    );
    mistake(
        "\"a\"b",
        "at 3: expected a blank after the closing quote mark, found \"b\"",
    );
    mistake(
        "\"\"",
        "at 0: expected a word between the quote marks, found \"\"\"\"",
    );
    let wrong_key = Query::parse("x foo:bar").unwrap_err();
    assert!(
        wrong_key
            .to_string()
            .starts_with("at 2: expected one of the keys tag, album,"),
        "{wrong_key}"
    );
    assert_eq!(Query::parse(&"(".repeat(70)).unwrap_err().at(), 64);
    assert!(Query::parse(&"x".repeat(70_000)).is_err());
}

#[test]
fn what_does_not_exist_yet_says_so_and_is_no_empty_answer() {
    for text in ["owner:me", "batch:7"] {
        let error = Query::parse(&format!("a {text}")).expect_err(text);
        assert!(
            matches!(error, QueryError::NotYet { at: 2, .. }),
            "{text}: {error}"
        );
        assert!(
            error.to_string().contains("is not known here yet; known are "),
            "{error}"
        );
    }
}

#[test]
fn pages_of_any_size_together_are_the_sorted_list() {
    let world = world();
    let view = world.app.view();
    let all = evaluate(&view, ME, &parse(""));
    for sort in [Sort::Taken, Sort::Added, Sort::Name, Sort::Rating] {
        for reverse in [false, true] {
            let whole = page(&view, &all, sort, reverse, 100, None);
            assert_eq!(whole.next, None);
            assert_eq!(whole.items.iter().copied().collect::<AssetSet>(), all);
            for size in 1..5 {
                let mut items = Vec::new();
                let mut after: Option<Cursor> = None;
                loop {
                    let part = page(&view, &all, sort, reverse, size, after.as_ref());
                    items.extend(part.items);
                    let Some(next) = part.next else { break };
                    let text = next.to_string();
                    after = Some(Cursor::parse(&text, sort, reverse).unwrap());
                    assert_eq!(after.as_ref(), Some(&next), "{text}");
                    assert!(Cursor::parse(&text, sort, !reverse).is_err());
                }
                assert_eq!(items, whole.items, "{sort:?} {reverse} {size}");
            }
        }
    }
    assert!(Cursor::parse("nonsense", Sort::Name, false).is_err());
}

#[test]
fn a_list_is_sorted_by_value_and_what_has_none_comes_last() {
    let world = world();
    let view = world.app.view();
    let all = evaluate(&view, ME, &parse(""));
    let order = |sort, reverse| {
        let items = page(&view, &all, sort, reverse, 100, None).items;
        items
            .into_iter()
            .map(|asset| view.query_name(asset).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        order(Sort::Taken, false)[..3],
        ["old.jpg", "don't.jpg", "Straße.jpg"]
    );
    assert_eq!(order(Sort::Taken, true)[0], "beach walk.jpg");
    assert_eq!(order(Sort::Taken, true).last().unwrap(), "unread.png");
    assert_eq!(order(Sort::Rating, true)[0], "beach walk.jpg");
    assert_eq!(order(Sort::Rating, false)[0], "don't.jpg");
    assert_eq!(
        order(Sort::Name, false)[..3],
        ["beach walk.jpg", "clip.mp4", "don't.jpg"]
    );
}

/// A name is higher than those of stems that its own stem begins, as far as these go on with less than a dot.
#[test]
fn backwards_by_name_a_stem_that_begins_others_stands_before_them() {
    let world = World::new();
    world.files(&["old!.jpg", "old+.jpg", "old-1.jpg", "old.jpg", "z.jpg"]);
    let view = world.app.view();
    let all = evaluate(&view, ME, &parse(""));
    let items = page(&view, &all, Sort::Name, true, 2, None).items;
    let names: Vec<String> = items.iter().filter_map(|asset| view.query_name(*asset)).collect();
    assert_eq!(names, ["z.jpg", "old.jpg"]);
}

#[test]
fn a_timeline_counts_a_set_by_year_month_or_day() {
    let world = world();
    let view = world.app.view();
    let all = evaluate(&view, ME, &parse(""));
    let shown = |by| {
        let counts = timeline(&view, &all, by).into_iter();
        counts
            .map(|(key, count)| format!("{key}={count}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(shown(By::Year), ["1974=1", "2019=1", "2020=1", "2024=4"]);
    assert_eq!(
        shown(By::Month),
        ["1974=1", "2019-12=1", "2020-01=1", "2024-06=3", "2024-08=1"]
    );
    assert_eq!(
        shown(By::Day)[3..],
        ["2024-06-15=2", "2024-06-30=1", "2024-08-01=1"]
    );
}
