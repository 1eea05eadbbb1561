//! The table of commands, walked: what each says to a person, which fields its JSON has, what it refuses and how.
//!
//! A command of the groups look, edit, organise and share that has no row here fails the test, so a new command comes with
//! its row. The rows run in their order on one library of four photos; a word in braces is filled in:
//!
//! | word | stands for |
//! |---|---|
//! | `{mount}` | where the tree is |
//! | `{photo}` | a photo in the mount |
//! | `{original}` | the path of that photo's original |
//! | `{library}` | the folder of originals |
//! | `{elsewhere}` | a file that is in no library |

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use kphotos_tests::photos::Photo;
use kphotos_tests::process::{self, Output};
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless, workspace};
use serde_json::Value;

use crate::sacred::JOBS;

/// The groups whose commands all need a row.
const GROUPS: [&str; 4] = ["look", "edit", "organise", "share"];

/// What a change answers.
const CHANGE: &[&str] = &["revision", "touched", "undoable", "summary", "dry_run"];
/// What a list answers.
const LIST: &[&str] = &["items", "total", "next"];
/// The asset of the contract.
const ASSET: &[&str] = &[
    "id",
    "name",
    "path",
    "library",
    "owner",
    "files",
    "checksum",
    "size",
    "mime",
    "kind",
    "width",
    "height",
    "orientation",
    "duration",
    "taken",
    "taken_source",
    "title",
    "description",
    "rating",
    "label",
    "favorite",
    "hidden",
    "tags",
    "location",
    "faces",
    "people",
    "albums",
    "camera",
    "exposure",
    "stack",
    "state",
    "added",
    "revision",
];

/// A command line that succeeds.
struct Row {
    /// As typed; its first words are the command.
    line: &'static str,
    /// Texts that a person is told.
    says: &'static [&'static str],
    /// The line for JSON, where it cannot be the same twice.
    json_line: Option<&'static str>,
    /// Fields of the document.
    fields: &'static [&'static str],
    /// Fields of each item of it.
    item: &'static [&'static str],
}

const fn row(
    line: &'static str,
    says: &'static [&'static str],
    fields: &'static [&'static str],
    item: &'static [&'static str],
) -> Row {
    let json_line = None;
    Row {
        line,
        says,
        json_line,
        fields,
        item,
    }
}

