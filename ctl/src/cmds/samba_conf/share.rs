//! One mount as a share: under what name, for whom, with which settings.

use super::table::System;
use crate::output::{field_of, word};
use serde_json::Value;

/// A share.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Share {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) viewer: String,
    who: Who,
    /// Whether its names are as on the disk, and may be what Windows refuses.
    is_posix: bool,
}

/// A mount that Samba could not serve.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LeftOut {
    pub(super) path: String,
    /// Why, and the cure.
    pub(super) why: String,
}

/// Whom a share lets in: those whom the mount lets in, so that nobody sees an empty share.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Who {
    Everybody,
    Group(String),
    User(String),
}

/// A line of a share, and why it is there.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) why: Option<&'static str>,
}

/// The mounts that can be shared, each with a name of its own, and those that cannot.
pub(super) fn shares(mounts: &[&Value], system: &System) -> (Vec<Share>, Vec<LeftOut>) {
    let (mut shares, mut left_out): (Vec<Share>, Vec<LeftOut>) = (Vec::new(), Vec::new());
    for mount in mounts {
        let path = word(field_of(mount, "path"));
        match who(mount, &path, system) {
            Ok(who) => {
                let viewer = word(field_of(mount, "viewer"));
                let is_taken = |name: &str| shares.iter().any(|share| same(&share.name, name));
                let name = name(&path, is_taken);
                let is_posix = field_of(mount, "names").as_str() == Some("posix");
                shares.push(Share {
                    name,
                    path,
                    viewer,
                    who,
                    is_posix,
                });
            }
            Err(why) => left_out.push(LeftOut { path, why }),
        }
    }
    (shares, left_out)
}

/// What opens a mount.
const OPEN: &str = "open it to a group, with access = \"group:G\" in kphotos.toml or with `kphotos mount add DIR --access group:G`";

/// Whom a mount lets in, over Samba.
///
/// # Errors
/// Why nobody gets in, and the cure.
fn who(mount: &Value, path: &str, system: &System) -> Result<Who, String> {
    sayable(mount, path)?;
    let state = word(field_of(mount, "state"));
    let known = system.mount(path).filter(|_| state == "ready");
    let Some(known) = known else {
        let reason = word(field_of(mount, "reason"));
        let why = if reason.is_empty() { state } else { reason };
        return Err(format!(
            "nothing answers there ({why}): `kphotos doctor` says how to mend it"
        ));
    };
    let access = word(field_of(mount, "access"));
    match access.strip_prefix("group:") {
        _ if !known.is_open => Err(format!(
            "it is private, and the kernel then lets in nobody but its user, Samba not either: {OPEN}"
        )),
        Some(group) if group.parse::<u32>().is_ok() => Err(format!(
            "Samba knows groups by name, and group {group} has none: `groupadd --gid {group} NAME` gives it one"
        )),
        Some(group) => Ok(Who::Group(group.to_owned())),
        None if access == "all" => Ok(Who::Everybody),
        None if known.owner == 0 => Err(format!(
            "it is private to root, who should not log in over a network: {OPEN}"
        )),
        None => match system.user(known.owner) {
            Some(name) => Ok(Who::User(name.to_owned())),
            None => Err(format!(
                "Samba knows users by name, and user {} has none in /etc/passwd: {OPEN}",
                known.owner
            )),
        },
    }
}

/// Whether smb.conf can hold this path: it has no escapes, and `%` stands for something else in it.
fn sayable(mount: &Value, path: &str) -> Result<(), String> {
    let is_exact = field_of(mount, "path_b64").is_null();
    let is_plain = |c: char| !c.is_control() && !matches!(c, '%' | '"' | '\\');
    if is_exact && path.starts_with('/') && path.trim() == path && path.chars().all(is_plain) {
        return Ok(());
    }
    Err("smb.conf cannot hold this path (a %, a quote, a backslash, a control character or a blank at its end): mount it elsewhere".to_owned())
}

/// Names that smb.conf keeps for itself.
const RESERVED: [&str; 6] = ["global", "homes", "printers", "print$", "ipc$", "admin$"];

/// The most characters of a share's name. Source: [MS-SRVS] 2.2.2.8, `shi*_netname`.
const LONGEST: usize = 80;

/// The name of the folder, without what shares' names may not have.
fn name(path: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let folder = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    let fit = |c: char| {
        if c.is_alphanumeric() || " -_.()+&'".contains(c) {
            c
        } else {
            '-'
        }
    };
    let fit: String = folder.chars().map(fit).take(LONGEST - 4).collect();
    let fit = match fit.trim_matches([' ', '.']) {
        "" => "kphotos",
        fit => fit,
    };
    if !is_taken(fit) && !RESERVED.iter().any(|name| same(name, fit)) {
        return fit.to_owned();
    }
    let numbered = (2u32..).map(|number| format!("{fit}-{number}"));
    numbered
        .into_iter()
        .find(|name| !is_taken(name))
        .unwrap_or_default()
}

/// Samba's names of shares have no case.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

