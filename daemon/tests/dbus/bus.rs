//! The same objects on a message bus: a `dbus-daemon` of each test's own.

use super::world::{Signals, World, ids, none};
use kphotos_daemon::dbus::{BUS_NAME, Bus, BusConnection, BusError, OBJECT_PATH};
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;
use zbus::wire::OwnedVariant;
use zbus::{Connection, OwnedObjectPath};

/// A bus; dropped, it ends.
struct TestBus {
    child: Child,
    address: String,
}

impl TestBus {
    /// `None`, said aloud, where there is no `dbus-daemon`.
    fn start(test: &str) -> Option<Self> {
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            let line = format!("skipped: dbus::bus::{test}: dbus-daemon is not installed\n");
            eprint!("{line}");
            if let Some(list) = std::env::var_os("KPHOTOS_SKIPPED") {
                let mut file = std::fs::OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(list)
                    .unwrap();
                std::io::Write::write_all(&mut file, line.as_bytes()).unwrap();
            }
            return None;
        };
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        assert!(!address.is_empty(), "dbus-daemon did not say where it listens");
        Some(Self { child, address })
    }

    fn bus(&self) -> Bus {
        Bus::Address(self.address.clone())
    }

    async fn client(&self) -> Connection {
        zbus::connection::Builder::address(self.address.as_str())
            .build()
            .await
            .unwrap()
    }

    /// Serves a world here.
    async fn serve(&self, world: &World) -> tokio::task::JoinHandle<()> {
        let connection = BusConnection::join(&self.bus()).await.unwrap();
        let server = connection
            .serve(world.services.clone(), &world.announcer)
            .await
            .unwrap();
        tokio::spawn(server.run())
    }
}

