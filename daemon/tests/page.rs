//! The man page `kphotosd(8)`: made from the flags, committed in `packaging/man/`.

use clap::CommandFactory;
use kphotos_daemon::config::Flags;
use std::path::Path;

/// What the page says beside the flags.
const MORE: &str = r#".SH DESCRIPTION OF OPERATION
kphotosd watches over folders of photos that it never modifies, keeps every edit in its state folder, and mounts a
read\-only tree of them. It logs to standard error, tells systemd when it is ready, and unmounts on SIGTERM and SIGINT.
As root it mounts by itself and reads by kernel passthrough; as a user it mounts with \fBfusermount3\fR(1).
.PP
Flags beat \fBKPHOTOS_*\fR variables, those beat \fIkphotos.toml\fR. \fBKPHOTOS_LOG\fR chooses what is logged,
\fBKPHOTOS_WORKER\fR names the program that parses files.
.SH FILES
.TP
\fI~/.config/kphotos/kphotos.toml\fR, for root \fI/etc/kphotos/kphotos.toml\fR
settings
.TP
\fI~/.local/state/kphotos\fR, for root \fI/var/lib/kphotos\fR
journal and layer: back this folder up
.TP
\fI~/KPhotos\fR, for root \fI/srv/kphotos\fR
the tree
.SH EXIT STATUS
0 when it was asked to end, 1 when it could not start or go on, 2 for flags that make no sense.
.SH SEE ALSO
\fBkphotos\fR(1)
"#;

#[test]
fn the_man_page_in_packaging_is_that_of_the_code() {
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(Flags::command())
        .section("8")
        .title("KPHOTOSD")
        .manual("K-Photos");
    page.render(&mut text).unwrap();
    text.extend(MORE.bytes());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/man/kphotosd.8");
    if std::env::var_os("KPHOTOS_WRITE").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let found = std::fs::read(&file).unwrap_or_default();
    assert!(
        found == text,
        "kphotosd.8 is not what the code makes; run: KPHOTOS_WRITE=1 cargo test -p kphotos-daemon --test page"
    );
}
