//! What the daemon says of itself is what `packaging/dbus/` promises.

use super::world::World;
use kphotos_daemon::dbus::OBJECT_PATH;
use std::collections::{BTreeMap, BTreeSet};

const CONTRACT: &str = include_str!("../../../packaging/dbus/org.kphotos.KPhotos1.xml");

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_says_of_itself_what_the_contract_says() {
    let world = World::with(&[]).await;
    let scan = (vec![1u32], Vec::<Vec<u8>>::new());
    world.call("Storage", "Scan", &scan).await.unwrap();
    // Its object is there when the signal has come, or the connection is made.
    let client = super::world::connect(&world.socket()).await;
    let interface = "org.freedesktop.DBus.Introspectable";
    let reply = client
        .call_method(None::<&str>, OBJECT_PATH, Some(interface), "Introspect", &())
        .await
        .unwrap();
    let said = members(reply.body().deserialize().unwrap());
    let promised = members(CONTRACT);
    assert!(promised.len() > 30, "the contract was not read: {promised:?}");
    let missing: Vec<_> = promised.difference(&said).collect();
    let extra: Vec<_> = said.difference(&promised).collect();
    assert!(
        missing.is_empty() && extra.is_empty(),
        "missing {missing:#?}\nextra {extra:#?}"
    );
}

#[test]
fn every_member_of_the_contract_has_its_prose() {
    let lines: Vec<&str> = CONTRACT.lines().map(str::trim).collect();
    for (at, line) in lines.iter().enumerate().skip(1) {
        if ["<method ", "<signal ", "<property ", "<interface "]
            .iter()
            .any(|tag| line.starts_with(tag))
        {
            assert!(lines[at - 1].ends_with("-->"), "no prose before {line}");
        }
    }
}

/// One text a member: `interface member(direction name type, …)`, of the project's own interfaces.
fn members(xml: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let (mut interface, mut member) = (String::new(), String::new());
    for tag in tags(xml) {
        let get = |name: &str| tag.attributes.get(name).cloned().unwrap_or_default();
        match tag.name.as_str() {
            "interface" => interface = get("name"),
            "method" | "signal" => member = format!("{interface} {} {}", tag.name, get("name")),
            "property" => {
                found.insert(format!(
                    "{interface} property {} {} {}",
                    get("name"),
                    get("type"),
                    get("access")
                ));
            }
            "arg" => {
                let side = if member.contains(" signal ") {
                    String::new()
                } else {
                    get("direction")
                };
                member.push_str(&format!(" ({side} {} {})", get("name"), get("type")));
            }
            "/method" | "/signal" => {
                found.insert(std::mem::take(&mut member));
            }
            _ => {}
        }
        if tag.closed && (tag.name == "method" || tag.name == "signal") {
            found.insert(std::mem::take(&mut member));
        }
    }
    found.retain(|member| member.starts_with("org.kphotos.") || member.contains("ObjectManager"));
    found
}

struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
    closed: bool,
}

/// The tags of a document without entities or CDATA; comments are dropped.
fn tags(xml: &str) -> Vec<Tag> {
    let mut plain = String::new();
    for (at, part) in xml.split("<!--").enumerate() {
        let rest = if at == 0 {
            Some(part)
        } else {
            part.split_once("-->").map(|(_, rest)| rest)
        };
        plain.push_str(rest.unwrap_or_default());
    }
    plain
        .split('<')
        .skip(1)
        .filter_map(|part| part.split_once('>').map(|(tag, _)| tag))
        .map(|tag| {
            let (name, rest) = tag
                .split_once(char::is_whitespace)
                .unwrap_or((tag.trim_end_matches('/'), ""));
            let mut pieces = rest.split('"');
            let mut attributes = BTreeMap::new();
            while let (Some(key), Some(value)) = (pieces.next(), pieces.next()) {
                attributes.insert(key.trim().trim_end_matches('=').to_owned(), value.to_owned());
            }
            Tag {
                name: name.to_owned(),
                attributes,
                closed: tag.ends_with('/'),
            }
        })
        .collect()
}
