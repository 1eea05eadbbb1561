//! A small HTTP client: one request a connection, answers as they come; and streams of events.
//!
//! Only std, so that it shows what is on the wire: what the server sends is checked (a length or chunks, a status
//! line) and anything else ends the test. Used by the tests of the daemon's adapter too.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whom to ask, and with which token.
#[derive(Clone, Debug)]
pub struct Client {
    /// Where the server listens.
    pub address: SocketAddr,
    /// The bearer token, if any.
    pub token: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Client {
    /// Asks; ends the test if that is not answered.
    #[track_caller]
    pub fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.try_ask(method, target, headers, body)
            .unwrap_or_else(|error| panic!("{method} {target}: {error}"))
    }

    /// `GET` without further ado.
    #[track_caller]
    pub fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[], &[])
    }

    /// The document at `target`, which must be there.
    #[track_caller]
    pub fn document(&self, target: &str) -> Value {
        self.get(target).ok()
    }

    /// Sends a document.
    #[track_caller]
    pub fn send(&self, method: &str, target: &str, body: &Value) -> Answer {
        let kind = ("content-type", "application/json");
        self.ask(method, target, &[kind], body.to_string().as_bytes())
    }

    /// As [`Client::ask`], but a broken connection is an error.
    pub fn try_ask(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut reader = self.connect(method, target, headers, body)?;
        let (status, headers) = head(&mut reader)?;
        let mut bytes = Vec::new();
        let empty = method == "HEAD" || status == 304;
        match body_of(&headers) {
            _ if empty => {}
            Framing::Chunked => drop(Chunks::new(reader).read_to_end(&mut bytes)?),
            Framing::Length(length) => {
                bytes.resize(length, 0);
                reader.read_exact(&mut bytes)?;
            }
        }
        Ok(Answer {
            status,
            headers,
            body: bytes,
        })
    }

    /// A stream of events, after this id; the answer must be one.
    #[track_caller]
    pub fn events(&self, target: &str, after: Option<u64>) -> Events {
        let after = after.map(|id| id.to_string());
        let headers: Vec<(&str, &str)> = after.iter().map(|id| ("last-event-id", id.as_str())).collect();
        let mut reader = self.connect("GET", target, &headers, &[]).expect("connects");
        let (status, headers) = head(&mut reader).expect("an answer");
        assert_eq!(status, 200, "{headers:?}");
        Events(BufReader::new(Chunks::new(reader)))
    }

    fn connect(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<BufReader<TcpStream>> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.address
        );
        if let Some(token) = &self.token {
            head.push_str(&format!("authorization: Bearer {token}\r\n"));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes())?;
        // A server that refuses may close before it has read all.
        let _ = stream.write_all(body);
        Ok(BufReader::new(stream))
    }
}

impl Answer {
    /// The first header of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The document, of an answer that must be a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} {}",
            self.status,
            self.text()
        );
        assert_eq!(self.header("content-type"), Some("application/json"));
        self.json()
    }

    /// The `detail` of an answer that must be a problem document of this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(
            (problem["status"].as_u64(), problem["code"].as_str()),
            (Some(status.into()), Some(code))
        );
        let detail = problem["detail"].as_str().expect("a text");
        assert!(!detail.is_empty() && problem["title"].is_string() && problem["type"] == "about:blank");
        detail.to_owned()
    }
}

/// A stream of server-sent events.
#[derive(Debug)]
pub struct Events(BufReader<Chunks>);

/// One event: its id, and its document unless it is an id alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The revision.
    pub id: u64,
    /// The document.
    pub data: Option<Value>,
}

impl Events {
    /// The next event, heartbeats left out; `None` at the stream's end.
    pub fn next_event(&mut self) -> Option<Event> {
        let (mut id, mut data) = (None, None);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("a line in time") == 0 {
                return None;
            }
            match line.trim_end_matches('\n').split_once(':') {
                Some(("id", text)) => id = Some(text.trim().parse().expect("a number")),
                Some(("data", text)) => data = Some(serde_json::from_str(text).expect("JSON")),
                Some(("", _)) => {}
                None if line == "\n" => {
                    if let Some(id) = id {
                        return Some(Event { id, data });
                    }
                }
                other => panic!("{other:?} in a stream of events"),
            }
        }
    }
}

enum Framing {
    Chunked,
    Length(usize),
}

fn body_of(headers: &[(String, String)]) -> Framing {
    let get = |name: &str| {
        headers
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value)
    };
    match (get("transfer-encoding"), get("content-length")) {
        (Some(coding), None) if coding == "chunked" => Framing::Chunked,
        (None, Some(length)) => Framing::Length(length.parse().expect("a length")),
        (None, None) => Framing::Length(0),
        other => panic!("{other:?}"),
    }
}

fn head(reader: &mut impl BufRead) -> io::Result<(u16, Vec<(String, String)>)> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("`{line}` is no status line")))?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            return Ok((status, headers));
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
}

/// The content of a chunked body.
#[derive(Debug)]
struct Chunks {
    reader: BufReader<TcpStream>,
    left: usize,
    over: bool,
}

impl Chunks {
    fn new(reader: BufReader<TcpStream>) -> Self {
        Self {
            reader,
            left: 0,
            over: false,
        }
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.over {
            let mut line = String::new();
            self.reader.read_line(&mut line)?;
            self.left = usize::from_str_radix(line.trim(), 16).map_err(|_| io::ErrorKind::UnexpectedEof)?;
            self.over = self.left == 0;
        }
        let count = buffer.len().min(self.left);
        let read = self.reader.read(&mut buffer[..count])?;
        self.left -= read;
        if self.left == 0 && read > 0 {
            let mut end = [0; 2];
            self.reader.read_exact(&mut end)?;
        }
        Ok(read)
    }
}
