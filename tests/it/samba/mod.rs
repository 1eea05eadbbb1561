//! The tree over Samba: a real server with what `kphotos samba-conf` prints, and a real client.
//!
//! | module | what is seen from the other side of the network |
//! |---|---|
//! | `files` | every file is listed and comes byte for byte; names; numbers that stay over a restart; who gets in |
//! | `live` | a client is told what comes, changes its name and goes; photos are named by their path there |
//! | `conf` | what the command prints, leaves out and refuses |
//! | `user` | the mount of a daemon without rights, shared by a server that is root |

mod conf;
mod files;
mod live;
mod user;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use kphotos_tests::sacred::Inventory;
use kphotos_tests::samba::{Samba, two_users};
use kphotos_tests::world::World;

use crate::sacred::{JOBS, fill};

/// The name of the share, which is that of the folder where it is mounted.
const SHARE: &str = "photos";

/// A world with a mount that a group may enter, and a server that shares it.
struct Stage {
    world: World,
    originals: Inventory,
    samba: Samba,
    /// Somebody of the group, and somebody who is not.
    member: String,
    stranger: String,
}

impl Stage {
    /// A mount with these options more.
    fn with(options: &[&str]) -> Result<Self, String> {
        kphotos_tests::samba::is_here()?;
        let [member, stranger] = two_users()?;
        let mut world = World::new().unwrap();
        let originals = fill(&world.library()).unwrap();
        fs::set_permissions(world.path(""), Permissions::from_mode(0o755)).unwrap();
        world.start().unwrap();
        world.wait_idle(JOBS);
        let (place, access) = (world.path(SHARE), format!("group:{member}"));
        let add = ["mount", "add", place.to_str().unwrap(), "--access", &access];
        let _ = world.kphotos(&[&add, options].concat()).ok();
        let shares = world.kphotos(&["samba-conf"]).ok().stdout;
        let samba = Samba::start(&shares, &[&member, &stranger]).unwrap();
        Ok(Self {
            world,
            originals,
            samba,
            member,
            stranger,
        })
    }

    fn started() -> Result<Self, String> {
        Self::with(&[])
    }

    /// What is shared.
    fn shared(&self) -> PathBuf {
        self.world.path(SHARE)
    }

    /// What the client says to these commands, run where what it fetches lands.
    #[track_caller]
    fn says(&self, commands: &str) -> String {
        let folder = self.fetched();
        fs::create_dir_all(&folder).unwrap();
        let output = self.samba.run(SHARE, &self.member, &folder, commands).ok();
        format!("{}{}", output.stdout, output.stderr)
    }

    /// What it says to commands of which one fails.
    #[track_caller]
    fn refuses(&self, commands: &str) -> String {
        let output = self
            .samba
            .run(SHARE, &self.member, &self.world.path("home"), commands);
        format!("{}{}", output.stdout, output.stderr)
    }

    /// Where what the client fetches lands.
    fn fetched(&self) -> PathBuf {
        self.world.path("fetched")
    }

    /// Ends everything: the originals are as they were.
    #[track_caller]
    fn end(self) {
        let Self {
            mut world,
            originals,
            samba,
            ..
        } = self;
        drop(samba);
        assert!(world.stop().unwrap().success());
        originals.assert_unchanged(world.library());
    }
}
