//! What systemd is told, by a socket of its kind: that the mounts answer, and that they still do.

use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use kphotos_tests::photos::Photo;
use kphotos_tests::world::{PATIENCE, World, detach};
use kphotos_tests::{skip, skip_unless};

struct Told {
    socket: UnixDatagram,
}

impl Told {
    fn next(&self) -> String {
        let mut text = [0; 256];
        let length = self.socket.recv(&mut text).expect("something is told in time");
        String::from_utf8_lossy(&text[..length]).into_owned()
    }

    /// That a sign of life comes which was given after now.
    fn lives(&self) {
        self.socket.set_nonblocking(true).unwrap();
        while self.socket.recv(&mut [0; 256]).is_ok() {}
        self.socket.set_nonblocking(false).unwrap();
        assert_eq!(self.next(), "WATCHDOG=1");
    }
}

#[test]
fn systemd_is_told_when_the_mount_answers_and_that_it_still_does() {
    skip_unless!(skip::fuse());
    let mut world = World::new().unwrap();
    Photo::numbered(1).write_to(world.library(), "a.jpg").unwrap();
    let socket = UnixDatagram::bind(world.path("notify")).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    world.set_variable("NOTIFY_SOCKET", world.path("notify"));
    world.set_variable("WATCHDOG_USEC", "200000");
    world.launch().unwrap();
    let told = Told { socket };
    assert_eq!(told.next(), "READY=1");
    assert!(world.mount().join("library").is_dir(), "it answers by then");
    let began = Instant::now();
    for _ in 0..3 {
        assert_eq!(told.next(), "WATCHDOG=1");
    }
    assert!(
        began.elapsed() > Duration::from_millis(200),
        "no oftener than needed"
    );
    told.lives();
    // What somebody took away is no reason to be ended.
    detach(&world.mount());
    told.lives();
    told.lives();
    assert!(world.stop().unwrap().success());
}
