//! What is promised of every route: it is in the document, asks for the token, and refuses in one form.

use super::client::Client;
use super::world::{TOKEN, World};
use kphotos_daemon::http::document;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
];

/// Every path of the document with its methods; parameters have a value.
fn operations() -> Vec<(String, String, BTreeSet<String>)> {
    let document = serde_json::to_value(document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |item: &Value| {
        let names = item.as_object().unwrap().keys();
        names
            .map(|name| name.to_uppercase())
            .filter(|name| METHODS.contains(&name.as_str()))
            .collect()
    };
    paths
        .iter()
        .map(|(path, item)| {
            let target = path
                .replace("{id}", "1")
                .replace("{tag}", "x")
                .replace("{album}", "x")
                .replace("{collection}", "x");
            (path.clone(), target, methods(item))
        })
        .collect()
}

#[test]
fn the_document_has_the_routes_that_are_there_and_no_others() {
    let world = World::with(&["a.jpg"]);
    let operations = operations();
    assert!(operations.len() > 20, "{operations:?}");
    for (path, target, methods) in operations {
        let mut served = methods.clone();
        if served.contains("GET") {
            // Answered by the same handler; RFC 9110 wants it wherever there is GET.
            served.insert("HEAD".into());
        }
        for method in METHODS.into_iter().filter(|method| !served.contains(*method)) {
            let answer = world.client.ask(method, &target, &[], &[]);
            if method == "HEAD" {
                assert_eq!(answer.status, 405, "{path}");
            } else {
                answer.refused(405, "unsupported");
            }
            let allowed = answer
                .header("allow")
                .unwrap()
                .split(',')
                .map(str::to_owned)
                .collect();
            assert_eq!(served, allowed, "{method} {path}");
        }
        for method in methods.iter().filter(|_| path != "/api/v1/events") {
            let status = world.client.ask(method, &target, &[], &[]).status;
            let route = format!("route=\"{path}\",method=\"{method}\"");
            let figures = world.client.get("/metrics").text();
            assert!(
                status != 405 && (path == "/metrics" || figures.contains(&route)),
                "{method} {path}: {status}"
            );
        }
    }
    let served = world.client.document("/api/v1/openapi.json");
    assert_eq!(served, serde_json::to_value(document()).unwrap());
}

#[test]
fn every_operation_says_what_it_is_and_what_it_may_answer() {
    let document = serde_json::to_value(document()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(
                names.insert(operation["operationId"].as_str().unwrap().to_owned()),
                "{path} {method} has the name of another"
            );
            assert!(operation["summary"].is_string(), "{path} {method}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{path} {method}"
            );
            assert!(
                path == "/healthz" || responses.contains_key("401"),
                "{path} {method}"
            );
            for (status, response) in responses
                .iter()
                .filter(|(status, _)| status.starts_with(['4', '5']))
            {
                assert!(
                    response["content"]["application/problem+json"].is_object(),
                    "{path} {method} {status}"
                );
            }
        }
    }
}

#[test]
fn nothing_is_answered_without_the_token_but_that_the_daemon_lives() {
    let world = World::with(&["a.jpg"]);
    let with = |header: Option<&str>, method: &str, target: &str| {
        let stranger = Client {
            token: None,
            ..world.client.clone()
        };
        let headers: Vec<_> = header.iter().map(|value| ("authorization", *value)).collect();
        stranger.ask(method, target, &headers, &[])
    };
    let wrong = [
        None,
        Some(""),
        Some("Bearer"),
        Some("Bearer "),
        Some("Bearer x"),
        Some("Basic dGhlIHRva2Vu"),
        Some(TOKEN),
        Some("Bearer the token of this tes"),
        Some("Bearer the token of this test."),
    ];
    for (path, target, methods) in operations() {
        for method in methods.iter().filter(|_| path != "/healthz") {
            for header in wrong {
                let answer = with(header, method, &target);
                answer.refused(401, "not-permitted");
                assert_eq!(
                    answer.header("www-authenticate"),
                    Some("Bearer realm=\"K-Photos\"")
                );
            }
        }
    }
    for target in [
        "/",
        "/healthz/",
        "//healthz",
        "/healthz/../metrics",
        "/x",
        "/api/v1/assets/1/original",
    ] {
        with(None, "GET", target).refused(401, "not-permitted");
    }
    with(None, "PROPFIND", "/api/v1/assets").refused(401, "not-permitted");
    let two = [
        ("authorization", "Bearer x"),
        ("authorization", "Bearer the token of this test"),
    ];
    let stranger = Client {
        token: None,
        ..world.client.clone()
    };
    stranger
        .ask("GET", "/api/v1/me", &two, &[])
        .refused(401, "not-permitted");
    assert_eq!(with(None, "GET", "/healthz").status, 200);
    assert_eq!(
        with(Some("bearer the token of this test"), "GET", "/api/v1/me").status,
        200
    );
    assert_eq!(world.app.view().tags().count(), 0);
}

#[test]
fn whoever_refuses_refuses_in_one_form() {
    let world = World::with(&["a.jpg"]);
    let client = &world.client;
    let answer = client.get("/api/v1/nowhere");
    answer.refused(404, "not-found");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    client.get("/api/v1/assets/").refused(404, "not-found");
    let patch = |kind: Option<&str>, body: &[u8]| {
        let headers: Vec<_> = kind.iter().map(|kind| ("content-type", *kind)).collect();
        client.ask("PATCH", "/api/v1/assets/1", &headers, body)
    };
    patch(None, b"{}").refused(415, "unsupported");
    patch(Some("text/plain"), b"{}").refused(415, "unsupported");
    patch(Some("application/x-json"), b"{}").refused(415, "unsupported");
    patch(Some("application/json; charset=utf-8"), b"{}").ok();
    for wrong in [
        &b""[..],
        b"{",
        b"\xff",
        b"{}{}",
        b"null",
        b"[null, null]",
        b"{\"tags\": [[\"a\"], []]}",
        b"{\"location\": [1, 2, 3]}",
        b"{\"title\": \"a\", \"title\": \"b\"}",
    ] {
        patch(Some("application/json"), wrong).refused(400, "invalid");
    }
    let deep = "[".repeat(100_000);
    patch(Some("application/json"), deep.as_bytes()).refused(400, "invalid");
    let large = format!("{{\"title\": \"{}\"}}", "x".repeat(9 << 20));
    patch(Some("application/json"), large.as_bytes()).refused(413, "invalid");
    client
        .send(
            "PATCH",
            "/api/v1/assets/1",
            &json!({"title": "x".repeat(100_000)}),
        )
        .refused(400, "invalid");
}

#[test]
fn what_is_no_http_ends_the_connection_and_nothing_else() {
    let world = World::with(&["a.jpg"]);
    for rubbish in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(world.client.address).unwrap();
        stream.write_all(rubbish).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(
            answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"),
            "{answer:?}"
        );
    }
    world.client.document("/api/v1/me");
}