/// A change that cannot be made twice: its JSON is that of another line.
const fn once(line: &'static str, says: &'static [&'static str], json_line: &'static str) -> Row {
    let json_line = Some(json_line);
    Row {
        line,
        says,
        json_line,
        fields: CHANGE,
        item: &[],
    }
}

const fn change(line: &'static str, says: &'static [&'static str]) -> Row {
    row(line, says, CHANGE, &[])
}

const ROWS: &[Row] = &[
    // look
    row(
        "status",
        &[
            "K-Photos",
            "ready",
            "photos    4 in 4 files (0 hidden, 0 missing)",
            "library: 4 photos; 1 skipped; browsable now; all read and hashed",
        ],
        &[
            "version",
            "state",
            "revision",
            "photos",
            "hidden",
            "missing",
            "tags",
            "albums",
            "libraries",
            "mounts",
            "jobs",
            "limits",
            "places",
        ],
        &[],
    ),
    row("info {photo}", &["name ", "path ", "{original}"], LIST, ASSET),
    row(
        "info {original} 1 blake3:{checksum}",
        &["{original}"],
        LIST,
        ASSET,
    ),
    row("info {library} -r", &["{original}"], LIST, ASSET),
    row("info --query date:2024-06-14", &["{original}"], LIST, ASSET),
    row("search date:2024-06-14", &["{original}"], LIST, ASSET),
    row(
        "search --limit 1 --sort taken --reverse",
        &["1 of 4 photos"],
        LIST,
        ASSET,
    ),
    row(
        "search date:2024-06-14 --paths -0",
        &["{original}\0"],
        LIST,
        ASSET,
    ),
    row("search date:1900", &["no photo"], LIST, &[]),
    row("timeline", &["2023  1\n2024  3\n"], LIST, &["date", "count"]),
    row("timeline --by day date:2024", &[], LIST, &["date", "count"]),
    row("path {photo}", &["{original}\n"], LIST, &["id", "path"]),
    row("path {photo} -0", &["{original}\0"], LIST, &["id", "path"]),
    row(
        "path {mount}/dates/by-year/2024",
        &["{original}\n"],
        LIST,
        &["id", "path"],
    ),
    row("path {mount}/dates -r", &["{original}\n"], LIST, &["id", "path"]),
    row("duplicates", &["no duplicates among what was hashed"], LIST, &[]),
    row("duplicates date:2024 --extra", &[], LIST, &[]),
    row(
        "duplicates --near",
        &["no photos that look alike among what was looked at"],
        LIST,
        &[],
    ),
    row("duplicates --near=12 date:2024 --extra", &[], LIST, &[]),
    row("missing list", &["no photo"], LIST, &[]),
    row("whoami", &["(user 1, uid "], &["id", "name", "uid"], &[]),
    // edit
    change(
        "set {photo} --title Rome --rating 4 --dry-run",
        &["would do: ", "1 photo"],
    ),
    change(
        "set {photo} --title Rome --rating 4 --favorite --location 41.9,12.5",
        &["1 photo", " · revision ", " · kphotos undo "],
    ),
    change(
        "set {original} --no-favorite --no-location --only",
        &["1 photo", "kphotos undo "],
    ),
    change(
        "set {mount}/dates/by-year/2024 --label Red",
        &["3 photos", "kphotos undo "],
    ),
    change("set --query title:Rome --hidden --dry-run", &["would do: "]),
    change("clear title,rating {photo} --dry-run", &["would do: ", "1 photo"]),
    change("clear title,rating {photo}", &["1 photo", "kphotos undo "]),
    row(
        "info {photo} --layers",
        &["your edits", "in the file"],
        LIST,
        &["id", "layers"],
    ),
    change(
        "date set 1974-06 {photo} --dry-run",
        &["would do: date set to 1974-06"],
    ),
    change(
        "date set 1974-06 {original}",
        &["date set to 1974-06: 1 photo", "kphotos undo "],
    ),
    once(
        "undo",
        &["undone: date set to 1974-06", "kphotos undo "],
        "undo --dry-run",
    ),
    change("redo --dry-run", &["would do: done again: date set to 1974-06"]),
    change(
        "date shift +1h {original}",
        &["dates shifted by +1h: 1 photo", "kphotos undo "],
    ),
    change(
        "date zone Europe/Berlin {photo} --dry-run",
        &["would do: dates put into Europe/Berlin: 1 photo"],
    ),
    change(
        "date convert --from UTC --to Asia/Tokyo {photo} --dry-run",
        &["would do: dates converted from UTC to Asia/Tokyo: 1 photo"],
    ),
    change(
        "face add {photo} --box 0.8,0.8,0.1,0.1 --name Bea --dry-run",
        &["would do: photo 1: face 1001 added, Bea"],
    ),
    once(
        "face add {original} --box 0.8,0.8,0.1,0.1 --name Bea",
        &["photo 1: face 1001 added, Bea", "kphotos undo "],
        "face add 1 --box 0.2,0.2,0.1,0.1 --type pet",
    ),
    row(
        "face list {photo}",
        &[
            "1  1     Anna  Face  0.5,0.4,0.1,0.2  file",
            "1  1001  Bea   Face  0.8,0.8,0.1,0.1  added",
        ],
        LIST,
        &["asset", "id", "name", "type", "x", "y", "w", "h", "origin"],
    ),
    change(
        "face name {photo} 1001 --none --dry-run",
        &["would do: photo 1: face 1001 is nobody's that is known"],
    ),
    change(
        "face name {photo} 1002 Rex",
        &["photo 1: face 1002 is Rex", "kphotos undo "],
    ),
    once(
        "face remove {photo} 1002",
        &["photo 1: face 1002 removed", "kphotos undo "],
        "face remove {photo} 1001 --dry-run",
    ),
    change(
        "face reject {photo} 1 --dry-run",
        &["would do: photo 1: face 1 rejected"],
    ),
    // organise
    row(
        "people list",
        &["Anna  1", "Bea   1", "Rex   0"],
        LIST,
        &["id", "name", "synonyms", "count"],
    ),
    row("people show {mount}/people/Anna", &["{library}"], LIST, ASSET),
    row("search person:anna has:faces bea", &["{original}"], LIST, ASSET),
    change(
        "people rename Anna Anne --dry-run",
        &["would do: Anna: renamed to Anne: 1 photo"],
    ),
    change(
        "people merge Rex {mount}/people/Bea Anna --dry-run",
        &["would do: Rex, Bea merged into Anna: 1 photo"],
    ),
    row("stack list", &["no stacks"], LIST, &[]),
    once(
        "stack create 2 3",
        &["joined in one stack: 2 photos", "kphotos undo "],
        "stack create 2 3 --dry-run",
    ),
    row(
        "stack list date:2024",
        &["cover 2", "2  manual  photo  {library}/IMG_0002.JPG"],
        LIST,
        &["cover", "name", "members"],
    ),
    change("stack cover 3 --dry-run", &["would do: cover of its stack: 3"]),
    once(
        "stack split 2 3 {photo}",
        &["split from their stacks: 2 photos (1 was in none)"],
        "stack split 2 --dry-run",
    ),
    change("clear stack 2 3", &["edits of stack dropped: 2 photos"]),
    change(
        "tag add travel/italy {photo} --dry-run",
        &["would do: travel/italy: 1 photo"],
    ),
    change(
        "tag add travel/italy {mount}/dates/by-year/2024 --only",
        &["travel/italy: 3 photos", "kphotos undo "],
    ),
    row(
        "tag list",
        &["travel/italy  3"],
        LIST,
        &["id", "path", "name", "parent", "count"],
    ),
    change(
        "tag remove {mount}/tags/travel/italy {original}",
        &["travel/italy", "1 photo"],
    ),
    change(
        "tag rename travel/italy Italien --dry-run",
        &["would do: travel/italy: renamed to travel/Italien"],
    ),
    change(
        "tag move {mount}/tags/travel/italy / --dry-run",
        &["would do: travel/italy: moved to italy"],
    ),
    change(
        "tag merge travel/italy places --dry-run",
        &["would do: travel/italy merged into places: 2 photos"],
    ),
    once(
        "tag synonym add travel/italy Italien",
        &["Italien stands for it too", "kphotos undo "],
        "tag synonym add travel/italy Italy",
    ),
    row(
        "tag synonym list travel/italy",
        &["Italien\nItaly"],
        LIST,
        &["path"],
    ),
    once(
        "tag synonym remove travel/italy Italien",
        &["Italien no longer stands for it", "kphotos undo "],
        "tag synonym remove travel/italy Italy",
    ),
    change(
        "tag delete travel -r --dry-run",
        &["would do: travel: tag deleted with 1 below it, taken from 2 photos"],
    ),
    once(
        "album create Best/Rome",
        &["Best/Rome: album created", "kphotos undo "],
        "album create Other --dry-run",
    ),
    change(
        "album add Best/Rome --query date:2024",
        &["Best/Rome: 3 photos", "kphotos undo "],
    ),
    change(
        "album remove {mount}/albums/Best/Rome {original}",
        &["Best/Rome", "1 photo"],
    ),
    row(
        "album list",
        &["Best/Rome  2"],
        LIST,
        &[
            "id", "path", "name", "parent", "count", "rule", "cover", "order", "included", "excluded",
        ],
    ),
    row("album show Best/Rome", &["{library}"], LIST, ASSET),
    // smart albums
    once(
        "album create Smart --query date:2024",
        &["Smart: album created, 3 photos found", "kphotos undo "],
        "album create Smarter --folder {library} --dry-run",
    ),
    change(
        "album exclude Smart {original} --only",
        &["Smart: excluded 1 photo", "kphotos undo "],
    ),
    change(
        "album include {mount}/albums/Smart --query date:2023",
        &["Smart: 1 photo"],
    ),
    change(
        "album bind Smart --folder {mount}/library/library",
        &["Smart: a folder finds its photos, 4 photos now", "kphotos undo "],
    ),
    change("album cover Smart 2", &["Smart: asset 2 is its cover"]),
    change(
        "album cover Smart --none",
        &["Smart: the first photo is its cover"],
    ),
    change(
        "album order Smart --by name --reverse",
        &["Smart: sorted by name, reversed"],
    ),
    change(
        "album order Smart 3 --first",
        &["Smart: 1 photo placed, sorted by hand", "kphotos undo "],
    ),
    row(
        "album show Smart",
        &["folder {library}, 1 included, 1 excluded; sorted by manual"],
        &["items", "total", "next", "album"],
        ASSET,
    ),
    // collection
    once(
        "collection create good date:2024 NOT name:x",
        &["good: collection created", "kphotos undo "],
        "collection create fine ext:jpg --dry-run",
    ),
    row(
        "collection list",
        &["good  date:2024 NOT name:x  3"],
        LIST,
        &["id", "name", "owner", "query", "count"],
    ),
    row(
        "collection show {mount}/collections/good",
        &["{library}"],
        &["items", "total", "next", "collection"],
        ASSET,
    ),
    change(
        "album bind Smart --collection good",
        &["Smart: a collection finds its photos, 3 photos now"],
    ),
    once(
        "collection update {mount}/collections/good date:2024",
        &["good: collection updated", "kphotos undo "],
        "collection update good --name better --dry-run",
    ),
    once(
        "collection create spare rating:5",
        &["spare: collection created"],
        "collection create other rating:5",
    ),
    once(
        "collection delete spare",
        &["spare: collection deleted", "kphotos undo "],
        "collection delete other",
    ),
    change(
        "album rename Best/Rome Roma --dry-run",
        &["would do: Best/Rome: renamed to Best/Roma"],
    ),
    change(
        "album move {mount}/albums/Best/Rome / --dry-run",
        &["would do: Best/Rome: moved to Rome"],
    ),
    change(
        "album delete Best -r --dry-run",
        &["would do: Best: album deleted with 1 in it; its 2 photos stay"],
    ),
    // share
    once(
        "share create Rome --album {mount}/albums/Best/Rome",
        &["Rome: 2 photos shared", "kphotos undo "],
        "share create Other --query date:2024",
    ),
    row(
        "share list",
        &["Other  query date:2024  3", "Rome   album Best/Rome  2"],
        LIST,
        &["id", "name", "owner", "scope", "count"],
    ),
    row("share show {mount}/shares/Rome", &["{library}"], LIST, ASSET),
    once(
        "share revoke {mount}/shares/Rome",
        &["Rome: share revoked"],
        "share revoke Other",
    ),
    // What was done above is in it.
    row(
        "history --limit 100",
        &["album created", "[undoes "],
        LIST,
        &[
            "revision",
            "at",
            "actor",
            "kind",
            "summary",
            "undoes",
            "undone_by",
        ],
    ),
    row(
        "history {original} --limit 1",
        &["Smart: excluded 1 photo"],
        LIST,
        &["revision", "summary"],
    ),
];

/// Commands that have no end, or are tested by a test of their own below.
const ELSEWHERE: &[&str] = &["watch"];

/// A command line that is refused: exit code, and words of the message.
const REFUSED: &[(&str, i32, &[&str])] = &[
    ("frobnicate", 2, &["frobnicate"]),
    ("info", 2, &["no photo was named"]),
    ("info {elsewhere}", 3, &["{elsewhere}", "no library"]),
    ("info 4711", 3, &["4711"]),
    ("info {mount}/tags/none/a.jpg", 3, &["in the mount"]),
    ("info {mount}", 3, &["no photo directly in", "-r"]),
    ("info blake3:00", 2, &["blake3:00"]),
    ("search date:20x4", 2, &["at 5", "20x4"]),
    ("search -0", 2, &["--paths"]),
    ("duplicates -0", 2, &["--extra"]),
    ("duplicates (", 2, &["expected"]),
    ("duplicates --near=36", 2, &["0..=35"]),
    ("duplicates --near (", 2, &["expected"]),
    ("missing", 2, &["list", "forget"]),
    ("missing list (", 2, &["expected"]),
    ("missing forget", 2, &["no photo was named"]),
    ("missing forget {photo}", 5, &["is not missing", "kphotos info"]),
    ("missing forget 4711", 3, &["4711"]),
    ("search --sort size", 2, &["size"]),
    ("timeline --by week", 2, &["week"]),
    ("path {library}/none.jpg", 3, &["none.jpg"]),
    ("path --query ((", 2, &["at 2", "expected"]),
    ("history 4711", 3, &["4711"]),
    ("set {photo}", 2, &["--title"]),
    ("set {photo} --rating 9", 2, &["9"]),
    ("set {photo} --location north", 2, &["north", "LAT,LON"]),
    ("set 4711 --title x", 3, &["4711"]),
    ("clear colour {photo}", 2, &["colour"]),
    ("date set soon {photo}", 2, &["soon"]),
    ("date shift 1h {photo}", 2, &["1h", "+1h30m"]),
    ("date zone Nowhere/None {photo}", 2, &["Nowhere/None"]),
    ("face list 4711", 3, &["4711"]),
    (
        "face add {photo} --box 2,0,1,1",
        2,
        &["2,0,1,1", "0.5,0.4,0.1,0.2"],
    ),
    (
        "face add {photo} --box 0.5,0.5,0.1,0.1 --type nose",
        2,
        &["nose", "BarCode"],
    ),
    (
        "face name {photo} 7 Anna",
        3,
        &["no face 7", "kphotos face list 1"],
    ),
    ("face name {photo} 1", 2, &["--none"]),
    ("face reject {photo} 1001", 5, &["kphotos face remove 1 1001"]),
    ("face remove {photo} 1", 5, &["kphotos face reject 1 1"]),
    ("face reject {mount}/dates/by-year/2024 1", 2, &["name one"]),
    ("people show Nemo", 3, &["Nemo", "kphotos people list"]),
    ("people rename Anna Bea", 5, &["kphotos people merge"]),
    ("people merge Nemo Anna", 3, &["Nemo"]),
    ("people show {mount}/albums/Best", 2, &["no person"]),
    (
        "share create x --person Nemo",
        3,
        &["Nemo", "kphotos people list"],
    ),
    ("stack create {photo}", 2, &["two photos or more"]),
    ("stack split", 2, &["no photo was named"]),
    ("stack cover {photo}", 5, &["kphotos stack create"]),
    ("stack cover {mount}/dates/by-year/2024", 2, &["name one"]),
    ("stack list (", 2, &["expected"]),
    ("redo", 5, &["nothing to redo"]),
    ("tag rename none x", 3, &["none"]),
    ("tag delete travel", 5, &["-r"]),
    ("tag synonym remove travel x", 3, &["no synonym"]),
    ("album delete Best", 5, &["-r"]),
    ("album move Best Best/Rome", 5, &["below it"]),
    ("undo 999999", 3, &["999999"]),
    ("tag add a//b {photo}", 2, &["a//b"]),
    ("tag remove none {photo}", 3, &["none"]),
    ("tag add {mount}/albums/Best {photo}", 2, &["no tag"]),
    ("album create Best/Rome", 5, &["Best/Rome", "already"]),
    ("album add None {photo}", 3, &["None"]),
    ("album show None", 3, &["None"]),
    ("album remove Best/Rome 4711", 3, &["4711"]),
    (
        "album create Loop --query album:Best",
        2,
        &["album:", "refer to itself"],
    ),
    ("album create Loop --query date:20x4", 2, &["at 5"]),
    ("album create Loop --folder {elsewhere}", 3, &["{elsewhere}"]),
    ("album bind Smart", 2, &["--none"]),
    (
        "album bind Smart --collection none",
        3,
        &["none", "kphotos collection list"],
    ),
    (
        "album exclude Best/Rome 1",
        5,
        &["no rule", "kphotos album remove Best/Rome"],
    ),
    ("album cover Best/Rome 4", 3, &["not in `Best/Rome`"]),
    ("album order Best/Rome 4 --first", 3, &["not in `Best/Rome`"]),
    ("album order Smart 2 --after 2", 2, &["beside itself"]),
    ("album order Smart --by size", 2, &["size"]),
    ("collection create good x", 5, &["kphotos collection update good"]),
    ("collection create a/b x", 2, &["`a_b`"]),
    ("collection create loop is:shared", 2, &["is:shared"]),
    ("collection update good album:Best", 5, &["`good`", "album:"]),
    ("collection delete good", 5, &["kphotos album bind Smart --none"]),
    ("collection show none", 3, &["none", "kphotos collection list"]),
    ("share create a/b --query x", 2, &["a/b", "`a_b`"]),
    ("share create x", 2, &["--album"]),
    ("share create x --query date:20x4", 2, &["at 5"]),
    ("share create x --tag none", 3, &["none", "kphotos tag list"]),
    ("share create x --folder {elsewhere}", 3, &["{elsewhere}"]),
    ("share show none", 3, &["none", "kphotos share list"]),
    ("share revoke {mount}/albums/Best", 2, &["no share"]),
    ("library show none", 3, &["none"]),
    ("library relocate none {library}", 3, &["none"]),
    (
        "library relocate 1 {library}",
        5,
        &["the settings declare", "[[library]]"],
    ),
    ("library remove 9", 3, &["9"]),
    ("library remove 1", 5, &["the settings declare", "[[library]]"]),
];

/// A library of four photos and a file that is none, read and hashed.
struct Table {
    world: World,
    words: Vec<(&'static str, String)>,
}

impl Table {
    fn new() -> Self {
        let mut world = World::new().unwrap();
        let library = world.library();
        for (number, day) in (1..).zip(["2024-06-14", "2024-06-15", "2024-06-16", "2023-12-24"]) {
            let photo = Photo::numbered(number).taken_at(&format!("{day}T10:30:05"));
            let photo = match number {
                1 => photo.showing("Anna", [0.5, 0.4, 0.1, 0.2]),
                _ => photo,
            };
            photo.write_to(&library, format!("IMG_{number:04}.JPG")).unwrap();
        }
        fs::write(library.join("notes.txt"), "no photo").unwrap();
        fs::write(world.path("elsewhere.jpg"), "of no library").unwrap();
        world.start().unwrap();
        world.wait_idle(JOBS);
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        let original = library.join("IMG_0001.JPG").canonicalize().unwrap();
        let checksum = blake3::hash(&fs::read(&original).unwrap()).to_hex().to_string();
        let photo = world.mount().join("dates/by-day/2024/2024-06-14/IMG_0001.JPG");
        let words = vec![
            ("{photo}", path(photo)),
            ("{original}", path(original)),
            ("{mount}", path(world.mount())),
            ("{library}", path(library.canonicalize().unwrap())),
            (
                "{elsewhere}",
                path(world.path("elsewhere.jpg").canonicalize().unwrap()),
            ),
            ("{checksum}", checksum),
        ];
        Self { world, words }
    }

    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (word, value): &(&str, String)| text.replace(word, value);
        self.words.iter().fold(text.to_owned(), fill)
    }

    fn run(&self, line: &str, json: bool) -> Output {
        let mut arguments: Vec<String> = line.split(' ').map(|word| self.filled(word)).collect();
        if json {
            arguments.push("--json".to_owned());
        }
        self.world.kphotos(&arguments)
    }

    fn succeeds(&self, row: &Row) {
        let output = self.run(row.line, false).ok();
        let said = format!("{}{}", output.stdout, output.stderr);
        for text in row.says {
            assert!(
                said.contains(&self.filled(text)),
                "`{}` does not say `{text}`: {output}",
                row.line
            );
        }
        let output = self.run(row.json_line.unwrap_or(row.line), true).ok();
        let document = output.json();
        has(&document, row.fields, &output);
        let items = document["items"].as_array();
        assert!(
            row.item.is_empty() || items.is_some_and(|items| !items.is_empty()),
            "{output}"
        );
        for item in items.into_iter().flatten() {
            has(item, row.item, &output);
        }
    }

    fn is_refused(&self, (line, exit, words): &(&str, i32, &[&str])) {
        let output = self.run(line, false).exits(*exit);
        assert_eq!(output.stdout, "", "{output}");
        for word in *words {
            assert!(
                output.stderr.contains(&self.filled(word)),
                "`{word}` is not said: {output}"
            );
        }
        // What clap refuses is told before anything knows of --json.
        let output = self.run(line, true).exits(*exit);
        if output.stderr.starts_with("kphotos: ") {
            let error = &output.json()["error"];
            assert!(
                error["code"].is_string() && error["message"].is_string(),
                "{output}"
            );
        }
    }
}

#[track_caller]
fn has(document: &Value, fields: &[&str], output: &Output) {
    for field in fields {
        assert!(document.get(field).is_some(), "no field `{field}`: {output}");
    }
}

#[test]
fn every_command_says_and_refuses_what_it_should() {
    skip_unless!(skip::fuse());
    let mut table = Table::new();
    // All of them, so that one run shows everything that is wrong.
    let mut wrong = Vec::new();
    for row in ROWS {
        if catch_unwind(AssertUnwindSafe(|| table.succeeds(row))).is_err() {
            wrong.push(row.line);
        }
    }
    for refused in REFUSED {
        if catch_unwind(AssertUnwindSafe(|| table.is_refused(refused))).is_err() {
            wrong.push(refused.0);
        }
    }
    assert!(wrong.is_empty(), "wrong, as said above: {wrong:#?}");
    let output = table.run("--quiet tag add quiet {photo}", false).ok();
    assert_eq!(
        (output.stdout.as_str(), output.stderr.as_str()),
        ("", ""),
        "{output}"
    );
    photos_are_read_from_stdin(&table);
    the_socket_is_in_the_folder_that_the_daemon_was_given(&table);
    what_cannot_be_written_is_a_failure(&table);
    assert!(table.world.json(&["library", "show", "1", "--skipped"])["items"][0]["path"].is_string());
    // Who may not reach it is told so in `private`.
    let _ = table.world.stop().unwrap();
    table.is_refused(&("status", 6, &["runtime/bus", "start kphotosd"]));
}

fn photos_are_read_from_stdin(table: &Table) {
    let script = |script: &str| {
        let mut command = std::process::Command::new("sh");
        let program = table.world.kphotos_command().unwrap().get_program().to_owned();
        command
            .args(["-c", script])
            .env("kphotos", program)
            .env("KPHOTOS_SOCKET", table.world.socket());
        process::run(&mut command).unwrap().ok()
    };
    let output =
        script("\"$kphotos\" search date:2024 --paths -0 | \"$kphotos\" path - -0 | tr -cd '\\0' | wc -c");
    assert_eq!(output.stdout.trim(), "3", "{output}");
    let output = script("printf '1\\n2\\n' | \"$kphotos\" tag add piped - --only");
    assert!(output.stdout.starts_with("piped: 2 photos"), "{output}");
}

fn the_socket_is_in_the_folder_that_the_daemon_was_given(table: &Table) {
    let program = table.world.kphotos_command().unwrap().get_program().to_owned();
    let whoami = |runtime: &Path, socket: &Path| {
        let mut command = process::clean_command(&program, runtime);
        command
            .env("KPHOTOS_RUNTIME_DIR", runtime)
            .env("KPHOTOS_SOCKET", socket)
            .args(["whoami", "--json"]);
        process::run(&mut command).unwrap()
    };
    let socket = table.world.socket();
    let runtime = socket.parent().unwrap();
    let _ = whoami(runtime, Path::new("")).ok();
    let elsewhere = runtime.join("elsewhere");
    let output = whoami(runtime, &elsewhere);
    assert!(output.stderr.contains(elsewhere.to_str().unwrap()), "{output}");
}

fn what_cannot_be_written_is_a_failure(table: &Table) {
    let mut command = table.world.kphotos_command().unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let done = command.arg("status").stdout(full).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&done.stderr).contains("could not be written"));
}

