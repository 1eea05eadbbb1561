//! Measuring: medians, interleaved rounds, public tools as processes, cold caches.
//!
//! Refused: a tool that failed counted as a fast one. Each must exit 0.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kphotos_tests::process;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Makes [`go_on`] fail from now on.
pub(crate) fn interrupt() {
    INTERRUPTED.store(true, Ordering::SeqCst);
}

/// Fails once somebody asked for the end, so that everything is cleaned up on the way out.
pub(crate) fn go_on() -> Result<()> {
    ensure!(!INTERRUPTED.load(Ordering::SeqCst), "interrupted");
    Ok(())
}

/// The middle one, or the mean of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        (values[middle - 1] + values[middle]) / 2.0
    } else {
        values[middle]
    }
}

/// The middle one of some times.
pub(crate) fn median_time(times: &[Duration]) -> Duration {
    Duration::from_secs_f64(median(times.iter().map(Duration::as_secs_f64).collect()))
}

/// Something to be measured against others: gives a value a round.
pub(crate) type Contender<'a> = (&'a str, Box<dyn FnMut() -> Result<f64> + 'a>);

/// Medians by name. Each round runs all of them, every other round backwards, so that what drifts on the machine
/// meets each alike; one round before is not counted.
pub(crate) fn interleaved<'a>(
    rounds: usize,
    mut contenders: Vec<Contender<'a>>,
) -> Result<Vec<(&'a str, f64)>> {
    let mut values = vec![Vec::new(); contenders.len()];
    for round in 0..=rounds {
        let mut order: Vec<_> = (0..contenders.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for place in order {
            go_on()?;
            let (name, contender) = &mut contenders[place];
            let value = contender().with_context(|| (*name).to_owned())?;
            if round > 0 {
                values[place].push(value);
            }
        }
    }
    let names = contenders.into_iter().map(|(name, _)| name);
    Ok(names.zip(values.into_iter().map(median)).collect())
}

/// How long a command takes, its output written to `output` or thrown away. It must exit 0.
pub(crate) fn time_command(command: &mut Command, output: Option<&Path>) -> Result<Duration> {
    let sink = match output {
        Some(path) => Stdio::from(File::create(path)?),
        None => Stdio::null(),
    };
    command
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(sink)
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let ended = command
        .spawn()
        .with_context(|| format!("{command:?}"))?
        .wait_with_output()?;
    let time = begun.elapsed();
    ensure!(
        ended.status.success(),
        "{command:?}: {}: {}",
        ended.status,
        String::from_utf8_lossy(&ended.stderr)
    );
    Ok(time)
}

/// What of the kernel's caches is dropped: proc_sys_vm(5).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Caches {
    Pages = 1,
    Names = 2,
}

/// Drops a cache of the machine; only root can.
pub(crate) fn drop_caches(caches: Caches) -> Result<()> {
    fs::write("/proc/sys/vm/drop_caches", (caches as u8).to_string()).context("/proc/sys/vm/drop_caches")
}

/// Whether caches can be dropped here.
pub(crate) fn can_drop_caches() -> bool {
    process::is_root()
        && fs::OpenOptions::new()
            .write(true)
            .open("/proc/sys/vm/drop_caches")
            .is_ok()
}
