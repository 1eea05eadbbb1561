//! Events told by hand, at times told by hand.

use super::*;

const ROOT: i32 = 1;
const TRIP: i32 = 2;

struct Stage {
    changes: Changes,
    start: Instant,
}

fn stage() -> Stage {
    let mut changes = Changes::default();
    assert!(changes.nodes.put(b"", ROOT) && changes.nodes.put(b"trip", TRIP));
    Stage {
        changes,
        start: Instant::now(),
    }
}

impl Stage {
    fn at(&self, ms: u64) -> Instant {
        self.start + Duration::from_millis(ms)
    }

    fn tell(&mut self, ms: u64, watch: i32, mask: u32, cookie: u32, name: &str) -> Orders {
        let (now, name) = (self.at(ms), name.as_bytes().into());
        let mut orders = Orders::default();
        let event = Event {
            watch,
            mask,
            cookie,
            name,
        };
        self.changes.take(&event, now, &mut orders);
        orders
    }

    fn round(&mut self, ms: u64) -> Option<Vec<(String, bool)>> {
        let round = self.changes.round(self.at(ms))?;
        let said = |part: Part| (String::from_utf8(part.path).unwrap(), part.below);
        Some(round.parts.into_iter().map(said).collect())
    }
}

fn parts(parts: &[(&str, bool)]) -> Option<Vec<(String, bool)>> {
    Some(
        parts
            .iter()
            .map(|(path, below)| ((*path).to_owned(), *below))
            .collect(),
    )
}

#[test]
fn a_file_is_looked_at_a_moment_after_it_was_closed_not_before() {
    let mut stage = stage();
    stage.tell(0, TRIP, libc::IN_CREATE, 0, "a.jpg");
    stage.tell(100, TRIP, libc::IN_MODIFY, 0, "a.jpg");
    assert!(stage.changes.is_in_writing(b"trip/a.jpg"));
    assert_eq!(stage.round(2_900), None, "still being written");
    stage.tell(3_000, TRIP, libc::IN_MODIFY, 0, "a.jpg");
    stage.tell(3_100, TRIP, libc::IN_CLOSE_WRITE, 0, "a.jpg");
    assert!(!stage.changes.is_in_writing(b"trip/a.jpg"));
    assert_eq!(stage.round(3_250), None, "something may follow");
    assert_eq!(stage.round(3_300), parts(&[("trip", false)]));
    assert_eq!((stage.round(9_000), stage.changes.due()), (None, None));
}

#[test]
fn a_file_that_nobody_closes_is_looked_at_after_a_while() {
    let mut stage = stage();
    stage.tell(0, TRIP, libc::IN_CREATE, 0, "linked.jpg");
    stage.tell(0, ROOT, libc::IN_CREATE, 0, "slow.mov");
    stage.tell(500, ROOT, libc::IN_MODIFY, 0, "slow.mov");
    assert_eq!(stage.changes.due(), Some(stage.at(1_000)));
    assert_eq!(stage.round(1_000), None);
    assert_eq!(stage.round(1_200), parts(&[("trip", false)]));
    assert_eq!(stage.round(3_400), None);
    assert_eq!(stage.round(3_500), None);
    assert_eq!(stage.round(3_700), parts(&[("", false)]));
}

#[test]
fn a_storm_is_looked_at_once_a_second_and_rests_as_long_as_that_took() {
    let mut stage = stage();
    let mut rounds = 0;
    for number in 0..5_000u64 {
        stage.tell(number, ROOT, libc::IN_CLOSE_WRITE, 0, &format!("{number}.jpg"));
        if stage.round(number).is_some() {
            rounds += 1;
            let rest = stage.at(number + 1_500);
            stage.changes.rest_until(rest);
        }
    }
    assert_eq!(rounds, 3);
    assert!(stage.round(60_000).is_some());
}

#[test]
fn a_renamed_folder_is_one_look_and_keeps_its_watches() {
    let mut stage = stage();
    stage.tell(0, ROOT, libc::IN_MOVED_FROM | libc::IN_ISDIR, 7, "trip");
    stage.tell(0, ROOT, libc::IN_MOVED_TO | libc::IN_ISDIR, 7, "rome");
    stage.tell(10, TRIP, libc::IN_CLOSE_WRITE, 0, "new.jpg");
    let round = stage.changes.round(stage.at(300)).unwrap();
    assert_eq!(round.unwatch, [] as [i32; 0]);
    let paths: Vec<&[u8]> = round.parts.iter().map(|part| &*part.path).collect();
    assert_eq!(paths, [&b""[..], b"rome"]);
    assert_eq!(stage.changes.nodes.path(TRIP).unwrap(), b"rome");
}

#[test]
fn a_folder_that_left_the_library_is_watched_no_more() {
    let mut stage = stage();
    assert!(stage.changes.nodes.put(b"trip/day", 3));
    stage.tell(0, ROOT, libc::IN_MOVED_FROM | libc::IN_ISDIR, 7, "trip");
    let mut round = stage.changes.round(stage.at(300)).unwrap();
    round.unwatch.sort_unstable();
    assert_eq!(round.unwatch, [TRIP, 3]);
}

#[test]
fn a_new_folder_is_entered_at_once_and_looked_at_with_all_below() {
    let mut stage = stage();
    let orders = stage.tell(0, TRIP, libc::IN_CREATE | libc::IN_ISDIR, 0, "day");
    assert_eq!(orders.enter, [b"trip/day"]);
    assert_eq!(stage.round(300), parts(&[("trip/day", true)]));
}

#[test]
fn what_a_scan_has_no_use_for_wakes_nobody() {
    let mut stage = stage();
    stage.tell(0, TRIP, libc::IN_CLOSE_WRITE, 0, "notes.txt");
    stage.tell(0, TRIP, libc::IN_MOVED_TO, 0, "._a.jpg");
    let orders = stage.tell(0, TRIP, libc::IN_CREATE | libc::IN_ISDIR, 0, "@eaDir");
    assert_eq!((stage.changes.due(), orders), (None, Orders::default()));
    stage.tell(0, TRIP, libc::IN_CREATE, 0, ".kphotosignore");
    assert_eq!(stage.round(300), parts(&[("trip", true)]));
}

#[test]
fn an_overflow_and_a_root_that_goes_are_said() {
    let mut stage = stage();
    assert!(stage.tell(0, -1, libc::IN_Q_OVERFLOW, 0, "").overflowed);
    assert!(stage.tell(0, ROOT, libc::IN_MOVE_SELF, 0, "").root_left);
    assert!(!stage.tell(0, TRIP, libc::IN_MOVE_SELF, 0, "").root_left);
    assert!(stage.tell(0, TRIP, libc::IN_UNMOUNT, 0, "").root_left);
}

#[test]
fn very_many_folders_are_looked_at_as_one() {
    let mut stage = stage();
    for number in 0..=MOST {
        let name = format!("{number}");
        stage.tell(0, ROOT, libc::IN_CREATE | libc::IN_ISDIR, 0, &name);
    }
    assert_eq!(stage.round(300), parts(&[("", true)]));
}