impl Drop for TestBus {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Calls the daemon over the bus; an error is the last part of its name.
async fn call<B>(
    client: &Connection,
    interface: &str,
    method: &str,
    body: &B,
) -> Result<zbus::Message, String>
where
    B: serde::Serialize + zbus::wire::DynamicType,
{
    call_at(client, OBJECT_PATH, interface, method, body).await
}

async fn call_at<B>(
    client: &Connection,
    path: &str,
    interface: &str,
    method: &str,
    body: &B,
) -> Result<zbus::Message, String>
where
    B: serde::Serialize + zbus::wire::DynamicType,
{
    match client
        .call_method(Some(BUS_NAME), path, Some(interface), method, body)
        .await
    {
        Ok(reply) => Ok(reply),
        Err(zbus::Error::MethodError(name, _, _)) => Err(name.rsplit('.').next().unwrap().to_owned()),
        Err(zbus::Error::FDO(error)) => Err(zbus::DBusError::name(&*error)
            .rsplit('.')
            .next()
            .unwrap()
            .to_owned()),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_known_on_a_bus_and_commands_jobs_there() {
    let Some(bus) = TestBus::start("a_user_is_known_on_a_bus_and_commands_jobs_there") else {
        return;
    };
    let world = World::with(&["a.jpg"]).await;
    let server = bus.serve(&world).await;
    let client = bus.client().await;
    let mut signals = Signals::of(&client);
    let reply = call(&client, "org.kphotos.Identity1", "WhoAmI", &())
        .await
        .unwrap();
    assert!(
        reply
            .body()
            .deserialize::<String>()
            .unwrap()
            .contains("\"name\":\"me\"")
    );

    let start = ("hash", 1u32, none());
    call(&client, "org.kphotos.Processing1", "StartJob", &start)
        .await
        .unwrap();
    world.jobs.moved();
    let added = signals.next("InterfacesAdded").await;
    assert_eq!(
        added.header().destination().map(ToString::to_string),
        client.unique_name().map(ToString::to_string),
        "to one client alone"
    );
    let job = format!("{OBJECT_PATH}/job/1");
    call_at(&client, &job, "org.kphotos.Job1", "Pause", &())
        .await
        .unwrap();
    world.jobs.moved();
    let changed = signals.next("PropertiesChanged").await;
    let (_, values, _): (String, HashMap<String, OwnedVariant>, Vec<String>) =
        changed.body().deserialize().unwrap();
    assert_eq!(
        values["State"],
        OwnedVariant::try_from(zbus::wire::Variant::from("paused")).unwrap()
    );
    let reply = call(
        &client,
        "org.freedesktop.DBus.ObjectManager",
        "GetManagedObjects",
        &(),
    )
    .await
    .unwrap();
    let objects: HashMap<OwnedObjectPath, HashMap<String, HashMap<String, OwnedVariant>>> =
        reply.body().deserialize().unwrap();
    assert_eq!(objects.len(), 1);
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_on_a_bus_may_do_nothing_and_hears_nothing() {
    let Some(bus) = TestBus::start("a_stranger_on_a_bus_may_do_nothing_and_hears_nothing") else {
        return;
    };
    let world = World::for_strangers().await;
    let server = bus.serve(&world).await;
    let client = bus.client().await;
    for (interface, method) in [
        ("org.kphotos.Identity1", "WhoAmI"),
        ("org.kphotos.Manager1", "Status"),
        ("org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
    ] {
        let refused = call(&client, interface, method, &()).await.unwrap_err();
        assert_eq!(refused, "NotPermitted", "{method}");
    }
    let properties = "org.freedesktop.DBus.Properties";
    let get = ("org.kphotos.Manager1", "Revision");
    assert_eq!(
        call(&client, properties, "Get", &get).await.unwrap_err(),
        "NotPermitted"
    );
    let all = call(&client, properties, "GetAll", &"org.kphotos.Manager1").await;
    assert_eq!(all.unwrap_err(), "AccessDenied");
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_go_to_those_who_have_called_and_to_nobody_else() {
    let Some(bus) = TestBus::start("signals_go_to_those_who_have_called_and_to_nobody_else") else {
        return;
    };
    let world = World::with(&["a.jpg"]).await;
    let server = bus.serve(&world).await;
    let (caller, listener) = (bus.client().await, bus.client().await);
    let everything = zbus::MatchRule::builder()
        .msg_type(zbus::message::Type::Signal)
        .sender(BUS_NAME)
        .build()
        .unwrap();
    let dbus = "org.freedesktop.DBus";
    listener
        .call_method(
            Some(dbus),
            "/org/freedesktop/DBus",
            Some(dbus),
            "AddMatch",
            &everything.to_string(),
        )
        .await
        .unwrap();
    let (mut told, mut heard) = (Signals::of(&caller), Signals::of(&listener));
    let revision = |message: zbus::Message| {
        message
            .body()
            .deserialize::<(u64, Vec<String>, Vec<u32>)>()
            .unwrap()
            .0
    };
    let tag = async |name: &str| {
        world
            .change("Organization", "AddTag", &((0u32, name), ids(&[1]), none()))
            .await
            .0
    };
    call(&caller, "org.kphotos.Identity1", "WhoAmI", &())
        .await
        .unwrap();
    let first = tag("x").await;
    assert_eq!(revision(told.next("Changed").await), first);
    call(&listener, "org.kphotos.Identity1", "WhoAmI", &())
        .await
        .unwrap();
    let second = tag("y").await;
    assert_eq!(
        revision(heard.next("Changed").await),
        second,
        "the first was not for all"
    );
    assert_eq!(revision(told.next("Changed").await), second);
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_with_its_caller() {
    let Some(bus) = TestBus::start("a_call_ends_with_its_caller") else {
        return;
    };
    let world = World::with(&[]).await;
    let server = bus.serve(&world).await;
    let client = bus.client().await;
    call(&client, "org.kphotos.Identity1", "WhoAmI", &())
        .await
        .unwrap();
    // Nothing moves after this, so it waits for ever.
    let mut after = 0u64;
    for _ in 0..2 {
        let reply = call(&client, "org.kphotos.Processing1", "Watch", &(after, 1u64))
            .await
            .unwrap();
        after = reply.body().deserialize::<(u64, String)>().unwrap().0;
    }
    let watching = tokio::spawn({
        let client = client.clone();
        async move { call(&client, "org.kphotos.Processing1", "Watch", &(after, u64::MAX)).await }
    });
    // The two feeds, of the socket and of the bus, watch too, and only they go on.
    let are_watching = async |count: usize| {
        while world.jobs.watching.load(Ordering::SeqCst) != count {
            tokio::task::yield_now().await;
        }
    };
    are_watching(3).await;
    watching.abort();
    client.close().await.unwrap();
    are_watching(2).await;
    let another = tokio::time::timeout(Duration::from_millis(1200), are_watching(3));
    assert!(another.await.is_err(), "it was asked for again, for nobody");
    server.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_taken_and_a_bus_that_is_not_there_are_said() {
    let Some(bus) = TestBus::start("a_name_that_is_taken_and_a_bus_that_is_not_there_are_said") else {
        return;
    };
    let world = World::with(&[]).await;
    let server = bus.serve(&world).await;
    let second = BusConnection::join(&bus.bus()).await.err().unwrap();
    assert!(matches!(second, BusError::Taken { .. }), "{second}");
    let nowhere = Bus::Address("unix:path=/nonexistent/bus".into());
    let error = BusConnection::join(&nowhere).await.err().unwrap();
    assert!(matches!(error, BusError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("--bus off"));
    server.abort();
}
