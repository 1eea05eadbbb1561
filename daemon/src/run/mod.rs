//! The composition root: what the daemon is made of, from top to bottom.
//!
//! The order is not free. The mounter is started before the first thread and
//! before anything is opened; then the daemon shuts itself in ([`crate::confine`]),
//! also before the first thread, and after the mounts that it may write on are
//! made. The state is opened before the mounts are served, so that the tree is whole
//! when it appears; the socket is bound last, so that whoever can ask finds
//! everything there. The end is the same backwards.

mod bus;
mod control;
mod http;
mod libraries;
mod mounts;
mod name;
mod state;
mod watchdog;

use crate::config::Settings;
use crate::confine::{Confined, confine};
use crate::dbus::PeerServer;
use crate::http::Note;
use crate::jobs::{LibraryWork, Narrowed, Runner, RunnerParts, Schedule, WorkParts};
use crate::mounter::{Mounter, RightsKind};
use crate::near::Near;
use crate::parse::{Pool, PoolOptions};
use crate::scan::{SkipLists, Turns};
use crate::storage::Volumes;
use crate::surface::{Announcer, Services};
use crate::system::{SystemClock, SystemZones, host_zone, notify_systemd};
use crate::watch::{WatchParts, Watcher, Watches};
use anyhow::{Context as _, Result};
use control::Jobs;
use kphotos_domain::app::App;
use mounts::{Devices, Mounts, MountsParts};
use std::ffi::OsStr;
use std::fs::DirBuilder;
use std::io::IsTerminal as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tracing_subscriber::EnvFilter;
use watchdog::Watchdog;

/// Starts the log, on standard error; `KPHOTOS_LOG` chooses what is in it.
pub fn start_log(format: &str) {
    let filter = EnvFilter::try_from_env("KPHOTOS_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    // Colours are for people: a journal or a file shows them as rubbish.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if format == "json" {
        log.json().init()
    } else {
        log.init()
    }
}

/// An error with its causes, each said once: many a text ends with its cause's own.
#[must_use]
pub fn words(error: &anyhow::Error) -> String {
    let mut words = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !words.ends_with(&cause) {
            words.push_str(": ");
            words.push_str(&cause);
        }
    }
    words
}

/// Runs the daemon until SIGTERM or SIGINT.
///
/// # Errors
/// What could not be started, and how to mend it.
pub fn run(settings: &Settings) -> Result<()> {
    let began = Instant::now();
    for dir in [
        &settings.state_dir,
        &settings.cache_dir,
        &settings.runtime_dir,
        &settings.export_dir,
    ] {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .with_context(|| format!("{} cannot be made", dir.display()))?;
    }
    let mounter = Arc::new(Mounter::start().context("the mounter cannot be started")?);
    let own = std::fs::metadata("/proc/self").context("/proc is not mounted")?;
    let devices = Devices::mount(
        &mounter,
        &settings.mounts,
        &settings.runtime_dir,
        &settings.state_dir,
        (own.uid(), own.gid()),
    );
    let confined = shut_in(settings, &devices)?;
    let opened = state::open(&settings.state_dir)?;
    tracing::info!(
        layer = %opened.stored,
        replayed = opened.replayed,
        ms = began.elapsed().as_millis(),
        "state opened"
    );
    let app = Arc::new(opened.app);
    // One that an earlier start, or a command, added.
    for library in app.view().libraries() {
        settings.check_apart(Path::new(OsStr::from_bytes(&library.root)))?;
    }
    libraries::register_owner(&app, own.uid())?;
    libraries::declare(&app, &mounter, &settings.libraries);
    let volumes = Arc::<Volumes>::default();
    libraries::attach_all(&app, &mounter, &volumes);
    let daemon = name::daemon_id(&settings.state_dir)?;
    let daemon_id = daemon.0.clone();
    let program = worker_program()?;
    let mounts = Arc::new(Mounts::serve(MountsParts {
        app: &app,
        volumes: &volumes,
        devices,
        daemon,
        state_dir: &settings.state_dir,
        is_shut_in: confined != Confined::Not,
        start_pool: Box::new(move || Pool::start(&program, sidecar_options())),
    }));
    tracing::info!(ms = began.elapsed().as_millis(), "ready");
    let parts = Parts {
        app,
        mounter,
        volumes,
        mounts: mounts.clone(),
        daemon_id,
    };
    let served = serve(parts, settings, confined);
    notify_systemd("STOPPING=1");
    mounts.unmount();
    served
}

