//! A window on a share of a Samba server: the server hands on what the kernel tells it, the client asks to be told.
//!
//! Dolphin is told through `smbnotifier` (kio-extras), which asks with `smbc_notify`. GIO's clients (Thunar,
//! Nautilus on `smb://`) are not: `gvfsd-smb` never asks, see `packaging/samba/README.md`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use kphotos_tests::samba::{Samba, is_here};
use kphotos_tests::{skip, skip_unless};

use super::{Window, shows, world};

#[test]
fn dolphin_shows_what_comes_and_goes_in_an_album_of_a_samba_share() {
    skip_unless!(skip::fuse());
    skip_unless!(is_here());
    for program in ["dolphin", "kded5", "convert"] {
        skip_unless!(skip::program(program));
    }
    let mut world = world();
    fs::set_permissions(world.path(""), Permissions::from_mode(0o755)).unwrap();
    let shares = world.kphotos(&["samba-conf"]).ok().stdout;
    // The program that asks to be told has no window in which it could ask for a password.
    let shares = shares + "   guest ok = yes\n[global]\n   map to guest = Bad User\n";
    let samba = Samba::start(&shares, &[]).unwrap();
    let share = world.mount().file_name().unwrap().to_str().unwrap().to_owned();
    let place = samba.address(&share, "albums/Trip");
    let photo = |name: &str| world.library().join(name).to_str().unwrap().to_owned();
    let (blue, red) = (photo("blue.jpg"), photo("red.jpg"));
    let window = Window {
        manager: "dolphin",
        place: &place,
        before: &["A.JPG"],
        appears: &["blue.jpg"],
        vanishes: &["red.jpg"],
        never: &[],
    };
    let commands: [&[&str]; 2] = [
        &["album", "add", "Trip", &blue],
        &["album", "remove", "Trip", &red],
    ];
    let _ = skip_unless!(shows(&world, &window, "dolphin-samba", &commands));
    drop(samba);
    assert!(world.stop().unwrap().success());
}