impl Share {
    /// Its settings, in the order in which they are to stand.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let mut settings = vec![
            Setting::new("comment", comment(&self.viewer), None),
            Setting::new("path", self.path.clone(), None),
        ];
        match &self.who {
            Who::Everybody => {}
            // `+`: a group of this machine, no netgroup.
            Who::Group(group) => {
                settings.push(Setting::new("valid users", listed(&format!("+{group}")), None))
            }
            Who::User(user) => settings.push(Setting::new("valid users", listed(user), None)),
        }
        let names: &[(&str, &str, Option<&str>)] = if self.is_posix {
            &[(
                "mangled names",
                "illegal",
                Some("its names are as on the disk: Windows sees substitutes for some"),
            )]
        } else {
            &[(
                "mangled names",
                "no",
                Some("every name is one that Windows and macOS accept"),
            )]
        };
        let always = [
            ("guest ok", "no", None),
            (
                "read only",
                "yes",
                Some("the tree refuses every write; so clients are told before they try"),
            ),
            (
                "store dos attributes",
                "no",
                Some("nothing is stored here, so smbd need not ask each file for it"),
            ),
            ("ea support", "no", None),
            (
                "kernel share modes",
                "no",
                Some("locks that nobody can take here"),
            ),
            ("posix locking", "no", None),
            ("kernel oplocks", "no", None),
        ];
        let settings = settings.into_iter();
        let rest = always.iter().chain(names);
        settings
            .chain(rest.map(|(name, value, why)| Setting::new(name, *value, *why)))
            .collect()
    }
}

impl Setting {
    fn new(name: &'static str, value: impl Into<String>, why: Option<&'static str>) -> Self {
        let value = value.into();
        Self { name, value, why }
    }
}

/// A name in a list: blanks and commas part them.
fn listed(name: &str) -> String {
    if name.contains([' ', ',', ';']) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

/// What people see beside the share.
fn comment(viewer: &str) -> String {
    let plain = |c: &char| !c.is_control() && !matches!(c, '%' | '\\' | '"');
    let viewer: String = viewer.chars().filter(plain).collect();
    format!("Photos of {viewer}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mount(path: &str, access: &str) -> Value {
        json!({ "path": path, "viewer": "anna", "access": access, "names": "portable", "state": "ready", "reason": null })
    }

    fn check(given: &Value, expected: Result<&str, &str>) {
        let (shares, left_out) = shares(&[given], &System::example());
        match expected {
            Ok(users) => {
                let settings = shares.first().map(Share::settings).unwrap_or_default();
                let said = settings.iter().find(|setting| setting.name == "valid users");
                assert_eq!(
                    said.map_or("", |setting| &*setting.value),
                    users,
                    "{given} {left_out:?}"
                );
            }
            Err(words) => assert!(
                left_out.first().is_some_and(|mount| mount.why.contains(words)),
                "{left_out:?}"
            ),
        }
    }

    #[test]
    fn a_share_lets_in_whom_its_mount_lets_in() {
        check(&mount("/srv/photos", "group:photos"), Ok("+photos"));
        check(
            &mount("/srv/photos", "group:domain users"),
            Ok("\"+domain users\""),
        );
        check(&mount("/srv/photos", "all"), Ok(""));
        check(&mount("/srv/anna", "private"), Ok("anna"));
    }

    #[test]
    fn what_samba_could_not_serve_is_left_out_with_the_cure() {
        check(&mount("/srv/photos", "private"), Err("--access group:G"));
        check(&mount("/home/anna/KPhotos", "private"), Err("--access group:G"));
        check(&mount("/srv/photos", "group:4321"), Err("groupadd --gid 4321"));
        check(&mount("/srv/nobody", "private"), Err("1234"));
        check(&mount("/srv/none", "all"), Err("kphotos doctor"));
        let mut failed = mount("/srv/photos", "all");
        failed["state"] = json!("failed");
        failed["reason"] = json!("it is not empty");
        check(&failed, Err("it is not empty"));
        for path in [
            "/srv/100%",
            "/srv/a\"b",
            "/srv/a\\",
            "/srv/line\nbreak",
            "/srv/blank ",
            "relative",
        ] {
            check(&mount(path, "all"), Err("smb.conf cannot hold"));
        }
        let mut odd = mount("/srv/photos", "all");
        odd["path_b64"] = json!("/w==");
        check(&odd, Err("smb.conf cannot hold"));
    }

    #[test]
    fn each_share_has_a_name_that_nobody_else_has() {
        let mounts = [
            "/srv/photos",
            "/srv/other/photos",
            "/srv/my photos",
            "/srv/Global",
        ]
        .map(|path| mount(path, "all"));
        let (shares, _) = shares(&mounts.iter().collect::<Vec<_>>(), &System::example());
        let names: Vec<&str> = shares.iter().map(|share| &*share.name).collect();
        assert_eq!(names, ["photos", "photos-2", "my photos", "Global-2"]);
        for (path, expected) in [
            ("/a/b:c*[d]", "b-c--d-"),
            ("/a/Ferien 2024", "Ferien 2024"),
            ("/a/...", "kphotos"),
            ("/", "kphotos"),
        ] {
            assert_eq!(name(path, |_| false), expected);
        }
        assert!(name(&format!("/{}", "x".repeat(200)), |_| false).len() <= LONGEST);
    }

    #[test]
    fn names_as_on_the_disk_get_other_settings() {
        let mut mount = mount("/srv/photos", "all");
        let said = |mount: &Value| {
            let (shares, _) = shares(&[mount], &System::example());
            let settings = shares.first().map(Share::settings).unwrap_or_default();
            settings
                .into_iter()
                .filter(|setting| setting.name == "mangled names")
                .map(|setting| setting.value)
                .collect::<Vec<_>>()
        };
        assert_eq!(said(&mount), ["no"]);
        mount["names"] = json!("posix");
        assert_eq!(said(&mount), ["illegal"]);
    }
}
