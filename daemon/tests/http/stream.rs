//! The stream of events: nothing missed, nothing twice, nobody held up.

use super::client::{Event, Events};
use super::world::World;
use kphotos_domain::command::{Command, TagAssets};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{AssetId, AssetSet, UserId};
use kphotos_domain::organization::TagPath;
use serde_json::json;
use std::sync::Arc;

const EVENTS: &str = "/api/v1/events";

/// Gives a tag, or takes it; the entry.
fn toggle(app: &kphotos_domain::app::App, tag: &str, give: bool) -> u64 {
    let (tag, assets) = (TagPath::parse(tag).unwrap(), AssetSet::one(AssetId::new(1)));
    let command = TagAssets { tag, assets };
    let command = if give {
        Command::AddTag(command)
    } else {
        Command::RemoveTag(command)
    };
    let receipt = app.execute(Actor::User(UserId::new(1)), &command).unwrap();
    receipt.revision.unwrap().number()
}

/// The next event that says something.
fn next(events: &mut Events) -> Event {
    std::iter::from_fn(|| events.next_event())
        .find(|event| event.data.is_some())
        .unwrap()
}

#[test]
fn every_entry_is_one_event_and_told_again_the_same() {
    let world = World::with(&["a.jpg", "b.jpg"]);
    let start = world.app.journal().last().number();
    let mut live = world.client.events(EVENTS, None);
    assert_eq!(
        live.next_event(),
        Some(Event {
            id: start,
            data: None
        })
    );
    let first = toggle(&world.app, "travel/italy", true);
    world
        .client
        .send("PATCH", "/api/v1/assets/2", &json!({"title": "x"}))
        .ok();
    world
        .client
        .send("POST", "/api/v1/albums", &json!({"path": "best"}))
        .ok();
    world
        .client
        .send("POST", "/api/v1/albums/best/assets", &json!({"query": ""}))
        .ok();
    world.client.send("POST", "/api/v1/undo", &json!({})).ok();
    let lived: Vec<Event> = (0..5).map(|_| next(&mut live)).collect();
    let data = lived[0].data.clone().unwrap();
    assert_eq!(
        data,
        json!({"revision": first, "kinds": ["assets", "tags"], "ids": [1]})
    );
    assert_eq!(lived[3].data.as_ref().unwrap()["ids"], json!([1, 2]));
    let mut again = world.client.events(EVENTS, Some(start));
    let told: Vec<Event> = (0..5).map(|_| next(&mut again)).collect();
    assert_eq!(told, lived);
    assert_eq!(
        again.next_event(),
        Some(Event {
            id: start + 5,
            data: None
        })
    );
}

#[test]
fn a_client_that_comes_back_amid_changes_misses_nothing_and_hears_nothing_twice() {
    let world = World::with(&["a.jpg"]);
    let start = world.app.journal().last().number();
    let threads: Vec<_> = (0..3)
        .map(|number| {
            let app = Arc::clone(&world.app);
            std::thread::spawn(move || {
                for at in 0..60 {
                    toggle(&app, &format!("tag {number}"), at % 2 == 0);
                }
            })
        })
        .collect();
    let (mut seen, mut last) = (Vec::new(), start);
    while last < start + 180 {
        // Comes back after every few events, while the entries are made.
        let mut events = world.client.events(EVENTS, Some(last));
        for _ in 0..7.min(start + 180 - last) {
            let event = next(&mut events);
            assert_eq!(event.data.as_ref().unwrap()["revision"], event.id);
            last = event.id;
            seen.push(event.id);
        }
    }
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(seen, (start + 1..=start + 180).collect::<Vec<_>>());
}

#[test]
fn who_was_away_too_long_or_comes_from_elsewhere_is_told_to_read_again() {
    let world = World::with(&["a.jpg"]);
    let start = world.app.journal().last().number();
    for at in 0..1001 {
        toggle(&world.app, "x", at % 2 == 0);
    }
    let last = world.app.journal().last().number();
    for after in [start, 0, last + 1, u64::MAX] {
        let event = next(&mut world.client.events(EVENTS, Some(after)));
        let all = json!({"revision": last, "kinds": ["all"], "ids": []});
        assert_eq!((event.id, event.data), (last, Some(all)), "{after}");
    }
    let event = next(&mut world.client.events(EVENTS, Some(start + 1)));
    assert_eq!(event.id, start + 2);
    for wrong in ["x", "-1", "1.5", ""] {
        let answer = world.client.ask("GET", EVENTS, &[("last-event-id", wrong)], &[]);
        answer.refused(400, "invalid");
    }
}

#[test]
fn a_client_that_does_not_read_holds_nobody_up_and_the_end_ends_it() {
    let mut world = World::with(&["a.jpg"]);
    let mut slow: Vec<Events> = (0..10).map(|_| world.client.events(EVENTS, None)).collect();
    let start = world.app.journal().last().number();
    for at in 0..2000 {
        toggle(&world.app, "x", at % 2 == 0);
    }
    // It may have been told to read again in between, but it comes to the end.
    let mut last = start;
    while last < start + 2000 {
        let event = slow[0].next_event().unwrap();
        assert!(event.id >= last);
        last = event.id;
    }
    world.end.take();
    while slow[1].next_event().is_some() {}
}
