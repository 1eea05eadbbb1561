//! Jobs as objects, on the daemon's own socket.

use super::world::{Signals, World, connect, none, options};
use kphotos_daemon::dbus::OBJECT_PATH;
use kphotos_daemon::surface::{JobProgress, ProgressUnit};
use kphotos_domain::command::{Command, EnqueueJob, SettleJob};
use kphotos_domain::identity::Actor;
use kphotos_domain::kernel::{JobId, LibraryId};
use kphotos_domain::processing::{AskedBy, JobKind, Outcome};
use std::collections::HashMap;
use std::time::Duration;
use zbus::OwnedObjectPath;
use zbus::wire::{OwnedVariant, Variant};

type Interfaces = HashMap<String, HashMap<String, OwnedVariant>>;

fn job_path(job: u32) -> String {
    format!("{OBJECT_PATH}/job/{job}")
}

fn text(values: &HashMap<String, OwnedVariant>, name: &str) -> String {
    String::try_from(values[name].try_clone().unwrap()).unwrap()
}

async fn start(world: &World, kind: &str, options: super::world::Dict) -> (u32, u64, String) {
    let reply = world
        .call("Processing", "StartJob", &(kind, 1u32, options))
        .await
        .unwrap();
    world.jobs.moved();
    reply.body().deserialize().unwrap()
}

async fn state(world: &World, job: u32) -> String {
    let document = world.document("Processing", "ShowJob", &job).await;
    document.get("state").unwrap().as_str().unwrap().to_owned()
}