#[test]
fn every_command_of_the_table_is_tried() {
    let program = process::program_in(&process::programs_dir().unwrap(), "kphotos").unwrap();
    let help = process::run(std::process::Command::new(program).arg("--help"))
        .unwrap()
        .ok();
    let files = skip_unless!(workspace::tracked_files());
    let pages: BTreeSet<String> = files
        .iter()
        .filter(|file| file.starts_with("packaging/man"))
        .filter_map(|file| file.file_name()?.to_str()?.strip_suffix(".1").map(str::to_owned))
        .collect();
    // A page that another goes on from is that of a group of commands.
    let is_command = |page: &&String| !pages.iter().any(|other| other.starts_with(&format!("{page}-")));
    let mut untried = Vec::new();
    for group in GROUPS {
        let names = help
            .stdout
            .lines()
            .filter_map(|line| line.trim_start().split_once("  "))
            .find(|(first, _)| *first == group)
            .unwrap_or_else(|| panic!("the help has no group {group}: {help}"));
        for name in names.1.split_whitespace() {
            let own = format!("kphotos-{name}");
            let below = format!("{own}-");
            let of_name = pages
                .iter()
                .filter(|page| **page == own || page.starts_with(&below));
            for page in of_name.filter(is_command) {
                let words = page.trim_start_matches("kphotos-").replace('-', " ");
                let is_tried = ROWS
                    .iter()
                    .any(|row| row.line == words || row.line.starts_with(&format!("{words} ")));
                if !is_tried && !ELSEWHERE.contains(&words.as_str()) {
                    untried.push(words);
                }
            }
        }
    }
    assert!(
        untried.is_empty(),
        "these have no row in tests/it/commands.rs: {untried:?}"
    );
}