/// What is there before the socket is.
struct Parts {
    app: Arc<App>,
    mounter: Arc<Mounter>,
    volumes: Arc<Volumes>,
    mounts: Arc<Mounts>,
    daemon_id: Box<str>,
}

/// Jobs and the socket, until a signal comes.
fn serve(parts: Parts, settings: &Settings, confined: Confined) -> Result<()> {
    let Parts { app, mounter, .. } = parts;
    let (volumes, mounts, daemon_id) = (parts.volumes, parts.mounts, parts.daemon_id);
    let pool = Pool::start(&worker_program()?, PoolOptions::default())?;
    let mut limits = limits(&mounter, &pool, confined);
    let http = http::bind(settings)?;
    limits.extend(http.limit);
    limits.iter().for_each(|limit| tracing::warn!("{limit}"));
    let watched = watch_parts(settings, &app, &volumes);
    let (skipped, watches) = (watched.skipped.clone(), watched.watches.clone());
    let roots = Arc::new(libraries::Roots {
        mounter: mounter.clone(),
        volumes: volumes.clone(),
    });
    let declared: Vec<PathBuf> = settings.libraries.iter().map(|one| one.path.clone()).collect();
    let near = Arc::new(Near::new(&settings.cache_dir));
    let (runner, watcher) = start_jobs(settings, mounter, pool, watched, near.clone())?;
    app.subscribe(runner.subscriber());
    let announcer = Arc::<Announcer>::default();
    app.subscribe(announcer.clone());
    let address = http.bound.as_ref().map(|(bound, _)| bound.address());
    let services = |limits| Services {
        app: app.clone(),
        jobs: Arc::new(Jobs(runner.clone())),
        mounts: mounts.clone(),
        roots: roots.clone(),
        declared: declared.clone(),
        daemon_id: daemon_id.clone(),
        skipped: skipped.clone(),
        watches: watches.clone(),
        near: near.clone(),
        zones: Arc::new(SystemZones),
        default_timezone: host_zone(),
        version: env!("CARGO_PKG_VERSION").into(),
        limits,
        http: address,
        own_folders: settings.own_folders().map(Path::to_path_buf).to_vec(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("no threads for the control socket")?;
    let done = runtime.block_on(async {
        let (on_bus, limit) =
            bus::join(settings.bus.as_ref(), || services(limits.clone()), &announcer).await?;
        limits.extend(limit);
        let services = Arc::new(services(limits));
        let server = PeerServer::bind(&settings.runtime_dir, services.clone(), announcer.clone())
            .with_context(|| {
                format!(
                    "the control socket in {} cannot be made",
                    settings.runtime_dir.display()
                )
            })?;
        // The folder is ours now: no other daemon's note is lost.
        let _note = Note::write(&settings.runtime_dir, services.http)
            .context("where the HTTP interface listens cannot be noted")?;
        let on_http = http
            .bound
            .map(|bound| http::serve(bound, services, announcer, volumes));
        if let Err(error) = libraries::scan_all(&app) {
            // The photos can be browsed all the same.
            tracing::error!("no scan could be asked for: {error:#}");
        }
        let gone = tokio::spawn(mounts::watch_gone(mounts.clone()));
        notify_systemd("READY=1");
        let _watchdog = Watchdog::start(mounts.clone()).context("no thread for the watchdog")?;
        tokio::select! {
            () = server.run() => {}
            signal = stop_signal() => signal?,
        }
        cancel(on_bus.into_iter().chain([gone])).await;
        if let Some(on_http) = on_http {
            on_http.end().await?;
        }
        anyhow::Ok(())
    });
    watcher.stop();
    runner.stop();
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    done
}

/// Ends tasks wherever they are.
async fn cancel(tasks: impl Iterator<Item = tokio::task::JoinHandle<()>>) {
    for task in tasks {
        task.abort();
        // Cancelled, or over already.
        let _ = task.await;
    }
}

/// What jobs and the watch have in common.
fn watch_parts(settings: &Settings, app: &Arc<App>, volumes: &Arc<Volumes>) -> WatchParts {
    WatchParts {
        app: app.clone(),
        volumes: volumes.clone(),
        turns: Arc::<Turns>::default(),
        narrowed: Arc::<Narrowed>::default(),
        skipped: Arc::<SkipLists>::default(),
        watches: Arc::<Watches>::default(),
        is_on: settings.scan.watch,
    }
}

/// Jobs, and when they run; and the watch, of which scans tell.
fn start_jobs(
    settings: &Settings,
    mounter: Arc<Mounter>,
    pool: Pool,
    parts: WatchParts,
    near: Arc<Near>,
) -> Result<(Arc<Runner>, Arc<Watcher>)> {
    let program = worker_program()?;
    let app = parts.app.clone();
    let (volumes, skipped) = (parts.volumes.clone(), parts.skipped.clone());
    let (turns, narrowed) = (parts.turns.clone(), parts.narrowed.clone());
    let watcher = Watcher::start(parts).context("the libraries cannot be watched")?;
    let work = LibraryWork::new(WorkParts {
        app: app.clone(),
        pool,
        volumes,
        skipped,
        turns,
        narrowed,
        watcher: watcher.clone(),
        open_root: Box::new(move |library| libraries::open_root(&mounter, library)),
        feeders: std::thread::available_parallelism().map_or(2, |cpus| cpus.get().clamp(2, 8)),
        near,
        looks: settings.scan.near,
        start_pool: Box::new(move || Pool::start(&program, looking_options())),
    });
    let schedule = Schedule {
        interval: settings.scan.interval,
        quiet: settings.scan.quiet,
        zone: jiff::tz::TimeZone::system(),
    };
    let runner = Runner::start(RunnerParts {
        app,
        clock: Arc::new(SystemClock),
        schedule,
        work: Box::new(work),
    })?;
    Ok((runner, watcher))
}

/// Looking at pictures is work for idle moments: half of the processors are enough.
fn looking_options() -> PoolOptions {
    let options = PoolOptions::default();
    PoolOptions {
        workers: options.workers.div_ceil(2),
        ..options
    }
}

/// Somebody waits for the sidecars that mounts show, one after the other.
fn sidecar_options() -> PoolOptions {
    PoolOptions {
        workers: 1,
        file_timeout: std::time::Duration::from_secs(4),
        ..PoolOptions::default()
    }
}

/// Refuses this process every write but in its folders and on its own mounts.
fn shut_in(settings: &Settings, devices: &Devices) -> Result<Confined> {
    let Settings {
        state_dir,
        cache_dir,
        runtime_dir,
        export_dir,
        ..
    } = settings;
    Ok(confine(
        &[state_dir, cache_dir, runtime_dir, export_dir],
        &devices.public_places(),
    )?)
}

/// Returns when SIGTERM or SIGINT comes.
async fn stop_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
    }
    Ok(())
}

