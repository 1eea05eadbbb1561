//! Originals by HTTP, beside nginx on the same folder.
//!
//! `wrk` asks both for the same small photos, one after the other over connections that stay open. nginx has a
//! configuration of its own in the temporary folder, a port of its own on loopback, and as many workers as cores;
//! it neither logs nor compresses. K-Photos checks the token, finds the file of an asset, opens it below the
//! library's read-only root, and compares it with what it knows, for each request; nginx opens a path.
//!
//! Refused: an answer that is not the photo. One of each is compared before, and errors are counted.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kphotos_tests::http::Client;
use kphotos_tests::{process, skip};

use crate::ground::Ground;
use crate::options::Options;
use crate::table::{Figure, Table, Target};
use crate::tools::{Contender, interleaved};

/// Connections of wrk, and for how long it asks in a round.
const CONNECTIONS: usize = 4;
const SECONDS: usize = 2;

/// How long nginx may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);

/// What wrk does: the requests one after the other; at the end one line of figures.
const SCRIPT: &str = r#"
local requests, at = {}, 0
function init(args)
  for line in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", line) end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("figures %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout + e.status))
end
"#;

/// Requests a second.
pub(crate) fn measure(options: &Options, ground: &mut Ground, table: &mut Table) -> Result<()> {
    for tool in ["wrk", "nginx"] {
        if skip::program(tool).is_err() {
            table.note(format!("{tool} is not installed"));
            return Ok(());
        }
    }
    ground.stop()?;
    ground.world.add_arguments(&["--http", "127.0.0.1:0"]);
    ground.start()?;
    let nginx = Nginx::start(ground)?;
    let ours = ground.world.http();
    let photos = ground.bus()?.all_below(&ground.world.library())?;
    let ids = photos.iter().take(ground.many);
    let by_id: Vec<String> = ids.map(|id| format!("/api/v1/assets/{id}/original")).collect();
    let by_path: Vec<String> = (0..ground.many)
        .map(|n| format!("/{}", ground.library.relative_path(n).display()))
        .collect();
    let theirs = Client {
        address: nginx.address,
        token: None,
    };
    compare(ground, &theirs, &by_path)?;
    let wrk = Wrk::prepare(ground)?;
    let ours = wrk.asking("kphotosd", &ours, &by_id)?;
    let theirs = wrk.asking("nginx", &theirs, &by_path)?;
    let contenders: Vec<Contender<'_>> = vec![
        ("K-Photos", Box::new(|| ours.rate())),
        ("nginx", Box::new(|| theirs.rate())),
    ];
    let medians = interleaved(options.rounds, contenders)?;
    let requests = |rate| Figure::Rate(rate, "requests");
    table.against(
        "originals by HTTP",
        requests(medians[0].1),
        "nginx",
        requests(medians[1].1),
        Target::None,
        format!(
            "wrk, {CONNECTIONS} connections, {} photos of about 1 KB",
            ground.many
        ),
    );
    Ok(())
}

/// That both answer with the bytes of a photo.
fn compare(ground: &Ground, theirs: &Client, by_path: &[String]) -> Result<()> {
    let original = ground.library.path(0);
    let bytes = fs::read(&original)?;
    let path = original.display();
    let found = ground.bus()?.all_below(original.parent().unwrap_or(&original))?;
    let ours = ground.world.http();
    let is_there = |id: &u32| {
        let answer = ours.get(&format!("/api/v1/assets/{id}/original"));
        answer.status == 200 && answer.body == bytes
    };
    ensure!(found.iter().any(is_there), "kphotosd does not serve {path}");
    let target = by_path.first().context("there are no photos")?;
    ensure!(theirs.get(target).body == bytes, "nginx does not serve {path}");
    Ok(())
}

/// nginx, ended when this is dropped.
struct Nginx {
    child: Child,
    address: SocketAddr,
}

impl Nginx {
    fn start(ground: &Ground) -> Result<Self> {
        let folder = ground.world.path("nginx");
        fs::create_dir_all(&folder)?;
        // Free a moment ago; nobody else is about to listen on loopback.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let user = if process::is_root() { "user root;" } else { "" };
        let (here, root) = (folder.display(), ground.world.library());
        let settings = format!(
            r#"{user}
daemon off;
worker_processes auto;
pid {here}/pid;
error_log {here}/log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  sendfile on;
  keepalive_requests 100000000;
  types {{ image/jpeg jpg JPG; }}
  client_body_temp_path {here}/body;
  proxy_temp_path {here}/proxy;
  fastcgi_temp_path {here}/fastcgi;
  uwsgi_temp_path {here}/uwsgi;
  scgi_temp_path {here}/scgi;
  server {{ listen {address}; root "{}"; }}
}}
"#,
            root.display()
        );
        let config = folder.join("nginx.conf");
        fs::write(&config, settings)?;
        let mut command = Command::new(skip::program("nginx").map_err(anyhow::Error::msg)?);
        command.arg("-p").arg(&folder).arg("-c").arg(&config);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut nginx = Self {
            child: command.spawn()?,
            address,
        };
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            if nginx.child.try_wait()?.is_some() || Instant::now() > deadline {
                bail!(
                    "nginx does not listen: {}",
                    fs::read_to_string(folder.join("log"))?
                );
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers; killed it would leave them.
        let _ = process::signal(self.child.id(), libc::SIGTERM);
        let _ = self.child.wait();
    }
}

/// wrk and its script.
struct Wrk {
    program: PathBuf,
    script: PathBuf,
    folder: PathBuf,
}

/// One server, asked by wrk.
struct Asking<'a> {
    wrk: &'a Wrk,
    server: &'a str,
    base: String,
    token: Option<String>,
    targets: PathBuf,
}

impl Wrk {
    fn prepare(ground: &Ground) -> Result<Self> {
        let folder = ground.world.path("wrk");
        fs::create_dir_all(&folder)?;
        let script = folder.join("script.lua");
        fs::write(&script, SCRIPT)?;
        Ok(Self {
            program: skip::program("wrk").map_err(anyhow::Error::msg)?,
            script,
            folder,
        })
    }

    fn asking<'a>(&'a self, server: &'a str, client: &Client, targets: &[String]) -> Result<Asking<'a>> {
        let file = self.folder.join(server);
        fs::write(&file, targets.join("\n") + "\n")?;
        Ok(Asking {
            wrk: self,
            server,
            base: format!("http://{}", client.address),
            token: client.token.clone(),
            targets: file,
        })
    }
}

impl Asking<'_> {
    /// Requests a second.
    fn rate(&self) -> Result<f64> {
        let mut command = Command::new(&self.wrk.program);
        command.args(["-t2", &format!("-c{CONNECTIONS}"), &format!("-d{SECONDS}s"), "-s"]);
        command.arg(&self.wrk.script);
        if let Some(token) = &self.token {
            command.args(["-H", &format!("Authorization: Bearer {token}")]);
        }
        command.args([&self.base, "--"]).arg(&self.targets);
        let output = process::run(&mut command)?;
        let line = output
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix("figures "));
        let figures: Vec<u64> = line
            .unwrap_or_default()
            .split(' ')
            .filter_map(|figure| figure.parse().ok())
            .collect();
        let [requests, micros, errors] = figures.as_slice() else {
            bail!("wrk: {output}");
        };
        ensure!(
            *errors == 0 && *requests > 0,
            "{} answered {errors} errors: {output}",
            self.server
        );
        Ok(*requests as f64 / (*micros as f64 / 1e6))
    }
}
