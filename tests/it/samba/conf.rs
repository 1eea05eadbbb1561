//! What `kphotos samba-conf` prints, leaves out and refuses.

use std::fs;

use kphotos_tests::world::World;
use kphotos_tests::{as_user, process, skip, skip_unless};

use super::{SHARE, Stage};

#[test]
fn samba_understands_every_line() {
    skip_unless!(skip::fuse());
    let stage = skip_unless!(Stage::started());
    let testparm = skip_unless!(skip::program("testparm"));
    let mut command = process::clean_command(testparm, &stage.world.path("home"));
    let checked = process::run(command.arg("--suppress-prompt").arg(stage.samba.conf()))
        .unwrap()
        .ok();
    let known = "smb3 directory leases";
    let complaints = checked.stderr.lines().filter(|line| {
        let is_old = line.contains(known);
        let words = ["nknown parameter", "WARNING", "ERROR", "Global parameter"];
        !is_old && words.iter().any(|word| line.contains(word))
    });
    assert_eq!(complaints.collect::<Vec<_>>(), Vec::<&str>::new(), "{checked}");
    let path = format!("path = {}", stage.shared().display());
    for line in [
        &*path,
        "read only = Yes",
        &format!("valid users = +{}", stage.member),
    ] {
        // What is the default is not shown.
        assert!(
            checked.stdout.contains(line) || line.starts_with("read only"),
            "{line}: {checked}"
        );
    }
    let document = stage.world.json(&["samba-conf", "--all"]);
    assert_eq!(document["items"][0]["name"], SHARE);
    assert_eq!(document["items"][0]["settings"]["read only"], "yes");
    assert_eq!(
        document["left_out"][0]["path"],
        stage.world.mount().to_str().unwrap()
    );
    // A second of the same name has another one.
    fs::create_dir(stage.world.path("more")).unwrap();
    let place = stage.world.path("more").join(SHARE);
    let _ = stage
        .world
        .kphotos(&["mount", "add", place.to_str().unwrap(), "--access", "all"])
        .ok();
    let text = stage.world.kphotos(&["samba-conf"]).ok().stdout;
    assert!(
        text.contains("\n[photos]\n") && text.contains("\n[photos-2]\n"),
        "{text}"
    );
    stage.end();
}

#[test]
fn a_mount_that_only_root_may_enter_is_no_share() {
    skip_unless!(skip::fuse());
    skip_unless!(skip::root());
    let mut world = World::new().unwrap();
    world.start().unwrap();
    let refused = world.kphotos(&["samba-conf"]).exits(1);
    let path = world.mount().display().to_string();
    for words in [&*path, "private to root", "--access group:G"] {
        assert!(refused.stderr.contains(words), "{words}: {refused}");
    }
    assert_eq!(refused.stdout, "");
}

#[test]
fn a_mount_that_only_its_user_may_enter_is_no_share() {
    skip_unless!(skip::fuse());
    as_user!();
    let mut world = World::new().unwrap();
    world.start().unwrap();
    let refused = world.kphotos(&["samba-conf"]).exits(1);
    assert!(refused.stderr.contains("nobody but its user"), "{refused}");
    let place = world.path(SHARE);
    let _ = world
        .kphotos(&["mount", "add", place.to_str().unwrap(), "--access", "all"])
        .ok();
    let text = world.kphotos(&["samba-conf"]).ok().stdout;
    assert!(
        text.contains("\n[photos]\n") && text.contains("is left out"),
        "{text}"
    );
}