/// The worker lies beside the daemon, or where `KPHOTOS_WORKER` says.
fn worker_program() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("KPHOTOS_WORKER") {
        return Ok(path.into());
    }
    let own = std::env::current_exe().context("the daemon's own path is not known")?;
    Ok(own.parent().unwrap_or(Path::new("/")).join("kphotos-worker"))
}

/// What this machine keeps us from, each with its cure.
fn limits(mounter: &Mounter, pool: &Pool, confined: Confined) -> Vec<String> {
    let mut limits = Vec::new();
    let rights = mounter.rights();
    if rights.kind != RightsKind::System {
        limits.push(
            "without CAP_SYS_ADMIN originals are read through the daemon, not by kernel passthrough, and access times are kept only for your own files: run kphotosd as root to have both".to_owned(),
        );
    }
    if confined != Confined::Fully {
        limits.push("the kernel does not keep the daemon from writing outside its folders: Linux 6.10 or later with Landlock does".to_owned());
    }
    let sandbox = pool.sandbox();
    if sandbox.landlock != "full" || !sandbox.seccomp {
        limits.push(format!(
            "the kernel holds the parsers only in part (landlock {}, seccomp {}): Linux 6.12 or later holds them wholly",
            sandbox.landlock, sandbox.seccomp
        ));
    }
    limits
}
