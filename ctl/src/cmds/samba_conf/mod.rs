//! `samba-conf`: the mounts as shares of a Samba server on this machine.
//!
//! | file | what it does |
//! |---|---|
//! | [`share`] | which mount can be one, under what name, for whom (pure) |
//! | [`table`] | what the kernel says of mounts, and the system of users |
//!
//! What is printed is a whole file for `include =`: it changes nothing by itself, and holds no setting that
//! is about more than these shares but one, which says why. A mount that Samba could not serve is left out,
//! with the reason and the cure; that is most of them unless somebody opened them, for a private mount lets in
//! nobody but its owner, and Samba is somebody else. Source of every setting: smb.conf(5).

mod share;
mod table;

use super::Context;
use crate::exit::{Failure, Kind};
use crate::output::{clean, field_of, items, remark, word};
use serde_json::{Value, json};
use share::{LeftOut, Share, shares};
use table::System;

pub(super) async fn run(context: &Context, all: bool) -> Result<(), Failure> {
    if context.client.is_remote() {
        let message = "shares are made where Samba runs: ssh HOST kphotos samba-conf";
        return Err(Failure::usage(message));
    }
    let mounts: String = context.client.call("Storage", "ListMounts", &()).await?;
    let mounts: Value = serde_json::from_str(&mounts)?;
    let caller: String = context.client.call("Identity", "WhoAmI", &()).await?;
    let caller = word(field_of(&serde_json::from_str(&caller)?, "name"));
    let is_meant = |mount: &&Value| all || field_of(mount, "viewer").as_str() == Some(&*caller);
    let meant: Vec<&Value> = items(&mounts).iter().filter(is_meant).collect();
    let (shares, left_out) = shares(&meant, &System::read());
    if shares.is_empty() {
        return Err(nothing(&left_out));
    }
    if context.output.json {
        return context.output.json(&document(&shares, &left_out));
    }
    for mount in &left_out {
        remark(
            context.output,
            &format!("{}: left out: {}", mount.path, mount.why),
        );
    }
    context.output.bytes(text(&shares, &left_out).as_bytes())
}

fn nothing(left_out: &[LeftOut]) -> Failure {
    let mut message = match left_out {
        [] => "you have no mount: `kphotos mount add DIR --access group:G` makes one that Samba can share with a group"
            .to_owned(),
        _ => "no mount can be shared".to_owned(),
    };
    for mount in left_out {
        message.push_str(&format!("; {}: {}", mount.path, mount.why));
    }
    Failure::new(Kind::Unavailable, message)
}

fn document(shares: &[Share], left_out: &[LeftOut]) -> Value {
    let share = |share: &Share| {
        let settings: serde_json::Map<_, _> = share
            .settings()
            .into_iter()
            .map(|setting| (setting.name.to_owned(), Value::from(setting.value)))
            .collect();
        json!({ "name": share.name, "path": share.path, "viewer": share.viewer, "settings": settings })
    };
    let items: Vec<Value> = shares.iter().map(share).collect();
    let left_out: Vec<Value> = left_out
        .iter()
        .map(|mount| json!({ "path": mount.path, "reason": mount.why }))
        .collect();
    json!({ "items": items, "total": shares.len(), "next": null, "left_out": left_out })
}

/// Above the shares.
const HEAD: &str = "\
# The mounts of K-Photos as shares, made by `kphotos samba-conf` from smb.conf(5).
# Keep it as /etc/samba/kphotos.conf, and say at the end of /etc/samba/smb.conf:
#     include = /etc/samba/kphotos.conf
# Make it again when a mount is added or removed. Who may log in: `smbpasswd -a USER`.

[global]
   # Samba 4.22 and later let clients keep the lists of folders, and take them back only for what clients
   # change themselves: a photo that comes into an album would not be seen. Earlier ones log once that they
   # do not know this.
   smb3 directory leases = no
";

fn text(shares: &[Share], left_out: &[LeftOut]) -> String {
    let mut text = HEAD.to_owned();
    for share in shares {
        text.push_str(&format!("\n[{}]\n", share.name));
        for setting in share.settings() {
            if let Some(why) = setting.why {
                text.push_str(&format!("   # {why}\n"));
            }
            text.push_str(&format!("   {} = {}\n", setting.name, setting.value));
        }
    }
    for mount in left_out {
        let line = clean(&format!("# {} is left out: {}", mount.path, mount.why));
        text.push_str(&format!("\n{line}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(path: &str, access: &str, names: &str) -> Value {
        json!({ "path": path, "viewer": "anna", "access": access, "names": names, "state": "ready" })
    }

    #[test]
    fn the_file_has_a_section_a_share_and_says_what_is_left_out() {
        let mounts = [
            mount("/srv/kphotos", "private", "portable"),
            mount("/srv/photos", "group:photos", "portable"),
        ];
        let (shares, left_out) = shares(&mounts.iter().collect::<Vec<_>>(), &System::example());
        let text = text(&shares, &left_out);
        for line in [
            "[global]",
            "   smb3 directory leases = no",
            "[photos]",
            "   path = /srv/photos",
            "   valid users = +photos",
            "   read only = yes",
        ] {
            assert!(text.lines().any(|other| other == line), "{line}\n{text}");
        }
        let said = text
            .lines()
            .find(|line| line.starts_with("# /srv/kphotos is left out"));
        assert!(
            said.is_some_and(|line| line.contains("--access group:")),
            "{text}"
        );
        // No line is anything else than a section, a comment or a setting.
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let is_setting = line
                .split_once(" = ")
                .is_some_and(|(name, value)| !name.is_empty() && !value.is_empty());
            assert!(line.starts_with(['#', '[']) || is_setting, "{line}");
        }
        let document = document(&shares, &left_out);
        assert_eq!(document["items"][0]["settings"]["valid users"], "+photos");
        assert_eq!(document["left_out"][0]["path"], "/srv/kphotos");
    }

    #[test]
    fn nothing_to_share_is_said_with_the_cure() {
        assert!(
            nothing(&[])
                .message
                .contains("kphotos mount add DIR --access group:G")
        );
        let mounts = [mount("/srv/kphotos", "private", "portable")];
        let (none, left_out) = shares(&mounts.iter().collect::<Vec<_>>(), &System::example());
        assert!(none.is_empty());
        let failure = nothing(&left_out);
        assert!(failure.message.contains("/srv/kphotos: "), "{failure}");
    }
}
