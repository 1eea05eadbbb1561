//! A daemon that has nothing to do does nothing: what it costs at rest is paid all day, on a battery or beside other work.

use std::fs;
use std::time::Duration;

use kphotos_tests::photos::Photo;
use kphotos_tests::world::World;
use kphotos_tests::{skip, skip_unless};

/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(4);
/// The most of a processor that all its processes may use in that time. A loop that never sleeps takes ten times that
/// on the busiest machine; what others mount meanwhile, which wakes it, takes a hundredth.
const MOST: f64 = 0.05;

#[test]
fn a_daemon_at_rest_rests() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    Photo::numbered(1).write_to(world.library(), "a.jpg").unwrap();
    world.start().unwrap();
    world.wait_idle(Duration::from_secs(60));
    let before = processor_time(&world);
    std::thread::sleep(WATCHED);
    let used = processor_time(&world).saturating_sub(before);
    assert!(
        used.as_secs_f64() <= MOST * WATCHED.as_secs_f64(),
        "{used:?} of a processor in {WATCHED:?} of rest"
    );
}

/// What the daemon and its processes have had of a processor, proc_pid_stat(5).
fn processor_time(world: &World) -> Duration {
    /// Counted in hundredths of a second on every architecture of Linux.
    const TICK: Duration = Duration::from_millis(10);
    let ticks = world.all_processes().into_iter().filter_map(|id| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        let (_, after_name) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let field = |number: usize| fields.get(number)?.parse::<u32>().ok();
        // `utime` and `stime`, the 14th and 15th of all.
        Some(field(11)? + field(12)?)
    });
    TICK * ticks.sum::<u32>()
}
