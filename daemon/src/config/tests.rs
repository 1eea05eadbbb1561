//! Settings of files and flags: which counts, what is refused, and in which words.

use super::*;
use kphotos_domain::storage::MountAccess;

fn load(text: &str, flags: Flags) -> Result<Settings, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kphotos.toml");
    std::fs::write(&path, text).unwrap();
    Settings::load(&Flags {
        config: Some(path),
        ..flags
    })
    .map_err(|error| error.to_string())
}

#[test]
fn flags_beat_the_file() {
    let text = "state_dir = '/a'\n[[mount]]\npath = '/m'\naccess = 'all'\nviews = ['tags']\n[[library]]\npath = '/p'\nname = 'P'\n";
    let settings = load(
        text,
        Flags {
            state_dir: Some("/b".into()),
            ..Flags::default()
        },
    )
    .unwrap();
    assert_eq!(settings.state_dir, Path::new("/b"));
    assert_eq!(settings.export_dir, Path::new("/b/export"));
    let [mount] = &*settings.mounts else {
        panic!("{:?}", settings.mounts)
    };
    assert_eq!(
        (&*mount.path, mount.options.access),
        (Path::new("/m"), MountAccess::All)
    );
    assert_eq!(mount.options.views.to_string(), "tags");
    assert_eq!(settings.libraries[0].name.as_deref(), Some("P"));
}

#[test]
fn a_mistake_is_shown_with_its_line_and_column() {
    let error = load("state_dir = '/a'\n[[mount]]\npaht = '/m'\n", Flags::default()).unwrap_err();
    assert!(
        error.contains("line 3, column 1") && error.contains("paht"),
        "{error}"
    );
    let error = load("state_dir = 'a'\n", Flags::default()).unwrap_err();
    assert!(error.contains("not absolute"), "{error}");
}

#[test]
fn http_listens_where_it_is_told_else_on_this_machine() {
    let here = |text: &str| HttpListen::At(text.parse().unwrap());
    let check = |file: &str, flag: Option<&str>, expect: HttpListen| {
        let flags = Flags {
            http: flag.map(|text| text.parse().unwrap()),
            state_dir: Some("/s".into()),
            mount: Some("/m".into()),
            ..Flags::default()
        };
        assert_eq!(load(file, flags).unwrap().http, expect, "{file} {flag:?}");
    };
    check("", None, HttpListen::Default);
    check("[http]\nlisten = 'off'\n", None, HttpListen::Off);
    check("[http]\nlisten = '[::]:80'\n", None, here("[::]:80"));
    check(
        "[http]\nlisten = 'off'\n",
        Some("127.0.0.1:0"),
        here("127.0.0.1:0"),
    );
    check("[http]\nlisten = '[::]:80'\n", Some("off"), HttpListen::Off);
    for wrong in ["", "on", "127.0.0.1", ":80", "localhost:80", "1.2.3.4:99999"] {
        assert!(wrong.parse::<HttpListen>().is_err(), "{wrong}");
    }
    let error = load("[http]\nlisten = 'x'\n", Flags::default()).unwrap_err();
    assert!(
        error.contains("line 2") && error.contains("no address"),
        "{error}"
    );
}

#[test]
fn several_mounts_are_declared_and_a_flag_stands_for_all() {
    let text = "state_dir = '/s'\n[[mount]]\npath = '/a'\naccess = 'all'\n[[mount]]\npath = '/b'\nnames = 'posix'\nmtime = 'original'\n";
    let shown = |settings: &Settings| -> Vec<String> {
        let mount = |mount: &DeclaredMount| {
            let MountOptions {
                access, names, mtime, ..
            } = mount.options;
            let (names, mtime) = (names.as_str(), mtime.as_str());
            format!("{} {access} {names} {mtime}", mount.path.display())
        };
        settings.mounts.iter().map(mount).collect()
    };
    let both = load(text, Flags::default()).unwrap();
    assert_eq!(
        shown(&both),
        ["/a all portable taken", "/b private posix original"]
    );
    let at = |path: &str| Flags {
        mount: Some(path.into()),
        ..Flags::default()
    };
    assert_eq!(
        shown(&load(text, at("/b")).unwrap()),
        ["/b private posix original"]
    );
    assert_eq!(
        shown(&load(text, at("/c")).unwrap()),
        ["/c private portable taken"]
    );
}

#[test]
fn a_mistake_in_a_mount_says_what_could_be_said() {
    let check = |mount: &str, words: &[&str]| {
        let error = load(&format!("state_dir = '/s'\n{mount}"), Flags::default()).unwrap_err();
        for word in words {
            assert!(error.contains(word), "{word}: {error}");
        }
    };
    check("[mount]\npath = '/m'\n", &["line 2", "[[mount]]"]);
    check(
        "[[mount]]\naccess = 'some'\n",
        &["line 3, column 10", "`some`", "`private`"],
    );
    check(
        "[[mount]]\naccess = 'group:no such'\n",
        &["`no such`", "getent group"],
    );
    check("[[mount]]\nviews = ['x']\n", &["`x`", "albums"]);
    check("[[mount]]\nviews = []\n", &["no view", "albums"]);
    check("[[mount]]\nnames = 'dos'\n", &["`dos`", "`posix`"]);
    check("[[mount]]\nmtime = 'now'\n", &["`now`", "`original`"]);
    check("[[mount]]\nsidecars = 'on'\n", &["`on`", "`xmp`"]);
    check("[[mount]]\nstacks = 'one'\n", &["`one`", "`cover`"]);
    let two = "[[mount]]\npath = '/m'\n[[mount]]\npath = '/m/x'\n";
    check(two, &["`/m`", "`/m/x`", "lie in each other"]);
    check(
        "[[mount]]\npath = '/s/tree'\n",
        &["`/s/tree`", "`/s`", "kphotosd writes"],
    );
}

#[test]
fn a_mount_and_a_library_lie_apart() {
    for (mount, library) in [
        ("/photos/tree", "/photos"),
        ("/tree", "/tree/photos"),
        ("/x", "/x"),
    ] {
        let flags = Flags {
            mount: Some(mount.into()),
            library: vec![library.into()],
            state_dir: Some("/s".into()),
            ..Flags::default()
        };
        assert!(load("", flags).is_err(), "{mount} {library}");
    }
}

#[test]
fn the_example_has_every_key_and_can_be_read_with_all_of_them_set() {
    let example = include_str!("../../../packaging/kphotos.toml");
    let set: String = example
        .lines()
        .map(|line| line.strip_prefix("#: ").unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n");
    let settings = load(&set, Flags::default()).unwrap();
    assert_eq!((settings.libraries.len(), settings.mounts.len()), (1, 1));
    for key in ConfigFile::KEYS {
        assert!(example.contains(key), "{key} is missing in the example");
    }
}