/// Calls a method of a job's object: its summary, or the name of the error.
async fn order(client: &zbus::Connection, job: u32, method: &str) -> Result<String, String> {
    let call = client.call_method(None::<&str>, job_path(job), Some("org.kphotos.Job1"), method, &());
    match call.await {
        Ok(reply) => Ok(reply.body().deserialize::<(u64, String)>().unwrap().1),
        Err(zbus::Error::MethodError(name, _, _)) => Err(name.rsplit('.').next().unwrap().to_owned()),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_an_object_that_comes_changes_and_goes() {
    let world = World::with(&[]).await;
    let mut signals = Signals::of(&world.client);
    // Served, its signals with it.
    world.document("Identity", "WhoAmI", &()).await;
    let (job, revision, summary) = start(&world, "hash", none()).await;
    assert_eq!((job, summary.as_str()), (1, "hash job"));
    assert!(revision > 0);
    let added = signals.next("InterfacesAdded").await;
    let (path, interfaces): (OwnedObjectPath, Interfaces) = added.body().deserialize().unwrap();
    assert_eq!(path.as_str(), job_path(1));
    let values = &interfaces["org.kphotos.Job1"];
    assert_eq!(
        (
            text(values, "State"),
            text(values, "Priority"),
            text(values, "AskedBy")
        ),
        ("pending".into(), "low".into(), "person".into())
    );

    world.jobs.step(JobProgress {
        job: JobId::new(1),
        done: 3,
        total: Some(9),
        unit: ProgressUnit::Bytes,
        rate: None,
        left: None,
        message: "hashing".into(),
    });
    let changed = signals.next("PropertiesChanged").await;
    assert_eq!(changed.header().path().unwrap().as_str(), job_path(1));
    let (interface, values, gone): (String, HashMap<String, OwnedVariant>, Vec<String>) =
        changed.body().deserialize().unwrap();
    assert_eq!((interface.as_str(), gone.len()), ("org.kphotos.Job1", 0));
    assert_eq!(text(&values, "State"), "running");
    assert!(!values.contains_key("Kind"), "only what is different: {values:?}");

    world.jobs.progress.lock().unwrap().clear();
    assert_eq!(order(&world.client, 1, "Pause").await.unwrap(), "job 1 is paused");
    assert_eq!(state(&world, 1).await, "paused");
    assert_eq!(order(&world.client, 1, "Retry").await.unwrap_err(), "Conflict");
    assert_eq!(order(&world.client, 1, "Resume").await.unwrap(), "job 1 goes on");
    order(&world.client, 1, "Cancel").await.unwrap();
    assert_eq!(state(&world, 1).await, "cancelled");
    assert_eq!(order(&world.client, 1, "Pause").await.unwrap_err(), "Conflict");

    // Ten later ones that are over take its place.
    for later in 2..=11 {
        let (job, _, _) = start(&world, "scan", none()).await;
        assert_eq!(job, later);
        let outcome = Outcome::Done {
            summary: "all".into(),
        };
        let settle = Command::SettleJob(SettleJob {
            job: JobId::new(job),
            outcome,
        });
        world.app.execute(Actor::System, &settle).unwrap();
        world.jobs.moved();
    }
    let removed = signals.next("InterfacesRemoved").await;
    let (path, interfaces): (OwnedObjectPath, Vec<String>) = removed.body().deserialize().unwrap();
    assert_eq!((path.as_str(), interfaces.len()), (job_path(1).as_str(), 1));
    // It is remembered all the same, and comes back when it runs again.
    assert_eq!(state(&world, 1).await, "cancelled");
    world.call("Processing", "RetryJob", &1u32).await.unwrap();
    world.jobs.moved();
    loop {
        let added = signals.next("InterfacesAdded").await;
        let (path, _): (OwnedObjectPath, Interfaces) = added.body().deserialize().unwrap();
        if path.as_str() == job_path(1) {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_when_a_client_comes_is_managed_and_can_be_read() {
    let world = World::with(&[]).await;
    let high = options(&[("priority", Variant::from("high"))]);
    start(&world, "metadata", high).await;
    let client = connect(&world.socket()).await;
    let manager = "org.freedesktop.DBus.ObjectManager";
    let reply = client
        .call_method(None::<&str>, OBJECT_PATH, Some(manager), "GetManagedObjects", &())
        .await
        .unwrap();
    let objects: HashMap<OwnedObjectPath, Interfaces> = reply.body().deserialize().unwrap();
    assert_eq!(objects.len(), 1);
    let managed = &objects[&OwnedObjectPath::try_from(job_path(1)).unwrap()]["org.kphotos.Job1"];
    let reply = client
        .call_method(
            None::<&str>,
            job_path(1),
            Some("org.freedesktop.DBus.Properties"),
            "GetAll",
            &"org.kphotos.Job1",
        )
        .await
        .unwrap();
    let read: HashMap<String, OwnedVariant> = reply.body().deserialize().unwrap();
    assert_eq!(&read, managed, "read one by one and all at once");
    assert_eq!(text(managed, "Priority"), "high");
    assert_eq!(
        i64::try_from(managed["EtaSeconds"].try_clone().unwrap()).unwrap(),
        -1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_sees_no_job() {
    let world = World::for_strangers().await;
    let enqueue = Command::EnqueueJob(EnqueueJob {
        kind: JobKind::Hash,
        library: LibraryId::new(1),
        asked: AskedBy::Daemon,
        priority: None,
    });
    world.app.execute(Actor::System, &enqueue).unwrap();
    let client = connect(&world.socket()).await;
    let get = client.call_method(
        None::<&str>,
        job_path(1),
        Some("org.freedesktop.DBus.Properties"),
        "GetAll",
        &"org.kphotos.Job1",
    );
    assert!(get.await.is_err(), "it is no object");
    let manager = "org.freedesktop.DBus.ObjectManager";
    let list = client.call_method(None::<&str>, OBJECT_PATH, Some(manager), "GetManagedObjects", &());
    assert!(list.await.unwrap_err().to_string().contains("NotPermitted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_started_is_refused() {
    let world = World::with(&[]).await;
    let refused = async |kind: &str, library: u32, options| {
        world
            .refused("Processing", "StartJob", &(kind, library, options))
            .await
    };
    assert_eq!(refused("scam", 1, none()).await, "Invalid");
    assert_eq!(refused("scan", 9, none()).await, "NotFound");
    let urgent = options(&[("priority", Variant::from("urgent"))]);
    assert_eq!(refused("scan", 1, urgent).await, "Invalid");
    assert_eq!(world.refused("Processing", "PauseJob", &7u32).await, "NotFound");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_one_job_are_told_a_few_times_a_second() {
    let world = World::with(&[]).await;
    let mut signals = Signals::of(&world.client);
    start(&world, "hash", none()).await;
    signals.next("InterfacesAdded").await;
    let began = std::time::Instant::now();
    let jobs = world.jobs.clone();
    let stepping = tokio::task::spawn_blocking(move || {
        for done in 1..=20_000 {
            jobs.step(JobProgress {
                job: JobId::new(1),
                done,
                total: Some(20_000),
                unit: ProgressUnit::Bytes,
                rate: None,
                left: None,
                message: String::new(),
            });
        }
    });
    let mut told = 0u32;
    loop {
        let changed = signals.next("PropertiesChanged").await;
        told += 1;
        let (_, values, _): (String, HashMap<String, OwnedVariant>, Vec<String>) =
            changed.body().deserialize().unwrap();
        // The last step is never missed.
        if u64::try_from(values["Done"].try_clone().unwrap()).unwrap() == 20_000 {
            break;
        }
    }
    stepping.await.unwrap();
    let most = began.elapsed().as_millis() / Duration::from_millis(250).as_millis() + 2;
    assert!(u128::from(told) <= most, "{told} in {:?}", began.elapsed());
}
